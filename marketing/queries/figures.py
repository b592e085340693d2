"""What a ranking reads: one pass over the ledger, the window before it, opinions and complaints as of the date.

Everything here is asked inside one snapshot (see marketing.services.computing), so the parts belong together.
"""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal

from django.db.models import BigIntegerField, Case, Count, Exists, Max, Min, OuterRef, Q, QuerySet, Sum, Value, When
from django.db.models.functions import Coalesce, TruncMonth

from cargo.models import Shipment
from customers.models import Customer
from feedback.models import Complaint
from feedback.queries import satisfaction
from marketing.enums import Exclusion
from marketing.value.windows import Window, month_starts
from portcrm.clock import port_zone

COVERAGE = 90  # per cent of a customer's ledger rows that must carry revenue (and cost) for the figure to count


@dataclass(slots=True)
class CustomerFigures:
    """Raw figures of one customer with business in the window."""

    customer: int
    code: str
    last_handled_on: dt.date
    is_key_account: bool
    tonnes: Decimal = Decimal(0)
    teu: Decimal = Decimal(0)
    lots: int = 0
    rows: int = 0
    revenue: Decimal | None = None
    cost: Decimal | None = None
    contribution: Decimal | None = None  # of the rows that carry both
    rows_without_revenue: int = 0
    rows_without_cost: int = 0
    rows_with_both: int = 0
    tonnes_before: Decimal = Decimal(0)
    satisfaction: Decimal | None = None
    answers: int = 0
    open_complaints: int = 0
    quantities: dict[int, tuple[Decimal, int]] = field(default_factory=dict)  # unit -> quantity, lots

    def known(self, figure: str) -> Decimal | None:
        """Revenue or contribution, where enough ledger rows carry it; None is "no data", never 0."""
        carrying = self.rows - self.rows_without_revenue if figure == "revenue" else self.rows_with_both
        return getattr(self, figure) if carrying > 0 and carrying * 100 >= self.rows * COVERAGE else None

    @property
    def growth(self) -> Decimal:
        """Change of tonnes against the window before in per cent, within −100 … +100; +100 for who was not there before."""
        if self.tonnes_before <= 0:
            return Decimal(100) if self.tonnes > 0 else Decimal(0)
        change = 100 * (self.tonnes - self.tonnes_before) / self.tonnes_before
        return min(max(change, Decimal(-100)), Decimal(100)).quantize(Decimal("0.1"))


def ledger() -> QuerySet[Shipment]:
    return Shipment.objects.order_by()


def figures_in(window: Window) -> dict[int, CustomerFigures]:
    """Figures of every customer with at least one ledger row in the window, by customer."""
    figures: dict[int, CustomerFigures] = {}
    for row in _ledger_sums(window):
        found = figures.get(row["customer_id"])
        if found is None:
            found = figures[row["customer_id"]] = CustomerFigures(
                row["customer_id"], row["customer__code"], row["last_on"], row["customer__is_key_account"]
            )
        _add(found, row)
    _add_window_before(figures, window)
    _add_opinions(figures, window)
    return figures


def _effect(condition: Q | None = None) -> Sum:
    """Ledger rows in effect: a reversal takes one away."""
    reversed_rows = Q(is_reversal=True)
    cases = [When(reversed_rows & condition if condition else reversed_rows, then=Value(-1))]
    default = 1
    if condition:
        cases.append(When(condition, then=Value(1)))
        default = 0
    return Sum(Case(*cases, default=Value(default), output_field=BigIntegerField()))


def _ledger_sums(window: Window) -> Iterator[dict]:
    both = Q(revenue__isnull=False, cost__isnull=False)
    return (
        ledger()
        .handled_between(window.start, window.end)
        .values("customer_id", "customer__code", "customer__is_key_account", "unit_id")
        .annotate(
            sum_quantity=Sum("quantity"),
            sum_lots=Sum("lots"),
            sum_tonnes=Sum("tonnes"),
            sum_teu=Sum("teu"),
            sum_revenue=Sum("revenue"),
            sum_cost=Sum("cost"),
            revenue_of_both=Sum("revenue", filter=both),
            cost_of_both=Sum("cost", filter=both),
            effective_rows=_effect(),
            without_revenue=_effect(Q(revenue__isnull=True)),
            without_cost=_effect(Q(cost__isnull=True)),
            with_both=_effect(both),
            last_on=Coalesce(Max("handled_on", filter=Q(is_reversal=False)), Max("handled_on")),
        )
        .iterator(chunk_size=5000)
    )


