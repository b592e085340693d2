"""The office calendar is changed; whatever is reckoned by it is reckoned anew in the same transaction."""

import datetime as dt
import uuid
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy
from django.utils.translation import gettext_lazy as _

from customers.enums import OfficeDayKind
from customers.models import OfficeDay
from customers.queries.office_days import read_days
from portcrm.accounts.models import User
from portcrm.audit.actions import action
from portcrm.business_days import OfficeDays
from portcrm.editing import set_changes
from portcrm.errors import RuleBroken
from portcrm.once import one_at_a_time
from portcrm.service_hours import read_hours, written_hours

FIELDS = ("day", "kind", "hours", "reason")
FIRST_YEAR, LAST_YEAR = 2000, 2100
THE_CALENDAR = uuid.UUID("5d0b7e66-6c9b-4f43-9d0e-3a1f6c1f2a11")  # one change at a time: each is reckoned from the one before

_reckoning: list[Callable[..., object]] = []


def register_reckoning(reckon: Callable[..., object]) -> None:
    """`reckon(before=dates, after=dates, at=moment, by=user)` moves what an app has reckoned by the calendar, after every change of it."""
    _reckoning.append(reckon)


@dataclass(frozen=True)
class Pasted:
    """What became of a list: how many dates are new, how many say something else now, how many said it already."""

    added: int
    changed: int
    same: int


@action("office_day.add", gettext_lazy("Date added to the office calendar"))
def add_office_day(*, fields: Mapping[str, object], at: dt.datetime, by: User) -> OfficeDay:
    """Say how the offices work on a date; a date that is in the calendar already is refused."""
    before = _begin()
    row = OfficeDay(**fields)
    _settle(row)
    _save_or_refuse(row)
    _reckon(before, at, by)
    return row


@action("office_day.edit", gettext_lazy("Date of the office calendar edited"))
def edit_office_day(*, row: OfficeDay, fields: Mapping[str, object], seen: Mapping[str, object], at: dt.datetime, by: User) -> OfficeDay:
    """Change a date; a field somebody else changed since it was `seen` raises EditConflict and saves nothing."""
    before = _begin()
    row = OfficeDay.objects.select_for_update().get(pk=row.pk)
    set_changes(row, changes=fields, seen=seen)
    _settle(row)
    _save_or_refuse(row)
    _reckon(before, at, by)
    return row


@action("office_day.remove", gettext_lazy("Date removed from the office calendar"))
def remove_office_day(*, row: OfficeDay, at: dt.datetime, by: User) -> None:
    """Let week and public calendar say again how the offices work on this date."""
    before = _begin()
    OfficeDay.objects.filter(pk=row.pk).delete()
    _reckon(before, at, by)


@action("office_day.paste", gettext_lazy("List pasted into the office calendar"))
def take_in_days(*, days: Sequence[Mapping[str, object]], at: dt.datetime, by: User) -> Pasted:
    """Take a list of dates in, all or none: of a date that is in the calendar already the list has the last word."""
    before = _begin()
    held = {row.day: row for row in OfficeDay.objects.select_for_update().filter(day__in=[fields["day"] for fields in days])}
    added = changed = 0
    for fields in days:
        row = held.get(fields["day"])
        if row is None:
            row, added = OfficeDay(), added + 1
        elif all(getattr(row, name) == fields[name] for name in FIELDS):
            continue
        else:
            changed += 1
        for name in FIELDS:
            setattr(row, name, fields[name])
        _settle(row)
        row.save()
        held[row.day] = row
    _reckon(before, at, by)
    return Pasted(added, changed, len(days) - added - changed)


def _begin() -> OfficeDays:
    """The calendar as it is, once nobody else is changing it."""
    one_at_a_time(THE_CALENDAR)
    return read_days()


def _reckon(before: OfficeDays, at: dt.datetime, by: User) -> None:
    after = read_days()
    if after != before:
        for reckon in _reckoning:
            reckon(before=before, after=after, at=at, by=by)


def _settle(row: OfficeDay) -> None:
    """Refuse what no calendar can hold; write hours one way."""
    if not FIRST_YEAR <= row.day.year <= LAST_YEAR:
        raise RuleBroken(_("The year lies between %(first)s and %(last)s.") % {"first": FIRST_YEAR, "last": LAST_YEAR}, field="day")
    if row.kind != OfficeDayKind.HOURS and row.hours:
        raise RuleBroken(_("Give hours only with “Other hours”."), field="hours")
    if row.kind == OfficeDayKind.HOURS:
        try:
            row.hours = written_hours(read_hours(row.hours))
        except ValueError as fault:
            raise RuleBroken(_("Write hours as 09:00-12:00 13:00-15:00, from the earlier to the later."), field="hours") from fault


def _save_or_refuse(row: OfficeDay) -> None:
    try:
        with transaction.atomic():
            row.save()
    except IntegrityError as error:
        raise RuleBroken(_("This date is in the calendar already."), field="day") from error
