"""The hours in which the port's offices work, and deadlines counted in them.

A deadline in minutes counts office hours only; one in business days or calendar days falls on the same wall time of that
day. Time in which one waits for somebody else (`pauses`) does not count. Windows are built on local wall time and compared
in UTC, so that an hour that is lost or given twice when clocks change is counted as it passes.
"""

import datetime as dt
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from itertools import pairwise
from zoneinfo import ZoneInfo

from django.conf import settings

from portcrm.business_days import Hours, OfficeDays, business_days_later, is_business_day, is_public_business_day, office_days
from portcrm.clock import port_zone

Span = tuple[dt.datetime, dt.datetime]
MINUTES, BUSINESS_DAYS, CALENDAR_DAYS = "m", "b", "c"
FARTHEST_DAYS = 3660  # a calendar that never opens is refused, not searched for ever


@dataclass(frozen=True)
class ServiceHours:
    """`week` holds the hours of Monday to Sunday; hours that end at or before their start run past midnight, 00:00–00:00 is a
    whole day. A day that is no business day is closed; one worked in exchange for a holiday has the hours of a Monday.
    `exceptions` say the hours of single dates, () for closed, None for those of a usual day."""

    zone: ZoneInfo
    week: tuple[Hours, ...]
    is_business_day: Callable[[dt.date], bool]
    exceptions: OfficeDays = field(default_factory=dict)

    def hours_of(self, day: dt.date) -> Hours:
        usual = self.week[day.weekday()] or self.week[0]
        if day in self.exceptions:
            said = self.exceptions[day]
            return usual if said is None else said
        return usual if self.is_business_day(day) else ()

    def windows(self, day: dt.date) -> list[Span]:
        """Spans in UTC that begin on that local day, in order."""
        return sorted((self._moment(day, start), self._moment(_end_day(day, start, end), end)) for start, end in self.hours_of(day))

    def _moment(self, day: dt.date, time: dt.time) -> dt.datetime:
        return dt.datetime.combine(day, time, tzinfo=self.zone).astimezone(dt.UTC)

    def open_spans(self, start: dt.datetime, *, pauses: Iterable[Span] = ()) -> Iterable[Span]:
        """Open time from `start` on without the pauses, in order and without overlaps."""
        paused, position = sorted(pauses), start.astimezone(dt.UTC)
        day = position.astimezone(self.zone).date() - dt.timedelta(days=1)  # last night's shift may still run
        for _day in range(FARTHEST_DAYS):
            for begin, end in self.windows(day):
                yield from _without((max(begin, position), end), paused)
                position = max(position, end)
            day += dt.timedelta(days=1)

    def due(self, start: dt.datetime, minutes: int, *, pauses: Iterable[Span] = ()) -> dt.datetime:
        """The moment (UTC) by which so many open minutes have passed; 0 minutes gives the next opening. ValueError for hours
        that never open."""
        left = dt.timedelta(minutes=minutes)
        for begin, end in self.open_spans(start, pauses=list(pauses)):
            if end - begin >= left:
                return begin + left
            left -= end - begin
        raise ValueError("these service hours never open")

    def worked(self, start: dt.datetime, end: dt.datetime, *, pauses: Iterable[Span] = ()) -> dt.timedelta:
        """How much open time lies between two moments."""
        total = dt.timedelta()
        for begin, finish in self.open_spans(start, pauses=list(pauses)):
            if begin >= end:
                return total
            total += min(finish, end) - begin
        return total


def _end_day(day: dt.date, start: dt.time, end: dt.time) -> dt.date:
    return day + dt.timedelta(days=1) if end <= start else day


def _without(span: Span, pauses: list[Span]) -> list[Span]:
    begin, end = span
    parts = []
    for pause_begin, pause_end in pauses:
        if pause_end <= begin or pause_begin >= end:
            continue
        if pause_begin > begin:
            parts.append((begin, pause_begin))
        begin = max(begin, pause_end)
    return [*parts, (begin, end)] if begin < end else parts


def port_hours(own: OfficeDays | None = None) -> ServiceHours:
    """The hours of the port's offices as the settings say, "1-5 08:30-12:00 13:30-17:30" with Monday as 1, and the port's own dates:
    those of now, or those handed over."""
    exceptions = office_days() if own is None else own
    return ServiceHours(port_zone(), read_week(settings.SERVICE_HOURS), is_public_business_day, exceptions)


def read_week(text: str) -> tuple[Hours, ...]:
    """Parts parted by ";", each with its days and its hours. ValueError for what cannot be read."""
    week: list[Hours] = [()] * 7
    for part in filter(None, (part.strip() for part in text.split(";"))):
        days, *spans = part.split()
        first, _dash, last = days.partition("-")
        hours = tuple(_span(span) for span in spans)
        for day in range(int(first), int(last or first) + 1):
            week[day - 1] = hours
    return tuple(week)


def _span(text: str) -> tuple[dt.time, dt.time]:
    start, _dash, end = text.partition("-")
    return dt.time.fromisoformat(start), dt.time.fromisoformat(end)


def read_hours(text: str) -> Hours:
    """The hours of one date, "09:00-12:00 13:00-15:00". ValueError for none, and for hours that do not follow one another."""
    hours = tuple(_span(span) for span in text.split())
    moments = [moment for span in hours for moment in span]
    if not hours or any(later <= earlier for earlier, later in pairwise(moments)):
        raise ValueError(text)
    return hours


def written_hours(hours: Hours) -> str:
    return " ".join(f"{start:%H:%M}-{end:%H:%M}" for start, end in hours)


def deadline(start: dt.datetime, amount: int, unit: str, *, pauses: Iterable[Span] = (), own: OfficeDays | None = None) -> dt.datetime:
    """The moment by which something begun at `start` is due: `amount` open minutes, business days or calendar days later.

    Of a pause, days count as they began within it: a day limit moves by the business (or calendar) days it swallowed. `own` are the
    port's dates to reckon by; without them, those of now.
    """
    own = office_days() if own is None else own
    if unit == MINUTES:
        return port_hours(own).due(start, amount, pauses=pauses)
    local = start.astimezone(port_zone())
    day = business_days_later(local.date(), amount, own=own) if unit == BUSINESS_DAYS else local.date() + dt.timedelta(days=amount)
    due_at = dt.datetime.combine(day, local.time(), tzinfo=port_zone()).astimezone(dt.UTC)
    for pause in sorted(pauses):
        due_at = later_by(due_at, pause, unit, own=own)
    return due_at


def days_within(span: Span, unit: str, own: OfficeDays) -> int:
    """How many days of the port began within a span."""
    first, last = (moment.astimezone(port_zone()).date() for moment in span)
    days = (first + dt.timedelta(days=step) for step in range(1, (last - first).days + 1))
    return sum(unit == CALENDAR_DAYS or is_business_day(day, own=own) for day in days)


def later_by(due_at: dt.datetime, pause: Span, unit: str, *, own: OfficeDays | None = None) -> dt.datetime:
    """Where a deadline stands after a pause that began before it: what was left of it is counted from the end of the pause."""
    begin, end = pause
    if begin >= due_at:
        return due_at
    own = office_days() if own is None else own
    if unit == MINUTES:
        hours = port_hours(own)
        return hours.due(end, round(hours.worked(begin, due_at) / dt.timedelta(minutes=1)))
    return deadline(due_at, days_within(pause, unit, own), unit, own=own)