def _add(found: CustomerFigures, row: dict) -> None:
    found.quantities[row["unit_id"]] = (row["sum_quantity"], row["sum_lots"])
    found.last_handled_on = max(found.last_handled_on, row["last_on"])
    found.tonnes += row["sum_tonnes"]
    found.teu += row["sum_teu"]
    found.lots += row["sum_lots"]
    found.rows += row["effective_rows"]
    found.rows_without_revenue += row["without_revenue"]
    found.rows_without_cost += row["without_cost"]
    found.rows_with_both += row["with_both"]
    found.revenue = _plus(found.revenue, row["sum_revenue"])
    found.cost = _plus(found.cost, row["sum_cost"])
    if row["revenue_of_both"] is not None:
        found.contribution = _plus(found.contribution, row["revenue_of_both"] - row["cost_of_both"])


def _plus(sum_so_far: Decimal | None, figure: Decimal | None) -> Decimal | None:
    if figure is None:
        return sum_so_far
    return figure if sum_so_far is None else sum_so_far + figure


def _add_window_before(figures: dict[int, CustomerFigures], window: Window) -> None:
    sums = ledger().handled_between(window.before_start, window.before_end).values("customer_id").annotate(sum_tonnes=Sum("tonnes"))
    for customer, tonnes in sums.values_list("customer_id", "sum_tonnes"):
        if customer in figures:
            figures[customer].tonnes_before = tonnes


def _add_opinions(figures: dict[int, CustomerFigures], window: Window) -> None:
    for row in satisfaction.by_customer(window.start, window.end):
        if row.customer_id in figures and row.answers:
            figures[row.customer_id].satisfaction = Decimal(str(row.mean)).quantize(Decimal("0.001"))
            figures[row.customer_id].answers = row.answers
    for customer, count in open_complaints(window.end).items():
        if customer in figures:
            figures[customer].open_complaints = count


def open_complaints(as_of: dt.date) -> dict[int, int]:
    """Complaints received by the end of that day and not closed by then, per customer."""
    end_of_day = dt.datetime.combine(as_of + dt.timedelta(days=1), dt.time(), tzinfo=port_zone())
    still_open = Complaint.objects.filter(customer__isnull=False, received_on__lte=as_of).exclude(closed_at__lt=end_of_day)
    return dict(still_open.order_by().values_list("customer_id").annotate(Count("pk")))


@dataclass(frozen=True, slots=True)
class Mark:
    """How far the ledger reached when it was read."""

    last_row: int
    rows: int
    first_day: dt.date | None
    customers: int


def ledger_mark(window: Window) -> Mark:
    return Mark(
        last_row=ledger().aggregate(last=Max("pk"))["last"] or 0,
        rows=ledger().handled_between(window.start, window.end).count(),
        first_day=ledger().aggregate(first=Min("handled_on"))["first"],
        customers=Customer.objects.count(),
    )


def excluded_customers(window: Window) -> dict[str, int]:
    """Customers without a ledger row in the window, counted by the reason."""
    mine = ledger().filter(customer=OuterRef("pk"))
    counts = (
        Customer.objects.order_by()
        .filter(~Exists(mine.handled_between(window.start, window.end)))
        .annotate(
            reason=Case(
                When(Exists(mine.filter(handled_on__lt=window.start)), then=Value(Exclusion.BEFORE_WINDOW)),
                When(Exists(mine.filter(handled_on__gt=window.end)), then=Value(Exclusion.AFTER_DATE)),
                default=Value(Exclusion.NEVER),
            )
        )
        .values_list("reason")
        .annotate(Count("pk"))
    )
    return dict(counts)


def monthly_tonnes(customers: list[int], as_of: dt.date, last_row: int) -> dict[int, list[Decimal]]:
    """Tonnes of the 24 calendar months up to the date, oldest first, as the ledger stood at `last_row`."""
    months = month_starts(as_of, 24)
    place = {month: i for i, month in enumerate(months)}
    sums = (
        ledger()
        .filter(customer_id__in=customers, handled_on__gte=months[0], handled_on__lte=as_of, pk__lte=last_row)
        .values_list("customer_id", TruncMonth("handled_on"))
        .annotate(Sum("tonnes"))
    )
    series: dict[int, list[Decimal]] = {customer: [Decimal(0)] * len(months) for customer in customers}
    for customer, month, tonnes in sums.iterator(chunk_size=5000):
        series[customer][place[month]] = tonnes
    return series
