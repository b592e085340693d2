"""What kind of file is this? Asked of its first bytes, never of its name."""

import codecs
from pathlib import Path

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from portcrm.exchange.problems import FileProblem

_FOREIGN = (
    (b"\xd0\xcf\x11\xe0", _("an old Excel file (.xls) or one protected by a password")),
    (b"%PDF", _("a PDF file")),
    (b"\x89PNG", _("a picture")),
    (b"\xff\xd8\xff", _("a picture")),
    (b"GIF8", _("a picture")),
    (b"\x1f\x8b", _("a compressed file")),
    (b"Rar!", _("a compressed file")),
    (b"7z\xbc\xaf", _("a compressed file")),
)
_HEAD = 65536
_UTF16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)


def recognise(path: Path) -> str:
    """Return "xlsx" or "csv"; raise FileProblem for an empty or foreign file."""
    with path.open("rb") as file:
        head = file.read(_HEAD)
    if not head.strip(b"\x00 \t\r\n\xef\xbb\xbf"):
        raise FileProblem(_("The file is empty."))
    if head.startswith(b"PK\x03\x04"):
        return "xlsx"
    for magic, what in _FOREIGN:
        if head.startswith(magic):
            raise FileProblem(format_lazy(_("This is {what}. Please save the table as .xlsx or .csv."), what=what))
    if b"\x00" in head and not head.startswith(_UTF16):
        raise FileProblem(_("This is not a table: the file holds binary data. Please save the table as .xlsx or .csv."))
    return "csv"
