"""{% ledger_rows period customer class %}: the address of the ledger rows behind a figure.
{% series_period series start %}: a period of a series of statistics; {% statistic_remark remark %}: what is odd in a bulletin.
{{ amount|money_short }}: a large amount of the port's currency for a headline: ¥1,234.5 万.
"""

from django import template
from django.conf import settings

from cargo.statistic_words import remark_words
from cargo.views.charts import ledger_url
from portcrm.pages import formats

register = template.Library()


@register.simple_tag
def ledger_rows(period, customer="", cargo_class="") -> str:
    return ledger_url(period.start, period.end, customer=customer, cargo_class=cargo_class)


@register.filter
def money_short(amount) -> str:
    sign = formats.CURRENCY_SIGNS.get(settings.PORT_CURRENCY, f"{settings.PORT_CURRENCY} ")
    return formats.DASH if amount is None else f"{sign}{formats.short(amount)}"


@register.simple_tag
def series_period(series, start) -> str:
    return series.period_label(start)


@register.simple_tag
def statistic_remark(remark) -> str:
    return remark_words(remark.kind, remark.values)
