"""{% ledger_rows period customer class %}: the address of the ledger rows behind a figure.
{% flow_rows flow %}: the same of the cargo a won lead promised. {{ day|days_since }}: whole days from a day to today at the port.
{{ lead|is_stale }}: whether nobody worked on an open lead for too long.
{{ amount|money_short }}: a large amount of the port's currency for a headline: ¥1,234.5 万.
"""

from django import template
from django.conf import settings

from cargo.views.charts import ledger_url
from portcrm.clock import port_today
from portcrm.pages import formats

register = template.Library()


@register.simple_tag
def ledger_rows(period, customer="", cargo_class="") -> str:
    return ledger_url(period.start, period.end, customer=customer, cargo_class=cargo_class)


@register.simple_tag
def flow_rows(flow) -> str:
    chosen = {"customer": flow.customer_id, "cargo_class": flow.cargo_class_id, "direction": flow.direction}
    return ledger_url(flow.first_month, flow.last_day, **chosen)


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
