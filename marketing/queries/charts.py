"""The dashboard's charts from stored figures: each with a finding as its title, the number of observations and a table."""

from decimal import Decimal

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from marketing.models import DashboardSnapshot, RankingRun
from marketing.queries.dashboard import KeyAccount
from marketing.queries.reasons import signed_percent
from marketing.value.windows import month_starts
from marketing.value.worklist import LOW_SATISFACTION
from portcrm.bilingual import enumerated
from portcrm.pages.charts import Chart


def no_chart(title: str) -> Chart:
    """A chart without figures says why."""
    return Chart(title=title, n=0, option={"series": []}, columns=[], rows=[])


def concentration_chart(run: RankingRun) -> Chart:
    """Cumulative share of the tonnes, largest customer first."""
    snapshot = DashboardSnapshot.objects.filter(run=run).first()
    figures = snapshot.concentration if snapshot else {"curve": []}
    if not figures["curve"]:
        return no_chart(_("No tonnes in this window"))
    needed = next((k for k, share in figures["curve"] if share >= 80), figures["n"])
    title = ngettext("%(k)s customer brings 80 %% of the tonnes", "%(k)s customers bring 80 %% of the tonnes", needed) % {"k": needed}
    classes = enumerated(f"{each['key']} {each['customers']}" for each in snapshot.classes)
    limits = [{"yAxis": level, "label": {"formatter": f"{level}%", "position": "insideEndTop"}} for level in (80, 95)]
    return Chart(
        title=title,
        n=figures["n"],
        unit=_("cumulative share of the tonnes in per cent, largest customer first"),
        note=_("Top ten %(share)s %%, Gini %(gini)s, HHI %(hhi)s; customers by class: %(classes)s")
        % {"share": figures["top_10_share"], "gini": figures["gini"], "hhi": figures["hhi"], "classes": classes},
        option={
            "xAxis": {"type": "log" if figures["n"] > 200 else "value", "min": 1, "max": figures["n"], "name": _("Customers")},
            "yAxis": {"type": "value", "min": 0, "max": 100},
            "series": [
                {
                    "type": "line",
                    "name": _("Cumulative share"),
                    "showSymbol": False,
                    "areaStyle": {"opacity": 0.12},
                    "data": figures["curve"],
                    "markLine": {"symbol": "none", "silent": True, "data": limits},
                }
            ],
        },
        columns=[_("Customers"), _("Cumulative share in per cent")],
        rows=figures["curve"],
    )


def months_chart(run: RankingRun, accounts: list[KeyAccount]) -> Chart:
    """Tonnes of the key accounts by month, this year beside last year."""
    series = [account.row.months for account in accounts if account.row and account.row.months]
    if not series:
        return no_chart(_("No monthly figures of key accounts in this ranking"))
    sums = [float(sum(figures)) for figures in zip(*series, strict=True)]
    last, this = sums[:12], sums[12:]
    months = [month.strftime("%Y-%m") for month in month_starts(run.as_of, 12)]
    change = Decimal(100 * (sum(this) - sum(last)) / sum(last)) if sum(last) else None
    if change is None:
        title = _("Key accounts had no cargo a year earlier")
    elif change < 0:
        title = _("Key accounts handled %(percent)s less than a year before") % {"percent": f"{-change:.1f}%"}
    else:
        title = _("Key accounts handled %(percent)s more than a year before") % {"percent": f"{change:.1f}%"}
    return Chart(
        title=title,
        n=len(series),
        unit=_("tonnes a month"),
        option={
            "xAxis": {"type": "category", "data": months},
            "yAxis": {"type": "value"},
            "series": [
                {"type": "bar", "name": _("A year before"), "data": last, "itemStyle": {"opacity": 0.45}},
                {"type": "bar", "name": _("Up to the date"), "data": this},
            ],
        },
        columns=[_("Month"), _("Up to the date"), _("A year before"), pgettext("figure", "Change")],
        rows=[
            [month, now, then, signed_percent(Decimal(100 * (now - then) / then), 1) if then else None]
            for month, now, then in zip(months, this, last, strict=True)
        ],
    )


def value_chart(run: RankingRun, accounts: list[KeyAccount]) -> Chart:
    """Score against satisfaction, one point per key account that answered."""
    known = [account for account in accounts if account.row and account.row.satisfaction is not None]
    if not known:
        return no_chart(_("No key account answered an opinion form in this window"))
    unhappy = [account for account in known if account.row.satisfaction < LOW_SATISFACTION]
    title = ngettext(
        "%(k)s key account of value is dissatisfied (below %(limit)s)",
        "%(k)s key accounts of value are dissatisfied (below %(limit)s)",
        len(unhappy),
    ) % {"k": len(unhappy), "limit": LOW_SATISFACTION}

    def points(of: list[KeyAccount]) -> list[dict]:
        return [{"name": a.customer.label, "value": [float(a.row.score), float(a.row.satisfaction)]} for a in of]

    content = [account for account in known if account not in unhappy]
    return Chart(
        title=title,
        n=len(known),
        unit=_("score against mean satisfaction, 1 to 5"),
        option={
            "tooltip": {"trigger": "item", "formatter": "{b}"},
            "xAxis": {"type": "value", "name": _("Value score"), "min": 0, "max": 100},
            "yAxis": {"type": "value", "name": _("Satisfaction"), "min": 1, "max": 5},
            "series": [
                {"type": "scatter", "name": _("Satisfied"), "symbolSize": 12, "data": points(content)},
                {"type": "scatter", "name": _("Dissatisfied"), "symbol": "diamond", "symbolSize": 15, "data": points(unhappy)},
            ],
        },
        columns=[_("Customer"), _("Value score"), _("Satisfaction"), _("Answers"), _("Value class")],
        rows=[[a.customer.label, float(a.row.score), float(a.row.satisfaction), a.row.answers, a.row.value_class] for a in known],
        links=[reverse("marketing:why", args=[run.pk, a.customer.pk]) for a in known],
    )
