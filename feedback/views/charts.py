"""Pictures of opinions, each with its table."""

from django.contrib.auth.decorators import permission_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_safe

from feedback import permissions
from feedback.analysis.recommendation import Recommendation, change, from_counts
from feedback.models import ItemResult, Wave
from feedback.queries.waves import trend
from feedback.services.opinions import OVERALL, RECOMMEND
from portcrm.clock import port_zone
from portcrm.pages.charts import Chart


@require_safe
@permission_required(permissions.VIEW_WAVE, raise_exception=True)
def wave_items(request: HttpRequest, pk: int) -> HttpResponse:
    """Mean of every rated item of a wave, best first."""
    wave = get_object_or_404(Wave.objects.visible_to(request.user), pk=pk)
    found = ItemResult.objects.filter(result__wave=wave, n__gt=0).exclude(item__key__in=(OVERALL, RECOMMEND))
    items = sorted(found.select_related("item", "result"), key=lambda one: (-one.mean, one.item.position))
    shown = items[::-1]  # a bar chart counts from below
    bars = {"type": "bar", "name": _("Mean"), "data": [round(one.mean, 2) for one in shown]}
    chart = Chart(
        title=_finding(items),
        n=items[0].result.responses if items else 0,
        unit=_("points of 5"),
        option={
            "xAxis": {"type": "value", "min": 1, "max": 5},
            "yAxis": {"type": "category", "data": [one.item.text for one in shown]},
            "series": [bars],
        },
        columns=[_("Item"), _("Mean"), _("Ratings"), _("Not applicable"), _("Share of 4 and 5")],
        rows=[[one.item.text, round(one.mean, 2), one.n, one.not_applicable, f"{one.top_two:.0%}"] for one in items],
    )
    return chart.response()


def _finding(items: list[ItemResult]) -> str:
    """The picture in one sentence."""
    if not items:
        return ""
    best, worst = items[0], items[-1]
    words = {"best": best.item.text, "worst": worst.item.text, "low": f"{worst.mean:.1f}"}
    return _("Best: %(best)s. Most to do: %(worst)s (%(low)s)") % words


@require_safe
@permission_required(permissions.VIEW_WAVE, raise_exception=True)
def trend_chart(request: HttpRequest) -> HttpResponse:
    """Satisfaction and recommendation from wave to wave."""
    waves = [wave for wave in trend(request.user) if wave.result.overall_mean is not None]
    scores = [None if wave.result.recommend is None else round(wave.result.recommend * 100) for wave in waves]
    series = [
        {"type": "line", "name": _("Satisfaction (1 to 5)"), "data": [round(wave.result.overall_mean, 2) for wave in waves]},
        {"type": "line", "name": _("Recommendation (-100 to +100)"), "yAxisIndex": 1, "data": scores},
    ]
    axes = [{"type": "value", "min": 1, "max": 5}, {"type": "value", "min": -100, "max": 100}]
    days = [f"{wave.opens_at.astimezone(port_zone()):%Y-%m}" for wave in waves]
    chart = Chart(
        title=_change(waves),
        n=sum(wave.result.responses for wave in waves),
        option={"xAxis": {"type": "category", "data": days}, "yAxis": axes, "series": series},
        columns=[_("Wave"), pgettext("count", "Answers"), _("Satisfaction"), _("Recommendation")],
        rows=[
            [wave.label, wave.result.responses, f"{wave.result.overall_mean:.2f}", score] for wave, score in zip(waves, scores, strict=True)
        ],
        links=[reverse("feedback:wave", args=[wave.pk]) for wave in waves],
    )
    return chart.response()


def _change(waves: list[Wave]) -> str:
    """The picture in one sentence; a difference that may be chance is called so."""
    scored = [found for wave in waves if (found := _score(wave))]
    if len(scored) < 2:
        return _("Recommendation and satisfaction so far")
    before, after = scored[-2:]
    words = {"before": _hundredths(before.score), "after": _hundredths(after.score)}
    if not change(before, after).is_clear:
        return _("Recommendation went from %(before)s to %(after)s, which may be chance") % words
    if after.score > before.score:
        return _("Recommendation rose clearly from %(before)s to %(after)s") % words
    return _("Recommendation fell clearly from %(before)s to %(after)s") % words


def _score(wave: Wave) -> Recommendation | None:
    return from_counts(wave.result.promoters, wave.result.passives, wave.result.detractors)


def _hundredths(score: float) -> str:
    return f"{round(score * 100):+d}".replace("-", "−")
