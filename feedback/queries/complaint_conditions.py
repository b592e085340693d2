"""What complaints are counted by, as conditions on rows: every figure opens the very cases it counts."""

import datetime as dt

from django.db.models import Exists, F, OuterRef, Q, QuerySet

from feedback.enums import ClockKind, ComplaintState, Effect
from feedback.models import ComplaintClock, ComplaintPause, CorrectiveAction

CLAIM = {
    "any": Q(claim__claimed__gt=0),
    "agreed": Q(claim__claimed__gt=0, claim__agreed__isnull=False),
    "paid": Q(claim__claimed__gt=0, claim__paid__isnull=False),
    "settled": Q(claim__claimed__gt=0) & (Q(claim__paid__isnull=False) | Q(claim__agreed=0)),
    "open": Q(claim__claimed__gt=0, claim__paid=None) & (Q(claim__agreed=None) | ~Q(claim__agreed=0)),
}


def by_deadline(rows: QuerySet, kind: str, how: str, *, at: dt.datetime) -> QuerySet:
    """Cases that met this deadline "in_time", those that met it late or missed it so far ("late"), or both ("all")."""
    pauses = ComplaintPause.objects.filter(complaint=OuterRef("complaint"), until_at=None)
    missed = Q(met_at=None, due_at__lt=at) & ~Exists(pauses) & ~Q(complaint__state=ComplaintState.CLOSED)
    in_time, late = Q(met_at__isnull=False, met_at__lte=F("due_at")), Q(met_at__gt=F("due_at")) | missed
    chosen = {"in_time": in_time, "late": late, "all": in_time | late}[how]
    return rows.filter(Exists(ComplaintClock.objects.filter(chosen, complaint=OuterRef("pk"), kind=kind)))


def taken_up_again(rows: QuerySet) -> QuerySet:
    """Answered, and put back into work afterwards: the deadline of the first answer keeps its moment."""
    first = ComplaintClock.objects.filter(complaint=OuterRef("pk"), kind=ClockKind.FIRST_ANSWER, met_at__isnull=False)
    later = first.filter(Q(met_at__lt=OuterRef("answered_at")))
    return rows.exclude(answer="").filter(Exists(later) | (Q(answered_at=None) & Exists(first)))


def by_check(rows: QuerySet, how: str) -> QuerySet:
    """Cases with a checked corrective action: all of which work ("passed"), one of which does not ("failed"), or "all"."""
    checked = CorrectiveAction.objects.filter(complaint=OuterRef("pk")).exclude(effective="")
    failed = Exists(checked.filter(effective=Effect.NO))
    return rows.filter(Exists(checked)).filter({"passed": ~failed, "failed": failed, "all": Q()}[how])
