"""Running deadlines follow the office calendar when it changes. Why, and what stays: docs/adr/069-the-office-calendar.md."""

import datetime as dt
from collections.abc import Iterator
from itertools import groupby

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from feedback.enums import ClockKind
from feedback.models import Complaint, ComplaintClock, ComplaintNote
from feedback.services.status_mail import tell_moved
from portcrm.accounts.models import User
from portcrm.audit.actions import action
from portcrm.business_days import OfficeDays
from portcrm.clock import port_date, port_zone, start_of_day
from portcrm.service_hours import deadline

ROUNDED = dt.timedelta(minutes=1)  # what a pause may add to a deadline in minutes
DAY = dt.timedelta(days=1)  # the night before a date may run into it
PORTION = 500


@action("complaint.reckon", gettext_lazy("Deadlines reckoned by the new office calendar"))
def reckon_clocks(*, before: OfficeDays, after: OfficeDays, at: dt.datetime, by: User) -> int:
    """Move each running deadline to where the new calendar puts it, and say so in a note of its case; returns how many moved.

    A deadline stays where it was told when it is met or past, when it would be past at once, and when somebody set it by hand, that
    is, when the calendar until now does not explain it. Run again with the same calendars, it moves nothing.
    """
    changed = [day for day in {*before, *after} if before.get(day, "") != after.get(day, "")]
    if not changed:
        return 0
    moved = [pair for case in _cases(min(changed), max(changed)) for pair in _moved(case, before, after, at)]
    ComplaintClock.objects.bulk_update([clock for clock, _until_now in moved], ("due_at",), batch_size=PORTION)
    cases = [(case, list(pairs)) for case, pairs in groupby(moved, key=lambda pair: pair[0].complaint)]
    ComplaintNote.objects.bulk_create([_note(case, pairs, at, by) for case, pairs in cases], batch_size=PORTION)
    for case, pairs in cases:
        tell_moved(complaint=case, moved=pairs)
    _carry_over([clock for clock, _until_now in moved if clock.kind == ClockKind.DECISION])
    return len(moved)


def _cases(first: dt.date, last: dt.date) -> Iterator[Complaint]:
    """Open cases with a running deadline on which one of these dates can bear, locked in one order."""
    bearing = ComplaintClock.objects.running().filter(due_at__gte=start_of_day(first) - DAY, started_at__lt=start_of_day(last) + 2 * DAY)
    rows = Complaint.objects.open().filter(pk__in=bearing.values("complaint")).order_by("pk").select_for_update(of=("self",))
    yield from rows.select_related("contact").prefetch_related("clocks", "pauses").iterator(chunk_size=PORTION)


def _moved(case: Complaint, before: OfficeDays, after: OfficeDays, at: dt.datetime) -> Iterator[tuple[ComplaintClock, dt.datetime]]:
    """The deadlines of a case that move, each with when it was due until now."""
    pauses = [(pause.from_at, pause.until_at) for pause in case.pauses.all() if pause.until_at]
    stands_since = min((pause.from_at for pause in case.pauses.all() if pause.until_at is None), default=at)
    for clock in case.clocks.all():
        until_now = clock.due_at
        if clock.met_at is not None or until_now <= stands_since:
            continue
        explained = deadline(clock.started_at, clock.amount, clock.unit, pauses=pauses, own=before)
        due_at = deadline(clock.started_at, clock.amount, clock.unit, pauses=pauses, own=after)
        set_by_hand = abs(explained - until_now) > ROUNDED * len(pauses)
        if due_at != explained and not set_by_hand and due_at > stands_since:
            clock.complaint, clock.due_at = case, due_at
            yield clock, until_now


def _note(case: Complaint, pairs: list[tuple[ComplaintClock, dt.datetime]], at: dt.datetime, by: User) -> ComplaintNote:
    lines = [f"{clock.get_kind_display()}: {_moment(until_now)} → {_moment(clock.due_at)}" for clock, until_now in pairs]
    return ComplaintNote(complaint=case, text="\n".join([_("The office calendar has changed."), *lines]), by=by, at=at)


def _carry_over(decisions: list[ComplaintClock]) -> None:
    """The day a case is to be decided goes with its deadline."""
    for clock in decisions:
        clock.complaint.due_on = max(port_date(clock.due_at), clock.complaint.received_on)
    Complaint.objects.bulk_update([clock.complaint for clock in decisions], ("due_on",), batch_size=PORTION)


def _moment(moment: dt.datetime) -> str:
    return moment.astimezone(port_zone()).strftime("%Y-%m-%d %H:%M")
