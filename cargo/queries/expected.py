"""What the ledger says of cargo that was agreed when a lead was won."""

import datetime as dt
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.db.models import Q, Sum

from cargo.enums import FlowState, LeadRhythm
from cargo.models import ExpectedFlow, Lead, MonthlyRollup
from cargo.models.expected import MONTHS_A_YEAR
from cargo.models.target import LAST_YEAR
from cargo.queries.handled import Coverage, coverage
from cargo.queries.ledger import months_from

TONNE_DIGITS = Decimal("0.001")
ZERO = Decimal(0)
NO_CARGO = {"tonnes": ZERO, "teu": ZERO}
LAST_MONTH = dt.date(LAST_YEAR, 12, 1)


def agreed_by_default(lead: Lead, today: dt.date) -> dict[str, object] | None:
    """What a lead itself promises, from the month it is ready in (this one, where that is past or unknown): once in one month, else for
    twelve months, none after the last year we know; None where it has no quantity, or one too small to be counted by the month."""
    parts = MONTHS_A_YEAR if lead.rhythm == LeadRhythm.YEARLY else 1
    tonnes, teu = _part(lead.tonnes, parts), _part(lead.teu, parts)
    if tonnes is None and teu is None:
        return None
    first = min(max(lead.ready_on or today, today).replace(day=1), LAST_MONTH)
    count = 1 if lead.rhythm == LeadRhythm.ONCE else MONTHS_A_YEAR
    number = first.year * MONTHS_A_YEAR + first.month - 1 + count - 1
    return {
        "tonnes_a_month": tonnes,
        "teu_a_month": teu,
        "first_month": first,
        "last_month": min(dt.date(number // MONTHS_A_YEAR, number % MONTHS_A_YEAR + 1, 1), LAST_MONTH),
    }


def _part(amount: Decimal | None, parts: int) -> Decimal | None:
    """None where nothing of it is left after rounding."""
    return (amount / parts).quantize(TONNE_DIGITS) or None if amount is not None else None


def judged(flow: ExpectedFlow, today: dt.date) -> dict[str, Any]:
    """As `judged_in_turn` says of one, after the older ones of its series."""
    older = Q(first_month__lt=flow.first_month)
    older |= Q(first_month=flow.first_month) if flow.pk is None else Q(first_month=flow.first_month, pk__lt=flow.pk)
    of_series = {"customer": flow.customer_id, "cargo_class": flow.cargo_class_id, "direction": flow.direction}
    before = ExpectedFlow.objects.filter(older, **of_series).exclude(pk=flow.pk)
    return judged_in_turn([*before.order_by("first_month", "pk"), flow], today, coverage())[-1]


def series_of(flow: ExpectedFlow) -> tuple:
    """Flows of one series may be borne out by the same cargo."""
    return flow.customer_id, flow.cargo_class_id, flow.direction


def age_of(flow: ExpectedFlow) -> tuple:
    """Sorts the oldest first."""
    return flow.first_month, flow.pk


def judged_in_turn(flows: Sequence[ExpectedFlow], today: dt.date, covered: Coverage) -> list[dict[str, Any]]:
    """What `ExpectedFlow` keeps of the ledger, for flows of one series, oldest first. One query.

    Counted is what the months hold beyond the same months of the year before the flow began, all months together, never less than
    nothing; a flow that continues trade there was has no such base. The running month is counted once it has reached its base.
    What an older flow was agreed to bring is taken first; only what it leaves is there for the next. Due is what was agreed for the
    months that have ended. Before one has, cargo of a month confirms; afterwards the set share of what was due does, and less has
    fallen short.
    """
    this_month = today.replace(day=1)
    cargo, results = _cargo_of(flows, this_month), []
    for flow in flows:
        if flow.first_month > this_month:
            results.append(NOTHING_YET)
            continue
        months = months_from(flow.first_month, min(flow.last_month, this_month))
        ended = sum(month < this_month for month in months)
        counted = cargo.counted_for(flow, months, ended=ended)
        known = flow.continues or (covered.first is not None and covered.first <= base_month(flow.first_month, flow.first_month))
        results.append(counted | _verdict(flow, counted["handled"], ended) | {"base_is_whole": known})
    return results


NOTHING_YET: dict[str, Any] = {
    "state": FlowState.AWAITED,
    "due": Decimal(0),
    "handled": Decimal(0),
    "gross": Decimal(0),
    "base": Decimal(0),
    "base_is_whole": True,
    "counted_until": None,
}


def _verdict(flow: ExpectedFlow, handled: Decimal, ended: int) -> dict[str, Any]:
    wanted = flow.amount * max(ended, 1) * settings.LEAD_CONFIRM_PERCENT / 100
    state = FlowState.CONFIRMED if handled >= wanted else FlowState.SHORT if ended else FlowState.AWAITED
    return {"state": state, "due": flow.amount * ended}


def base_month(month: dt.date, first: dt.date) -> dt.date:
    """The same month of the year before `first`."""
    years = ((month.year - first.year) * MONTHS_A_YEAR + month.month - first.month) // MONTHS_A_YEAR + 1
    return month.replace(year=month.year - years)


def _cargo_of(flows: Sequence[ExpectedFlow], this_month: dt.date) -> "SeriesCargo":
    """Tonnes and TEU of the series in each month from the monthly rollup, from a year before the first flow on."""
    customer, cargo_class, direction = series_of(flows[0])
    first = min(flow.first_month for flow in flows)
    rollups = MonthlyRollup.objects.months_between(base_month(first, first), this_month)
    rows = rollups.filter(customer=customer, cargo_class=cargo_class, direction=direction).order_by("month").values("month")
    rows = rows.annotate(weight=Sum("tonnes"), boxes=Sum("teu"))
    found = {row["month"]: {"tonnes": row["weight"] or ZERO, "teu": row["boxes"] or ZERO} for row in rows}
    return SeriesCargo({month: found.get(month, NO_CARGO) for month in months_from(base_month(first, first), this_month)})


class SeriesCargo:
    """What was handled of a series by month and measure, and what its flows, oldest first, have taken of it so far.

    `floor` is the height up to which a month is spoken for: the trade there was before, and what flows on top of it have taken.
    """

    def __init__(self, handled: dict[dt.date, dict[str, Decimal]]):
        self.handled = handled
        self.taken = {month: dict(NO_CARGO) for month in handled}
        self.floor = {month: dict(NO_CARGO) for month in handled}

    def counted_for(self, flow: ExpectedFlow, months: list[dt.date], *, ended: int) -> dict[str, Any]:
        """All there was, the base, what counts, and the last month counted; its agreed share is taken, in tonnes and TEU alike."""
        before = {month: NO_CARGO if flow.continues else self.handled[base_month(month, flow.first_month)] for month in months}
        for month in months:
            self.floor[month] = {measure: max(height, before[month][measure]) for measure, height in self.floor[month].items()}
        spoken_for = self.taken if flow.continues else self.floor
        left = {month: self.handled[month][flow.measure] - spoken_for[month][flow.measure] for month in months}
        for running in months[ended:]:
            if left[running] < 0:
                del left[running]
        handled = max(sum(left.values(), ZERO), ZERO)
        self._take(flow, left, min(handled, flow.amount * len(left)))
        return {
            "handled": handled.quantize(TONNE_DIGITS),
            "gross": sum((self.handled[month][flow.measure] for month in left), ZERO).quantize(TONNE_DIGITS),
            "base": sum((before[month][flow.measure] for month in left), ZERO).quantize(TONNE_DIGITS),
            "counted_until": max(left, default=None),
        }

    def _take(self, flow: ExpectedFlow, left: dict[dt.date, Decimal], wanted: Decimal) -> None:
        """What continues lies within the trade there was before; anything else lies on top of it."""
        for month, amount in left.items():
            used = min(amount, wanted)
            if used <= 0:
                continue
            wanted -= used
            for measure, whole in self.handled[month].items():
                part = whole * used / self.handled[month][flow.measure]
                self.taken[month][measure] += part
                if not flow.continues:
                    self.floor[month][measure] += part
                self.floor[month][measure] = max(self.floor[month][measure], self.taken[month][measure])
