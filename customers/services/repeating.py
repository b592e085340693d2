"""When something that repeats comes again. Pure: days in, days out."""

import datetime as dt
from calendar import monthrange

from customers.enums import RepeatUnit

WEEK = 7


def in_months(first: dt.date, months: int) -> dt.date:
    """The same day of a later month, or that month's last day where it is shorter."""
    count = first.year * 12 + first.month - 1 + months
    year, month = count // 12, count % 12 + 1
    return dt.date(year, month, min(first.day, monthrange(year, month)[1]))


def next_day(first: dt.date, *, unit: str, every: int, after: dt.date) -> dt.date:
    """The first day of the series later than `after`. Counted from its first day: what began on the 31st returns to it."""
    if unit == RepeatUnit.WEEK:
        step = WEEK * every
        return first + dt.timedelta(days=step * max(1, (after - first).days // step + 1))
    passed = (after.year - first.year) * 12 + after.month - first.month
    turn = max(1, passed // every)
    while (day := in_months(first, turn * every)) <= after:
        turn += 1
    return day
