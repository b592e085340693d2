"""How people write a cell of the annual task: its month, its quantity with or without a unit."""

import calendar
import re
import unicodedata
from decimal import Decimal
from typing import Any

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from cargo.queries.targets import MONTHS
from portcrm.exchange.parsing import CellProblem, decimal_that_fits

WAN = 10_000
WHOLE_YEAR = 0
_FITS = decimal_that_fits(18, 3)  # as the column
_WITH_UNIT = re.compile(r"(?P<number>[+-]?[\d.,]+)(?P<wan>万?)(?P<unit>吨|标箱|标准箱|TEU|T)?", re.IGNORECASE)
_MONTH = re.compile(r"(?:\d{4}[-/.年])?(\d{1,2})月?(?:份)?")
_CHINESE_MONTHS = {name: number for number, name in enumerate((*"一二三四五六七八九十", "十一", "十二"), 1)}
_ENGLISH_MONTHS = {name.lower(): number for number, name in enumerate(calendar.month_abbr)}
_YEAR_WORDS = {"全年", "年", "全年任务", "年度", "合计", "year", "full year", "whole year", "annual", "total"}
_ALL_WORDS = {"all", "all classes", "total", "合计", "全部", "全部货类", "总计", "全港"}


def plain_words(cell: Any) -> str:
    return " ".join(unicodedata.normalize("NFKC", str(cell)).split())


def month_of(cell: Any) -> int:
    """1 to 12, or 0 for the whole year: 3, 3月, 三月, 2026-03, Mar, March; 全年, year."""
    word = plain_words(cell).lower()
    if word in _YEAR_WORDS:
        return WHOLE_YEAR
    if found := _MONTH.fullmatch(word.replace(" ", "")):
        month = int(found[1])
    else:
        month = _CHINESE_MONTHS.get(word.removesuffix("份").removesuffix("月")) or _ENGLISH_MONTHS.get(
            word[:3] if word.isalpha() else "", 0
        )
    if month not in MONTHS:
        raise CellProblem(format_lazy(_("“{value}” is not a month; write 1 to 12 or March, or “year” for the whole year."), value=cell))
    return month


def _unit_named(word: str) -> str:
    return "t" if word.lower() in ("吨", "t") else "teu"


def is_all_classes(cell: Any) -> bool:
    return plain_words(cell).lower() in _ALL_WORDS


def quantity_of(cell: Any, *, times: int = 1, unit: str = "") -> Decimal:
    """In tonnes or TEU: a bare number counts `times` as much; one with its unit (12.5万吨, 3,000 t, 2万TEU) says itself what it is.

    `unit`, "t" or "teu": what is being set; a cell that names the other one is a CellProblem.
    """
    if isinstance(cell, str):
        found = _WITH_UNIT.fullmatch(plain_words(cell).replace(" ", ""))
        if found and (found["wan"] or found["unit"]):
            if unit and found["unit"] and _unit_named(found["unit"]) != unit:
                raise CellProblem(format_lazy(_("“{value}” has another unit than what is set here."), value=cell))
            cell, times = found["number"], WAN if found["wan"] else 1
    quantity = _FITS.fitting(decimal_that_fits(24, 9)(cell) * times, cell)
    if quantity < 0:
        raise CellProblem(_("A task is never negative."))
    return quantity
