"""The channel report: what each way information reaches us has brought."""

from dataclasses import dataclass
from urllib.parse import urlencode

from django.contrib.auth.decorators import permission_required
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from cargo.forms.channels import PeriodForm
from cargo.models import MonthlyRollup
from cargo.permissions import VIEW_SHIPMENT
from cargo.queries.channels import ChannelLine, channel_lines, total_of
from cargo.queries.overview import Period, last_month_of, period_ending
from cargo.views.charts import ledger_url
from portcrm.bilingual import enumerated
from portcrm.clock import port_today
from portcrm.pages import formats
from portcrm.pages.charts import Chart
from portcrm.pages.render import page

BARS = 12


@dataclass(frozen=True)
class ChannelRow:
    """A line with the addresses of the rows behind its figures."""

    line: ChannelLine
    name: str
    archives_url: str
    leads_url: str
    won_url: str
    cargo_url: str


def channel_row(line: ChannelLine, period: Period) -> ChannelRow:
    channel, start, end = line.channel, period.start, period.end
    named = {"channel": channel.pk} if channel else {"lacks": "channel"}
    leads = {"channel": channel.pk} if channel else {}
    return ChannelRow(
        line=line,
        name=channel.label if channel else _("No channel"),
        archives_url=_url("customers:customer_list", named | {"created_after": start, "created_before": end}),
        leads_url=_url("cargo:lead_list", leads | {"recorded_after": start, "recorded_before": end, "twice": "false"}),
        won_url=_url("cargo:lead_list", leads | {"stage": "won", "changed_after": start, "changed_before": end}),
        cargo_url=ledger_url(start, end, channel=channel.pk if channel else "null"),
    )


def _url(name: str, chosen: dict) -> str:
    return f"{reverse(name)}?{urlencode(chosen)}"


def asked_period(request) -> tuple[PeriodForm, Period]:
    """What the address asks for, else twelve months up to now, or up to the last month with cargo."""
    form = PeriodForm(request.GET) if {"start", "end"} & request.GET.keys() else None
    if form and form.is_valid():
        return form, form.period()
    usual = period_ending(last_month_of(MonthlyRollup.objects.visible_to(request.user), port_today()))
    return form or PeriodForm(initial={"start": usual.start, "end": usual.end}), usual


@require_safe
@permission_required(VIEW_SHIPMENT, raise_exception=True)
def channel_report(request):
    """Archives, leads, tonnes and margin of each channel in a period."""
    form, period = asked_period(request)
    lines = channel_lines(request.user, period)
    chart_url = _url("cargo:channel_tonnes", {"start": period.start, "end": period.end})
    context = {
        "form": form,
        "period": period,
        "rows": [channel_row(line, period) for line in lines if not line.is_empty],
        "silent": enumerated(line.channel.label for line in lines if line.is_empty and line.channel),
        "total": total_of(lines),
        "chart_url": chart_url,
    }
    return page(request, "cargo/channel_report.html", context)


@require_safe
@permission_required(VIEW_SHIPMENT, raise_exception=True)
def channel_tonnes(request):
    _form, period = asked_period(request)
    return tonnes_chart(channel_lines(request.user, period), period).response()


def tonnes_chart(lines: list[ChannelLine], period: Period) -> Chart:
    """Bars of the channels, heaviest on top."""
    rows = [channel_row(line, period) for line in lines if line.tonnes]
    total = sum(row.line.tonnes for row in rows)
    title = _("No cargo in this period")
    if total:
        words = _("%(channel)s: %(share)s of the tonnes, more than any other channel")
        title = words % {"channel": rows[0].name, "share": formats.percent(rows[0].line.tonnes / total)}
    upward = rows[:BARS][::-1]
    return Chart(
        title=title,
        n=sum(row.line.rows for row in rows),
        unit=_("tonnes"),
        note=period.label,
        option={
            "grid": {"left": 8, "right": 48, "top": 32, "bottom": 8, "containLabel": True},
            "xAxis": {"type": "value"},
            "yAxis": {"type": "category", "data": [row.name for row in upward]},
            "series": [{"type": "bar", "name": _("Tonnes"), "data": [float(row.line.tonnes) for row in upward], "barMaxWidth": 18}],
        },
        columns=[_("Information channel"), _("Tonnes"), _("Rows")],
        rows=[[row.name, float(row.line.tonnes), row.line.rows] for row in rows],
        links=[row.cargo_url for row in rows],
    )
