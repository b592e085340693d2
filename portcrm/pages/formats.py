"""How figures, weights, sums of money and moments are written, in both languages.

Thousands are separated by commas, dates are 2026-11-23, clocks have 24 hours. None is written as a dash, never as 0. What is below zero
has a real minus (U+2212): as wide as a figure, and never broken from it.
"""

import datetime as dt
from decimal import Decimal
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db.models import Model
from django.utils import timezone

from portcrm.bilingual import enumerated, reads_chinese

DASH = "–"
MINUS = "−"
WAN = Decimal(10_000)
YI = Decimal(100_000_000)
CURRENCY_SIGNS = {"CNY": "¥", "USD": "US$", "EUR": "€", "HKD": "HK$"}


def number(value, digits: int | None = None) -> str:
    """1234567.5 -> "1,234,567.5"; with `digits`, exactly that many decimals."""
    if value is None or value == "":
        return DASH
    amount = value if isinstance(value, int) else Decimal(str(value))
    if digits is not None:
        return _below_zero(f"{amount:,.{digits}f}")
    text = f"{amount:,f}" if isinstance(amount, Decimal) else f"{amount:,}"
    return _below_zero(text.rstrip("0").rstrip(".") if "." in text else text)


def _below_zero(written: str) -> str:
    """With a real minus; what was rounded to nothing is 0, not −0."""
    figures = written.removeprefix("-")
    return f"{MINUS}{figures}" if figures != written and figures.strip("0.,%") else figures


def signed(written: str) -> str:
    """A change as it is written, with a plus where it is one: "+12.3%", "−4.0%", "0.0%"."""
    return f"+{written}" if written.strip("0.,%") and written[0].isdigit() else written


def short(value, digits: int = 1) -> str:
    """Large figures for headlines: 万 and 亿 for Chinese readers, k, M and bn for English ones."""
    if value is None or value == "":
        return DASH
    amount = Decimal(str(value))
    steps = ((YI, "亿"), (WAN, "万")) if reads_chinese() else ((Decimal(10**9), "bn"), (Decimal(10**6), "M"), (Decimal(10**4), "k"))
    for size, unit in steps:
        if abs(amount) >= size:
            divisor = Decimal(1000) if unit == "k" else size
            return f"{number(amount / divisor, digits)}{' ' if reads_chinese() else ''}{unit}"
    return number(amount if amount == amount.to_integral_value() else round(amount, digits))


def tonnes(value, digits: int = 0) -> str:
    """Tonnes with their unit: "12,345 t" or "12,345 吨"."""
    if value is None or value == "":
        return DASH
    return f"{number(value, digits)} {'吨' if reads_chinese() else 't'}"


def money(value, currency: str = "", digits: int = 2) -> str:
    """An amount in the accounting currency, or in the one named."""
    if value is None or value == "":
        return DASH
    code = currency or settings.PORT_CURRENCY
    sign = CURRENCY_SIGNS.get(code, f"{code} ")
    amount = Decimal(str(value))
    return f"{MINUS if amount < 0 else ''}{sign}{number(abs(amount), digits)}"


def percent(value, digits: int = 1) -> str:
    """A share between 0 and 1 as "12.3%"."""
    return DASH if value is None or value == "" else _below_zero(f"{Decimal(str(value)) * 100:.{digits}f}%")


def day(value) -> str:
    """2026-11-23, for a date or for the day of an instant in the reader's zone."""
    if not value:
        return DASH
    if isinstance(value, dt.datetime):
        value = timezone.localtime(value).date()
    return value.isoformat()


def moment(value: dt.datetime | None) -> str:
    """2026-11-23 16:05 in the reader's zone."""
    return f"{timezone.localtime(value):%Y-%m-%d %H:%M}" if value else DASH


def plain_text(value) -> str:
    """A value without a field: a day, a number, a row, a text."""
    match value:
        case dt.datetime():
            return moment(value)
        case dt.date():
            return day(value)
        case bool():
            return "✓" if value else DASH
        case int() | Decimal():
            return number(value)
        case Model():
            return str(getattr(value, "full_label", None) or getattr(value, "label", value))
        case list():
            return enumerated(plain_text(item) for item in value) or DASH
        case None | "":
            return DASH
    return str(value)


def reader_zone(user) -> ZoneInfo:
    """The person's own time zone, or the port's."""
    return ZoneInfo(getattr(user, "time_zone", "") or settings.PORT_TIME_ZONE)
