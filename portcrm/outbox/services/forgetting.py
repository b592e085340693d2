"""Mails to a person: told to them in full when they ask, and emptied when they want to be forgotten."""

from django.db.models import Q
from django.db.models.functions import Lower
from django.utils.translation import gettext as _

from portcrm.accounts.models import User
from portcrm.audit.actions import action
from portcrm.audit.masking import mask
from portcrm.audit.personal_data import Holding, Person, holding
from portcrm.bilingual import both
from portcrm.clock import now, port_date
from portcrm.outbox.enums import MailState
from portcrm.outbox.models import OutgoingEmail
from portcrm.outbox.services.suppression import suppress

TOLD = ("created_at", "settled_at", "to_address", "to_name", "subject", "state")


def mails_to(person: Person) -> list[Holding]:
    rows = _to(person).order_by("created_at", "pk")
    return [holding(_("Mails"), rows, TOLD, lambda mail: {_("Kind"): mail.kind_label, _("Text"): mail.text})]


@action("outbox.erase")
def erase_mails(*, person: Person, by: User) -> int:
    """Empty every mail to the person; what waits is not sent, and the address is never written to again."""
    moment = now()
    mails = _to(person)
    reason = both(_("The person asked not to be kept and not to be written to."))
    unsent = mails.filter(state__in=(MailState.WAITING, MailState.FAILED, MailState.UNCERTAIN))
    unsent.update(state=MailState.WITHHELD, settled_at=moment, reason=reason)
    emptied = mails.update(to_name="", subject="", text="", html="", answer="", link_ref="", to_address="")
    suppress(addresses=person.addresses, since=port_date(moment), by=by)
    return emptied + mask(OutgoingEmail.objects.all(), person.addresses)


def _to(person: Person):
    rows = OutgoingEmail.objects.alias(mailbox=Lower("to_address"))
    return rows.filter(Q(mailbox__in=person.addresses) | Q(record=person.record, record_pk=str(person.pk)))
