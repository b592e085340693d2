"""What the ledger says for a period: totals a customer, totals altogether, months of one customer."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal

from django.db import connection
from django.db.models import Max, Min, Sum

from cargo.models import MonthlyRollup
from cargo.queries.sums import FIGURE_NAMES, FIGURES

ZERO = Decimal(0)


@dataclass(slots=True)
class Totals:
    """Sums of ledger rows. `quantity` is per unit code; revenue and cost are in the port's currency, None = no row had any."""

    tonnes: Decimal = ZERO
    teu: Decimal = ZERO
    quantity: dict[str, Decimal] = field(default_factory=dict)
    lots: int = 0
    revenue: Decimal | None = None
    cost: Decimal | None = None
    rows: int = 0
    rows_without_revenue: int = 0
    rows_without_cost: int = 0
    first_on: dt.date | None = None
    last_on: dt.date | None = None

    def add(self, unit: str, figures: dict) -> None:
        self.quantity[unit] = self.quantity.get(unit, ZERO) + figures["quantity"]
        for name in ("tonnes", "teu", "lots", "rows", "rows_without_revenue", "rows_without_cost"):
            setattr(self, name, getattr(self, name) + figures[name])
        for name in ("revenue", "cost"):
            if figures[name] is not None:
                setattr(self, name, (getattr(self, name) or ZERO) + figures[name])
        self.first_on = min(self.first_on or figures["first_on"], figures["first_on"])
        self.last_on = max(self.last_on or figures["last_on"], figures["last_on"])

    @property
    def known_revenue(self) -> Decimal | None:
        """None where no row in effect has a revenue: "no data" is not zero."""
        return self.revenue if self.rows_without_revenue < self.rows else None

    @property
    def known_cost(self) -> Decimal | None:
        return self.cost if self.rows_without_cost < self.rows else None


@dataclass(slots=True)
class CustomerTotals(Totals):
    customer_id: int = 0


@dataclass(slots=True)
class LedgerTotals(Totals):
    customers: int = 0


def _sums(start: dt.date, end: dt.date, customer_ids: list[int] | None) -> list[tuple]:
    chosen = "" if customer_ids is None else "AND customer_id = ANY(%(customers)s)"
    sql = f"""
        SELECT customer_id, unit_id, {FIGURES}
        FROM cargo_shipment
        WHERE handled_on BETWEEN %(start)s AND %(end)s {chosen}
        GROUP BY customer_id, unit_id
        ORDER BY customer_id, unit_id
    """  # noqa: S608  only constants of this module
    with connection.cursor() as cursor:
        cursor.execute(sql, {"start": start, "end": end, "customers": customer_ids})
        return cursor.fetchall()


def totals_by_customer(start: dt.date, end: dt.date, *, customer_ids: Iterable[int] | None = None) -> list[CustomerTotals]:
    """Totals of each customer with ledger rows from `start` to `end`, both included, by customer id. One SQL aggregate."""
    found: dict[int, CustomerTotals] = {}
    for customer_id, unit, *figures in _sums(start, end, None if customer_ids is None else list(customer_ids)):
        totals = found.setdefault(customer_id, CustomerTotals(customer_id=customer_id))
        totals.add(unit, dict(zip(FIGURE_NAMES, figures, strict=True)))
    return list(found.values())


def ledger_totals(start: dt.date, end: dt.date) -> LedgerTotals:
    """Totals of the whole ledger from `start` to `end`, both included, summed by the database apart from any customer."""
    totals = LedgerTotals()
    sql = f"SELECT unit_id, {FIGURES} FROM cargo_shipment WHERE handled_on BETWEEN %s AND %s GROUP BY unit_id ORDER BY unit_id"  # noqa: S608
    with connection.cursor() as cursor:
        cursor.execute(sql, [start, end])
        for unit, *figures in cursor.fetchall():
            totals.add(unit, dict(zip(FIGURE_NAMES, figures, strict=True)))
        cursor.execute("SELECT count(DISTINCT customer_id) FROM cargo_shipment WHERE handled_on BETWEEN %s AND %s", [start, end])
        totals.customers = cursor.fetchone()[0]
    return totals


@dataclass(frozen=True, slots=True)
class MonthPoint:
    month: dt.date
    tonnes: Decimal
    teu: Decimal
    lots: int
    revenue: Decimal | None
    cost: Decimal | None
    rows: int
    rows_without_revenue: int
    rows_without_cost: int


MONTH_SUMS = ("tonnes", "teu", "lots", "revenue", "cost", "rows", "rows_without_revenue", "rows_without_cost")


def year_before(day: dt.date) -> dt.date:
    """The first day of the twelve months that end with `day`."""
    following = day + dt.timedelta(days=1)
    try:
        return following.replace(year=following.year - 1)
    except ValueError:  # 29 February
        return dt.date(following.year - 1, 3, 1)


def month_end(month: dt.date) -> dt.date:
    """The last day of the month whose first day is given."""
    return (month + dt.timedelta(days=31)).replace(day=1) - dt.timedelta(days=1)


def months_from(start: dt.date, end: dt.date) -> list[dt.date]:
    """First days of the months from `start` to `end`, both included."""
    first, last = start.year * 12 + start.month - 1, end.year * 12 + end.month - 1
    return [dt.date(number // 12, number % 12 + 1, 1) for number in range(first, last + 1)]


def months_ending(end: dt.date, count: int) -> list[dt.date]:
    """First days of the `count` months that end with the month of `end`."""
    last = end.year * 12 + end.month - 1
    return [dt.date(number // 12, number % 12 + 1, 1) for number in range(last - count + 1, last + 1)]


def month_points(rollups, months: list[dt.date]) -> list[MonthPoint]:
    """One point for each of `months`, zero where nothing was handled. Money stays None there."""
    if not months:
        return []
    sums = rollups.months_between(months[0], months[-1]).order_by().values("month").annotate(**{f"sum_{n}": Sum(n) for n in MONTH_SUMS})
    found = {row["month"]: row for row in sums}
    empty = {f"sum_{name}": None if name in ("revenue", "cost") else 0 for name in MONTH_SUMS}
    return [MonthPoint(month=month, **{name: found.get(month, empty)[f"sum_{name}"] for name in MONTH_SUMS}) for month in months]


def series_by_month(customer, start: dt.date | None = None, end: dt.date | None = None) -> list[MonthPoint]:
    """Months of one customer from the rollup, without gaps; by default from its first handled month to its last."""
    rollups = MonthlyRollup.objects.filter(customer=customer)
    if start is None or end is None:
        bounds = rollups.aggregate(first=Min("month"), last=Max("month"))
        start, end = start or bounds["first"], end or bounds["last"]
    return month_points(rollups, months_from(start, end)) if start and end else []
