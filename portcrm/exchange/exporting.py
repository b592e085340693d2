"""A list as a file: the rows of all its pages, the columns and the order of the screen.

CSV is streamed; a workbook is written to a temporary file, row by row. Cells that a spreadsheet would take for a
formula are defused. Nothing leaves without its audit event.
"""

import csv
import datetime as dt
import tempfile
from collections.abc import Iterator
from decimal import Decimal
from itertools import islice
from typing import Any

import xlsxwriter
from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.http import FileResponse, HttpRequest, StreamingHttpResponse
from django.utils import timezone, translation
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portcrm.accounts.models import User
from portcrm.audit.actions import action
from portcrm.audit.services import record
from portcrm.clock import port_today
from portcrm.errors import RuleBroken
from portcrm.pages.lists.worded import Names, names_in

BATCH = 2000
DANGEROUS = (*"=+-@", *"＝＋－＠", "\t", "\r", "\n")  # noqa: RUF001  some spreadsheets read full-width signs as the usual ones
TOO_LONG = gettext_lazy("The list has more than {limit} rows, more than one file may hold. Please narrow it by a filter.")
TOO_LONG_A_WORKBOOK = gettext_lazy(
    "The list has more than {limit} rows, more than a workbook may hold here. Please narrow it by a filter, or export it as CSV."
)
TOO_MANY_PROBLEMS = gettext_lazy("More than {limit} rows have problems, more than a workbook may hold here. Please take the CSV file.")
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def export_response(request: HttpRequest, listing, *, by: User) -> StreamingHttpResponse | FileResponse:
    """Answer with the whole filtered list as CSV or XLSX (`listing.export_format`), and say so in the audit log."""
    if not listing.export_permission or not by.has_perm(listing.export_permission):
        raise PermissionDenied
    listing.refuse_unread()
    count = _count(listing)
    asked = {"query": listing.state, "names": names_in(listing), "ticked": len(listing.ticked)}
    tell_export(listing_record=listing.record, format=listing.export_format, rows=count, by=by, **asked)
    name = f"{listing.record.rpartition('.')[2]}-{port_today():%Y-%m-%d}.{listing.export_format}"
    header = [str(column.label) for column in listing.columns]
    if listing.export_format == "xlsx":
        return xlsx_response(header, _rows(listing), name=name)
    return csv_response(header, _rows(listing), name=name)


@action("exchange.export", gettext_lazy("List exported"))
def tell_export(
    *,
    listing_record: str,
    format: str,
    rows: int,
    query: str,
    by: User,
    names: Names | None = None,
    ticked: int = 0,  # noqa: A002
) -> None:
    """Write down who took which rows out. `names`: what the records in the query are called; the log outlives them. `ticked`: how
    many rows were ticked, where only these went out and not all the query found."""
    told = {"names": names} if names else {}
    told |= {"ticked": ticked} if ticked else {}
    record(by=by, action="exchange.export", list=listing_record, format=format, rows=rows, query=query, **told)


def csv_response(header: list[str], rows: Iterator[list[Any]], *, name: str) -> StreamingHttpResponse:
    """CSV as spreadsheets expect it: UTF-8 with its mark, CRLF, formulas defused."""
    response = StreamingHttpResponse(_csv(header, rows), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = content_disposition_header(as_attachment=True, filename=name)
    return response


def xlsx_response(header: list[str], rows: Iterator[list[Any]], *, name: str) -> FileResponse:
    """A workbook with one sheet; numbers and dates stay numbers and dates."""
    file = tempfile.TemporaryFile()  # noqa: SIM115 the response closes it
    book = xlsxwriter.Workbook(file, {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    sheet = book.add_worksheet()
    formats = {
        "head": book.add_format({"bold": True}),
        dt.date: book.add_format({"num_format": "yyyy-mm-dd"}),
        dt.datetime: book.add_format({"num_format": "yyyy-mm-dd hh:mm"}),
        "text": book.add_format({"quote_prefix": True}),
    }
    sheet.freeze_panes(1, 0)
    for column, title in enumerate(header):
        sheet.write_string(0, column, title, formats["head"])
    for number, cells in enumerate(rows, start=1):
        for column, cell in enumerate(cells):
            _write(sheet, number, column, cell, formats)
    book.close()
    file.seek(0)
    return FileResponse(file, as_attachment=True, filename=name, content_type=XLSX)


def plain(value: Any) -> Any:
    """A value as a cell: text, number, date, or a moment on the reader's clock."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return _("Yes") if value else _("No")
    if isinstance(value, dt.datetime):
        return timezone.localtime(value).replace(tzinfo=None, microsecond=0) if timezone.is_aware(value) else value
    if isinstance(value, int | float | Decimal | dt.date):
        return value
    return str(value)


def defused(cell: Any) -> str:
    """Text that no spreadsheet takes for a formula; the quote in front is taken off again by our imports."""
    if isinstance(cell, Decimal):
        return format(cell, "f")
    if isinstance(cell, dt.datetime):
        return f"{cell:%Y-%m-%d %H:%M}"
    if isinstance(cell, str) and cell.startswith(DANGEROUS):
        return f"'{cell}"
    return str(cell)


def _count(listing) -> int:
    limit = settings.MAX_EXPORT_ROWS if listing.export_format == "csv" else min(settings.MAX_WORKBOOK_ROWS, settings.MAX_EXPORT_ROWS)
    count = listing.filtered.order_by()[: limit + 1].count()
    if count > limit:
        refusal = TOO_LONG if limit == settings.MAX_EXPORT_ROWS else TOO_LONG_A_WORKBOOK
        raise RuleBroken(str(refusal).format(limit=f"{limit:,}"))
    return count


def refuse_too_long_a_workbook(rows: int) -> None:
    """For rows with problems: a workbook is written whole before its first byte goes, a CSV file is not."""
    if rows > settings.MAX_WORKBOOK_ROWS:
        raise RuleBroken(str(TOO_MANY_PROBLEMS).format(limit=f"{settings.MAX_WORKBOOK_ROWS:,}"))


def _rows(listing) -> Iterator[list[Any]]:
    """The cells of every row; read in the language of the request, also after it has been answered."""
    language, zone = translation.get_language(), timezone.get_current_timezone()
    rows = listing.filtered.iterator(chunk_size=BATCH)
    while True:
        with translation.override(language), timezone.override(zone):
            stretch = list(islice(rows, BATCH))
            listing.prepare(stretch)
            batch = [[plain(column.raw(row)) for column in listing.columns] for row in stretch]
        if not batch:
            return
        yield from batch


def _csv(header: list[str], rows: Iterator[list[Any]]) -> Iterator[str]:
    writer = csv.writer(_Echo())
    yield "\ufeff" + writer.writerow([defused(title) for title in header])
    while batch := list(islice(rows, 200)):
        yield "".join([writer.writerow([defused(cell) for cell in cells]) for cells in batch])


class _Echo:
    """Gives each line that csv writes back to its caller."""

    def write(self, line: str) -> str:
        return line


def _write(sheet, row: int, column: int, cell: Any, formats: dict) -> None:
    if isinstance(cell, dt.datetime | dt.date):
        sheet.write_datetime(row, column, cell, formats[type(cell)])
    elif isinstance(cell, int | float | Decimal):
        sheet.write_number(row, column, float(cell))
    elif cell:
        sheet.write_string(row, column, cell, formats["text"] if cell.startswith(DANGEROUS) else None)
