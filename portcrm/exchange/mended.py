"""Rows that somebody has mended: their cells stand in place of those of the file, whoever reads it afterwards."""

from collections.abc import Mapping
from itertools import islice
from typing import Any

from django.db import transaction

from portcrm.accounts.models import User
from portcrm.bilingual import both
from portcrm.clock import now
from portcrm.exchange.enums import RowState
from portcrm.exchange.foreseeing import outcome_of
from portcrm.exchange.importing import Importer, Rehearsal, Row, WriteResult
from portcrm.exchange.models import ImportProblem, ImportRun
from portcrm.exchange.problems import FileProblem
from portcrm.exchange.readers.formulas import NoResult
from portcrm.exchange.reading import NO_RESULT, Chunk, RowParser
from portcrm.exchange.writing import write

LOOKED_THROUGH = 1000  # rows in search of one that can be read
QUESTION = ("details", "alike", "contradicts", "may_create")  # of a row: what is wrong with it, or to be decided


def take_over_question(row: ImportProblem, found: ImportProblem) -> None:
    """What is to be asked about a row is what was found when it was tried again."""
    for name in QUESTION:
        setattr(row, name, getattr(found, name))


def with_cells(row: ImportProblem, cells: Mapping[int, str], *, width: int) -> list[Any]:
    """The cells of a row with some of them typed anew; what stood beyond the header has been put right or is not wanted."""
    found = [*row.raw[:width], *[""] * (width - len(row.raw))]
    for column, text in cells.items():
        found[column] = text
    return found


def as_in_the_file(row: ImportProblem, cells: list[Any], parser: RowParser, *, typed: Mapping[int, str] | None = None) -> list[Any]:
    """The same cells as the parser would find them in the file: a formula without a result is none of the texts somebody has typed."""
    lost = {detail["column"] for detail in row.details if detail["message"] == both(NO_RESULT)}
    columns = {index for index, title in enumerate(parser.titles) if title in lost} - set(typed or ())
    return [NoResult(cell) if index in columns else cell for index, cell in enumerate(cells)]


def heed_mended(chunk: Chunk, parser: RowParser, *, run_id: int | None) -> None:
    """Read the rows of a chunk anew that somebody has mended in this dry run, those that are still wrong as well."""
    if run_id is None or not chunk.cells:
        return
    within = {"row_number__gte": min(chunk.cells), "row_number__lte": chunk.last_line}
    mended = {row.row_number: row for row in ImportProblem.objects.filter(run=run_id, version__gt=1, **within)}
    if not mended:
        return
    again = parser.parse((number, as_in_the_file(row, list(row.raw), parser)) for number, row in sorted(mended.items()))
    chunk.cells |= again.cells
    chunk.rejected = {number: details for number, details in chunk.rejected.items() if number not in mended} | again.rejected
    chunk.unread = [*(row for row in chunk.unread if row.number not in mended), *again.unread]
    chunk.left = [*(row for row in chunk.left if row.number not in mended), *again.left]
    rows = [row for row in chunk.rows if row.number not in mended]
    chunk.rows = sorted([*rows, *again.rows], key=lambda row: row.number)


def first_of_the_others(run: ImportRun, parser: RowParser, *, than: int) -> Row | None:
    """The first readable row of the file besides one: as the file has it, else one that somebody has mended.

    Only for files that count as a whole, and only near their beginning: in others no row depends on another.
    """
    if not run.by_importer.whole_file_hint or not run.file or not run.file.storage.exists(run.file.name):
        return None
    chunk = parser.parse(islice(run.table().rows(), LOOKED_THROUGH))
    by_file = [row for row in chunk.rows if row.number != than]
    heed_mended(chunk, parser, run_id=run.pk)
    numbers = {row.row_number for row in ImportProblem.objects.filter(run=run, version__gt=1)}
    untouched = [row for row in by_file if row.number not in numbers]
    return next(iter([*untouched, *(row for row in chunk.rows if row.number != than)]), None)


def carry_mended(run: ImportRun, draft: ImportRun) -> None:
    """Give a new draft of the same file the rows that were mended in the dry run before."""
    mended = run.problems.filter(version__gt=1)
    copied = ("row_number", "raw", *QUESTION, "version", "state", "settled_by", "settled_at")
    rows = [ImportProblem(run=draft, **{name: getattr(row, name) for name in copied}) for row in mended.select_related("settled_by")]
    ImportProblem.objects.bulk_create(rows, batch_size=1000)


def try_chunk(
    chunk: Chunk, parser: RowParser, *, rehearsal: Rehearsal | None, importer: Importer, run: ImportRun, by: User
) -> tuple[WriteResult, list[ImportProblem]]:
    """Store a chunk of a dry run; where the importer rehearses in portions, take it back at once, and with it every lock."""
    if rehearsal is None:
        return write(importer, chunk, parser, run=run, by=by)
    with transaction.atomic():
        result, problems = write(rehearsal, chunk, parser, run=run, by=by)
        transaction.set_rollback(True)
    rehearsal.remember(chunk.rows, result)
    return result, problems


def try_mended(
    chunk: Chunk, parser: RowParser, *, rehearsal: Rehearsal | None, importer: Importer, run: ImportRun, by: User
) -> tuple[WriteResult, list[ImportProblem]]:
    """Store one mended row of a dry run after the others, and tell what became of it by the counts.

    Where the file would not be taken with it, only this row is to blame: the others came from the file together.
    """
    try:
        with transaction.atomic():
            result, problems = try_chunk(chunk, parser, rehearsal=rehearsal, importer=importer, run=run, by=by)
    except FileProblem as problem:
        chunk.keep_out(problem.message)
        result, problems = try_chunk(chunk, parser, rehearsal=rehearsal, importer=importer, run=run, by=by)
    if not problems:
        result.outcomes = [outcome_of(chunk.last_line, result)]
    return result, problems


def settle_carried(problems: list[ImportProblem], *, run: ImportRun) -> None:
    """Write down what a dry run has found on the rows it was given mended: these problems."""
    found = {problem.row_number: problem for problem in problems}
    carried = list(run.problems.all())
    for row in carried:
        wrong = found.get(row.row_number)
        take_over_question(row, wrong or ImportProblem(details=[]))
        row.state, row.settled_by, row.settled_at = (
            (RowState.OPEN, None, None) if wrong else (RowState.STORED, row.settled_by or run.created_by, row.settled_at or now())
        )
    ImportProblem.objects.bulk_update(carried, [*QUESTION, "state", "settled_by", "settled_at"], batch_size=1000)
