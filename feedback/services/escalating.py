"""A deadline that comes near or passes is told to more and more people, each step once, whoever asks."""

import datetime as dt

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from feedback.enums import Alarm, ClockKind
from feedback.models import ComplaintClock, ComplaintNote
from feedback.services.complaint_mail import ACKNOWLEDGEMENT
from feedback.services.telling import tell_escalated
from portcrm.accounts.models import User
from portcrm.audit.actions import action
from portcrm.business_days import business_days_later
from portcrm.clock import port_date
from portcrm.outbox.models import OutgoingEmail

NEAR_SHARE = 0.8  # of the time allowed
LONG_OVER_BUSINESS_DAYS = 3


def escalate(*, at: dt.datetime, by: User) -> int:
    """Note acknowledgements that were delivered, then take each running deadline the step its time asks for; returns how many
    steps were taken. Cases that wait for the customer are left alone."""
    note_delivered_acknowledgements(by=by)
    taken = 0
    for clock in ComplaintClock.objects.running().not_waiting().select_related("complaint__customer", "complaint__owner").order_by("pk"):
        wanted = step_for(clock, at)
        if wanted > clock.level:
            taken += take_step(clock=clock, level=wanted, at=at, by=by)
    return taken


def step_for(clock: ComplaintClock, at: dt.datetime) -> Alarm:
    """The step a deadline should have reached by a moment."""
    if at >= clock.due_at:
        long_over = port_date(at) >= business_days_later(port_date(clock.due_at), LONG_OVER_BUSINESS_DAYS)
        return Alarm.LONG_OVER if long_over else Alarm.OVER
    near = clock.started_at + (clock.due_at - clock.started_at) * NEAR_SHARE
    return Alarm.NEAR if at >= near else Alarm.NONE


@action("complaint.escalate", gettext_lazy("Deadline escalated"))
def take_step(*, clock: ComplaintClock, level: Alarm, at: dt.datetime, by: User) -> bool:
    """Claim the step and tell those it concerns; False where another worker, or the answer, came first."""
    # Columns of the row alone: through a join the database would not look again at what another worker has just changed.
    claimed = ComplaintClock.objects.filter(pk=clock.pk, level=clock.level, met_at=None).update(level=level)
    if not claimed:
        return False
    if level >= Alarm.OVER:
        text = _("%(deadline)s was due on %(day)s: %(step)s.") % {
            "deadline": clock.get_kind_display(),
            "day": port_date(clock.due_at).isoformat(),
            "step": Alarm(level).label,
        }
        ComplaintNote.objects.create(complaint=clock.complaint, text=text, by=by, at=at)
    tell_escalated(clock=clock, level=level, by=by)
    return True


@action("complaint.acknowledged", gettext_lazy("Acknowledgement delivered"))
def note_delivered_acknowledgements(*, by: User) -> None:
    """An acknowledgement counts from the moment its mail was sent."""
    waiting = ComplaintClock.objects.running().filter(kind=ClockKind.ACKNOWLEDGE)
    keys = {str(pk) for pk in waiting.values_list("complaint", flat=True)}
    sent = OutgoingEmail.objects.filter(kind=ACKNOWLEDGEMENT, state="sent", record="feedback.complaint", record_pk__in=keys)
    for complaint_id, settled_at in sent.values_list("record_pk", "settled_at"):
        ComplaintClock.objects.filter(complaint=int(complaint_id), kind=ClockKind.ACKNOWLEDGE, met_at=None).update(met_at=settled_at)
