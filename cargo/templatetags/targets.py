"""{% task_rows line slot "month" %}: the ledger rows behind a figure: month, month_before, cumulative, cumulative_before, year_before.
{% lead_rows line slot %}: the list of just the leads that are counted beside a task.
{{ share|signed_percent }}: +12.3%, −4.0%, – for no data.  {{ value|amount }}: a whole number, "no data" is a dash.
"""

import datetime as dt
from urllib.parse import urlencode

from django import template
from django.urls import reverse

from cargo.queries.completion import Line
from cargo.queries.explaining import conditions_of_leads
from cargo.queries.ledger import month_end
from cargo.queries.targets import MONTHS, Slot
from cargo.views.charts import ledger_url
from portcrm.pages import formats

register = template.Library()


@register.simple_tag
def task_rows(line: Line, slot: Slot, part: str) -> str:
    """Nothing where there is no month to look at."""
    months = {"month": line.of_month, "cumulative": MONTHS[: line.through], "year": MONTHS}[part.removesuffix("_before")]
    return months_url(slot, months, line.code, back=part.endswith("_before"))


@register.simple_tag
def month_rows(line: Line, slot: Slot, months: tuple[int, ...], back: bool = False) -> str:
    return months_url(slot, months, line.code, back=back)


@register.simple_tag
def customer_rows(mover, line: Line, slot: Slot, part: str = "cumulative", back: bool = False) -> str:
    months = line.of_month if part == "month" else MONTHS[: line.through]
    return months_url(slot, months, line.code, back=back, customer=mover.customer.pk if mover.customer else "")


@register.simple_tag
def lead_rows(line: Line, slot: Slot) -> str:
    return f"{reverse('cargo:lead_list')}?{urlencode(conditions_of_leads(slot, line.code))}"


def months_url(slot: Slot, months: tuple[int, ...], code: str | None, *, back: bool, customer="") -> str:
    if not months:
        return ""
    year = slot.year - back
    start, end = dt.date(year, months[0], 1), month_end(dt.date(year, months[-1], 1))
    whose = {"customer": customer or slot.customer_id, "account_manager": slot.manager_id}
    return ledger_url(start, end, cargo_class=code, direction=slot.direction, **whose)


@register.filter
def signed_percent(share) -> str:
    return formats.signed(formats.percent(share))


@register.filter
def signed(value) -> str:
    """+1,234 or −1,234, without decimals."""
    return formats.signed(formats.number(value, 0))


@register.filter
def amount(value) -> str:
    return formats.number(value, 0)


@register.filter
def sums_of(line: Line, months: tuple[int, ...]):
    return line.sums(months)


@register.filter
def period(months: tuple[int, ...], year: int) -> str:
    """2026-03, or 2026-01–02."""
    return f"{year}-{'–'.join(f'{month:02d}' for month in months)}"
