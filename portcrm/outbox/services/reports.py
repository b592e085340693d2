"""What is heard of a mail after it left: noted once, settles the mail, and blocks an address that is dead."""

import datetime as dt

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
# A report may overtake our own note that the mail was sent, or come for an attempt after which it was queued again.
ON_ITS_WAY = (MailState.SENDING, MailState.UNCERTAIN, MailState.SENT)


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
    rows = OutgoingEmail.objects.filter(pk=mail.pk)
    if fate in CAME_BACK:
        reason = both(Fate(fate).label)
        queued_again = rows.filter(state=MailState.WAITING, claim__isnull=False)
        for some in (rows.filter(state__in=ON_ITS_WAY), queued_again):
            some.update(state=MailState.BOUNCED, settled_at=at, lease_until=None, reason=reason, answer=words[:500])
    elif fate in (Fate.DELIVERED, Fate.COMPLAINED):
        unsure = rows.filter(state__in=(MailState.SENDING, MailState.UNCERTAIN))
        unsure.update(state=MailState.SENT, settled_at=at, lease_until=None, reason={}, answer=words[:500])


def _reason_to_block(address: str, fate: Fate, at: dt.datetime) -> BlockReason | None:
    if fate in (Fate.HARD, Fate.COMPLAINED):
        return BlockReason(fate)
    if fate == Fate.SOFT:
        counted = MailReport.objects.soft_since_delivery(address, lifted_since(address, at - SOFT_WITHIN)).count()
        return BlockReason.SOFT if counted > SOFT_AT_MOST else None
    return None
