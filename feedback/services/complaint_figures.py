"""Figures of complaints, computed by a job and stored by month, quarter and year of receipt."""

import datetime as dt
import math
import statistics
import uuid
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from django.db.models import Max, Sum
from django.utils.translation import gettext_lazy

from cargo.models import MonthlyRollup
from feedback.enums import JUSTIFIED, ClockKind, ComplaintSpan, ComplaintState, Effect, ShareKind
from feedback.models import Claim, ClaimResult, Complaint, ComplaintClock, ComplaintResult, ComplaintShare, CorrectiveAction, Finding
from portcrm.accounts.models import User
from portcrm.audit.actions import action
from portcrm.audit.queries import event_model_of
from portcrm.once import one_at_a_time
from portcrm.service_hours import ServiceHours, port_hours

METHOD_VERSION = 1
ONE_COUNT = uuid.uuid5(uuid.NAMESPACE_URL, "feedback.complaint_figures")  # two workers count one after the other
READ = (Complaint, ComplaintClock, Finding, Claim, CorrectiveAction)
MEDIAN_FROM, P90_FROM = 3, 10  # cases; fewer tell no such figure


@dataclass(frozen=True)
class Case:
    """What is counted of one complaint; times in minutes of office hours, `in_time` by deadline where it is met or missed."""

    row: Complaint
    in_time: dict[str, bool]
    answer: float | None
    decision: float | None
    finding: Finding | None
    claim: Claim | None
    checks: tuple[str, ...]

    @property
    def reopened(self) -> bool:
        """Answered, and taken up again afterwards: the deadline keeps the first answer, the case has a later one or none."""
        clock = next((one for one in self.row.clocks.all() if one.kind == ClockKind.FIRST_ANSWER), None)
        if not self.row.answer or clock is None or clock.met_at is None:
            return False
        return self.row.answered_at is None or self.row.answered_at > clock.met_at


def watermark() -> int:
    """Grows with every change of what is counted; one that commits late is found by the nightly count."""
    return sum(event_model_of(model).objects.aggregate(last=Max("pgh_id"))["last"] or 0 for model in READ)


@action("complaint.compute", gettext_lazy("Figures computed"))
def compute_complaint_figures(*, at: dt.datetime, by: User) -> int:
    """Count all complaints anew and store the figures of every span that has some; returns how many. Twice gives the same."""
    one_at_a_time(ONE_COUNT)
    read = watermark()  # first: what changes while it is read makes the figures stale, never unseen
    found: dict[tuple[str, dt.date, str], list[Case]] = defaultdict(list)
    for case in _cases(at):
        for span, start in spans_of(case.row.received_on):
            found[span, start, ""].append(case)
            found[span, start, case.row.group].append(case)
    handled = _handled()
    ComplaintResult.objects.all().delete()
    for (span, start, group), cases in found.items():
        tonnes, shipments = handled.get((span, start), (0, 0))
        origin = {"computed_at": at, "method_version": METHOD_VERSION, "watermark": read, "tonnes": tonnes, "shipments": shipments}
        result = ComplaintResult.objects.create(span=span, starts_on=start, group=group, **_figures(cases) | origin)
        ComplaintShare.objects.bulk_create(_shares(result, cases))
        ClaimResult.objects.bulk_create(_claims(result, cases))
    return len(found)


def renew_complaint_figures(*, at: dt.datetime, by: User) -> None:
    """Count only where something changed since the last count."""
    known = ComplaintResult.objects.filter(method_version=METHOD_VERSION).order_by("-watermark").first()
    if watermark() != (known.watermark if known else 0):
        compute_complaint_figures(at=at, by=by)


