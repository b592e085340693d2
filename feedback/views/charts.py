"""Pictures of one wave and of its programme's waves, each with its table."""

from urllib.parse import urlencode

from django.contrib.auth.decorators import permission_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_safe

from feedback import permissions
from feedback.analysis.disclosure import is_indicative
from feedback.analysis.recommendation import Recommendation, change, from_counts
from feedback.enums import OVERALL, RECOMMEND
from feedback.models import ItemResult, Programme, Wave
from feedback.queries.disclosure import opens_answers, shown_items
from feedback.queries.rules import survey_rules
from feedback.queries.trends import Point, last_step, question_trend
from feedback.queries.waves import newest_counted, trend
from feedback.templatetags.feedback import SATISFACTION_SCALE, mean_ends, mean_of
from portcrm.clock import port_zone
from portcrm.pages.charts import Chart

Scale = tuple[int, int]  # lowest and highest mark


@require_safe
@permission_required(permissions.VIEW_WAVE, raise_exception=True)
def wave_items(request: HttpRequest, pk: int) -> HttpResponse:
    """Mean of every rated item of a wave, best first. Items of several scales are drawn by how high on its scale each lies."""
    wave = get_object_or_404(Wave.objects.visible_to(request.user).select_related("result", "version__questionnaire"), pk=pk)
    found = shown_items(request.user, wave).exclude(item__key__in=(OVERALL, RECOMMEND))
    items = sorted(found, key=lambda one: (-one.height, one.item.position))
    scale = _scale_of(items)
    lowest, highest = scale or (0, 100)
    chart = Chart(
        title=_finding(items),
        n=items[0].result.responses if items else 0,
        unit=_("points of %(highest)s") % {"highest": highest} if scale else _("% of the way from the lowest to the highest mark"),
        option={
            "xAxis": {"type": "value", "min": lowest, "max": highest},
            "yAxis": {"type": "category", "inverse": True, "data": [one.item.text for one in items]},
            "series": [{"type": "bar", "name": _("Mean"), "data": [_drawn(one, scale) for one in items]}],
        },
        columns=_item_columns(),
        rows=[_item_row(one, scale) for one in items],
        links=[answers_url(wave=wave.pk, item=one.item.key) for one in items] if opens_answers(request.user, wave) else [],
    )
    return chart.response()


def answers_url(**query) -> str:
    """The list of the answers a figure rests on; without conditions that of all."""
    return f"{reverse('feedback:response_list')}{'?' if query else ''}{urlencode(query)}"


def _item_columns() -> list[str]:
    rated = [_("Item"), _("Mean"), _("95 % interval"), _("Ratings")]
    return [*rated, _("Not applicable"), _("Share of the two best points"), _("95 % interval")]


def _scale_of(items: list[ItemResult]) -> Scale | None:
    """The one they share; None where there are several."""
    scales = {(one.item.minimum, one.item.maximum) for one in items} or {SATISFACTION_SCALE}
    return scales.pop() if len(scales) == 1 else None


def _drawn(one: ItemResult, scale: Scale | None) -> float:
    return round(one.mean, 2) if scale else round(one.height * 100)


def _item_row(one: ItemResult, scale: Scale | None) -> list:
    share = f"{one.top_two:.0%}"
    ends = f"{one.top_two_low:.0%} – {one.top_two_high:.0%}"
    shown = mean_ends(one.low, one.high, one.item.minimum, one.item.maximum)
    mean = round(one.mean, 2) if scale else mean_of(one.mean, one.item.maximum)
    return [one.item.text, mean, shown, _rated(one), one.not_applicable, share, ends]


def _rated(one: ItemResult) -> int | str:
    """How many rated it; of a wave with enough answers it is said where one item has too few of them."""
    below = survey_rules().indicative_below
    few = is_indicative(one.n, below) and not is_indicative(one.result.responses, below)
    return _("%(n)s, indicative") % {"n": one.n} if few else one.n


def _finding(items: list[ItemResult]) -> str:
    """The picture in one sentence."""
    if not items:
        return ""
    best, worst = items[0], items[-1]
    low = f"{worst.mean:.1f}" if _scale_of(items) else mean_of(worst.mean, worst.item.maximum)
    words = {"best": best.item.text, "worst": worst.item.text, "low": low}
    return _("Best: %(best)s. Most to do: %(worst)s (%(low)s)") % words


