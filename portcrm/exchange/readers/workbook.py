"""XLSX: values only, as the sheet shows them; merged cells count for all the rows they cover."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _
from python_calamine import CalamineError, CalamineSheet, CalamineWorkbook, PasswordError, SheetTypeEnum, SheetVisibleEnum

from portcrm.exchange.problems import FileProblem
from portcrm.exchange.readers.archive import check_archive
from portcrm.exchange.readers.formulas import NoResult, cells_without_result

if TYPE_CHECKING:
    from portcrm.exchange.readers.table import TableOptions


def examine(path: Path, options: "TableOptions") -> tuple["TableOptions", list[str]]:
    """Choose the first visible sheet unless one is named; returns the sheets to choose from."""
    check_archive(path)
    sheets = [
        sheet.name
        for sheet in _open(path).sheets_metadata
        if sheet.visible == SheetVisibleEnum.Visible and sheet.typ == SheetTypeEnum.WorkSheet
    ]
    if not sheets:
        raise FileProblem(_("The workbook has no visible sheet."))
    if options.sheet and options.sheet not in sheets:
        raise FileProblem(format_lazy(_("The workbook has no sheet “{sheet}”."), sheet=options.sheet))
    return replace(options, sheet=options.sheet or sheets[0]), sheets


def rows(path: Path, options: "TableOptions") -> Iterator[tuple[int, list[Any]]]:
    """Rows that hold anything, with their number in the sheet."""
    try:
        sheet = _open(path).get_sheet_by_name(options.sheet)
        merged, unknown = _merged(sheet), cells_without_result(path, options.sheet)
        first_column = sheet.start[1] if sheet.start else 0
        for number, cells in enumerate(sheet.iter_rows(), start=1):
            if number in unknown:
                _mark(cells, unknown.pop(number), first_column)
            if number in merged:
                _fill(cells, number, merged)
            if any(cell != "" for cell in cells):
                yield number, cells
        for number in sorted(unknown):  # rows that hold nothing else end the sheet too early
            cells = []
            _mark(cells, unknown[number], first_column)
            if cells:
                yield number, cells
    except CalamineError as error:
        raise FileProblem(_("The workbook is damaged and cannot be opened. Please save it again.")) from error


def _mark(cells: list[Any], unknown: dict[int, NoResult], first_column: int) -> None:
    """Put the formulas without a result where the sheet seems empty."""
    for column, formula in unknown.items():
        place = column - first_column
        cells.extend([""] * (place + 1 - len(cells)))
        if place >= 0:
            cells[place] = formula


def _open(path: Path) -> CalamineWorkbook:
    try:
        return CalamineWorkbook.from_path(str(path))
    except PasswordError as error:
        raise FileProblem(_("The workbook is protected by a password.")) from error
    except CalamineError as error:
        raise FileProblem(_("The workbook is damaged and cannot be opened. Please save it again.")) from error


def _merged(sheet: CalamineSheet) -> dict[int, list]:
    """Merged ranges by each row they cover, cut to the part of the sheet that holds data."""
    ranges: dict[int, list] = {}
    if not sheet.merged_cell_ranges or sheet.start is None or sheet.end is None:
        return ranges
    cells, first_column, (last_row, last_column) = 0, sheet.start[1], sheet.end
    for (top, left), (bottom, right) in sheet.merged_cell_ranges:
        bottom, right = min(bottom, last_row), min(right, last_column)
        cells += max(bottom - top + 1, 0) * max(right - left + 1, 0)
        if cells > settings.MAX_IMPORT_MERGED_CELLS:
            raise FileProblem(_("Too many cells of the sheet are merged. Please undo the merging or save the table as CSV."))
        area = {"top": top, "left": max(left - first_column, 0), "right": right - first_column, "value": ""}
        for row in range(top, bottom + 1):
            ranges.setdefault(row + 1, []).append(area)
    return ranges


def _fill(cells: list[Any], number: int, merged: dict[int, list]) -> None:
    """Give every covered cell the value of its area; rows come without the sheet's empty first columns."""
    for area in merged[number]:
        if number == area["top"] + 1:
            area["value"] = cells[area["left"]]
        for column in range(area["left"], area["right"] + 1):
            cells[column] = area["value"]
