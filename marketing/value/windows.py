"""The days a ranking looks at."""

import calendar
import datetime as dt
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Window:
    """`start` … `end` (both count) and the window of the same length before it, `before_start` … the day before `start`."""

    before_start: dt.date
    start: dt.date
    end: dt.date

    @property
    def before_end(self) -> dt.date:
        return self.start - dt.timedelta(days=1)

    def covered_before(self, first_day: dt.date | None) -> int:
        """Per cent of the window before that lies after the first day the ledger knows, rounded down."""
        if first_day is None or first_day > self.before_end:
            return 0
        whole = (self.start - self.before_start).days
        return 100 * (self.start - max(first_day, self.before_start)).days // whole


def window_ending(as_of: dt.date, months: int) -> Window:
    """The `months` months up to and including `as_of`."""
    next_day = as_of + dt.timedelta(days=1)
    return Window(before_start=_months_earlier(next_day, 2 * months), start=_months_earlier(next_day, months), end=as_of)


def last_month_end(today: dt.date) -> dt.date:
    return today.replace(day=1) - dt.timedelta(days=1)


def month_starts(as_of: dt.date, months: int) -> list[dt.date]:
    """First days of the `months` months that end with the month of `as_of`, oldest first."""
    return [_months_earlier(as_of.replace(day=1), back) for back in range(months - 1, -1, -1)]


def _months_earlier(day: dt.date, months: int) -> dt.date:
    year, month = divmod(day.year * 12 + day.month - 1 - months, 12)
    return dt.date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))
