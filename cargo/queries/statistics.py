"""What published statistics say: series by month, the change against the year before, what an import brought."""

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Count, Sum

from cargo.models import StatisticSeries, StatisticValue
from cargo.statistics.facts import Measure, Subject
from cargo.statistics.units import PARTS_OF_WHOLE


@dataclass(frozen=True, slots=True)
class ImportSum:
    """Figures of one import in one unit, as written: `total` is in the base unit of their series."""

    unit: str
    series: int
    values: int
    total: Decimal


def sums_of_import(run_id: int) -> list[ImportSum]:
    rows = (
        StatisticValue.objects.filter(import_run_id=run_id, taken_back_at=None)
        .order_by("unit_written")
        .values("unit_written")
        .annotate(series_count=Count("series", distinct=True), value_count=Count("pk"), total=Sum("value"))
    )
    return [ImportSum(row["unit_written"], row["series_count"], row["value_count"], row["total"]) for row in rows]


def monthly_series(series: StatisticSeries) -> list[tuple[dt.date, Decimal]]:
    """The first day of each month and its value as last said, in order; months without a figure are absent.

    A quarterly or yearly series has one entry for each of its periods, under their first month.
    """
    return list(StatisticValue.objects.filter(series=series).last_said().values_list("period", "value"))


@dataclass(frozen=True, slots=True)
class Point:
    """One period: what was said last, what else was said (newest first; also what was taken back), the change against a year before."""

    last: StatisticValue
    earlier: list[StatisticValue]
    change: Decimal | None

    @property
    def period(self) -> dt.date:
        return self.last.period

    @property
    def value(self) -> Decimal:
        return self.last.amount


@dataclass(frozen=True, slots=True)
class SeriesReport:
    series: StatisticSeries
    points: list[Point]

    @property
    def newest_first(self) -> list[Point]:
        return self.points[::-1]

    @property
    def last(self) -> Point | None:
        return self.points[-1] if self.points else None

    @property
    def revised(self) -> int:
        """Periods of which something else had been said before."""
        return sum(1 for point in self.points if point.earlier)


def series_report(series: StatisticSeries, user) -> SeriesReport:
    """All periods of a series with their revisions; a period whose figures were all taken back is none. One query."""
    found: dict[dt.date, list[StatisticValue]] = {}
    for value in StatisticValue.objects.visible_to(user).filter(series=series).order_by("period", "-is_latest", "-revision"):
        found.setdefault(value.period, []).append(value)
    said = {period: values for period, values in found.items() if values[0].is_latest}
    counts = series.unit not in PARTS_OF_WHOLE and series.subject not in (Subject.PMI, Subject.SHARE)
    compares = counts and series.measure in (Measure.PERIOD, Measure.TO_DATE)
    points = []
    for period, (last, *earlier) in said.items():
        before = said.get(period.replace(year=period.year - 1)) if compares else None
        change = (last.value - before[0].value) / before[0].value if before and before[0].value > 0 else None
        points.append(Point(last, earlier, change))
    return SeriesReport(series, points)
