"""CSV: the encoding and the delimiter are found out, the rows are streamed."""

import codecs
import csv
from collections.abc import Iterator
from dataclasses import replace
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from portcrm.exchange.problems import FileProblem

if TYPE_CHECKING:
    from portcrm.exchange.readers.table import TableOptions

ENCODINGS = ("utf-8-sig", "gb18030", "utf-16")
WITH_MARK, WITHOUT_MARK = "utf-8-sig", "utf-8"
LABELS: dict[str, Any] = {
    WITHOUT_MARK: "UTF-8",
    WITH_MARK: _("UTF-8 (with BOM)"),
    "gb18030": "GB18030",
    "utf-16": "UTF-16",
}  # as people know them
DELIMITERS = (",", ";", "\t", "|")
_BLOCK = 1 << 20
_SAMPLE_ROWS = 50


def examine(path: Path, options: "TableOptions") -> tuple["TableOptions", list[str]]:
    """Fill in encoding and delimiter; raise FileProblem for a file that is in none of our encodings."""
    encoding = options.encoding or _encoding(path)
    if options.encoding and not _decodes(path, encoding):
        raise FileProblem(format_lazy(_("The file is not written in {encoding}."), encoding=_chosen(encoding)))
    if encoding == WITH_MARK and not _begins_with_mark(path):
        encoding = WITHOUT_MARK
    delimiter = options.delimiter or _delimiter(path, encoding)
    return replace(options, encoding=encoding, delimiter=delimiter), []


def rows(path: Path, options: "TableOptions") -> Iterator[tuple[int, list[Any]]]:
    """Rows that hold anything, with the number of the line on which each begins."""
    csv.field_size_limit(settings.MAX_IMPORT_CELL_CHARACTERS)  # holds for the whole process
    with path.open(encoding=options.encoding, newline="") as file:
        reader = csv.reader(file, delimiter=options.delimiter, strict=True)
        line = 1
        try:
            for cells in reader:
                if any(cells):
                    yield line, cells
                line = reader.line_num + 1
        except csv.Error as error:
            raise FileProblem(
                format_lazy(
                    _("The table is broken from line {line} on: a quotation mark is not closed, or a cell is far too long."),
                    line=line,
                )
            ) from error
        except UnicodeError as error:
            raise FileProblem(format_lazy(_("The file is not written in {encoding}."), encoding=_chosen(options.encoding))) from error


def _encoding(path: Path) -> str:
    with path.open("rb") as file:
        head = file.read(4)
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        candidates: tuple[str, ...] = ("utf-16",)
    else:
        candidates = ("utf-8-sig", "gb18030")
    for encoding in candidates:
        if _decodes(path, encoding):
            return encoding
    raise FileProblem(_("The characters cannot be read: the file is in neither UTF-8 nor GB18030. Please save it as “CSV UTF-8”."))


def _chosen(encoding: str) -> Any:
    """Its name where people choose it: there the mark makes no difference."""
    return LABELS.get(WITHOUT_MARK if encoding == WITH_MARK else encoding, encoding)


def _begins_with_mark(path: Path) -> bool:
    with path.open("rb") as file:
        return file.read(len(codecs.BOM_UTF8)) == codecs.BOM_UTF8


def _decodes(path: Path, encoding: str) -> bool:
    try:
        decoder = codecs.getincrementaldecoder(encoding)()
        with path.open("rb") as file:
            while block := file.read(_BLOCK):
                decoder.decode(block)
        decoder.decode(b"", final=True)
    except (UnicodeError, LookupError):
        return False
    return True


def _delimiter(path: Path, encoding: str) -> str:
    """The delimiter that cuts the first rows into the most columns, evenly."""

    def quality(delimiter: str) -> tuple[int, int]:
        with path.open(encoding=encoding, newline="") as file:
            reader = csv.reader(file, delimiter=delimiter)
            try:
                widths = [len(cells) for cells in islice(reader, _SAMPLE_ROWS) if any(cells)]
            except csv.Error:
                return (0, 0)
        if not widths:
            return (0, 0)
        usual = max(set(widths), key=widths.count)
        return (widths.count(usual) * (usual > 1), usual)

    return max(DELIMITERS, key=quality)
