"""What is heard of a mail after it left: noted once, settles the mail, and blocks an address that is dead."""

import datetime as dt

from django.db.models import Q
from django.utils.translation import gettext_lazy

from portcrm.accounts.models import User
from portcrm.audit.actions import action
from portcrm.bilingual import both
from portcrm.outbox.enums import CAME_BACK, BlockReason, Fate, MailState
from portcrm.outbox.models import MailReport, OutgoingEmail
from portcrm.outbox.returns.fates import fate_of_refusal
from portcrm.outbox.services.blocking import block_address, lifted_since

SOFT_AT_MOST = 2  # refusals within SOFT_WITHIN that an address may have
SOFT_WITHIN = dt.timedelta(days=30)
# A report may overtake our own note that the mail was sent, or come for an attempt after which a person queued it again.
TAKEN_UP = Q(state__in=(MailState.SENDING, MailState.UNCERTAIN)) | Q(state=MailState.WAITING, claim__isnull=False)


@action("outbox.note_report", gettext_lazy("Fate of a mail noted"))
def note_report(*, mail: OutgoingEmail, key: str, fate: Fate, words: str, at: dt.datetime, by: User) -> bool:
    """Note what became of a mail, with its effect on mail and address; False where this was heard before.

    One dead mailbox blocks the address, three soft refusals in 30 days with no delivery between them as well.
    """
    address = mail.to_address.strip().lower()
    report = MailReport(key=key, mail=mail, address=address, fate=fate, words=words[:500], heard_at=at)
    OutgoingEmail.objects.select_for_update().filter(pk=mail.pk).first()  # reports of one mail come one after the other
    if MailReport.objects.filter(key=key).exists():
        return False
    report.save(force_insert=True)
    _settle(mail, fate, words, at)
    reason = _reason_to_block(address, fate, at)
    if reason:
        block_address(mail=mail, reason=reason, words=words, at=at, by=by)
    return True


def note_refusal(*, mail: OutgoingEmail, answer: str, at: dt.datetime, by: User) -> bool:
    """The server of the recipient said no for good while we handed the mail over."""
    fate = Fate(fate_of_refusal(answer))
    return note_report(mail=mail, key=f"smtp:{mail.claim}", fate=fate, words=answer, at=at, by=by)


def _settle(mail: OutgoingEmail, fate: Fate, words: str, at: dt.datetime) -> None:
    mine = OutgoingEmail.objects.filter(pk=mail.pk)
    outcome = {"settled_at": at, "lease_until": None, "answer": words[:500]}
    if fate in CAME_BACK:
        mine.filter(TAKEN_UP | Q(state=MailState.SENT)).update(state=MailState.BOUNCED, reason=both(Fate(fate).label), **outcome)
    elif fate in (Fate.DELIVERED, Fate.COMPLAINED):
        mine.filter(TAKEN_UP).update(state=MailState.SENT, reason={}, **outcome)


def _reason_to_block(address: str, fate: Fate, at: dt.datetime) -> BlockReason | None:
    if fate in (Fate.HARD, Fate.COMPLAINED):
        return BlockReason(fate)
    if fate == Fate.SOFT:
        counted = MailReport.objects.soft_since_delivery(address, lifted_since(address, at - SOFT_WITHIN)).count()
        return BlockReason.SOFT if counted > SOFT_AT_MOST else None
    return None
