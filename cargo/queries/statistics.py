"""What published statistics say: series by month, the change against the year before, what an import brought."""

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Count, Sum

from cargo.models import StatisticSeries, StatisticValue


@dataclass(frozen=True, slots=True)
class ImportSum:
    """Figures of one import in one unit, as written: `total` is in the base unit of their series."""

    unit: str
    series: int
    values: int
    total: Decimal


def sums_of_import(run_id: int) -> list[ImportSum]:
    rows = (
        StatisticValue.objects.filter(import_run_id=run_id)
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
