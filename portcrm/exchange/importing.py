"""What an app writes to have an import: its fields, and one function that stores a chunk of rows.

The frame does everything else: reading CSV and XLSX, matching columns, the dry run, problems kept per row, chunks
with a checkpoint in the same transaction, progress, cancelling, and the rows with problems back as a file.
"""

from abc import ABC, abstractmethod
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field, fields
from types import MappingProxyType
from typing import Any, NamedTuple

from django.utils.translation import gettext_lazy as _

from portcrm.bilingual import both, said
from portcrm.errors import RuleBroken
from portcrm.exchange.enums import Choice, RowKind
from portcrm.exchange.parsing import CellProblem

__all__ = [
    "CellProblem",
    "Described",
    "ImportField",
    "Importer",
    "Left",
    "Outcome",
    "Problem",
    "RecordChange",
    "Rehearsal",
    "Row",
    "ShownChange",
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
    file, mapped or not: what tells one line from another however the columns are matched. `choice` is what a person
    wants done with the row (see Choice; empty: whatever the importer finds right), `target` the record to update.
    """

    number: int
    values: dict[str, Any]
    cells: Sequence[Any] = ()
    choice: str = ""
    target: int | None = None


@dataclass(frozen=True)
class Problem:
    """Why a row was not stored: a lazily translated sentence, and the field it concerns.

    `alike`: nothing is wrong with the row, but somebody must say whether it means one of these records, or (where
    there are none) another row of the same file. `contradicts`: that is known, but an earlier row of the file says otherwise.
    `may_create`: the row may be added as new instead.
    """

    number: int
    message: Any
    field: str = ""
    alike: tuple[int, ...] | None = None
    contradicts: bool = False
    may_create: bool = True


@dataclass(frozen=True)
class Outcome:
    """What happened to a row, for the dry run: its record, {field: [before, after]}, and whether it may be added as new instead."""

    number: int
    kind: RowKind
    target: int | None = None
    changes: Mapping[str, list] = field(default_factory=dict)
    may_create: bool = False

    @property
    def offered(self) -> list[str]:
        return [Choice.SKIP, *([Choice.CREATE] if self.may_create else [])]


@dataclass(frozen=True)
class RecordChange:
    """A record the import has added, or has changed from `before` to `after` (by field, as JSON holds them); one of which the file
    says only what stands there already has neither.

    `mark` is whatever tells the importer later whether the record was touched since. `lines`: on which line the file says
    what, for importers that ask later; of a record told several times the last line of each key stands.
    """

    target: int
    created: bool = False
    before: Mapping[str, Any] = field(default_factory=dict)
    after: Mapping[str, Any] = field(default_factory=dict)
    mark: int = 0
    lines: Mapping[str, int] = field(default_factory=dict)

    @property
    def only_stated(self) -> bool:
        return not self.created and not self.after


@dataclass(frozen=True)
class Left:
    """Something an import did that was not taken back, because of what happened since: sentences in both languages.

    `may_insist`: it can still be taken back if somebody wants that in spite of what happened.
    """

    reasons: list[dict[str, str]]
    may_insist: bool = True


class Described(NamedTuple):
    """A record as pages name it."""

    label: str
    url: str


class ShownChange(NamedTuple):
    """One changed field as pages show it."""

    field: Any
    before: Any
    after: Any


@dataclass
class WriteResult:
    """What became of some rows. `outcomes` and `changes` are for importers that say them (`tells_rows`, `takes_back`)."""

    created: int = 0
    updated: int = 0
    skipped: int = 0
    problems: list[Problem] = field(default_factory=list)
    outcomes: list[Outcome] = field(default_factory=list)
    changes: list[RecordChange] = field(default_factory=list)

    def __add__(self, other: "WriteResult") -> "WriteResult":
        return WriteResult(*(getattr(self, each.name) + getattr(other, each.name) for each in fields(self)))


@dataclass(frozen=True)
class SummaryLine:
    """What an importer has to say about an ended run; `ok` marks a check that held (True) or failed (False)."""

    label: Any
    value: Any
    ok: bool | None = None

    def kept(self) -> dict[str, Any]:
        """As a dry run keeps it: both languages, because its reader is not known yet."""
        return {"label": both(self.label), "value": both(self.value), "ok": self.ok}

    @classmethod
    def of_kept(cls, kept: Mapping[str, Any]) -> "SummaryLine":
        return cls(said(kept["label"]), said(kept["value"]), kept["ok"])


class Rehearsal(ABC):
    """One dry run whose chunks are rolled back one by one: `write` stores a chunk as if the chunks before it stood."""

    @abstractmethod
    def write(self, rows: Sequence[Row], *, run, by) -> WriteResult: ...

    @abstractmethod
    def remember(self, rows: Sequence[Row], result: WriteResult) -> None:
        """What has become of a chunk, once it is rolled back."""

    def pass_over(self, rows: Sequence[Row], *, run) -> None:  # noqa: B027  optional, as the importer's own
        """See Importer.pass_over."""

    def close(self) -> None:  # noqa: B027  optional: not every one keeps files
        """Give back what the dry run needed."""


class Importer(ABC):
    """Base of all importers. Subclasses set the attributes and `write`.

    `write` runs inside the transaction of its chunk, with the import channel set. It may raise RuleBroken,
    ValidationError or a database error: the frame then takes the chunk apart and reports the row that caused it.
    A FileProblem ends the run as failed with its sentence.
    It must be set-based to be fast; `chunk_rows` says how many rows it gets at most.

    What an importer offers beyond that: `tells_rows`: it returns outcomes and heeds `Row.choice`, so people see what
    would become of each row and decide. `asks_rows`: it heeds `Row.choice` for rows with problems that are `alike`, and tells of the
    others nothing. `mends_rows`: a single row may be stored after the run has ended, so people
    mend rows on the screen then too; after the dry run they do with every importer, because the import reads the
    mended cells. `takes_back`: it returns changes and has `take_back`.
    """

    key: str
    label: str
    permission: str
    fields: tuple[ImportField, ...]
    chunk_rows: int = 2000
    result_url_name: str = ""  # a list that shows what came in
    result_filter: str = ""  # the filter of that list that leaves what one import has added or changed
    not_taken: Any = ""  # what such files may hold besides, and where it is written down instead
    tells_rows: bool = False
    asks_rows: bool = False
    correcting: Mapping[str, str] = MappingProxyType({})  # the constants by which a file corrects what is known otherwise
    update_word: Any = _("Update {record}")  # what choosing a record for a row is called
    mends_rows: bool = False
    takes_back: bool = False
    whole_file_hint: str = ""  # for files that count as a whole: what leaving a row out means, and that the rest is never taken in alone

    @abstractmethod
    def write(self, rows: Sequence[Row], *, run, by) -> WriteResult:
        """Store a chunk of readable rows through the app's services."""

    def look_over(self, rows: Sequence[Row]) -> list[Problem]:
        """What else is wrong with rows of which some cells cannot be read (those are absent from their values): people are told
        all faults of a row at once. Nothing is stored."""
        return []

    def pass_over(self, rows: Sequence[Row], *, run) -> None:  # noqa: B027  optional: few files have rows that count each other
        """Told which rows of a chunk are not written (refused or left out by somebody), before those after them are: for importers to
        whom the place of a row in its file matters. Their values hold what could be read. May be told of a row again."""

    def rehearsal(self) -> Rehearsal | None:
        """For importers that change rows people work on: a dry run in portions, which holds no row longer than one chunk takes.
        None: the whole dry run is one transaction, in which every chunk sees the ones before."""
        return None

    def refuse_columns(self, named: Collection[str]) -> None:  # noqa: B027  optional: `required` says it for single fields
        """Raise RuleBroken where no row could be taken in with these fields alone having a column or a value."""

    def refuse_constants(self, constants: Mapping[str, str]) -> None:  # noqa: B027  optional: a field's own parser says most of it
        """Raise RuleBroken for a value given for all rows that no row could be taken in with, though its field can read it: a word of
        a list that is kept in the database."""

    def caution(self, named: Collection[str]) -> Any:
        """What somebody should know before the dry run of a file in which these fields alone have a column or a value (a lazily
        translated sentence), or None: not every row needs what is missing."""
        return None

    def hindrance(self, run) -> Any:
        """Why a dry run cannot be imported as it is (a lazily translated sentence), or None: for files that count as a whole."""
        return None

    def misfit(self, row: Row, other: Row) -> Any:
        """Why a mended row cannot stand in one file with this other row of it (a lazily translated sentence), or None."""
        return None

    def finish(self, *, run, by) -> None:  # noqa: B027  optional: not every import has facts to renew
        """Called once after the last chunk, in a transaction of its own with the end of the run (rollups, facts)."""

    def summary(self, run) -> list[SummaryLine]:
        """Further lines for the result of an ended run, e.g. sums reconciled with the file; of a dry run asked before it is rolled back."""
        return []

    def describe(self, targets: Collection[int], user) -> dict[int, Described]:
        """The records with these keys that still stand and that this user may see."""
        return {}

    def seen_by(self, user, targets: Collection[int]) -> set[int]:
        """The keys of these whose contents this user may read, whether or not the record still stands for itself."""
        return set(self.describe(targets, user))

    def show_changes(self, changes: Mapping[str, Sequence]) -> list[ShownChange]:
        """The changes of an outcome as people read them."""
        return [ShownChange(name, *pair) for name, pair in changes.items()]

    def take_back(self, changes: Sequence, *, insist: bool, by) -> dict[int, Left]:
        """Undo these ImportChange rows in one transaction; returns what is left of them, by key of the change.

        What somebody has changed since is left, unless they `insist`. Called again it does nothing more.
        """
        raise RuleBroken(_("This kind of import cannot be taken back."))


_importers: dict[str, Importer] = {}


def register_importer(importer: Importer) -> None:
    _importers[importer.key] = importer


def importers() -> dict[str, Importer]:
    """All importers by key."""
    return dict(_importers)
