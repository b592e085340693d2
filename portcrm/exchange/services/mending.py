"""Rows with problems mended on the screen: they go through the same importer as the file."""

from collections.abc import Mapping

from django.db.models import F
from django.utils.translation import gettext_lazy as _

from portcrm.accounts.models import User
from portcrm.audit.actions import action
from portcrm.audit.services import record
from portcrm.clock import now
from portcrm.errors import RuleBroken
from portcrm.exchange.enums import Choice, RowState, RunState
from portcrm.exchange.importing import WriteResult
from portcrm.exchange.mended import QUESTION, as_in_the_file, take_over_question, with_cells
from portcrm.exchange.models import ImportProblem, ImportRevert, ImportRun
from portcrm.exchange.reading import RowParser
from portcrm.exchange.writing import drop_statements, keep_changes, write

ENDED = (RunState.DONE, RunState.FAILED, RunState.CANCELLED)


@action("exchange.mend", _("Row of an import mended"))
def mend_row(
    *, problem: ImportProblem, cells: Mapping[int, str], by: User, version: int, choice: str = "", target: int | None = None
) -> ImportProblem:
    """Store a row with mended cells (by column), or keep what was mended together with what is still wrong.

    Of two people who mend the same row the second is told; a row is never stored twice.
    """
    run, row = _locked(problem)
    importer = run.by_importer
    if importer is None or not importer.mends_rows:
        raise RuleBroken(_("Rows of this import are mended in the file."))
    if row.version != version:
        raise RuleBroken(_("Somebody else has changed this row in the meantime. Look at it again."))
    if choice == Choice.UPDATE and target not in (row.alike or [None]):
        raise RuleBroken(_("The row does not look like this record."))
    if choice == Choice.CREATE and not row.may_create:
        raise RuleBroken(_("This row cannot be added as new: it names a record that is here, or that of an earlier row."))
    parser = RowParser(importer, run.columns, run.mapping, run.constants)
    mended = with_cells(row, cells, width=len(run.columns))
    chunk = parser.parse([(row.row_number, as_in_the_file(row, list(mended), parser, typed=cells))])
    chunk.rows = [parsed._replace(choice=choice, target=target) for parsed in chunk.rows]
    result, problems = write(importer, chunk, parser, run=run, by=by)
    row.raw, row.version = mended, row.version + 1
    if problems:
        take_over_question(row, problems[0])
        row.save(update_fields=["raw", "version", *QUESTION])
        return row
    keep_changes(result, run=run)
    importer.finish(run=run, by=by)
    return _settle(row, run, RowState.STORED, result, by=by)


@action("exchange.mend", _("Row of an import mended"))
def leave_row_out(*, problem: ImportProblem, by: User) -> ImportProblem:
    """Decide that a row with problems is not wanted; asked twice it is left out once."""
    run, row = _locked(problem)
    return _settle(row, run, RowState.LEFT_OUT, WriteResult(skipped=1), by=by)


def _locked(problem: ImportProblem) -> tuple[ImportRun, ImportProblem]:
    """The run first, then its row: whoever takes the import back locks in the same order."""
    run = ImportRun.objects.select_for_update().get(pk=problem.run_id)
    row = ImportProblem.objects.select_for_update().get(pk=problem.pk)
    if run.dry_run or run.state not in ENDED:
        raise RuleBroken(_("Rows are mended once the import has ended."))
    if ImportRevert.objects.filter(run=run).exists():
        raise RuleBroken(_("This import has been taken back."))
    if row.state != RowState.OPEN:
        raise RuleBroken(_("Somebody has dealt with this row already."))
    return run, row


def _settle(row: ImportProblem, run: ImportRun, state: RowState, result: WriteResult, *, by: User) -> ImportProblem:
    row.state, row.settled_by, row.settled_at = state, by, now()
    row.save(update_fields=["raw", "version", "state", "settled_by", "settled_at"])
    ImportRun.objects.filter(pk=run.pk).update(
        created=F("created") + result.created,
        updated=F("updated") + result.updated,
        skipped=F("skipped") + result.skipped,
        rejected=F("rejected") - 1,
    )
    drop_statements(run)
    record(by=by, action="exchange.mend", target=run, line=row.row_number, state=str(state))
    return row
