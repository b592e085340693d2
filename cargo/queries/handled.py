"""What was handled month by month, and which months the ledger speaks of at all.

A month inside the ledger without a row is zero; a month before its first or after its last row has no data.
"""

import datetime as dt
from collections.abc import Mapping
from decimal import Decimal
from typing import NamedTuple

from django.db.models import Max, Min, Sum

from cargo.models import MonthlyRollup
from cargo.queries.ledger import months_from
from cargo.queries.overview import kept
from cargo.queries.targets import MONTHS, Slot

FIELD_OF = {"t": "tonnes", "teu": "teu"}
Year = tuple[Decimal | None, ...]  # of January to December
Handled = Mapping[tuple[str, dt.date], Decimal]


class Coverage(NamedTuple):
    """The first and the last month with a ledger row; None where the ledger is empty."""

    first: dt.date | None
    last: dt.date | None

    def knows(self, month: dt.date) -> bool:
        return self.first is not None and self.last is not None and self.first <= month <= self.last


def coverage() -> Coverage:
    # a month whose rows were all taken back keeps its sums of nothing
    found = MonthlyRollup.objects.filter(rows__gt=0).aggregate(first=Min("month"), last=Max("month"))
    return Coverage(found["first"], found["last"])


def month_before(month: dt.date) -> dt.date:
    return (month.replace(day=1) - dt.timedelta(days=1)).replace(day=1)


def last_whole_month(covered: Coverage, today: dt.date) -> dt.date | None:
    """The newest month that is over and in the ledger."""
    return min(covered.last, month_before(today)) if covered.last else None


def rollups_of(slot: Slot):
    """The monthly sums that count for a slot, of whatever month."""
    rows = MonthlyRollup.objects.order_by()
    if slot.direction:
        rows = rows.filter(direction=slot.direction)
    if slot.customer_id:
        return rows.filter(customer=slot.customer_id)
    return rows.filter(customer__account_manager=slot.manager_id) if slot.manager_id else rows


def handled_months(user, slot: Slot, start: dt.date, end: dt.date) -> Handled:
    """By class and month, in the slot's unit, in one statement; what concerns many customers is kept until the ledger grows."""
    rows = rollups_of(slot).visible_to(user).filter(month__range=(start, end))
    if rows.query.is_empty():
        return {}

    def compute() -> Handled:
        sums = rows.values_list("cargo_class", "month").annotate(handled=Sum(FIELD_OF[slot.unit]))
        return {(code, month): handled for code, month, handled in sums}

    if slot.customer_id:
        return compute()
    return kept(f"handled:{slot.unit}:{slot.direction}:{slot.manager_id}:{start}:{end}", compute)


def year_of(handled: Handled, covered: Coverage, code: str | None, year: int) -> Year:
    """Twelve months of one class, or of all where `code` is None."""
    months = months_from(dt.date(year, MONTHS[0], 1), dt.date(year, MONTHS[-1], 1))
    return tuple(_of_month(handled, code, month) if covered.knows(month) else None for month in months)


def _of_month(handled: Handled, code: str | None, month: dt.date) -> Decimal:
    if code is not None:
        return handled.get((code, month), Decimal(0))
    return sum((quantity for (_code, at), quantity in handled.items() if at == month), Decimal(0))
