"""What an app writes to have an import: its fields, and one function that stores a chunk of rows.

The frame does everything else: reading CSV and XLSX, matching columns, the dry run, problems kept per row, chunks
with a checkpoint in the same transaction, progress, cancelling, and the rows with problems back as a file.
"""

from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from portcrm.exchange.parsing import CellProblem

__all__ = [
    "CellProblem",
    "ImportField",
    "Importer",
    "Problem",
    "Row",
    "SummaryLine",
    "WriteResult",
    "importers",
    "register_importer",
]


@dataclass(frozen=True)
class ImportField:
    """One value of a row. `parse(cell)` turns a filled cell into a value or raises CellProblem.

    It gives the same value for the same text: rows of a chunk with the same text share one value, which nobody changes.
    It does not ask the database: it runs in a thread that reads ahead.
    A cell is text (CSV), or what the sheet holds: text, number, date, date and time, truth value. Empty cells never
    reach `parse`: they are None in the row, or a problem where the field is required.
    `aliases` are further column names this field is known by, in any language.
    """

    name: str
    label: str
    parse: Callable[[Any], Any]
    required: bool = False
    aliases: tuple[str, ...] = ()
    help: str = ""


class Row(NamedTuple):
    """A parsed row: `number` is its line in the file as people count (the header is 1), `values` by field name.

    Fields without a column are absent from `values`; empty cells are None. `cells` are the row as it stands in the
    file, mapped or not: what tells one line from another however the columns are matched.
    """

    number: int
    values: dict[str, Any]
    cells: Sequence[Any] = ()


@dataclass(frozen=True)
class Problem:
    """Why a row was not stored: a lazily translated sentence, and the field it concerns."""

    number: int
    message: Any
    field: str = ""


@dataclass
class WriteResult:
    created: int = 0
    updated: int = 0
    skipped: int = 0
    problems: list[Problem] = field(default_factory=list)


@dataclass(frozen=True)
class SummaryLine:
    """What an importer has to say about an ended run; `ok` marks a check that held (True) or failed (False)."""

    label: Any
    value: Any
    ok: bool | None = None


class Importer(ABC):
    """Base of all importers. Subclasses set the attributes and `write`.

    `write` runs inside the transaction of its chunk, with the import channel set. It may raise RuleBroken,
    ValidationError or a database error: the frame then takes the chunk apart and reports the row that caused it.
    A FileProblem ends the run as failed with its sentence.
    It must be set-based to be fast; `chunk_rows` says how many rows it gets at most.
    """

    key: str
    label: str
    permission: str
    fields: tuple[ImportField, ...]
    chunk_rows: int = 2000
    result_url_name: str = ""  # a list that shows what came in

    @abstractmethod
    def write(self, rows: Sequence[Row], *, run, by) -> WriteResult:
        """Store a chunk of readable rows through the app's services."""

    def finish(self, *, run, by) -> None:  # noqa: B027  optional: not every import has facts to renew
        """Called once after the last chunk, in a transaction of its own with the end of the run (rollups, facts)."""

    def summary(self, run) -> list[SummaryLine]:
        """Further lines for the result of an ended run, e.g. sums reconciled with the file."""
        return []


_importers: dict[str, Importer] = {}


def register_importer(importer: Importer) -> None:
    _importers[importer.key] = importer


def importers() -> dict[str, Importer]:
    """All importers by key."""
    return dict(_importers)
