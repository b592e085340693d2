"""Formulas whose result was never stored: a program wrote the workbook and Excel has not calculated it yet.

Such a cell reads as empty, so a figure would be lost without a word. They are found in the XML of the sheet.
"""

import html
import re
import zipfile
from pathlib import Path, PurePosixPath

from django.utils.translation import gettext_lazy as _

from portcrm.exchange.problems import FileProblem
from portcrm.exchange.readers.archive import column_number, unpacked

MOST_WITHOUT_RESULT = 100_000  # beyond it the workbook as a whole was never calculated
NEVER_CALCULATED = _("The formulas of the sheet were never calculated. Please open it in Excel, save it and take it in again.")
LONGEST_CELL = 1 << 17
_FORMULA = re.compile(
    rb"<(?:\w+:)?c\s(?P<attributes>[^<>]*)>\s*<(?:\w+:)?f(?:\s[^<>]*)?(?:/>|>(?P<formula>[^<]*)</(?:\w+:)?f>)"
    rb"\s*(?:<(?:\w+:)?v\s*/>|<(?:\w+:)?v>\s*</(?:\w+:)?v>)?\s*</(?:\w+:)?c>"
)
_ADDRESS = re.compile(rb"\br=\"([A-Z]{1,3})(\d{1,7})\"")
_CELL_END = re.compile(rb"</(?:\w+:)?c>")
_SHEET = re.compile(r"<(?:\w+:)?sheet\s[^<>]*>")
_RELATION = re.compile(r"<(?:\w+:)?Relationship\s[^<>]*>")


class NoResult(str):
    """A cell with a formula and no result; its text is the formula as the sheet would show it."""

    __slots__ = ()


def cells_without_result(path: Path, sheet: str) -> dict[int, dict[int, NoResult]]:
    """By row (from 1) and column (from 0) of the sheet; an empty text that a formula gives is a result."""
    found: dict[int, dict[int, NoResult]] = {}
    count, rest = 0, b""
    with zipfile.ZipFile(path) as archive, path.open("rb") as file:
        part = _part_of(archive, sheet)
        for block in unpacked(file, archive.getinfo(part)) if part else ():
            text = rest + block
            for match in _FORMULA.finditer(text) if b"<f" in text or b":f" in text else ():
                address = _ADDRESS.search(match["attributes"])
                if address and b't="str"' not in match["attributes"]:
                    formula = NoResult("=" + html.unescape((match["formula"] or b"").decode("utf-8", "replace")))
                    found.setdefault(int(address[2]), {})[column_number(address[1]) - 1] = formula
                    count += 1
            if count > MOST_WITHOUT_RESULT:
                raise FileProblem(NEVER_CALCULATED)
            rest = _after_last_cell(text)
    return found


def _after_last_cell(text: bytes) -> bytes:
    end = 0
    for match in _CELL_END.finditer(text, max(len(text) - LONGEST_CELL, 0)):
        end = match.end()
    return text[max(end, len(text) - LONGEST_CELL) :]


def _part_of(archive: zipfile.ZipFile, sheet: str) -> str:
    """The part of the archive that holds the sheet of this name, or nothing where the workbook is built otherwise."""
    names = set(archive.namelist())
    if not {"xl/workbook.xml", "xl/_rels/workbook.xml.rels"} <= names:
        return ""
    relation = ""
    for tag in _SHEET.findall(archive.read("xl/workbook.xml").decode("utf-8", "replace")):
        if html.unescape(_attribute(tag, "name")) == sheet:
            relation = _attribute(tag, r"\w+:id")
    for tag in _RELATION.findall(archive.read("xl/_rels/workbook.xml.rels").decode("utf-8", "replace")):
        if relation and _attribute(tag, "Id") == relation:
            target = _attribute(tag, "Target")
            part = target.lstrip("/") if target.startswith("/") else str(PurePosixPath("xl") / target)
            return part if part in names else ""
    return ""


def _attribute(tag: str, name: str) -> str:
    found = re.search(rf"\s{name}\s*=\s*(?:\"([^\"]*)\"|'([^']*)')", tag)
    return (found[1] or found[2] or "") if found else ""