def _programme(request: HttpRequest) -> Programme | None:
    """The one asked for, else that of the latest counted wave: two programmes ask different people."""
    asked = request.GET.get("programme", "")
    if asked:
        return get_object_or_404(Programme.objects.visible_to(request.user), pk=asked if asked.isdecimal() else 0)
    latest = newest_counted(request.user)
    return latest.programme if latest else None


@require_safe
@permission_required(permissions.VIEW_WAVE, raise_exception=True)
def trend_chart(request: HttpRequest) -> HttpResponse:
    """Satisfaction and recommendation from wave to wave of one programme."""
    programme = _programme(request)
    waves = [wave for wave in trend(request.user, programme) if wave.result.overall_mean is not None] if programme else []
    scores = [None if wave.result.recommend is None else round(wave.result.recommend * 100) for wave in waves]
    means = {"type": "line", "name": _("Satisfaction (1 to 5)"), "data": [round(wave.result.overall_mean, 2) for wave in waves]}
    chart = Chart(
        title=_change(waves),
        note=programme.label if programme else "",
        n=sum(wave.result.responses for wave in waves),
        option={
            "xAxis": {"type": "category", "data": _months(waves)},
            "yAxis": [{"type": "value", "min": 1, "max": 5}, {"type": "value", "min": -100, "max": 100}],
            "series": [means, {"type": "line", "name": _("Recommendation (-100 to +100)"), "yAxisIndex": 1, "data": scores}],
        },
        columns=[_("Wave"), pgettext("count", "Answers"), _("Satisfaction"), _("Recommendation")],
        rows=[_wave_row(wave, score) for wave, score in zip(waves, scores, strict=True)],
        links=[wave.get_absolute_url() for wave in waves],
    )
    return chart.response()


def _wave_row(wave: Wave, score: int | None) -> list:
    return [wave.label, wave.result.responses, f"{wave.result.overall_mean:.2f}", score]


def _months(waves: list[Wave]) -> list[str]:
    return [f"{wave.opens_at.astimezone(port_zone()):%Y-%m}" for wave in waves]


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


@require_safe
@permission_required(permissions.VIEW_WAVE, raise_exception=True)
def question_trend_chart(request: HttpRequest, pk: int) -> HttpResponse:
    """One question or group of questions, from wave to wave of this wave's programme."""
    wave = get_object_or_404(Wave.objects.visible_to(request.user).select_related("programme"), pk=pk)
    points = question_trend(request.user, wave.programme, request.GET.get("question", ""))
    chart = Chart(
        title=_step(points),
        note=wave.programme.label,
        n=sum(point.estimate.n for point in points),
        option={
            "xAxis": {"type": "category", "data": _months([point.wave for point in points])},
            "yAxis": {"type": "value", "scale": True},
            "series": [
                _line(_("Mean"), [point.estimate.mean for point in points]),
                _line(_("Lower end of the interval"), [point.ends[0] for point in points]),
                _line(_("Upper end of the interval"), [point.ends[1] for point in points]),
            ],
        },
        columns=[_("Wave"), _("Mean"), _("95 % interval"), _("Ratings")],
        rows=[_point_row(point) for point in points],
        links=[point.wave.get_absolute_url() for point in points],
    )
    return chart.response()


def _line(name: str, values: list[float | None]) -> dict:
    return {"type": "line", "name": name, "data": [None if value is None else round(value, 2) for value in values]}


def _point_row(point: Point) -> list:
    found = point.estimate
    return [point.wave.label, round(found.mean, 2), mean_ends(*point.ends, *point.scale), found.n]


def _step(points: list[Point]) -> str:
    """The last step in one sentence; a difference that may be chance is called so."""
    if len(points) < 2:
        return _("One wave so far: there is nothing to compare yet") if points else _("No wave counted so far")
    words = {"before": f"{points[-2].estimate.mean:.2f}", "after": f"{points[-1].estimate.mean:.2f}"}
    step = last_step(points)
    if step is None:
        return _("From %(before)s to %(after)s") % words
    if not step.is_clear:
        return _("From %(before)s to %(after)s, which may be chance") % words
    return (
        _("Rose clearly from %(before)s to %(after)s") if step.difference > 0 else _("Fell clearly from %(before)s to %(after)s")
    ) % words
