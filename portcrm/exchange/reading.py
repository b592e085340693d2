"""From cells to rows: each row either becomes values for the importer or a record of what is wrong with it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from portcrm.bilingual import both
from portcrm.exchange.importing import CellProblem, Importer, Problem, Row
from portcrm.exchange.matching import titles
from portcrm.exchange.readers.formulas import NoResult

LONGEST_SHOWN = 200
NO_RESULT = _("This cell holds a formula without a result. Open the workbook in Excel, save it and take it in again.")


@dataclass
class Chunk:
    """A few thousand rows: those to store, those with problems, and the cells of all of them by line."""

    rows: list[Row] = field(default_factory=list)
    rejected: dict[int, list[dict]] = field(default_factory=dict)
    cells: dict[int, list[Any]] = field(default_factory=dict)
    last_line: int = 0

    def reject(self, number: int, detail: dict) -> None:
        self.rejected.setdefault(number, []).append(detail)


class RowParser:
    """Applies an importer's fields to the columns of one file."""

    def __init__(self, importer: Importer, columns: list[str], mapping: Mapping[str, int], constants: Mapping[str, str]):
        fields = {each.name: each for each in importer.fields}
        self._titles = titles(columns)
        self._width = len(columns)
        self._plan = [(mapping[name], name, fields[name].parse, fields[name].required) for name in fields if name in mapping]
        self._constants = {name: fields[name].parse(text) for name, text in constants.items() if name not in mapping}
        self._column_of = {name: self._titles[index] for name, index in mapping.items()}

    def parse(self, numbered: Iterable[tuple[int, list[Any]]]) -> Chunk:
        """Read a chunk of rows. This is the inner loop of every import: little may happen here per cell."""
        chunk = Chunk()
        plan, width, constants, rows, cells_of = self._plan, self._width, self._constants, chunk.rows, chunk.cells
        number = 0
        for number, cells in numbered:
            if len(cells) != width and not self._fit(cells, number, chunk):
                continue
            values = dict(constants)
            sound = True
            for index, name, parse, required in plan:
                cell = cells[index]
                if cell.__class__ is str:
                    cell = cell.strip()
                elif cell.__class__ is NoResult:
                    sound = self._refuse(chunk, number, name, cell, NO_RESULT)
                    continue
                if cell == "" or cell is None:
                    values[name] = None
                    if required:
                        sound = self._refuse(chunk, number, name, "", _("This cell must not be empty."))
                    continue
                try:
                    values[name] = parse(cell)
                except CellProblem as problem:
                    sound = self._refuse(chunk, number, name, cell, problem.message)
                except (ValueError, ArithmeticError):
                    sound = self._refuse(chunk, number, name, cell, _("This value cannot be read."))
            cells_of[number] = cells
            if sound:
                rows.append(Row(number, values, cells))
        chunk.last_line = number
        return chunk

    def detail_of(self, problem: Problem, cells: list[Any]) -> dict:
        """The record of a problem that the importer found."""
        column = self._column_of.get(problem.field, "")
        value = cells[self._titles.index(column)] if column else ""
        return {"field": problem.field, "column": column, "value": str(value)[:LONGEST_SHOWN], "message": both(problem.message)}

    def _fit(self, cells: list[Any], number: int, chunk: Chunk) -> bool:
        """Make a row as wide as the header; filled cells beyond it mean that cells have shifted."""
        if len(cells) < self._width:
            cells.extend([""] * (self._width - len(cells)))
            return True
        if any(cell not in ("", None) for cell in cells[self._width :]):
            chunk.cells[number] = cells
            message = format_lazy(
                _("The row has {count} cells, the header {width}: a cell has probably shifted."), count=len(cells), width=self._width
            )
            chunk.reject(number, {"field": "", "column": "", "value": "", "message": both(message)})
            return False
        del cells[self._width :]
        return True

    def _refuse(self, chunk: Chunk, number: int, name: str, cell: Any, message: Any) -> bool:
        column = self._column_of.get(name, "")
        chunk.reject(number, {"field": name, "column": column, "value": str(cell)[:LONGEST_SHOWN], "message": both(message)})
        return False
