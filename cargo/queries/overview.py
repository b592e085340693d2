"""Figures of the overview and of a customer's cargo tab, from the stored sums.

The sums over all customers are kept in the cache under the newest ledger row: a row more, and they are computed anew.
"""

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal

from django.core.cache import cache
from django.db import connection
from django.db.models import Max, Q, Sum

from cargo.models import CargoClass, ClassSum, Shipment
from cargo.queries.ledger import month_end, months_ending

KEPT_SECONDS = 300
SUMS = ("tonnes", "teu", "lots", "revenue", "cost", "rows", "rows_without_revenue", "rows_without_cost")


@dataclass(frozen=True, slots=True)
class Period:
    """Whole months, and as many before them to compare with."""

    months: list[dt.date]
    earlier: list[dt.date]

    @property
    def start(self) -> dt.date:
        return self.months[0]

    @property
    def end(self) -> dt.date:
        """The last day of the last month."""
        return month_end(self.months[-1])

    @property
    def label(self) -> str:
        return f"{self.months[0]:%Y-%m} – {self.months[-1]:%Y-%m}"


def period_ending(end: dt.date, count: int = 12) -> Period:
    both = months_ending(end, 2 * count)
    return Period(months=both[count:], earlier=both[:count])


def last_month_of(rollups, today: dt.date) -> dt.date:
    """The month to look back from: this month, or the last one with cargo where that is more than a year ago."""
    last = rollups.aggregate(last=Max("month"))["last"]
    return last if last and last < months_ending(today, 12)[0] else today.replace(day=1)


@dataclass(frozen=True, slots=True)
class Figures:
    tonnes: Decimal = Decimal(0)
    teu: Decimal = Decimal(0)
    lots: int = 0
    revenue: Decimal | None = None
    cost: Decimal | None = None
    rows: int = 0
    rows_without_revenue: int = 0
    rows_without_cost: int = 0

    @property
    def known_revenue(self) -> Decimal | None:
        return self.revenue if self.rows_without_revenue < self.rows else None

    @property
    def known_cost(self) -> Decimal | None:
        return self.cost if self.rows_without_cost < self.rows else None


def _figures(row: dict, suffix: str = "") -> Figures:
    found = {name: row[f"{name}_{suffix}" if suffix else name] for name in SUMS}
    return Figures(**{name: value for name, value in found.items() if value is not None})


@dataclass(frozen=True, slots=True)
class ClassLine:
    """One cargo class in a period and in the period before."""

    cargo_class: CargoClass
    now: Figures
    before: Figures
    share: Decimal

    @property
    def change(self) -> Decimal | None:
        """Growth of tonnes against the period before; None where there was nothing to grow from."""
        return (self.now.tonnes - self.before.tonnes) / self.before.tonnes if self.before.tonnes else None


def class_lines(rollups, period: Period) -> list[ClassLine]:
    """The classes handled in the period, heaviest first."""
    now, before = (Q(month__range=(months[0], months[-1])) for months in (period.months, period.earlier))
    sums = {f"{name}_{key}": Sum(name, filter=when) for key, when in (("now", now), ("before", before)) for name in SUMS}
    rows = rollups.filter(month__range=(period.earlier[0], period.months[-1])).order_by().values("cargo_class").annotate(**sums)
    classes = CargoClass.objects.in_bulk()
    found = [(classes[row["cargo_class"]], _figures(row, "now"), _figures(row, "before")) for row in rows]
    total = sum((now_.tonnes for _class, now_, _before in found), Decimal(0))
    lines = [ClassLine(one, now_, before_, now_.tonnes / total if total else Decimal(0)) for one, now_, before_ in found if now_.rows]
    return sorted(lines, key=lambda line: (-line.now.tonnes, line.cargo_class.pk))


def figures_of(rollups, months: list[dt.date]) -> Figures:
    sums = {f"{name}_sum": Sum(name) for name in SUMS}
    row = rollups.filter(month__range=(months[0], months[-1])).aggregate(**sums)
    return _figures({name: row[f"{name}_sum"] for name in SUMS})


@dataclass(frozen=True, slots=True)
class DirectionPoint:
    month: dt.date
    inbound: Decimal
    outbound: Decimal
    teu: Decimal


def direction_points(rollups, months: list[dt.date]) -> list[DirectionPoint]:
    """Tonnes in and out and TEU of each month, without gaps."""
    sums = {
        "inbound": Sum("tonnes", filter=Q(direction="inbound")),
        "outbound": Sum("tonnes", filter=Q(direction="outbound")),
        "teus": Sum("teu"),
    }
    rows = rollups.filter(month__range=(months[0], months[-1])).order_by().values("month").annotate(**sums)
    found = {row["month"]: row for row in rows}
    zero = Decimal(0)
    return [
        DirectionPoint(month, *((found[month][name] or zero) if month in found else zero for name in ("inbound", "outbound", "teus")))
        for month in months
    ]


def kept(name: str, compute):
    """The result of `compute()`, taken from the cache while the ledger of this database has no newer row."""
    newest = Shipment.objects.aggregate(newest=Max("pk"))["newest"]
    return cache.get_or_set(f"cargo:{connection.settings_dict['NAME']}:{name}:{newest}", compute, KEPT_SECONDS)


@dataclass(frozen=True, slots=True)
class Overview:
    period: Period
    now: Figures
    before: Figures
    classes: list[ClassLine]
    points: list[DirectionPoint]


def overview(user, today: dt.date) -> Overview:
    """Twelve months of the whole ledger beside the twelve before, its classes, and the 24 months one by one."""

    def compute() -> Overview:
        rollups = ClassSum.objects.all()
        period = period_ending(last_month_of(rollups, today))
        return Overview(
            period=period,
            now=figures_of(rollups, period.months),
            before=figures_of(rollups, period.earlier),
            classes=class_lines(rollups, period),
            points=direction_points(rollups, [*period.earlier, *period.months]),
        )

    if not ClassSum.objects.visible_to(user).query.is_empty():
        return kept(f"overview:{today:%Y-%m}", compute)
    period = period_ending(today)
    return Overview(period=period, now=Figures(), before=Figures(), classes=[], points=[])
