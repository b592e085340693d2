"""Deadlines in office hours: nights, weekends, holidays, swapped days, changing clocks and pauses."""

import datetime as dt
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portcrm.business_days import is_business_day
from portcrm.service_hours import ServiceHours, deadline, later_by, read_week

SHANGHAI, BERLIN = ZoneInfo("Asia/Shanghai"), ZoneInfo("Europe/Berlin")
OFFICE = read_week("1-5 08:30-12:00 13:30-17:30")
HOURS = ServiceHours(SHANGHAI, OFFICE, lambda day: is_business_day(day, country="CN"))
ROUND_THE_CLOCK = ServiceHours(BERLIN, read_week("1-7 00:00-00:00"), lambda day: True)


def at(text: str, zone: ZoneInfo = SHANGHAI) -> dt.datetime:
    return dt.datetime.fromisoformat(text).replace(tzinfo=zone)


@pytest.mark.parametrize(
    ("start", "minutes", "due"),
    [
        ("2026-11-23 09:00", 60, "2026-11-23 10:00"),
        ("2026-11-23 11:30", 60, "2026-11-23 14:00"),  # over lunch
        ("2026-11-27 17:00", 60, "2026-11-30 09:00"),  # over the weekend
        ("2026-11-28 12:00", 0, "2026-11-30 08:30"),  # nothing to do yet: the next opening
        ("2026-11-23 09:00", 0, "2026-11-23 09:00"),
        ("2026-09-30 17:00", 60, "2026-10-08 09:00"),  # over National Day
        ("2026-10-09 17:00", 60, "2026-10-10 09:00"),  # the Saturday is worked in exchange
    ],
)
def test_minutes_count_while_the_offices_work(start, minutes, due):
    assert HOURS.due(at(start), minutes) == at(due)


def test_a_night_shift_runs_past_midnight():
    night = ServiceHours(SHANGHAI, read_week("1-7 22:00-06:00"), lambda day: True)

    assert night.due(at("2026-11-23 23:00"), 120) == at("2026-11-24 01:00")
    assert night.due(at("2026-11-24 05:00"), 120) == at("2026-11-24 23:00")
    assert night.worked(at("2026-11-24 00:00"), at("2026-11-24 12:00")) == dt.timedelta(hours=6)


@pytest.mark.parametrize(("day", "hours"), [("2026-03-29", 23), ("2026-10-25", 25)])
def test_a_day_on_which_clocks_change_has_the_hours_that_pass(day, hours):
    start, end = at(f"{day} 00:00", BERLIN), at(f"{day} 00:00", BERLIN) + dt.timedelta(days=1)

    assert ROUND_THE_CLOCK.worked(start, end) == dt.timedelta(hours=hours)


def test_a_date_of_its_own_has_its_own_hours():
    day = dt.date(2026, 11, 23)
    closed = ServiceHours(SHANGHAI, OFFICE, lambda _day: True, {day: ()})
    short = ServiceHours(SHANGHAI, OFFICE, lambda _day: True, {day: ((dt.time(10), dt.time(11)),)})

    assert closed.due(at("2026-11-23 09:00"), 30) == at("2026-11-24 09:00")
    assert short.due(at("2026-11-23 09:00"), 90) == at("2026-11-24 09:00")


@pytest.mark.django_db
def test_a_pause_over_the_weekend_does_not_count():
    pause = (at("2026-11-27 09:00"), at("2026-11-30 10:00"))

    assert HOURS.due(at("2026-11-27 08:30"), 60, pauses=[pause]) == at("2026-11-30 10:30")
    assert later_by(at("2026-11-27 09:30"), pause, "m") == at("2026-11-30 10:30")


def test_hours_that_never_open_are_refused():
    with pytest.raises(ValueError, match="never open"):
        ServiceHours(SHANGHAI, read_week(""), lambda _day: True).due(at("2026-11-23 09:00"), 1)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("amount", "unit", "due"),
    [(3, "b", "2026-11-26 10:00"), (5, "b", "2026-11-30 10:00"), (5, "c", "2026-11-28 10:00"), (60, "m", "2026-11-23 11:00")],
)
def test_a_deadline_in_days_falls_on_the_same_wall_time(amount, unit, due):
    assert deadline(at("2026-11-23 10:00"), amount, unit) == at(due)


@pytest.mark.django_db
@pytest.mark.parametrize(("unit", "due"), [("b", "2026-12-01 10:00"), ("c", "2026-12-01 10:00")])
def test_a_pause_moves_a_deadline_in_days_by_the_days_that_began_in_it(unit, due):
    pause = (at("2026-11-25 15:00"), at("2026-11-30 09:00"))  # Thursday, Friday and Monday, with the weekend between
    start, amount = at("2026-11-23 10:00"), 3

    assert later_by(deadline(start, amount, unit), pause, unit) == deadline(start, amount, unit, pauses=[pause])
    assert deadline(start, amount, unit, pauses=[pause]) == at(due)


@given(st.datetimes(dt.datetime(2025, 1, 1), dt.datetime(2027, 12, 1)), st.integers(0, 5000))
def test_what_was_worked_until_the_deadline_is_what_was_given(start, minutes):
    begun = start.replace(tzinfo=SHANGHAI)

    assert HOURS.worked(begun, HOURS.due(begun, minutes)) == dt.timedelta(minutes=minutes)
