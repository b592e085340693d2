"""Deadlines in business days of the port: weekends and public holidays are passed over, swapped workdays count."""

import datetime as dt
from functools import cache

import holidays
from django.conf import settings


@cache
def _calendar(country: str, year: int):
    return holidays.country_holidays(country, years=year)


def is_business_day(day: dt.date, *, country: str | None = None) -> bool:
    """Whether the port's offices work on `day`. A weekend day worked in exchange for a holiday counts as one."""
    calendar = _calendar(country or settings.PORT_COUNTRY, day.year)
    return calendar.is_working_day(day)


def business_days_later(day: dt.date, days: int, *, country: str | None = None) -> dt.date:
    """The `days`-th business day after `day`; 0 gives `day` itself."""
    while days > 0:
        day += dt.timedelta(days=1)
        if is_business_day(day, country=country):
            days -= 1
    return day
