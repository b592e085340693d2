"""What the ledger says of cargo that was agreed when a lead was won."""

import datetime as dt
from decimal import Decimal

from django.conf import settings
from django.db.models import Sum

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
    """State, due, handled and the last month counted, of the months up to this one.

    Due is what was agreed for the months that have ended. Before one has, cargo of a month confirms; afterwards the set share of
    what was due does, and less has fallen short.
    """
    this_month = today.replace(day=1)
    if flow.first_month > this_month:
        return {"state": FlowState.AWAITED, "due": Decimal(0), "handled": Decimal(0), "counted_until": None}
    until = min(flow.last_month, this_month)
    ended = sum(month < this_month for month in months_from(flow.first_month, until))
    due, handled = flow.amount * ended, handled_of(flow, until)
    wanted = flow.amount * max(ended, 1) * settings.LEAD_CONFIRM_PERCENT / 100
    state = FlowState.CONFIRMED if handled >= wanted else FlowState.SHORT if ended else FlowState.AWAITED
    return {"state": state, "due": due, "handled": handled, "counted_until": until}


def handled_of(flow: ExpectedFlow, until: dt.date) -> Decimal:
    """In the flow's measure, from its first month to `until`, from the monthly rollup."""
    rollups = MonthlyRollup.objects.months_between(flow.first_month, until)
    series = rollups.filter(customer=flow.customer_id, cargo_class=flow.cargo_class_id, direction=flow.direction).order_by()
    return series.aggregate(handled=Sum(flow.measure))["handled"] or Decimal(0)
