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
from portcrm.outbox.models import AddressBlock, MailEvent, MailReport, OutgoingEmail, ReturnedMail
from portcrm.outbox.services.suppression import suppress

TOLD_OF_BLOCKS = ("address", "reason", "words", "since", "lifted_at", "lifted_reason")
TOLD = ("created_at", "settled_at", "to_address", "to_name", "subject", "state")


def mails_to(person: Person) -> list[Holding]:
    rows = _to(person).order_by("created_at", "pk")
    blocks = AddressBlock.objects.filter(address__in=person.addresses).order_by("pk")
    return [
        holding(_("Mails"), rows, TOLD, lambda mail: {_("Kind"): mail.kind_label, _("Text"): mail.text}),
        holding(_("Blocked addresses"), blocks, TOLD_OF_BLOCKS),
    ]


@action("outbox.erase")
def erase_mails(*, person: Person, by: User) -> int:
    """Empty every mail to the person; what waits is not sent, and the address is never written to again."""
    moment = now()
    mails = _to(person)
    reason = both(_("The person asked not to be kept and not to be written to."))
    unsent = mails.filter(state__in=(MailState.WAITING, MailState.FAILED, MailState.UNCERTAIN))
    unsent.update(state=MailState.WITHHELD, settled_at=moment, reason=reason)
    _erase_returns(mails, person)
    emptied = mails.update(to_name="", subject="", text="", html="", answer="", link_ref="", to_address="")
    suppress(addresses=person.addresses, since=port_date(moment), by=by)
    return emptied + mask(OutgoingEmail.objects.all(), person.addresses)


def _erase_returns(mails, person: Person) -> None:
    """What came back of the person's mails goes whole: it quotes them. That the address is avoided, its digest keeps."""
    keys = list(mails.values_list("pk", flat=True))
    ReturnedMail.objects.filter(Q(mail__in=keys) | Q(sender__in=person.addresses)).delete()
    MailEvent.objects.filter(mail__in=keys).delete()
    AddressBlock.objects.filter(Q(mail__in=keys) | Q(address__in=person.addresses)).delete()
    MailReport.objects.filter(Q(mail__in=keys) | Q(address__in=person.addresses)).update(address="", words="")


def _to(person: Person):
    rows = OutgoingEmail.objects.alias(mailbox=Lower("to_address"))
    return rows.filter(Q(mailbox__in=person.addresses) | Q(record=person.record, record_pk=str(person.pk)))
