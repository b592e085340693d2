"""What people decide on the rows of a dry run before it is imported."""

from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from portcrm.accounts.models import User
from portcrm.audit.actions import action
from portcrm.errors import RuleBroken
from portcrm.exchange.enums import Choice, RunState
from portcrm.exchange.models import Forecast, ImportRun


@action("exchange.choose")
def choose_for_row(*, run: ImportRun, row_number: int, choice: str, by: User, target: int | None = None) -> Forecast:
    """Decide what is done with one row; without a choice it is done as the dry run has shown."""
    lock_open(run)
    row = Forecast.objects.select_for_update().filter(run=run, row_number=row_number).first()
    if row is None:
        raise RuleBroken(_("The dry run has no such row."))
    if choice and choice not in row.offered:
        raise RuleBroken(_("This cannot be done with the row."))
    if choice == Choice.UPDATE and target not in (row.alike or [None]):
        raise RuleBroken(_("The row does not look like this record."))
    row.choice, row.choice_target = choice, target if choice == Choice.UPDATE else None
    row.save(update_fields=["choice", "choice_target"])
    return row


@action("exchange.choose")
def choose_for_all(*, run: ImportRun, kind: str, choice: str, by: User) -> int:
    """Decide the same for all rows of a kind; returns how many.

    Rows that look like several records are left undecided where all are to update: nobody has said which.
    """
    lock_open(run)
    rows = Forecast.objects.filter(run=run, kind=kind)
    if choice:
        rows = rows.filter(offered__contains=[choice])
    if choice == Choice.UPDATE:
        rows = rows.filter(Q(alike=[]) | Q(target__isnull=False))
        return rows.update(choice=choice, choice_target=F("target"))
    return rows.update(choice=choice, choice_target=None)


def lock_open(run: ImportRun) -> ImportRun:
    """The dry run, locked so that nobody starts its import in between; refused where that has happened."""
    locked = ImportRun.objects.select_for_update().get(pk=run.pk)
    if not locked.dry_run or locked.state != RunState.DONE:
        raise RuleBroken(_("Decisions are taken on a dry run that has ended."))
    if ImportRun.objects.filter(rehearsal=locked).exclude(state=RunState.CANCELLED).exists():
        raise RuleBroken(_("This dry run has been imported already."))
    return locked
