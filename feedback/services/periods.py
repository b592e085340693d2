"""Periods of a programme: their key and the first day of the next one."""

import datetime as dt

from feedback.enums import Period

MONTHS = {Period.MONTH: 1, Period.QUARTER: 3, Period.HALF_YEAR: 6, Period.YEAR: 12}
SHIFT_DAYS = 7
LETTERS = {Period.MONTH: "M", Period.QUARTER: "Q", Period.HALF_YEAR: "H", Period.YEAR: "Y"}


def period_key(day: dt.date, period: str) -> str:
    """The period a day lies in: "2026-M11", "2026-Q4", "2026-H2", "2026-Y1"."""
    return f"{day.year}-{LETTERS[Period(period)]}{(day.month - 1) // MONTHS[Period(period)] + 1}"


def one_period_later(day: dt.date, period: str, *, day_of_month: int) -> dt.date:
    """That day of the month one period on; the 31st is the last day of a shorter month, and the 31st again after it."""
    months = day.month - 1 + MONTHS[Period(period)]
    year, month = day.year + months // 12, months % 12 + 1
    last = (dt.date(year + month // 12, month % 12 + 1, 1) - dt.timedelta(days=1)).day
    return dt.date(year, month, min(day_of_month, last))


def period_end(day: dt.date, period: str) -> dt.date:
    """The last day of the period a day lies in."""
    months = MONTHS[Period(period)]
    count = day.year * 12 + (day.month - 1) // months * months + months
    return dt.date(count // 12, count % 12 + 1, 1) - dt.timedelta(days=1)


def planned_day(planned: dt.date, ran: dt.date) -> dt.date:
    """The day a run counts for: the planned one where it came at most SHIFT_DAYS late (a server was away), else its own.

    Rests and periods count from here, so that a year of four runs stays one of four, whatever moved one of them a little.
    """
    return planned if ran - planned <= dt.timedelta(days=SHIFT_DAYS) else ran


def next_run(day: dt.date, period: str, *, day_of_month: int, asked: dt.date, after: dt.date) -> dt.date:
    """The first run later than `after` and outside the period of the day `asked`: missed periods are passed over, never
    made up for in a burst, and none is asked twice."""
    after = max(after, period_end(asked, period))
    while day <= after:
        day = one_period_later(day, period, day_of_month=day_of_month)
    return day


def period_label(key: str) -> tuple[str, str]:
    """Chinese and English words for a key: ("2026年第4季度", "Q4 2026")."""
    year, _dash, rest = key.partition("-")
    letter, number = rest[0], rest[1:]
    return {
        "M": (f"{year}年{number}月", f"{year}-{int(number):02d}"),
        "Q": (f"{year}年第{number}季度", f"Q{number} {year}"),
        "H": (f"{year}年{'上' if number == '1' else '下'}半年", f"H{number} {year}"),
        "Y": (f"{year}年", year),
    }[letter]
