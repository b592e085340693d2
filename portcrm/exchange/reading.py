"""From cells to rows: each row either becomes values for the importer or a record of what is wrong with it."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import compress
from typing import Any

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from portcrm.bilingual import both
from portcrm.exchange.importing import CellProblem, Importer, Problem, Row
from portcrm.exchange.matching import titles
from portcrm.exchange.parsing import Number
from portcrm.exchange.readers.formulas import NoResult
from portcrm.exchange.rows import Rows

LONGEST_SHOWN = 200
NO_RESULT = _("This cell holds a formula without a result. Open the workbook in Excel, save it and take it in again.")


@dataclass
class Chunk:
    """A few thousand rows: those to store, those with problems, and the cells of all of them by line.

    `unread`: the rows with problems, as far as their cells could be read; `left`: further rows that are not written with it.
    """

    rows: Sequence[Row] = field(default_factory=list)
    unread: list[Row] = field(default_factory=list)
    left: list[Row] = field(default_factory=list)
    rejected: dict[int, list[dict]] = field(default_factory=dict)
    cells: dict[int, list[Any]] = field(default_factory=dict)
    last_line: int = 0

    def reject(self, number: int, detail: dict) -> None:
        self.rejected.setdefault(number, []).append(detail)

    def keep_out(self, message: Any) -> None:
        """Reject its sound rows, because the file would not be taken with them."""
        for row in self.rows:
            self.reject(row.number, {"field": "", "column": "", "value": "", "message": both(message)})
        self.rows = []

    def set_apart(self, numbers: Collection[int]) -> "list[Chunk]":
        """Take these lines out; returns each as a chunk of its own."""
        apart = [
            Chunk(
                rows=[row for row in self.rows if row.number == number],
                unread=[row for row in self.unread if row.number == number],
                left=[row for row in self.left if row.number == number],
                rejected={number: self.rejected.pop(number)} if number in self.rejected else {},
                cells={number: self.cells.pop(number)},
                last_line=number,
            )
            for number in sorted(self.cells.keys() & set(numbers))
        ]
        if apart:
            self.left += [row for row in self.rows if row.number in numbers]
            self.rows = [row for row in self.rows if row.number not in numbers]
        return apart


@dataclass(frozen=True)
class Unreadable:
    """Stands where a cell has no value that its field takes."""

    shown: str
    message: Any


@dataclass(frozen=True)
class Column:
    """A column of the file and the field it goes into."""

    index: int
    name: str
    parse: Callable[[Any], Any]
    required: bool

    def read(self, cells: Sequence[Any]) -> list[Any]:
        """The values of a column's cells. Columns repeat themselves, so each different text is parsed once a chunk.

        Only texts are looked up: the cells 1, 1.0 and TRUE of a sheet are equal and mean different things.
        """
        texts = {cell for cell in cells if cell.__class__ is str}
        known = {text: self._value(text.strip()) for text in texts}
        return [known[cell] if cell.__class__ is str else self._value(cell) for cell in cells]

    def _value(self, cell: Any) -> Any:
        if cell.__class__ is NoResult:
            return Unreadable(str(cell)[:LONGEST_SHOWN], NO_RESULT)
        if cell == "" or cell is None:
            return Unreadable("", _("This cell must not be empty.")) if self.required else None
        try:
            return self.parse(cell)
        except CellProblem as problem:
            return Unreadable(str(cell)[:LONGEST_SHOWN], problem.message)
        except (ValueError, ArithmeticError):
            return Unreadable(str(cell)[:LONGEST_SHOWN], _("This value cannot be read."))


def _under(heading: str, parse: Callable[[Any], Any]) -> Callable[[Any], Any]:
    return parse.under(heading) if isinstance(parse, Number) else parse


class RowParser:
    """Applies an importer's fields to the columns of one file."""

    def __init__(self, importer: Importer, columns: list[str], mapping: Mapping[str, int], constants: Mapping[str, str]):
        fields = {each.name: each for each in importer.fields}
        self.titles = titles(columns)
        self._width = len(columns)
        self._columns = [
            Column(mapping[name], name, _under(columns[mapping[name]], each.parse), each.required)
            for name, each in fields.items()
            if name in mapping
        ]
        self._constants = {name: fields[name].parse(text) for name, text in constants.items() if name not in mapping}
        self._column_of = {name: self.titles[index] for name, index in mapping.items()}

    def parse(self, numbered: Iterable[tuple[int, list[Any]]]) -> Chunk:
        """Read a chunk of rows, column by column: the inner loop of every import, so little may happen here per cell."""
        chunk = Chunk()
        numbers, lines = [], []
        for number, cells in numbered:
            chunk.last_line = number
            if len(cells) == self._width or self._fit(cells, number, chunk):
                numbers.append(number)
                lines.append(cells)
        chunk.cells.update(zip(numbers, lines, strict=True))
        names = [*self._constants, *(column.name for column in self._columns)]
        values = [[value] * len(lines) for value in self._constants.values()]
        values += [column.read([cells[column.index] for cells in lines]) for column in self._columns]
        for name, read in zip(names, values, strict=True):
            self._refuse_unreadable(chunk, name, numbers, read)
        parsed = Rows(numbers, dict(zip(names, values, strict=True)), lines)
        chunk.rows = self._sound(parsed, chunk) if chunk.rejected else parsed
        return chunk

    def _sound(self, parsed: Rows, chunk: Chunk) -> Rows:
        """The rows without a problem; the others are kept as far as they could be read."""
        sound = [number not in chunk.rejected for number in parsed.numbers]
        for place in (place for place, fine in enumerate(sound) if not fine):
            row = parsed[place]
            read = {name: value for name, value in row.values.items() if value.__class__ is not Unreadable}
            chunk.unread.append(row._replace(values=read))
        columns = {name: list(compress(values, sound)) for name, values in parsed.columns.items()}
        return Rows(list(compress(parsed.numbers, sound)), columns, list(compress(parsed.cells, sound)))

    def _refuse_unreadable(self, chunk: Chunk, name: str, numbers: list[int], values: list[Any]) -> None:
        if Unreadable not in set(map(type, values)):
            return
        column = self._column_of[name]
        for number, value in zip(numbers, values, strict=True):
            if value.__class__ is Unreadable:
                chunk.reject(number, {"field": name, "column": column, "value": value.shown, "message": both(value.message)})

    def detail_of(self, problem: Problem, cells: list[Any]) -> dict:
        """The record of a problem that the importer found."""
        column = self._column_of.get(problem.field, "")
        value = cells[self.titles.index(column)] if column else ""
        return {"field": problem.field, "column": column, "value": str(value)[:LONGEST_SHOWN], "message": both(problem.message)}

    def _readable(self, cells: list[Any]) -> dict[str, Any]:
        """What a row says as far as its cells can be read where they stand."""
        values = {column.name: column.read(cells[column.index : column.index + 1])[0] for column in self._columns}
        return self._constants | {name: value for name, value in values.items() if value.__class__ is not Unreadable}

    def _fit(self, cells: list[Any], number: int, chunk: Chunk) -> bool:
        """Make a row as wide as the header; filled cells beyond it mean that cells have shifted."""
        if len(cells) < self._width:
            cells.extend([""] * (self._width - len(cells)))
            return True
        if any(cell not in ("", None) for cell in cells[self._width :]):
            chunk.cells[number] = cells
            chunk.left.append(Row(number, self._readable(cells), cells))
            message = format_lazy(
                _("The row has {count} cells, the header {width}: a cell has probably shifted."), count=len(cells), width=self._width
            )
            chunk.reject(number, {"field": "", "column": "", "value": "", "message": both(message)})
            return False
        del cells[self._width :]
        return True
