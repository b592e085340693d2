"""The outbox has stopped by itself: whoever can release it is told."""

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from portcrm.accounts.models import User
from portcrm.accounts.services import system_user
from portcrm.notices.kinds import NoticeKind
from portcrm.notices.services.telling import notify
from portcrm.outbox.permissions import CONTROL

STOPPED = NoticeKind("outbox.stopped", _("No mail goes out"), _("No mail goes out: %(reason)s"), "mail")


def tell_administrators(reason: dict[str, str], key: str) -> None:
    people = User.objects.active().who_may(CONTROL)
    notify(
        recipients=people, kind=STOPPED.key, values={"reason": reason}, url=reverse("outbox:email_list"), dedupe_key=key, by=system_user()
    )
