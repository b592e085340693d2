"""What a dry run finds row by row, and heeding what people have decided on it.

A dry run is rolled back, so what it finds waits in temporary files until the roll-back is over: a file of a hundred
thousand rows must not stay in memory, however many of them have problems.
"""

import json
import tempfile
from collections.abc import Iterable, Iterator
from itertools import islice
from typing import IO, Any

from django.core.serializers.json import DjangoJSONEncoder

from portcrm.accounts.models import User
from portcrm.exchange.enums import Choice, RowKind
from portcrm.exchange.importing import Importer, Outcome, WriteResult
from portcrm.exchange.loading import insert_rows
from portcrm.exchange.models import Forecast, ImportProblem, ImportRun
from portcrm.exchange.reading import Chunk

BATCH = 2000
CELLS_SHOWN = 3
LABEL_LENGTH = 200
PROBLEM = ("row_number", "raw", "details", "alike", "contradicts", "may_create")


class _Waiting:
    """Rows in a temporary file, a line of JSON each."""

    def __init__(self):
        self._file: IO[str] = tempfile.TemporaryFile("w+", encoding="utf-8")  # noqa: SIM115 - closed by close()

    def add(self, rows: Iterable[dict[str, Any]]) -> None:
        self._file.write("".join(f"{as_json(row)}\n" for row in rows))

    def batches(self) -> Iterator[list[dict[str, Any]]]:
        self._file.seek(0)
        while batch := [json.loads(line) for line in islice(self._file, BATCH)]:
            yield batch

    def close(self) -> None:
        self._file.close()


class ForecastBook:
    """Collects what would become of the rows of a dry run; `store` writes it down once nothing is rolled back any more."""

    def __init__(self):
        self._told, self._problems = _Waiting(), _Waiting()

    def note(self, chunk: Chunk, result: WriteResult, problems: Iterable[ImportProblem]) -> None:
        """Add the rows of one chunk, in the order of the file."""
        told = {each.number: of_outcome(each) for each in result.outcomes} | {each.row_number: of_problem(each) for each in problems}
        self._told.add({"row_number": number, "label": label_of(chunk.cells[number])} | told[number] for number in sorted(told))

    def keep(self, problems: Iterable[ImportProblem]) -> None:
        """Add rows with problems, to be mended or downloaded: each with its cells."""
        self._problems.add({name: getattr(each, name) for name in PROBLEM} for each in problems)

    def store(self, run: ImportRun, *, importer: Importer, by: User) -> None:
        """Write all of it to the database; records that the roll-back has taken away are named no more."""
        for batch in self._problems.batches():
            insert_rows(ImportProblem, [row | {"run_id": run.pk} for row in batch])
        for batch in self._told.batches():
            only_what_stands(batch, importer=importer, by=by)
            insert_rows(Forecast, [row | {"run_id": run.pk} for row in batch])

    def close(self) -> None:
        self._told.close()
        self._problems.close()


def only_what_stands(rows: Iterable[dict[str, Any]], *, importer: Importer, by: User) -> None:
    """Take out of what was foreseen the records that the roll-back has taken away; a row that may mean one record alone means it."""
    named = {key for row in rows for key in (row["target"], *row["alike"]) if key is not None}
    standing = importer.describe(named, by) if named else {}
    for row in rows:
        row["alike"] = [key for key in row["alike"] if key in standing]
        row["target"] = row["target"] if row["target"] in standing else None
        if len(row["alike"]) == 1:
            row["target"] = row["alike"][0]


def as_json(told: dict[str, Any]) -> str:
    """What was foreseen, with days and amounts as the table keeps them."""
    return json.dumps(told, cls=DjangoJSONEncoder)


def of_outcome(outcome: Outcome) -> dict[str, Any]:
    return {
        "kind": outcome.kind,
        "target": outcome.target,
        "alike": [],
        "changes": dict(outcome.changes),
        "offered": outcome.offered,
        "details": [],
    }


def outcome_of(number: int, result: WriteResult) -> Outcome:
    """What became of a row that was stored alone; importers that do not tell rows say it by their counts."""
    if result.outcomes:
        return result.outcomes[0]
    kind = RowKind.NEW if result.created else RowKind.UPDATE if result.updated else RowKind.SAME
    return Outcome(number, kind)


def of_problem(problem: ImportProblem) -> dict[str, Any]:
    undecided = problem.alike is not None
    return {
        "kind": RowKind.CONFLICT if problem.contradicts else RowKind.ALIKE if undecided else RowKind.FAULT,
        "target": None,
        "alike": list(problem.alike or ()),
        "changes": {},
        "offered": [choice.value for choice in Choice if problem.may_create or choice != Choice.CREATE]
        if undecided
        else [Choice.SKIP.value],
        "details": problem.details,
    }


def label_of(cells: list) -> str:
    """A row by its first filled cells."""
    filled: Iterator[str] = (str(cell).strip() for cell in cells if cell not in ("", None))
    return " · ".join(islice(filled, CELLS_SHOWN)).replace("\x00", "\ufffd")[:LABEL_LENGTH]


def heed_choices(chunk: Chunk, *, run: ImportRun) -> int:
    """Give the rows of a chunk what people decided on them in the dry run; returns how many are left out."""
    if run.rehearsal_id is None or not chunk.cells:
        return 0
    decided = Forecast.objects.filter(run=run.rehearsal_id, row_number__gte=min(chunk.cells), row_number__lte=chunk.last_line)
    choices = {
        number: (choice, target)
        for number, choice, target in decided.exclude(choice="").values_list("row_number", "choice", "choice_target")
    }
    if not choices:
        return 0
    skipped = {number for number, (choice, _target) in choices.items() if choice == Choice.SKIP and number in chunk.cells}
    for number in skipped:
        chunk.rejected.pop(number, None)
    chunk.left += [row for row in chunk.rows if row.number in skipped]
    chunk.rows = [
        row._replace(choice=choices[row.number][0], target=choices[row.number][1]) if row.number in choices else row
        for row in chunk.rows
        if row.number not in skipped
    ]
    return len(skipped)
