"""{% ledger_rows period customer class %}: the address of the ledger rows behind a figure.
{% sum_cell measure cell %}: a figure of the explorer as a link to its rows. {% lane_page head %}: the page of a cargo flow, if it is one.
{% series_period series start %}: a period of a series of statistics; {% statistic_remark remark %}: what is odd in a bulletin.
{% flow_rows flow %}: the same of the cargo a won lead promised; {% flow_base_rows flow %}: of the months a year before.
{{ day|days_since }}: whole days from a day to today at the port.
{{ lead|is_stale }}: whether nobody worked on an open lead for too long.
{{ amount|money_short }}: a large amount of the port's currency for a headline: ¥1,234.5 万.
"""

from django import template
from django.conf import settings
from django.urls import reverse
from django.utils.html import format_html

from cargo.queries.pivot import Cell, Head
from cargo.statistic_words import remark_words
from cargo.views.charts import ledger_rows_url, ledger_url
from cargo.views.pivot_chart import MONEY
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
    if cell.value is None:
        return formats.DASH
    text = formats.money(cell.value, digits=0) if measure in MONEY else formats.number(round(cell.value))
    return format_html('<a href="{}">{}</a>', ledger_rows_url(cell.rows_behind), text) if cell.rows_behind is not None else text


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
