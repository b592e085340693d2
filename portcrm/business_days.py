"""Deadlines in business days of the port: weekends and public holidays are passed over, swapped workdays count.

What the port itself says of single dates comes before the public calendar. The app that keeps these dates registers here who
reads them; whoever names a country, or hands dates over, asks without them.
"""

import datetime as dt
from calendar import isleap
from collections.abc import Callable, Mapping
from functools import cache

import holidays
from django.conf import settings

from portcrm.bilingual import reads_chinese
from portcrm.memo import once

Hours = tuple[tuple[dt.time, dt.time], ...]
# The port's word on single dates: () is closed, hours are open for these, None is open as usual.
OfficeDays = Mapping[dt.date, Hours | None]
_readers: list[Callable[[], OfficeDays]] = []


def register_office_days(read: Callable[[], OfficeDays]) -> None:
    """Name the one function that reads the port's own dates."""
    _readers[:] = [read]


@once
def office_days() -> OfficeDays:
    """The dates the port has decided on; read once in a request or a job."""
    return {day: hours for read in _readers for day, hours in read().items()}


@cache
def _calendar(country: str, year: int, language: str | None = None):
    calendar = holidays.country_holidays(country, language=language)
    if calendar.has_substituted_holidays:
        calendar.substituted_date_format = "%F"  # 2026-01-04 in every language, as everywhere on our pages
    calendar.get(dt.date(year, 1, 1))  # fills in the year
    return calendar


def is_business_day(day: dt.date, *, country: str | None = None, own: OfficeDays | None = None) -> bool:
    """Whether the port's offices work on `day`. A weekend day worked in exchange for a holiday counts as one."""
    own = _own(country, own)
    return own[day] != () if day in own else is_public_business_day(day, country=country)


def is_public_business_day(day: dt.date, *, country: str | None = None) -> bool:
    """What the public calendar says of a day, whatever the port has decided."""
    return _calendar(country or settings.PORT_COUNTRY, day.year).is_working_day(day)


def public_exceptions(year: int) -> list[tuple[dt.date, bool, str]]:
    """Days of a year on which the public calendar differs from the week, in order: the day, whether it is worked, what it is called."""
    language = "zh_CN" if reads_chinese() else "en_US"  # one the calendar does not speak falls back to its own
    calendar = _calendar(settings.PORT_COUNTRY, year, language)
    days = (dt.date(year, 1, 1) + dt.timedelta(days=number) for number in range(365 + isleap(year)))
    return [(day, worked, calendar.get(day, "")) for day in days if (worked := calendar.is_working_day(day)) == calendar.is_weekend(day)]


def business_days_later(day: dt.date, days: int, *, country: str | None = None, own: OfficeDays | None = None) -> dt.date:
    """The `days`-th business day after `day`; 0 gives `day` itself."""
    own = _own(country, own)
    while days > 0:
        day += dt.timedelta(days=1)
        if is_business_day(day, country=country, own=own):
            days -= 1
    return day


def _own(country: str | None, own: OfficeDays | None) -> OfficeDays:
    if own is not None:
        return own
    return {} if country else office_days()
