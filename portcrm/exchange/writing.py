"""Storing a chunk of rows, and taking it apart when one of them breaks a rule."""

from collections.abc import Sequence

from django.core.exceptions import ValidationError
from django.db import DataError, IntegrityError, connection, transaction
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from portcrm.accounts.models import User
from portcrm.errors import RuleBroken
from portcrm.exchange.enums import ChangeKind, RowState
from portcrm.exchange.importing import Importer, Problem, Rehearsal, Row, WriteResult
from portcrm.exchange.loading import insert_rows
from portcrm.exchange.models import ImportChange, ImportProblem, ImportRun, ImportStatement
from portcrm.exchange.problems import FileProblem
from portcrm.exchange.reading import Chunk, RowParser
from portcrm.rules import broken_constraint, fields_of, sentence_of

# A record that one run touches several times keeps the state of before the first and of after the last time.
TOLD_AGAIN = """
    ON CONFLICT (run_id, target) DO UPDATE SET
        before = EXCLUDED.before || exchange_importchange.before, after = exchange_importchange.after || EXCLUDED.after,
        mark = EXCLUDED.mark, lines = exchange_importchange.lines || EXCLUDED.lines
"""
STATED_AGAIN = """
    ON CONFLICT (run_id, target) DO UPDATE SET mark = EXCLUDED.mark, lines = exchange_importstatement.lines || EXCLUDED.lines
"""


def write(
    importer: Importer | Rehearsal, chunk: Chunk, parser: RowParser, *, run: ImportRun, by: User
) -> tuple[WriteResult, list[ImportProblem]]:
    """Store the sound rows of a chunk; returns the counts, and a problem record for each of the others."""
    if not_written := [*chunk.unread, *chunk.left]:
        importer.pass_over(not_written, run=run)
    result = write_or_halve(importer, chunk.rows, run=run, by=by) if chunk.rows else WriteResult()
    undecided, contradicting, never_new = {}, set(), set()
    unread = [row for row in chunk.unread if row.number in chunk.rejected]
    further = run.by_importer.look_over(unread) if unread and run.by_importer else []
    for problem in [*result.problems, *further]:
        chunk.reject(problem.number, parser.detail_of(problem, chunk.cells[problem.number]))
        if problem.alike is not None:
            undecided[problem.number] = list(problem.alike)
        if problem.contradicts:
            contradicting.add(problem.number)
        if not problem.may_create:
            never_new.add(problem.number)
    records = [
        ImportProblem(
            run=run,
            row_number=number,
            raw=[storable(cell) for cell in chunk.cells[number]],
            details=_storable_details(details),
            alike=undecided.get(number),
            contradicts=number in contradicting,
            may_create=number not in never_new,
        )
        for number, details in sorted(chunk.rejected.items())
    ]
    return result, records


def keep_changes(result: WriteResult, *, run: ImportRun) -> None:
    """Write down what an import has done to which records, so that it can be taken back, and of which others its file has spoken."""
    rows: dict[int, dict] = {}
    for change in result.changes:
        kind, again = ChangeKind.CREATED if change.created else ChangeKind.UPDATED, rows.get(change.target)
        if again is None:
            told = {"kind": kind, "before": dict(change.before), "after": dict(change.after), "mark": change.mark}
            rows[change.target] = {"run_id": run.pk, "target": change.target, "lines": dict(change.lines)} | told
        else:  # rows of one record in different parts of a chunk that was taken apart
            again |= {"before": change.before | again["before"], "after": again["after"] | change.after, "mark": change.mark}
            again["lines"] |= change.lines
    stated = {change.target for change in result.changes if change.only_stated}
    stated -= {change.target for change in result.changes if not change.only_stated}
    insert_rows(ImportChange, [row for target, row in rows.items() if target not in stated], conflict=TOLD_AGAIN)
    columns = ("run_id", "target", "mark", "lines")
    insert_rows(ImportStatement, [{name: rows[target][name] for name in columns} for target in stated], conflict=STATED_AGAIN)


def drop_statements(run: ImportRun) -> None:
    """What a file has said of records it did not change is asked for no more once none of its rows waits."""
    if not run.problems.filter(state=RowState.OPEN).exists():
        run.statements.all().delete()


def write_or_halve(importer: Importer | Rehearsal, rows: Sequence[Row], *, run: ImportRun, by: User) -> WriteResult:
    """Store rows together; if that breaks a rule, halve them until the guilty rows are found, and store the rest."""
    try:
        with transaction.atomic():
            result = importer.write(rows, run=run, by=by)
            connection.check_constraints()  # deferred ones too: they must fail here, not at the commit of the chunk
            return result
    except FileProblem:
        raise  # no row is guilty
    except (RuleBroken, ValidationError, IntegrityError, DataError) as error:
        if len(rows) == 1:
            importer.pass_over(rows, run=run)
            return WriteResult(problems=[Problem(rows[0].number, sentence(error), field_of(error, rows[0]))])
    middle = len(rows) // 2
    left = write_or_halve(importer, rows[:middle], run=run, by=by)
    keep_changes(left, run=run)  # the other half may speak of the same records
    right = write_or_halve(importer, rows[middle:], run=run, by=by)
    return left + right


def storable(cell):
    """A cell as JSON can keep it in the database."""
    return cell.replace("\x00", "\ufffd") if isinstance(cell, str) else cell


def _storable_details(details: list[dict]) -> list[dict]:
    return [detail | {"value": storable(detail["value"])} for detail in details]


def field_of(error: Exception, row: Row) -> str:
    """The filled field of the row a broken rule is about, if one can be told."""
    if isinstance(error, RuleBroken):
        return error.field
    rule = broken_constraint(error) if isinstance(error, IntegrityError) else None
    return next((name for name in fields_of(rule) if row.values.get(name) is not None), "") if rule else ""


def sentence(error: Exception):
    """A broken rule as people read it."""
    if isinstance(error, RuleBroken):
        return error.message
    if isinstance(error, ValidationError):
        return " ".join(str(message) for message in error.messages)
    declared = broken_constraint(error) if isinstance(error, IntegrityError) else None
    if declared and sentence_of(declared):
        return sentence_of(declared)
    rule = getattr(getattr(error.__cause__, "diag", None), "constraint_name", None)
    if rule:
        return format_lazy(_("The row breaks a rule of the database: {rule}."), rule=rule.replace("_", " "))
    return _("A value of this row is too long or out of range.")