def spans_of(day: dt.date) -> tuple[tuple[str, dt.date], ...]:
    """Month, quarter and year a day lies in, each with its first day."""
    month = day.replace(day=1)
    quarter = month.replace(month=(day.month - 1) // 3 * 3 + 1)
    return (ComplaintSpan.MONTH.value, month), (ComplaintSpan.QUARTER.value, quarter), (ComplaintSpan.YEAR.value, month.replace(month=1))


def _cases(at: dt.datetime) -> Iterator[Case]:
    rows = Complaint.objects.select_related("finding", "claim").prefetch_related("clocks", "pauses", "corrective_actions").order_by("pk")
    hours = port_hours()
    for row in rows.iterator(chunk_size=500):
        clocks = {clock.kind: clock for clock in row.clocks.all()}
        finding = getattr(row, "finding", None)
        answered, decided = clocks.get(ClockKind.FIRST_ANSWER), clocks.get(ClockKind.DECISION)
        yield Case(
            row=row,
            in_time=_judged(row, clocks, at),
            answer=_worked(hours, row, answered, answered.met_at if answered and row.answer else None),
            decision=_worked(hours, row, decided, finding.decided_at if finding else None),
            finding=finding,
            claim=getattr(row, "claim", None),
            checks=tuple(one.effective for one in row.corrective_actions.all() if one.effective),
        )


def _judged(row: Complaint, clocks: dict[str, ComplaintClock], at: dt.datetime) -> dict[str, bool]:
    waiting = any(pause.until_at is None for pause in row.pauses.all())
    stands = waiting or row.state == ComplaintState.CLOSED
    met = {kind: not clock.is_late for kind, clock in clocks.items() if clock.met_at}
    missed = {kind: False for kind, clock in clocks.items() if not clock.met_at and clock.due_at < at and not stands}
    return met | missed


def _worked(hours: ServiceHours, row: Complaint, clock: ComplaintClock | None, end: dt.datetime | None) -> float | None:
    if clock is None or end is None:
        return None
    pauses = [(pause.from_at, pause.until_at or end) for pause in row.pauses.all() if (pause.until_at or end) > pause.from_at]
    return hours.worked(clock.started_at, max(end, clock.started_at), pauses=pauses).total_seconds() / 60


def _figures(cases: list[Case]) -> dict:
    answers = [case.answer for case in cases if case.answer is not None]
    decisions = [case.decision for case in cases if case.decision is not None]
    judged = [case.finding.liability for case in cases if case.finding and case.finding.liability]
    checked = [case.checks for case in cases if case.checks]
    figures = {
        "received": len(cases),
        "answered": len(answers),
        "answer_median": median_of(answers),
        "answer_p90": p90_of(answers),
        "decided": len(decisions),
        "decision_median": median_of(decisions),
        "decision_p90": p90_of(decisions),
        "reopened": sum(case.reopened for case in cases),
        "found": len(judged),
        "justified": sum(one in JUSTIFIED for one in judged),
        "checked": len(checked),
        "effective": sum(Effect.NO not in checks for checks in checked),
    }
    for kind in ClockKind.values:
        told = [case.in_time[kind] for case in cases if kind in case.in_time]
        figures |= {f"{kind}_n": len(told), f"{kind}_in_time": sum(told)}
    return figures


def median_of(minutes: list[float]) -> float | None:
    """None below three cases."""
    return statistics.median(minutes) if len(minutes) >= MEDIAN_FROM else None


def p90_of(minutes: list[float]) -> float | None:
    """The least time within which nine of ten were done (nearest rank); None below ten cases."""
    return sorted(minutes)[math.ceil(0.9 * len(minutes)) - 1] if len(minutes) >= P90_FROM else None


def _shares(result: ComplaintResult, cases: list[Case]) -> list[ComplaintShare]:
    counts: Counter = Counter()
    for case in cases:
        cause = case.finding.cause if case.finding else ""
        told = (ShareKind.CAUSE, cause), (ShareKind.SERVICE_ITEM, case.row.service_item), (ShareKind.DIMENSION, case.row.dimension)
        counts.update((kind.value, key) for kind, key in told if key)
    return [ComplaintShare(result=result, kind=kind, key=key, number=number) for (kind, key), number in counts.items()]


def _claims(result: ComplaintResult, cases: list[Case]) -> list[ClaimResult]:
    by_currency: dict[str, list[Case]] = defaultdict(list)
    for case in cases:
        if case.claim and case.claim.claimed > 0:
            by_currency[case.claim.currency].append(case)
    return [_claim_result(result, currency, found) for currency, found in sorted(by_currency.items())]


def _claim_result(result: ComplaintResult, currency: str, cases: list[Case]) -> ClaimResult:
    claims = [case.claim for case in cases]
    agreed = [claim.agreed for claim in claims if claim.agreed is not None]
    paid = [claim.paid for claim in claims if claim.paid is not None]
    settled = [claim.claimed for claim in claims if is_settled(claim)]
    days = [(case.claim.paid_on - case.row.received_on).days for case in cases if case.claim.paid_on]
    unpaid = [case.row.received_on for case in cases if not is_settled(case.claim)]
    return ClaimResult(
        result=result, currency=currency, number=len(claims), claimed=sum(claim.claimed for claim in claims),
        agreed_n=len(agreed), agreed=sum(agreed), paid_n=len(paid), paid=sum(paid),
        settled=len(settled), settled_claimed=sum(settled),
        days_to_payment=statistics.median(days) if days else None, oldest_unpaid_on=min(unpaid, default=None),
    )  # fmt: skip


def is_settled(claim: Claim) -> bool:
    """Paid, or agreed that nothing is paid."""
    return claim.paid is not None or claim.agreed == 0


def _handled() -> dict[tuple[str, dt.date], tuple]:
    """Tonnes and ledger rows by span, of the sums by customer."""
    sums: dict[tuple[str, dt.date], list] = defaultdict(lambda: [0, 0])
    months: Iterable = MonthlyRollup.objects.order_by().values_list("month").annotate(Sum("tonnes"), Sum("rows"))
    for month, tonnes, rows in months:
        for key in spans_of(month):
            sums[key][0] += tonnes
            sums[key][1] += rows
    return {key: (tonnes, rows) for key, (tonnes, rows) in sums.items()}
