"""A table from a file: its column names, and its rows one by one."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

from django.utils.translation import gettext_lazy as _

from portcrm.exchange.problems import FileProblem
from portcrm.exchange.readers import csv_file, workbook
from portcrm.exchange.readers.recognise import recognise

NumberedRow = tuple[int, list[Any]]


@dataclass(frozen=True)
class TableOptions:
    """How to read a file; what is empty is found out from the file itself."""

    encoding: str = ""
    delimiter: str = ""
    sheet: str = ""
    has_header: bool = True


@dataclass(frozen=True)
class Table:
    """`columns` are the names as written (empty where the cell is), `options` what was found out."""

    format: str
    options: TableOptions
    columns: list[str]
    sheets: list[str]
    path: Path
    header_line: int

    def rows(self, *, after: int = 0) -> Iterator[NumberedRow]:
        """Rows that hold anything, with their line number in the file; only those beyond line `after`."""
        first = max(after, self._header_line())
        source = csv_file.rows(self.path, self.options) if self.format == "csv" else workbook.rows(self.path, self.options)
        return (row for row in source if row[0] > first)

    def sample(self, count: int = 5) -> list[list[Any]]:
        return [cells for _number, cells in islice(self.rows(), count)]

    def _header_line(self) -> int:
        return self.header_line if self.options.has_header else 0


def open_table(path: Path, options: TableOptions | None = None) -> Table:
    """Look into the file and return its table, or raise FileProblem with the reason why there is none."""
    options = options or TableOptions()
    format_ = recognise(path)
    reader = csv_file if format_ == "csv" else workbook
    options, sheets = reader.examine(path, options)
    first = next(iter(reader.rows(path, options)), None)
    if first is None:
        raise FileProblem(_("The file holds no rows."))
    number, cells = first
    columns = [_name(cell) for cell in cells] if options.has_header else [""] * len(cells)
    while columns and not columns[-1] and options.has_header:
        columns.pop()
    return Table(format_, options, columns, sheets, path, number)


def _name(cell: Any) -> str:
    return " ".join(str(cell).split()) if cell not in (None, "") else ""
