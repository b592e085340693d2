"""Is the database behind its send journal? Then it was restored, and what it takes for unsent may have been sent.

The number of a mail is given and committed when it is claimed, before the journal knows it: a journal that is ahead of the
database is the sign of a restore. Nothing leaves then; what the journal knows is kept as rows, for people to look at.
"""

import secrets

from django.db.models import Max
from django.utils.translation import gettext_lazy as _

from portcrm.bilingual import both
from portcrm.clock import now
from portcrm.outbox import alarms
from portcrm.outbox.journal import Journal
from portcrm.outbox.models import JournalEntry, OutboxControl, OutgoingEmail

BEHIND = _("The database is older than the send journal: it was restored, and some mails it takes for unsent have been sent.")


def journal_of(row: OutboxControl) -> Journal:
    """The journal of this database, which gets its id now if it has none."""
    if not row.journal_id:
        OutboxControl.objects.filter(pk=row.pk, journal_id="").update(journal_id=secrets.token_hex(16))
        row.journal_id = OutboxControl.objects.values_list("journal_id", flat=True).get(pk=row.pk)
    return Journal(row.journal_id)


def is_behind(row: OutboxControl) -> bool:
    """Hold the outbox where the journal is ahead of the database. The journal is read first: it never leads by itself."""
    journal = journal_of(row)
    written = journal.last_number()
    if written <= row.journal_number:
        return row.behind_at is not None
    known = _known(row)
    if written > known:
        keep_lines(row)
        if OutboxControl.objects.filter(pk=row.pk, behind_at=None).update(behind_at=now()):
            alarms.sound(both(BEHIND), f"outbox.behind:{row.journal_id}:{written}")
        return True
    return row.behind_at is not None


def _known(row: OutboxControl) -> int:
    """The highest number the database has given, as far as its rows tell."""
    newest = OutgoingEmail.objects.aggregate(newest=Max("journal_number"))["newest"]
    return max(newest or 0, row.journal_number)


def keep_lines(row: OutboxControl) -> None:
    """Keep as rows what the journal of this machine knows and the database does not."""
    rows = [
        JournalEntry(
            number=line.number,
            dedupe_key=line.dedupe_key,
            message_id=line.message_id,
            handed_over_at=line.handed_over_at,
            outcome=line.outcome,
        )
        for line in journal_of(row).lines_after(_known(row))
    ]
    JournalEntry.objects.bulk_create(rows, batch_size=1000, ignore_conflicts=True)
