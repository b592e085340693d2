"""Cells copied from a spreadsheet, read onto the grid of the annual task: what was understood, and what was not with the reason."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from cargo.imports.task_words import WHOLE_YEAR, is_all_classes, month_of, quantity_of
from cargo.queries.references import References
from cargo.queries.targets import MONTHS, CellKey
from portcrm.exchange.parsing import CellProblem

MOST_LINES = 60
GRID_ORDER = (WHOLE_YEAR, *MONTHS)
COUNTS = {1: (WHOLE_YEAR,), 12: MONTHS, 13: GRID_ORDER}  # what columns mean where no line names them


@dataclass(frozen=True)
class RefusedCell:
    """`line` and `column` as people count them in what they pasted; column 0 is the whole line."""

    line: int
    column: int
    text: str
    why: object


@dataclass
class Pasted:
    cells: dict[CellKey, Decimal] = field(default_factory=dict)
    refused: list[RefusedCell] = field(default_factory=list)


def read_pasted(text: str, *, references: References, times: int, unit: str) -> Pasted:
    """The first column names the class (or 合计, all), a first line may name the months. Without such a line twelve columns are the
    months, thirteen the year and the months, a single one the year. Empty cells say nothing; a bare number counts `times`."""
    pasted = Pasted()
    lines = [(number, line.split("\t")) for number, line in enumerate(text.splitlines(), 1) if line.strip()]
    if len(lines) > MOST_LINES:
        pasted.refused.append(RefusedCell(lines[MOST_LINES][0], 0, "", _("More lines than the grid has; the rest was not read.")))
        lines = lines[:MOST_LINES]
    columns = _named_columns(lines[0][1], references) if lines else None
    reading = _Reading(pasted, columns, references, times, unit)
    for number, cells in lines[1:] if columns else lines:
        reading.read_line(number, [cell.strip() for cell in cells])
    return pasted


def _named_columns(cells: list[str], references: References) -> dict[int, int] | None:
    """Which month each column holds, where the line names months; a line whose first cell is a class holds figures, however small."""
    if cells[0].strip() and (is_all_classes(cells[0]) or references.cargo_class(cells[0].strip())):
        return None
    named = {}
    for position, cell in enumerate(cells[1:], 1):
        try:
            named[position] = month_of(cell)
        except CellProblem:
            continue
    written = [cell.strip() for cell in cells[1:] if cell.strip()]
    headed = bool(named) and len(named) == len(written) == len(set(named.values()))
    in_order = [int(cell) for cell in written if cell.isdigit()]
    return named if headed and in_order in ([], list(MONTHS)) and not cells[0].strip().isdigit() else None


@dataclass(frozen=True)
class _Reading:
    pasted: Pasted
    columns: dict[int, int] | None
    references: References
    times: int
    unit: str

    def read_line(self, number: int, cells: list[str]) -> None:
        name, figures = cells[0], cells[1:]
        one = None if is_all_classes(name) else self.references.cargo_class(name)
        if one is None and not is_all_classes(name):
            self._refuse(number, 1, name, _("There is no such cargo class; write its code, such as 01, or its name."))
            return
        places = self.columns or _places(figures)
        if places is None:
            said = _("{count} figures: which months? Paste 1, 12 or 13, or a first line that names them.")
            self._refuse(number, 0, name, format_lazy(said, count=len(figures)))
            return
        for key, column, cell in _cells(one.pk if one else None, places, cells):
            try:
                self.pasted.cells[key] = quantity_of(cell, times=self.times, unit=self.unit)
            except CellProblem as problem:
                self._refuse(number, column, cell, problem.message)

    def _refuse(self, number: int, column: int, text: str, why: object) -> None:
        self.pasted.refused.append(RefusedCell(number, column, text, why))


def _places(figures: list[str]) -> dict[int, int] | None:
    months = COUNTS.get(len(figures))
    return dict(enumerate(months, 1)) if months else None


def _cells(code: str | None, places: dict[int, int], cells: list[str]) -> Iterator[tuple[CellKey, int, str]]:
    for position, month in places.items():
        if position < len(cells) and cells[position]:
            yield CellKey(code, month or None), position + 1, cells[position]
