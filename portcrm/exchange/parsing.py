"""Cells to values. Each parser takes a filled cell, as text or as the spreadsheet's own type, or raises CellProblem."""

import datetime as dt
import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal, InvalidOperation
from functools import lru_cache
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

Cell = str | int | float | bool | dt.date | dt.datetime | dt.time | dt.timedelta

SHEET_ERRORS = frozenset({"#N/A", "#REF!", "#VALUE!", "#DIV/0!", "#NAME?", "#NUM!", "#NULL!"})
_DATE = re.compile(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?(?:[T ]\d{1,2}:\d{2}.*)?")
_COMPACT_DATE = re.compile(r"(\d{4})(\d{2})(\d{2})")
_MONTH = re.compile(r"(\d{4})[-/.年]?(\d{1,2})月?")
_THOUSANDS = re.compile(r"[+-]?\d{1,3}(,\d{3})+(\.\d+)?")
_DEFUSED = frozenset("=+-@＝＋－＠")  # noqa: RUF001  the signs before which our exports put a quote
_IN_CHINESE = re.compile("[〇零一二两三四五六七八九十百千壹贰叁肆伍陆柒捌玖拾佰仟]")
TIMES = {"千": 1_000, "万": 10_000, "百万": 1_000_000, "千万": 10_000_000, "亿": 100_000_000}
_AMOUNT = re.compile(
    r"(?P<before>人民币|RMB|CNY|¥)?(?P<number>[+-]?[\d.,]+)(?P<times>[万亿]?)(?P<yuan>元整?|人民币|RMB|CNY)?", re.IGNORECASE
)
_UNIT = re.compile(
    r"[(\[【]\s*(?:单位:?\s*)?(?P<before>人民币|RMB|CNY)?\s*(?P<times>百万|千万|[千万亿])?(?P<yuan>元?)\s*[)\]】]$"
    r"|[,:/\s]*(?:单位:?\s*)?(?P<bare>百万|千万|[千万亿])元$",
    re.IGNORECASE,
)
_FOREIGN = re.compile("美元|美金|USD|欧元|EUR|港元|港币|HKD|日元|JPY|英镑|GBP", re.IGNORECASE)
_CODES = {"美元": "USD", "美金": "USD", "欧元": "EUR", "港元": "HKD", "港币": "HKD", "日元": "JPY", "英镑": "GBP"}
_NOISE = Decimal("1e-9")  # what binary arithmetic leaves behind a sum such as 0.1 + 0.2
_YES = frozenset({"yes", "y", "true", "1", "是", "有", "√"})
_NO = frozenset({"no", "n", "false", "0", "否", "无", "×"})


class CellProblem(ValueError):
    """A cell cannot be read; `message` is a lazily translated sentence for the person who made the file."""

    def __init__(self, message: Any):
        super().__init__(message)
        self.message = message


def text(cell: Cell) -> str:
    """Text as shown in the sheet: a whole number loses its ".0", the quote that defuses a formula is taken off."""
    if isinstance(cell, str):
        if "\x00" in cell:
            raise CellProblem(_("The cell holds a character that cannot be stored."))
        if cell in SHEET_ERRORS:
            raise CellProblem(format_lazy(_("The cell holds the spreadsheet error {value}."), value=cell))
        if cell[0] == "'" and cell[1:2] in _DEFUSED:
            return cell[1:]
        return cell
    if isinstance(cell, bool):
        return "TRUE" if cell else "FALSE"
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return str(cell)


def text_up_to(length: int) -> Callable[[Cell], str]:
    """Text of at most `length` characters."""

    def parse(cell: Cell) -> str:
        value = text(cell)
        if len(value) > length:
            raise CellProblem(format_lazy(_("The text has {count} characters; at most {length} fit."), count=len(value), length=length))
        return value

    return parse


def decimal_number(cell: Cell) -> Decimal:
    """A number: 1234.5, 1,234.5 or full-width digits. A comma is never a decimal point."""
    if isinstance(cell, str):
        plain = cell.isascii() and cell.replace(".", "", 1).isdigit()
        return Decimal(cell) if plain else _decimal_from_text(cell)
    if isinstance(cell, bool) or not isinstance(cell, int | float):
        raise CellProblem(format_lazy(_("“{value}” is not a number."), value=cell))
    number = Decimal(repr(cell)) if isinstance(cell, int) else Decimal(f"{cell:.15g}")
    if not number.is_finite():
        raise CellProblem(format_lazy(_("“{value}” is not a number."), value=cell))
    return number


@dataclass(frozen=True)
class Number:
    """A number that a column of `digits`, `places` of them decimals, holds as it is written: nothing is rounded silently.

    Of `money` the heading of a column may say in what it counts; `times` is what that means.
    """

    digits: int
    places: int
    money: bool = False
    times: int = 1

    def __call__(self, cell: Cell) -> Decimal:
        return self.fitting(decimal_number(cell) * self.times, cell)

    def under(self, heading: str) -> "Number":
        """The same for the cells under a heading such as 注册资本(万元)."""
        return replace(self, times=times_of(heading)) if self.money else self

    def fitting(self, number: Decimal, cell: Cell) -> Decimal:
        limit = Decimal(10) ** (self.digits - self.places)
        if not -limit < number < limit:
            raise CellProblem(format_lazy(_("“{value}” is larger than any number this field holds."), value=cell))
        kept = number.quantize(Decimal(1).scaleb(-self.places))
        if kept != number and abs(number - kept) > _NOISE:
            too_fine = _("“{value}” has more decimals than the {places} that are kept; round it yourself.")
            raise CellProblem(format_lazy(too_fine, value=cell, places=self.places))
        return kept


@dataclass(frozen=True)
class Amount(Number):
    """An amount of money, also as Chinese papers write it: 5000万元, 1.2亿. Another currency than the port's is refused. What a cell
    says of its unit goes before what its heading says; `currency` is that of the heading, "" where it names none."""

    money: bool = True
    currency: str = ""

    def __call__(self, cell: Cell) -> Decimal:
        found = _AMOUNT.fullmatch(unicodedata.normalize("NFKC", cell).replace(" ", "")) if isinstance(cell, str) else None
        if found is None or not (found["times"] or found["yuan"] or found["before"]):
            self._refuse(self.currency, cell)
            return super().__call__(cell)
        self._refuse("CNY" if found["yuan"] or found["before"] else self.currency, cell)
        return self.fitting(decimal_number(found["number"]) * TIMES.get(found["times"], 1), cell)

    def under(self, heading: str) -> "Amount":
        return replace(self, times=times_of(heading), currency=currency_of(heading))

    def _refuse(self, currency: str, cell: Cell) -> None:
        if currency and currency != settings.PORT_CURRENCY:
            raise CellProblem(format_lazy(_("“{value}” is not an amount in {currency}."), value=cell, currency=settings.PORT_CURRENCY))


def decimal_that_fits(digits: int, places: int) -> Number:
    return Number(digits, places)


def money_that_fits(digits: int, places: int) -> Number:
    """An amount whose currency stands elsewhere in the row."""
    return Number(digits, places, money=True)


def amount_that_fits(digits: int, places: int) -> Amount:
    return Amount(digits, places)


def times_of(heading: str) -> int:
    """What a number under this heading is to be multiplied by: 10,000 under 注册资本(万元)."""
    found = _UNIT.search(unicodedata.normalize("NFKC", heading))
    return TIMES.get(found["times"] or found["bare"], 1) if found else 1


def currency_of(heading: str) -> str:
    """The currency a heading names, "" if none."""
    heading = unicodedata.normalize("NFKC", heading)
    if foreign := _FOREIGN.search(heading):
        return _CODES.get(foreign.group(), foreign.group().upper())
    found = _UNIT.search(heading)
    return "CNY" if found and (found["before"] or found["yuan"] or found["bare"]) else ""


def without_unit(heading: str) -> str:
    """The heading without the unit of money at its end."""
    return _UNIT.sub("", unicodedata.normalize("NFKC", heading))


def _decimal_from_text(cell: str) -> Decimal:
    written = unicodedata.normalize("NFKC", text(cell)).replace(" ", "")
    if _IN_CHINESE.search(written):
        raise CellProblem(format_lazy(_("“{value}” is written in Chinese numerals; write it in figures."), value=cell))
    if written[-1:] in TIMES:
        raise CellProblem(format_lazy(_("“{value}” counts in {times}; write the number in full."), value=cell, times=written[-1]))
    if "," in written:
        written = written.replace(",", "") if _THOUSANDS.fullmatch(written) else "?"
    try:
        number = Decimal(written)
    except InvalidOperation:
        number = Decimal("NaN")
    if not number.is_finite() or "_" in written:
        raise CellProblem(format_lazy(_("“{value}” is not a number."), value=cell))
    return number


def email(cell: Cell) -> str:
    """An e-mail address somebody can be written to; full-width signs are taken for the plain ones."""
    written = unicodedata.normalize("NFKC", text_up_to(254)(cell)).strip()
    try:
        validate_email(written)
    except ValidationError:
        raise CellProblem(format_lazy(_("“{value}” is not an e-mail address."), value=written)) from None
    return written


def integer(cell: Cell) -> int:
    """A whole number."""
    number = decimal_number(cell)
    if number != number.to_integral_value():
        raise CellProblem(format_lazy(_("“{value}” is not a whole number."), value=cell))
    return int(number)


def date(cell: Cell) -> dt.date:
    """A date: 2026-11-23, 2026/11/23, 2026.11.23, 20261123, 2026年11月23日, or a date cell."""
    if isinstance(cell, dt.datetime):
        return cell.date()
    if isinstance(cell, dt.date):
        return cell
    return _date_from_text(text(cell))


@lru_cache(maxsize=8192)
def _date_from_text(cell: str) -> dt.date:
    written = unicodedata.normalize("NFKC", cell).strip()
    match = _DATE.fullmatch(written) or _COMPACT_DATE.fullmatch(written)
    try:
        return dt.date(*map(int, match.groups()))  # type: ignore[union-attr]
    except (AttributeError, ValueError):
        raise CellProblem(format_lazy(_("“{value}” is not a date; write it as 2026-11-23."), value=cell)) from None


def month(cell: Cell) -> dt.date:
    """The first day of a month: 2026-11, 2026/11, 202611, 2026年11月, or any date in it."""
    if isinstance(cell, dt.date):
        return dt.date(cell.year, cell.month, 1)
    return _month_from_text(text(cell))


@lru_cache(maxsize=8192)
def _month_from_text(cell: str) -> dt.date:
    written = unicodedata.normalize("NFKC", cell).strip()
    match = _MONTH.fullmatch(written)
    try:
        return dt.date(int(match[1]), int(match[2]), 1) if match else _date_from_text(cell).replace(day=1)
    except ValueError:
        raise CellProblem(format_lazy(_("“{value}” is not a month; write it as 2026-11."), value=cell)) from None


def yes_no(cell: Cell) -> bool:
    """Yes or no, in words, figures or as a truth value."""
    written = text(cell).casefold()
    if written in _YES:
        return True
    if written in _NO:
        return False
    raise CellProblem(format_lazy(_("“{value}” is neither yes nor no."), value=cell))


def choice(known: Mapping[str, Any]) -> Callable[[Cell], Any]:
    """One of a list. `known` maps every accepted word (codes and labels of both languages) to its value."""
    by_word = {_word(word): value for word, value in known.items()}

    def parse(cell: Cell) -> Any:
        written = text(cell)
        try:
            return by_word[_word(written)]
        except KeyError:
            raise CellProblem(format_lazy(_("“{value}” is not on the list of this field."), value=written)) from None

    return parse


@lru_cache(maxsize=8192)
def _word(text_: str) -> str:
    return " ".join(unicodedata.normalize("NFKC", text_).casefold().split())
