"""Deadlines of a complaint: started when it comes, met once, standing still while we wait for the customer."""

import datetime as dt

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from feedback.enums import ClockKind, ComplaintState
from feedback.models import Complaint, ComplaintClock, ComplaintNote, ComplaintPause
from feedback.services.limits import limit_of
from feedback.services.status_mail import tell_moved
from portcrm.accounts.models import User
from portcrm.audit.actions import action
from portcrm.clock import port_date, port_zone
from portcrm.errors import RuleBroken
from portcrm.service_hours import deadline, later_by


def start_clocks(*, complaint: Complaint, at: dt.datetime, by: User) -> dt.date:
    """Start the three deadlines of a complaint that came on its day of receipt; returns the day its decision is due."""
    received_at = at if port_date(at) == complaint.received_on else dt.datetime.combine(complaint.received_on, dt.time(8), port_zone())
    clocks = []
    for kind in ClockKind:
        amount, unit = limit_of(kind, complaint.severity)
        due_at = deadline(received_at, amount, unit)
        clocks.append(ComplaintClock(complaint=complaint, kind=kind, amount=amount, unit=unit, started_at=received_at, due_at=due_at))
    ComplaintClock.objects.bulk_create(clocks)
    return port_date(clocks[-1].due_at)


def decision_due(*, received_on: dt.date, severity: str) -> dt.date:
    """The day by which a complaint of this severity is to be decided."""
    amount, unit = limit_of(ClockKind.DECISION, severity)
    return port_date(deadline(dt.datetime.combine(received_on, dt.time(8), port_zone()), amount, unit))


def meet(*, complaint: Complaint, kinds: tuple[str, ...], at: dt.datetime, by: User) -> None:
    """Mark deadlines as met; the first time counts."""
    ComplaintClock.objects.filter(complaint=complaint, kind__in=kinds, met_at=None).update(met_at=at)


def move_decision(*, complaint: Complaint, due_on: dt.date) -> None:
    """Let the decision be due on another day, at the same hour."""
    clock = complaint.clocks.running().filter(kind=ClockKind.DECISION).first()
    if clock is not None:
        hour = clock.due_at.astimezone(port_zone()).time()
        before = clock.due_at
        _move(clock, max(dt.datetime.combine(due_on, hour, port_zone()), clock.started_at))
        tell_moved(complaint=complaint, moved=[(clock, before)])


def rate_anew(*, complaint: Complaint) -> dt.date | None:
    """Count the running deadlines again for a severity that changed; returns the day of the decision where that moved."""
    pauses = [(pause.from_at, pause.until_at) for pause in complaint.pauses.all() if pause.until_at]
    moved, until_now = None, []
    for clock in complaint.clocks.running().order_by("pk"):
        until_now.append((clock, clock.due_at))
        clock.amount, clock.unit = limit_of(clock.kind, complaint.severity)
        _move(clock, deadline(clock.started_at, clock.amount, clock.unit, pauses=pauses))
        moved = port_date(clock.due_at) if clock.kind == ClockKind.DECISION else moved
    tell_moved(complaint=complaint, moved=until_now)
    return moved


@action("complaint.acknowledge", gettext_lazy("Receipt acknowledged by telephone"))
def acknowledge(*, complaint: Complaint, at: dt.datetime, by: User) -> None:
    """The customer was told by telephone that we have the complaint; told twice, the first time counts."""
    if not complaint.clocks.running().filter(kind=ClockKind.ACKNOWLEDGE).exists():
        raise RuleBroken(_("The receipt is acknowledged already."))
    meet(complaint=complaint, kinds=(ClockKind.ACKNOWLEDGE,), at=at, by=by)


@action("complaint.wait", gettext_lazy("Waiting for the customer"))
def wait_for_customer(*, complaint: Complaint, reason: str, at: dt.datetime, by: User) -> ComplaintPause:
    """Let the deadlines stand still until the customer has answered what we asked."""
    complaint = Complaint.objects.select_for_update().get(pk=complaint.pk)
    if complaint.state == ComplaintState.CLOSED:
        raise RuleBroken(_("This complaint is closed. Record a new one if the matter goes on."))
    if not reason.strip():
        raise RuleBroken(_("Say what you wait for."), field="reason")
    if complaint.pauses.filter(until_at=None).exists():
        raise RuleBroken(_("This case waits for the customer already."))
    return ComplaintPause.objects.create(complaint=complaint, from_at=at, reason=reason.strip(), by=by)


@action("complaint.go_on", gettext_lazy("The customer has answered"))
def go_on(*, complaint: Complaint, at: dt.datetime, by: User) -> Complaint:
    """End the pause: what was left of each deadline counts on from now, and a note says from when to when it moved."""
    complaint = Complaint.objects.select_for_update().get(pk=complaint.pk)
    pause = complaint.pauses.filter(until_at=None).first()
    if pause is None:
        raise RuleBroken(_("This case does not wait for the customer."))
    pause.until_at = max(at, pause.from_at)
    pause.save(update_fields=("until_at",))
    lines, moved = [], []
    for clock in complaint.clocks.running().order_by("due_at"):
        before = clock.due_at
        _move(clock, later_by(before, (pause.from_at, pause.until_at), clock.unit))
        moved.append((clock, before))
        if clock.due_at != before:
            lines.append(f"{clock.get_kind_display()}: {_moment(before)} → {_moment(clock.due_at)}")
        if clock.kind == ClockKind.DECISION:
            complaint.due_on = max(complaint.due_on, port_date(clock.due_at))
            complaint.save(update_fields=("due_on",))
    if lines:
        text = "\n".join([_("Waited for the customer: %(reason)s") % {"reason": pause.reason}, *lines])
        ComplaintNote.objects.create(complaint=complaint, text=text, by=by, at=at)
    tell_moved(complaint=complaint, moved=moved)
    return complaint


def _move(clock: ComplaintClock, due_at: dt.datetime) -> None:
    clock.due_at = due_at
    clock.save(update_fields=("due_at", "amount", "unit"))


def _moment(moment: dt.datetime) -> str:
    return moment.astimezone(port_zone()).strftime("%Y-%m-%d %H:%M")
