"""A workbook is a zip archive: look at what it would unpack to before anything unpacks it."""

import re
import struct
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path

from django.conf import settings
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from portcrm.exchange.problems import FileProblem

_BLOCK = 1 << 18
_LOCAL_HEADER = struct.Struct("<4s22xHH")
_CELL = re.compile(rb"<(?:\w+:)?c\s[^<>]*?\br=\"([A-Z]{1,3})(\d{1,7})\"")
_TAIL = 200


def check_archive(path: Path) -> None:
    """Raise FileProblem for an archive that is broken, no workbook, or unpacks to more than the settings allow.

    The sizes an archive states may lie, so every part is unpacked in small blocks and counted; the cells of a sheet
    are found by their addresses, because one cell in the last corner would make the sheet fill the memory.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            parts = archive.infolist()
    except (zipfile.BadZipFile, OSError, ValueError) as error:
        raise FileProblem(_("The workbook is damaged and cannot be opened. Please save it again.")) from error
    names = {part.filename for part in parts}
    if "xl/workbook.xml" not in names and not any(name.endswith("workbook.xml") for name in names):
        raise FileProblem(_("This archive is not an Excel workbook. Please save the table as .xlsx or .csv."))
    if any(part.flag_bits & 1 for part in parts):
        raise FileProblem(_("The workbook is protected by a password."))
    left = settings.MAX_IMPORT_UNPACKED_BYTES
    with path.open("rb") as file:
        for part in parts:
            corner = _Corner()
            for block in unpacked(file, part):
                left -= len(block)
                if left < 0:
                    raise _too_big(settings.MAX_IMPORT_UNPACKED_BYTES)
                if "worksheets/" in part.filename:
                    corner.see(block)
            corner.check()


class _Corner:
    """The last row and column that a sheet names, gathered from blocks of its XML."""

    def __init__(self) -> None:
        self._rest = b""
        self._columns: set[bytes] = set()
        self._row = 0

    def see(self, block: bytes) -> None:
        text = self._rest + block
        found = _CELL.findall(text)
        if found:
            self._columns.update({letters for letters, _row in found})
            self._row = max(self._row, max(int(row) for _letters, row in found))
        self._rest = text[-_TAIL:]

    def check(self) -> None:
        cells = self._row * max((column_number(letters) for letters in self._columns), default=0)
        if cells > settings.MAX_IMPORT_CELLS:
            raise FileProblem(
                format_lazy(
                    _("The sheet spans {cells} cells; {limit} are allowed. Delete unused rows and columns, or save it as CSV."),
                    cells=f"{cells:,}",
                    limit=f"{settings.MAX_IMPORT_CELLS:,}",
                )
            )


def unpacked(file, part: zipfile.ZipInfo) -> Iterator[bytes]:
    """The bytes that this part really unpacks to, whatever size it states."""
    file.seek(part.header_offset)
    header = file.read(_LOCAL_HEADER.size)
    if len(header) < _LOCAL_HEADER.size or part.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        raise FileProblem(_("The workbook is damaged and cannot be opened. Please save it again."))
    _magic, name_length, extra_length = _LOCAL_HEADER.unpack(header)
    file.seek(name_length + extra_length, 1)
    left = part.compress_size
    unpack = zlib.decompressobj(-15) if part.compress_type == zipfile.ZIP_DEFLATED else None
    try:
        while left > 0 and (packed := file.read(min(_BLOCK, left))):
            left -= len(packed)
            if unpack is None:
                yield packed
                continue
            while packed:
                yield unpack.decompress(packed, _BLOCK)
                packed = unpack.unconsumed_tail
    except zlib.error as error:
        raise FileProblem(_("The workbook is damaged and cannot be opened. Please save it again.")) from error


def column_number(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number


def _too_big(limit: int) -> FileProblem:
    return FileProblem(
        format_lazy(_("The workbook would unpack to more than {limit} MB. Please save the table as CSV."), limit=limit // (1024 * 1024))
    )
