"""Months, quarters and years as statistics write them."""

import datetime as dt
import re
import unicodedata
from calendar import monthrange
from functools import lru_cache

from cargo.statistics.facts import NotRead, Period, Periodicity, Reason

FIRST_YEAR, LAST_YEAR = 1900, 2100
MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
MONTH_NAMES = {name: number for number, name in enumerate(MONTHS, start=1)}
_CHINESE = {"一": "1", "二": "2", "三": "3", "四": "4"}
_MONTH = re.compile(r"(\d{4})(?:[-/.年]|m|年度)?(\d{1,2})月?(?:份)?")
_QUARTER = re.compile(r"(\d{4})[-/ 年]*(?:q([1-4])|第?([1-4一二三四])季度?)")
_QUARTER_FIRST = re.compile(r"q([1-4])[-/ ]*(\d{4})")
_YEAR = re.compile(r"(\d{4})(?:年|年度)?")
_DAY = re.compile(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?(?:[t ]\d{1,2}:\d{2}(?::\d{2})?)?")
_NAMED = re.compile(r"([a-z]{3})[a-z]*\.?[- /]*(\d{4})|(\d{4})[- /]*([a-z]{3})[a-z]*\.?")
_PART = re.compile(r"(\d{4})年?1[-~至—–](?:\d{1,2})月?")


@lru_cache(maxsize=8192)
def read_period(cell: str) -> Period:
    """2016-01, 201601, 2016年1月, Jan 2016, 1997Q1, 2016年第1季度, 2003, or the first or last day of a month.

    Sums since January (2024年1-5月) and single days are none of these.
    """
    written = unicodedata.normalize("NFKC", cell).strip().casefold()
    close = written.replace(" ", "")
    if found := _QUARTER.fullmatch(close):
        quarter = found[2] or _CHINESE.get(found[3], found[3])
        return quarter_of(int(found[1]), int(quarter))
    if found := _QUARTER_FIRST.fullmatch(close):
        return quarter_of(int(found[2]), int(found[1]))
    if found := _YEAR.fullmatch(close):
        return Period(first_of(int(found[1]), 1, cell), Periodicity.YEAR)
    if found := _MONTH.fullmatch(close):
        return Period(first_of(int(found[1]), int(found[2]), cell), Periodicity.MONTH)
    if found := _NAMED.fullmatch(written):
        name, year = (found[1], found[2]) if found[1] else (found[4], found[3])
        if name in MONTH_NAMES:
            return Period(first_of(int(year), MONTH_NAMES[name], cell), Periodicity.MONTH)
    if _PART.fullmatch(close):
        raise NotRead(Reason.PART_OF_YEAR, "period", value=cell)
    if found := _DAY.fullmatch(written):
        return _month_of_day(int(found[1]), int(found[2]), int(found[3]), cell)
    raise NotRead(Reason.PERIOD, "period", value=cell)


def read_parts(year: str, quarter: str, month: str) -> Period:
    """A period whose parts stand in columns of their own."""
    try:
        if quarter:
            return quarter_of(int(year), int(quarter.casefold().removeprefix("q")))
        if month:
            return Period(
                first_of(int(year), MONTH_NAMES.get(month[:3].casefold()) or int(month.removesuffix("月")), month), Periodicity.MONTH
            )
    except ValueError:
        raise NotRead(Reason.PERIOD, "year", value=" ".join(part for part in (year, quarter, month) if part)) from None
    return read_period(year)


def quarter_of(year: int, quarter: int) -> Period:
    if not 1 <= quarter <= 4:
        raise NotRead(Reason.PERIOD, "quarter", value=f"{year} Q{quarter}")
    return Period(first_of(year, 3 * quarter - 2, str(year)), Periodicity.QUARTER)


def first_of(year: int, month: int, written: str) -> dt.date:
    if not (FIRST_YEAR <= year <= LAST_YEAR and 1 <= month <= 12):
        raise NotRead(Reason.PERIOD, "period", value=written)
    return dt.date(year, month, 1)


def _month_of_day(year: int, month: int, day: int, written: str) -> Period:
    start = first_of(year, month, written)
    last = monthrange(year, month)[1]
    if not 1 <= day <= last:
        raise NotRead(Reason.PERIOD, "period", value=written)
    if day not in (1, last):
        raise NotRead(Reason.DAY, "period", value=written)
    return Period(start, Periodicity.MONTH)
