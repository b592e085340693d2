"""Pictures of handled cargo; each title states what they show."""

import datetime as dt
from collections.abc import Iterable, Mapping
from functools import lru_cache
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from cargo.models import Port
from cargo.queries.ledger import MonthPoint, month_end
from cargo.queries.overview import ClassLine, DirectionPoint, Figures, Overview, Period
from customers.models import Customer
from portcrm.pages import formats
from portcrm.pages.charts import Chart


def ledger_url(start: dt.date, end: dt.date, **filters) -> str:
    """The ledger rows behind a figure."""
    chosen = {name: value for name, value in filters.items() if value}
    return f"{reverse('cargo:shipment_list')}?{urlencode(chosen | {'handled_on_after': start, 'handled_on_before': end})}"


def ledger_rows_url(conditions: Mapping[str, object]) -> str:
    """The list of the ledger under conditions that carry their days already."""
    return f"{reverse('cargo:shipment_list')}?{conditions_query(conditions)}"


def conditions_query(conditions: Mapping[str, object]) -> str:
    """As `urlencode` writes them."""
    return "&".join(_condition(name, str(value)) for name, value in conditions.items())


@lru_cache(maxsize=4096)
def _condition(name: str, value: str) -> str:
    """Few conditions make up the many links of a table: each is written once."""
    return urlencode({name: value})


def growth(now: Figures, before: Figures) -> str:
    """The movement of tonnes in words."""
    if not before.tonnes:
        return _("nothing to compare with before")
    change = (now.tonnes - before.tonnes) / before.tonnes
    if abs(change) < 0.005:
        return _("as much as in the twelve months before")
    words = _("%(share)s more than in the twelve months before") if change > 0 else _("%(share)s less than in the twelve months before")
    return words % {"share": formats.percent(abs(change))}


def months_chart(overview: Overview) -> Chart:
    points: list[DirectionPoint] = overview.points
    title = _("%(tonnes)s handled in twelve months: %(growth)s") % {
        "tonnes": formats.tonnes(overview.now.tonnes),
        "growth": growth(overview.now, overview.before),
    }
    months = [f"{point.month:%Y-%m}" for point in points]
    series = [(_("Inbound"), [point.inbound for point in points]), (_("Outbound"), [point.outbound for point in points])]
    return Chart(
        title=title,
        n=overview.now.rows + overview.before.rows,
        unit=_("tonnes a month"),
        option=stacked(months, series),
        columns=[_("Month"), _("Inbound"), _("Outbound"), "TEU"],
        rows=[[month, float(p.inbound), float(p.outbound), float(p.teu)] for month, p in zip(months, points, strict=True)],
        links=[ledger_url(point.month, month_end(point.month)) for point in points],
    )


def stacked(categories: list[str], series: Iterable[tuple[str, list]]) -> dict:
    return {
        "xAxis": {"type": "category", "data": categories},
        "yAxis": {"type": "value"},
        "series": [
            {"type": "bar", "stack": "all", "name": name, "data": [float(value) for value in values], "barMaxWidth": 28}
            for name, values in series
        ],
    }


def classes_chart(overview: Overview) -> Chart:
    return class_bars(overview.classes, overview.period, "", sum(line.now.rows for line in overview.classes))


def class_bars(lines: list[ClassLine], period: Period, customer: str, n: int) -> Chart:
    """Bars of the classes, heaviest on top, this period beside the one before."""
    title = _("No cargo in this period")
    if lines:
        title = _("%(class)s: %(share)s of the tonnes, more than any other class") % {
            "class": lines[0].cargo_class.short,
            "share": formats.percent(lines[0].share),
        }
    return Chart(
        title=title,
        n=n,
        unit=_("tonnes"),
        note=period.label,
        option=_class_bars_option(lines[::-1]),
        columns=[_("Cargo class"), _("Tonnes"), _("Before"), "TEU"],
        rows=[[str(line.cargo_class), float(line.now.tonnes), float(line.before.tonnes), float(line.now.teu)] for line in lines],
        links=[ledger_url(period.start, period.end, customer=customer, cargo_class=line.cargo_class.pk) for line in lines],
    )


def _class_bars_option(upward: list[ClassLine]) -> dict:
    bars = ((_("Twelve months"), "now"), (_("Twelve months before"), "before"))
    return {
        "grid": {"left": 8, "right": 48, "top": 32, "bottom": 8, "containLabel": True},
        "xAxis": {"type": "value"},
        "yAxis": {"type": "category", "data": [line.cargo_class.short for line in upward]},
        "series": [
            {"type": "bar", "name": name, "data": [float(getattr(line, when).tonnes) for line in upward], "barMaxWidth": 14}
            for name, when in bars
        ],
    }


def customer_chart(customer: Customer, points: list[MonthPoint]) -> Chart:
    """A customer's tonnes month by month, with TEU where there are containers."""
    return months_of(points, customer=customer.pk)


def lane_chart(origin: Port, destination: Port, points: list[MonthPoint]) -> Chart:
    """The same of a cargo flow."""
    return months_of(points, origin=origin.pk, destination=destination.pk)


def months_of(points: list[MonthPoint], **filters) -> Chart:
    handled = [point for point in points if point.rows]
    title = ngettext("%(months)s of %(all)s month with cargo", "%(months)s of %(all)s months with cargo", len(points)) % {
        "months": len(handled),
        "all": len(points),
    }
    months = [f"{point.month:%Y-%m}" for point in points]
    option = stacked(months, [(_("Tonnes"), [point.tonnes for point in points])])
    if any(point.teu for point in points):
        option["yAxis"] = [{"type": "value"}, {"type": "value", "name": "TEU", "splitLine": {"show": False}}]
        option["series"].append({"type": "line", "name": "TEU", "yAxisIndex": 1, "data": [float(point.teu) for point in points]})
    return Chart(
        title=title,
        n=sum(point.rows for point in points),
        unit=_("tonnes a month"),
        option=option,
        columns=[_("Month"), _("Tonnes"), "TEU", _("Revenue"), _("Lots")],
        rows=[[month, float(p.tonnes), float(p.teu), _amount(p.revenue), p.lots] for month, p in zip(months, points, strict=True)],
        links=[ledger_url(point.month, month_end(point.month), **filters) for point in points],
    )


def _amount(value) -> float | None:
    return None if value is None else float(value)
