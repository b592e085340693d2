"""What people decide on the rows of a dry run before it is imported."""

from django.db.models import F, Q
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from portcrm.accounts.models import User
from portcrm.audit.actions import action
from portcrm.errors import RuleBroken
from portcrm.exchange.enums import Choice, RowKind, RunState
from portcrm.exchange.models import Forecast, ImportRun
from portcrm.exchange.problems import DecidedMeanwhile
from portcrm.exchange.queries import decision_in_words, kind_line

ROW_DECIDED = _("Somebody else has worked on line {line} in the meantime. It is now: {kind} · {decision}. What you chose was not kept.")
KIND_DECIDED = _("Somebody else has decided on rows of this kind in the meantime. Decided are now: {decided}. What you chose was not kept.")


@action("exchange.choose")
def choose_for_row(*, run: ImportRun, row_number: int, choice: str, by: User, seen: str, target: int | None = None) -> Forecast:
    """Decide what is done with one row; without a choice it is done as the dry run has shown.

    `seen` is the mark of the row as the person saw it: of two who decide differently the second is told what the first decided.
    """
    lock_open(run)
    row = Forecast.objects.select_for_update().filter(run=run, row_number=row_number).first()
    if row is None:
        raise RuleBroken(_("The dry run has no such row."))
    wanted = (choice, target if choice == Choice.UPDATE else None)
    if (row.choice, row.choice_target) != wanted:
        refuse_unseen(row, seen, by=by)
    if choice and choice not in row.offered:
        raise RuleBroken(_("This cannot be done with the row."))
    if choice == Choice.UPDATE and target not in (row.alike or [None]):
        raise RuleBroken(_("The row does not look like this record."))
    row.choice, row.choice_target = wanted
    row.save(update_fields=["choice", "choice_target"])
    return row


@action("exchange.choose")
def choose_for_all(*, run: ImportRun, kind: str, choice: str, by: User, seen: str) -> int:
    """Decide the same for all rows of a kind; returns how many.

    Rows that look like several records are left undecided where all are to update: nobody has said which. `seen` is the mark of
    the kind as the person saw it: what others have decided since is told, not overwritten.
    """
    lock_open(run)
    line = kind_line(run, RowKind(kind))
    if line.mark != seen:
        decided = " · ".join(f"{word} {count}" for word, count in line.decided) or _("nothing")
        raise DecidedMeanwhile(format_lazy(KIND_DECIDED, decided=decided))
    if choice == Choice.CREATE and choice not in dict(line.offers):
        raise RuleBroken(_("None of these rows can be added as new."))
    rows = Forecast.objects.filter(run=run, kind=kind)
    if choice:
        rows = rows.filter(offered__contains=[choice])
    if choice == Choice.UPDATE:
        rows = rows.filter(Q(alike=[]) | Q(target__isnull=False))
        return rows.update(choice=choice, choice_target=F("target"))
    return rows.update(choice=choice, choice_target=None)


def refuse_unseen(row: Forecast, seen: str, *, by: User) -> None:
    """For a locked row: refused, with what it is now, where the person has seen it otherwise."""
    if row.mark != seen:
        decision = decision_in_words(row, by)
        raise DecidedMeanwhile(format_lazy(ROW_DECIDED, line=row.row_number, kind=row.get_kind_display(), decision=decision))


def lock_open(run: ImportRun) -> ImportRun:
    """The dry run, locked so that nobody starts its import in between; refused where that has happened."""
    locked = ImportRun.objects.select_for_update().get(pk=run.pk)
    if not locked.dry_run or locked.state != RunState.DONE:
        raise RuleBroken(_("Decisions are taken on a dry run that has ended."))
    if ImportRun.objects.filter(rehearsal=locked).exclude(state=RunState.CANCELLED).exists():
        raise RuleBroken(_("This dry run has been imported already."))
    return locked
