"""What a projection rests on: the basis that tells whether it is still the newest, and the monthly series of every slot."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterator
from decimal import Decimal
from typing import NamedTuple

from django.db.models import F, Max, QuerySet, Sum

from cargo.enums import Direction, TargetUnit
from cargo.models import MonthlyRollup, Shipment, Target
from cargo.queries.handled import FIELD_OF, coverage, last_whole_month
from cargo.queries.ledger import months_ending, months_from
from cargo.queries.targets import Slot

Months = dict[dt.date, Decimal]
HISTORY_MONTHS = 120  # the longest past that is looked at


class Basis(NamedTuple):
    """`as_of` is the last whole month (None: the ledger is empty); the same basis gives the same projections."""

    as_of: dt.date | None
    watermark: int
    targets_at: dt.datetime | None

    @property
    def year(self) -> int:
        """The year whose end is projected: that of the month after."""
        return self.as_of.year + (self.as_of.month == 12)

    @property
    def months_left(self) -> int:
        return 12 - self.as_of.month % 12


def basis(today: dt.date) -> Basis:
    watermark = Shipment.objects.aggregate(newest=Max("pk"))["newest"] or 0
    return Basis(last_whole_month(coverage(), today), watermark, Target.objects.aggregate(newest=Max("set_at"))["newest"])


class SlotSeries(NamedTuple):
    """Whole months of one class (None: all) of a slot, from its first month with cargo to the last whole one, the newest last."""

    slot: Slot
    cargo_class: str | None
    months: list[Decimal]
    of_year: Decimal  # handled in the projected year so far


def series_of_slots(on: Basis) -> Iterator[SlotSeries]:
    """Of the port as a whole every class, direction and unit with cargo; of customers and managers the slots that have a task."""
    months = months_ending(on.as_of, HISTORY_MONTHS)
    rows = MonthlyRollup.objects.filter(month__range=(months[0], months[-1])).order_by()
    yield from _read(_Cube(rows, None), on, months, _whole_port(on.year))
    for owner, field in (("customer_id", "customer_id"), ("manager_id", "customer__account_manager_id")):
        slots = _slots_with_a_task(on.year, owner)
        ids = {getattr(slot, owner) for slot in slots}
        if ids:
            yield from _read(_Cube(rows.filter(**{f"{field}__in": ids}), field), on, months, slots)


def _whole_port(year: int) -> list[Slot]:
    return [Slot(year, unit, direction) for unit in TargetUnit.values for direction in ("", *Direction.values)]


def _slots_with_a_task(year: int, owner: str) -> list[Slot]:
    named = Target.objects.filter(year=year, **{f"{owner}__isnull": False}).order_by().values("unit", "direction", owner).distinct()
    return [Slot(year, **one) for one in named.order_by("unit", "direction", owner)]


class _Cube:
    """Sums by owner, class, direction and month of one statement, added up as a slot wants them."""

    def __init__(self, rows: QuerySet, owner: str | None):
        whose = {"owner": F(owner)} if owner else {}
        sums = {unit: Sum(field) for unit, field in FIELD_OF.items()}
        keys = [*whose, "cargo_class", "direction", "month"]
        self.cells: dict[tuple, dict[str | None, Months]] = defaultdict(lambda: defaultdict(lambda: defaultdict(Decimal)))
        for row in rows.annotate(**whose).values(*keys).annotate(**{f"sum_{unit}": one for unit, one in sums.items()}):
            for unit in sums:
                for code in (row["cargo_class"], None):
                    for direction in (row["direction"], ""):
                        self.cells[unit, direction, row.get("owner")][code][row["month"]] += row[f"sum_{unit}"]

    def classes(self, slot: Slot) -> list[tuple[str | None, Months]]:
        found = self.cells.get((slot.unit, slot.direction, slot.customer_id or slot.manager_id), {})
        return sorted(found.items(), key=lambda one: one[0] or "")


def _read(cube: _Cube, on: Basis, months: list[dt.date], slots: list[Slot]) -> Iterator[SlotSeries]:
    for slot in slots:
        for code, found in cube.classes(slot):
            begun = [month for month in months if found.get(month)]
            if not begun:
                continue
            series = [found.get(month, Decimal(0)) for month in months_from(begun[0], on.as_of)]
            so_far = sum((quantity for month, quantity in found.items() if month.year == on.year), Decimal(0))
            yield SlotSeries(slot, code, series, so_far)
