"""The customer hears where a case stands when a deadline passes or moves: one mail for each deadline, whoever asks and how often."""

import datetime as dt
from collections.abc import Iterable

from django.utils.translation import gettext_lazy
from django.utils.translation import gettext_lazy as _

from feedback.enums import UNANSWERED_COMPLAINTS, ClockKind
from feedback.models import Complaint, ComplaintClock
from feedback.services.complaint_mail import key_of, queue_status
from portcrm.accounts.models import User
from portcrm.audit.actions import action
from portcrm.clock import port_date
from portcrm.outbox.models import OutgoingEmail

TOLD = (ClockKind.FIRST_ANSWER, ClockKind.DECISION)
NEWS = dt.timedelta(days=7)  # what passed longer ago, as before an update or an outage, is no news


def tell_moved(*, complaint: Complaint, moved: Iterable[tuple[ComplaintClock, dt.datetime]]) -> None:
    """Tell the new dates of deadlines that moved to another day; `moved` has each with the moment it was due until now."""
    clocks = [clock for clock, before in moved if clock.kind in TOLD and port_date(clock.due_at) != port_date(before)]
    if clocks and _may_be_told(complaint):
        queue_status(complaint, f"status:moved:{','.join(map(_word, clocks))}", {"dates": _dates(clocks)})


@action("complaint.tell_status", gettext_lazy("Customer told where the case stands"))
def tell_passed(*, at: dt.datetime, by: User) -> int:
    """Tell customers who wait for an answer that its deadline has passed; returns how many were told now."""
    passed = ComplaintClock.objects.running().not_waiting().filter(kind__in=TOLD, due_at__lte=at, due_at__gt=at - NEWS)
    unanswered = passed.filter(complaint__state__in=UNANSWERED_COMPLAINTS).select_related("complaint__contact")
    latest = {clock.complaint_id: clock for clock in unanswered.order_by("complaint_id", "due_at", "pk")}.values()
    keys = {clock.pk: key_of(clock.complaint, _passing(clock)) for clock in latest}
    known = set(OutgoingEmail.objects.filter(dedupe_key__in=keys.values()).values_list("dedupe_key", flat=True))
    return sum(_tell_passed(clock, at) for clock in latest if keys[clock.pk] not in known)


def _tell_passed(clock: ComplaintClock, at: dt.datetime) -> bool:
    ahead = clock.complaint.clocks.running().filter(kind__in=TOLD, due_at__gt=at).order_by("due_at", "pk")
    facts = {"over": clock, "day": port_date(clock.due_at), "dates": _dates(ahead)}
    return queue_status(clock.complaint, _passing(clock), facts)


def reason_to_withhold(mail: OutgoingEmail) -> object:
    """Looked at once more when its turn comes: why it should not go any more, lazily translated, or ""."""
    complaint = Complaint.objects.filter(pk=mail.record_pk).first()
    if complaint is None:
        return _("There is no such complaint any more.")
    if not _may_be_told(complaint):
        return _("The case is answered, closed or waits for the customer by now.")
    stand = {_word(clock) for clock in complaint.clocks.running()}
    told = mail.dedupe_key.rpartition(":")[2].split(",")
    return "" if stand.issuperset(told) else _("Another deadline holds by now.")


def _may_be_told(complaint: Complaint) -> bool:
    return complaint.state in UNANSWERED_COMPLAINTS and not complaint.pauses.filter(until_at=None).exists()


def _passing(clock: ComplaintClock) -> str:
    return f"status:over:{_word(clock)}"


def _word(clock: ComplaintClock) -> str:
    return f"{clock.kind}={port_date(clock.due_at).isoformat()}"


def _dates(clocks: Iterable[ComplaintClock]) -> list[tuple[ComplaintClock, dt.date]]:
    return [(clock, port_date(clock.due_at)) for clock in clocks]
