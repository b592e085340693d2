"""What a file is: asked of its bytes, and checked against the end of its name."""

import codecs
import zipfile
from dataclasses import dataclass
from pathlib import PurePath
from typing import BinaryIO

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from portcrm.errors import RuleBroken

_HEAD = 4096


@dataclass(frozen=True)
class Kind:
    """`endings` with their media types; `shown` says whether a browser may show it instead of saving it."""

    key: str
    endings: dict[str, str]
    shown: bool = False


_OFFICE = "application/vnd.openxmlformats-officedocument"
KINDS = {
    kind.key: kind
    for kind in (
        Kind("pdf", {".pdf": "application/pdf"}),
        Kind("png", {".png": "image/png"}, shown=True),
        Kind("jpeg", {".jpg": "image/jpeg", ".jpeg": "image/jpeg"}, shown=True),
        Kind("gif", {".gif": "image/gif"}, shown=True),
        Kind("webp", {".webp": "image/webp"}, shown=True),
        Kind("xlsx", {".xlsx": f"{_OFFICE}.spreadsheetml.sheet"}),
        Kind("docx", {".docx": f"{_OFFICE}.wordprocessingml.document"}),
        Kind("pptx", {".pptx": f"{_OFFICE}.presentationml.presentation"}),
        Kind("office", {".doc": "application/msword", ".xls": "application/vnd.ms-excel", ".ppt": "application/vnd.ms-powerpoint"}),
        Kind("text", {".txt": "text/plain", ".csv": "text/csv", ".edi": "text/plain"}),
    )
}
ENDINGS = sorted({ending for kind in KINDS.values() for ending in kind.endings})
_MAGIC = (
    (b"%PDF-", "pdf"),
    (b"\x89PNG\r\n\x1a\n", "png"),
    (b"\xff\xd8\xff", "jpeg"),
    (b"GIF87a", "gif"),
    (b"GIF89a", "gif"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "office"),
)
_FOLDERS = {"xl/": "xlsx", "word/": "docx", "ppt/": "pptx"}


def kind_of(file: BinaryIO, name: str) -> Kind:
    """The kind of an uploaded file; RuleBroken for one we do not keep, or whose name says something else."""
    ending = PurePath(name).suffix.lower()
    kind = KINDS.get(_by_content(file))
    if kind is None or ending not in ENDINGS:
        raise RuleBroken(format_lazy(_("Files of this kind are not kept. Possible are: {endings}."), endings=" ".join(ENDINGS)))
    if ending not in kind.endings:
        raise RuleBroken(format_lazy(_("The name ends in {ending}, but the content is something else."), ending=ending))
    return kind


def media_type(kind_key: str, name: str) -> str:
    kind = KINDS.get(kind_key)
    return kind.endings.get(PurePath(name).suffix.lower(), "application/octet-stream") if kind else "application/octet-stream"


def _by_content(file: BinaryIO) -> str:
    file.seek(0)
    head = file.read(_HEAD)
    for magic, key in _MAGIC:
        if head.startswith(magic):
            return key
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return "webp"
    if head.startswith(b"PK\x03\x04"):
        return _office_archive(file)
    return "text" if head and _is_text(head) else ""


def _office_archive(file: BinaryIO) -> str:
    try:
        with zipfile.ZipFile(file) as archive:
            names = archive.namelist()
    except (zipfile.BadZipFile, OSError, ValueError):
        return ""
    if "[Content_Types].xml" not in names or any("vbaProject" in name for name in names):
        return ""
    return next((key for folder, key in _FOLDERS.items() if any(name.startswith(folder) for name in names)), "")


def _is_text(head: bytes) -> bool:
    if b"\x00" in head:
        return False
    for encoding in ("utf-8", "gb18030"):
        try:
            codecs.getincrementaldecoder(encoding)().decode(head)  # not final: the head may end inside a character
        except UnicodeDecodeError:
            continue
        return True
    return False
