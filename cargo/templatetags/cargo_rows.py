"""{% ledger_rows period customer class %}: the address of the ledger rows behind a figure.
{% sum_cell measure cell %}: a figure of the explorer as a link to its rows; {% sum_cells measure cells %}: the cells of a whole line,
because drawing each of a thousand by tags took longer than summing them. {% lane_page head %}: the page of a cargo flow, if it is one.
{% series_period series start %}: a period of a series of statistics; {% statistic_remark remark %}: what is odd in a bulletin.
{% flow_rows flow %}: the same of the cargo a won lead promised; {% flow_base_rows flow %}: of the months a year before.
{{ codes|class_names:classes }}: the short names of cargo classes, of all there are by their code.
{{ day|days_since }}: whole days from a day to today at the port.
{{ lead|is_stale }}: whether nobody worked on an open lead for too long.
{{ amount|money_short }}: a large amount of the port's currency for a headline: ¥1,234.5 万.
"""

from collections.abc import Iterable, Mapping

from django import template
from django.conf import settings
from django.urls import reverse
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

from cargo.models import CargoClass
from cargo.queries.pivot import Cell, Head
from cargo.statistic_words import remark_words
from cargo.views.charts import conditions_query, ledger_url
from cargo.views.pivot_chart import MONEY
from portcrm.bilingual import enumerated
from portcrm.clock import port_today
from portcrm.pages import formats

register = template.Library()


@register.simple_tag
def ledger_rows(period, customer="", cargo_class="") -> str:
    return ledger_url(period.start, period.end, customer=customer, cargo_class=cargo_class)


def _series_rows(flow, first, last) -> str:
    return ledger_url(first, last, customer=flow.customer_id, cargo_class=flow.cargo_class_id, direction=flow.direction)


@register.simple_tag
def flow_rows(flow) -> str:
    return _series_rows(flow, flow.first_month, flow.last_day)


@register.simple_tag
def flow_base_rows(flow) -> str:
    return _series_rows(flow, *flow.base_days)


@register.filter
def class_names(codes: list[str], classes: Mapping[str, CargoClass]) -> str:
    return enumerated(classes[code].short for code in codes)


@register.filter
def days_since(day) -> int:
    return (port_today() - day).days


@register.filter
def is_stale(lead) -> bool:
    return lead.is_stale_on(port_today())


@register.filter
def money_short(amount) -> str:
    sign = formats.CURRENCY_SIGNS.get(settings.PORT_CURRENCY, f"{settings.PORT_CURRENCY} ")
    return formats.DASH if amount is None else f"{sign}{formats.short(amount)}"


@register.simple_tag
def sum_cell(measure, cell: Cell) -> str:
    return _figure(measure, cell, reverse("cargo:shipment_list"))


@register.simple_tag
def sum_cells(measure, cells: Iterable[Cell]) -> str:
    ledger = reverse("cargo:shipment_list")
    return mark_safe("".join(f'<td class="numeric">{_figure(measure, cell, ledger)}</td>' for cell in cells))  # noqa: S308  made below


def _figure(measure, cell: Cell, ledger: str) -> SafeString:
    """The figure with a link to its rows in the list at `ledger`, each part escaped."""
    if cell.value is None:
        return escape(formats.DASH)
    text = escape(formats.money(cell.value, digits=0) if measure in MONEY else formats.number(round(cell.value)))
    if cell.rows_behind is None:
        return text
    return mark_safe(f'<a href="{escape(ledger)}?{escape(conditions_query(cell.rows_behind))}">{text}</a>')  # noqa: S308  escaped


@register.simple_tag
def lane_page(head: Head) -> str:
    ends = head.rows_behind or {}
    if not {"origin", "destination"} <= set(ends):
        return ""
    return reverse("cargo:lane", args=[ends["origin"], ends["destination"]])


@register.simple_tag
def lane_rows(period, origin, destination, cargo_class="", customer="") -> str:
    ends = {"origin": origin.pk, "destination": destination.pk}
    return ledger_url(period.start, period.end, cargo_class=cargo_class, customer=customer, **ends)


@register.simple_tag
def series_period(series, start) -> str:
    return series.period_label(start)


@register.simple_tag
def statistic_remark(remark) -> str:
    return remark_words(remark.kind, remark.values)
