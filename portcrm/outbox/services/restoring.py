"""After a restore: what the send journal knows is taken over, and the outbox is released."""

from django.db import connection
from django.db.models import Max, OuterRef, QuerySet, Subquery
from django.utils.translation import gettext_lazy as _

from portcrm.accounts.models import User
from portcrm.audit.actions import action
from portcrm.audit.services import record
from portcrm.bilingual import both
from portcrm.clock import now
from portcrm.errors import RuleBroken
from portcrm.outbox import behind, instance
from portcrm.outbox.enums import MailState, Outcome
from portcrm.outbox.models import JournalEntry, OutboxControl, OutgoingEmail
from portcrm.outbox.services.queue import WRITTEN_ANEW, nudge_on_commit

WAS_SENT = _("The send journal says that it was sent before the database was restored.")
MAY_BE_SENT = _("The send journal says that it was handed over before the database was restored; it may have arrived.")


@action("outbox.take_over_journal", _("Send journal taken over"))
def take_over_journal(*, by: User) -> int:
    """Believe the send journal: what it knows to have gone is not sent again. Releases the outbox; returns how many lines it was.

    A service mail without an answer goes once more: twice rather than not at all.
    """
    instance.control()
    row = OutboxControl.objects.select_for_update().get(pk=1)
    if row.behind_at is None:
        raise RuleBroken(_("The send journal and the database agree: there is nothing to take over."))
    behind.keep_lines(row)  # what a worker elsewhere has written since
    entries = JournalEntry.objects.not_taken_over()
    gone = entries.exclude(outcome=Outcome.REFUSED)
    accepted = gone.filter(outcome=Outcome.ACCEPTED)
    _settle(accepted, state=MailState.SENT, reason=both(WAS_SENT), settled_at=_handed_over(accepted))
    _settle(gone, of_people_only=True, state=MailState.UNCERTAIN, reason=both(MAY_BE_SENT))
    newer = OutgoingEmail.objects.filter(dedupe_key__in=gone.values("dedupe_key"), service_mail=False, state=MailState.WAITING)
    newer.update(state=MailState.UNCERTAIN, reason=both(WRITTEN_ANEW))
    row.journal_number = max(row.journal_number, entries.aggregate(last=Max("number"))["last"] or 0)
    _give_higher_numbers(row.journal_number)
    lines = entries.update(taken_over_at=now())
    row.behind_at = None
    row.save(update_fields=["behind_at", "journal_number"])
    record(by=by, action="outbox.take_over_journal", lines=lines)
    nudge_on_commit()
    return lines


def _settle(entries: QuerySet[JournalEntry], *, of_people_only: bool = False, **outcome) -> None:
    """Mails that were in the backup already: those written before they were handed over."""
    mails = OutgoingEmail.objects.exclude(state=MailState.SENT).filter(
        dedupe_key__in=entries.values("dedupe_key"), created_at__lte=_handed_over(entries)
    )
    if of_people_only:
        mails = mails.filter(service_mail=False)
    mails.update(lease_until=None, **outcome)


def _handed_over(entries: QuerySet[JournalEntry]) -> Subquery:
    return Subquery(entries.filter(dedupe_key=OuterRef("dedupe_key")).order_by("-number").values("handed_over_at")[:1])


def _give_higher_numbers(than: int) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT setval('outbox_journal_number', GREATEST(last_value, %s)) FROM outbox_journal_number", [than])
