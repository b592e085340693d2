"""The office calendar: what the port has decided on single dates, and beside it what the public calendar says."""

import datetime as dt
from dataclasses import dataclass

from customers.enums import OfficeDayKind
from customers.models import OfficeDay
from portcrm.accounts.models import User
from portcrm.business_days import OfficeDays, public_exceptions
from portcrm.service_hours import read_hours


def read_days() -> OfficeDays:
    """Every date the port has decided on, for whatever is reckoned in business days and office hours."""
    return {day: _hours(kind, hours) for day, kind, hours in OfficeDay.objects.values_list("day", "kind", "hours")}


def _hours(kind: str, hours: str):
    if kind == OfficeDayKind.USUAL:
        return None
    return read_hours(hours) if hours else ()


@dataclass(frozen=True)
class CalendarLine:
    """A date that differs from the week. `row` is the port's own word; without one the public calendar says it."""

    day: dt.date
    kind: str
    hours: str
    reason: str
    row: OfficeDay | None = None

    @property
    def said(self) -> str:
        return self.hours or str(OfficeDayKind(self.kind).label)


def days_of_year(user: User, year: int) -> list[CalendarLine]:
    """The dates of a year that differ from the week, in order; the port's own word stands in place of the public calendar's."""
    lines = {
        day: CalendarLine(day, OfficeDayKind.USUAL if worked else OfficeDayKind.CLOSED, "", reason)
        for day, worked, reason in public_exceptions(year)
    }
    own = OfficeDay.objects.visible_to(user).in_year(year)
    lines |= {row.day: CalendarLine(row.day, row.kind, row.hours, row.reason, row) for row in own}
    return [lines[day] for day in sorted(lines)]


def lacks_swapped_days(year: int) -> bool:
    """Whether the public calendar names weekend days that are worked for the year before, and none for this one: they are not out yet."""
    return not _swapped(year) and _swapped(year - 1)


def _swapped(year: int) -> bool:
    return any(worked for _day, worked, _reason in public_exceptions(year))
