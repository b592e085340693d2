"""What the ledger says of cargo that was agreed when a lead was won."""

import datetime as dt
from collections.abc import Sequence
from decimal import Decimal

from django.conf import settings
from django.db.models import Q, Sum

from cargo.enums import FlowState, LeadRhythm
from cargo.models import ExpectedFlow, Lead, MonthlyRollup
from cargo.models.target import LAST_YEAR
from cargo.queries.ledger import months_from

MONTHS_A_YEAR = 12
TONNE_DIGITS = Decimal("0.001")
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


def judged(flow: ExpectedFlow, today: dt.date) -> dict[str, object]:
    """As `judged_in_turn` says of one, after the older ones of its series."""
    older = Q(first_month__lt=flow.first_month)
    older |= Q(first_month=flow.first_month) if flow.pk is None else Q(first_month=flow.first_month, pk__lt=flow.pk)
    of_series = {"customer": flow.customer_id, "cargo_class": flow.cargo_class_id, "direction": flow.direction}
    before = ExpectedFlow.objects.filter(older, **of_series).exclude(pk=flow.pk)
    return judged_in_turn([*before.order_by("first_month", "pk"), flow], today)[-1]


def series_of(flow: ExpectedFlow) -> tuple:
    """Flows of one series may be borne out by the same cargo."""
    return flow.customer_id, flow.cargo_class_id, flow.direction


def age_of(flow: ExpectedFlow) -> tuple:
    """Sorts the oldest first."""
    return flow.first_month, flow.pk


def judged_in_turn(flows: Sequence[ExpectedFlow], today: dt.date) -> list[dict[str, object]]:
    """State, due, handled and the last month counted, of the months up to this one, for flows of one series, oldest first.

    Due is what was agreed for the months that have ended. Before one has, cargo of a month confirms; afterwards the set share of
    what was due does, and less has fallen short. What an older flow was agreed to bring by now is taken from the cargo first;
    only what it leaves is there for the next. One query.
    """
    this_month = today.replace(day=1)
    left, results = _cargo_by_month(flows, this_month), []
    for flow in flows:
        if flow.first_month > this_month:
            results.append({"state": FlowState.AWAITED, "due": Decimal(0), "handled": Decimal(0), "counted_until": None})
            continue
        until = min(flow.last_month, this_month)
        months = months_from(flow.first_month, until)
        handled = _taken(flow, months, left).quantize(TONNE_DIGITS)
        results.append(_result(flow, handled, ended=sum(month < this_month for month in months)) | {"counted_until": until})
    return results


def _result(flow: ExpectedFlow, handled: Decimal, *, ended: int) -> dict[str, object]:
    wanted = flow.amount * max(ended, 1) * settings.LEAD_CONFIRM_PERCENT / 100
    state = FlowState.CONFIRMED if handled >= wanted else FlowState.SHORT if ended else FlowState.AWAITED
    return {"state": state, "due": flow.amount * ended, "handled": handled}


def _cargo_by_month(flows: Sequence[ExpectedFlow], this_month: dt.date) -> dict[dt.date, dict[str, Decimal]]:
    """Tonnes and TEU of the series in each month from the monthly rollup."""
    customer, cargo_class, direction = series_of(flows[0])
    rollups = MonthlyRollup.objects.months_between(min(flow.first_month for flow in flows), this_month)
    rows = rollups.filter(customer=customer, cargo_class=cargo_class, direction=direction).order_by("month").values("month")
    rows = rows.annotate(weight=Sum("tonnes"), boxes=Sum("teu"))
    return {row["month"]: {"tonnes": row["weight"] or Decimal(0), "teu": row["boxes"] or Decimal(0)} for row in rows}


def _taken(flow: ExpectedFlow, months: list[dt.date], left: dict[dt.date, dict[str, Decimal]]) -> Decimal:
    """What is left for a flow in its months; its agreed share of them is left no more, in tonnes and TEU alike."""
    here = [left[month] for month in months if month in left]
    found, wanted = sum((cargo[flow.measure] for cargo in here), Decimal(0)), flow.amount * len(months)
    for cargo in here:
        amount = cargo[flow.measure]
        if amount > 0 and wanted > 0:
            used = min(amount, wanted)
            wanted -= used
            for measure in cargo:
                cargo[measure] *= 1 - used / amount
    return found
