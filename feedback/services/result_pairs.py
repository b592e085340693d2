"""Figures of a wave beside the means: gaps between what is expected and what is seen, and how often each option was taken."""

from collections import defaultdict

from django.db.models import Count, F

from feedback.analysis.gaps import Gaps, servqual
from feedback.analysis.proportions import wilson
from feedback.analysis.reliability import Alpha
from feedback.enums import CHOICES, WHOLE, Aspect, ItemKind
from feedback.models import Answer, GapResult, ItemOption, OptionResult, ResponseVersion, Wave, WaveResult
from feedback.services.answers import points_of

HALVES = (Aspect.EXPECTATION, Aspect.PERCEPTION)


def gap_results(result: WaveResult) -> tuple[list[GapResult], Gaps | None]:
    """One row for each page of pairs with an answer to both halves, unsaved, and all there is to tell of the gaps."""
    sections = list(result.wave.version.sections.prefetch_related("items"))
    dimensions = {one.key: sorted({item.about for item in one.items.all() if item.aspect == Aspect.EXPECTATION}) for one in sections}
    dimensions = {key: rows for key, rows in dimensions.items() if rows}
    pairs = _pairs(result.wave) if dimensions else {}
    weights = _weights(result.wave)
    split = [weights.get(response, {}) for response in pairs]
    found = servqual(list(pairs.values()), dimensions, split, result.population) if pairs else None
    if found is None:
        return [], None
    rows = [
        GapResult(
            result=result,
            section=section,
            n=gap.by_respondent.n,
            gap=gap.gap,
            low=gap.by_respondent.low,
            high=gap.by_respondent.high,
            items={about: {"gap": one.mean, "n": one.n, "low": one.low, "high": one.high} for about, one in gap.items.items()},
            **_reliability(gap.alpha),
            points=found.points.get(section.key),
        )
        for section in sections
        if (gap := found.dimensions.get(section.key)) is not None
    ]
    return rows, found


def _reliability(alpha: Alpha | None) -> dict:
    """Fields of a GapResult."""
    if alpha is None:
        return {}
    ends = {"alpha_low": alpha.low, "alpha_high": alpha.high}
    return {"alpha": alpha.value, "alpha_standardised": alpha.standardised, "alpha_n": alpha.n} | ends


def _pairs(wave: Wave) -> dict[int, dict[str, tuple[float | None, float | None]]]:
    """Per response {key of the pair: (expected, seen)}."""
    rows = Answer.objects.filter(response__wave=wave, score__isnull=False, item__aspect__in=HALVES)
    said: dict[int, dict[str, dict[str, int]]] = defaultdict(lambda: defaultdict(dict))
    for response, about, aspect, score in rows.values_list("response", "item__about", "item__aspect", "score"):
        said[response][about][aspect] = score
    return {one: {about: tuple(halves.get(half) for half in HALVES) for about, halves in rows.items()} for one, rows in said.items()}


def _weights(wave: Wave) -> dict[int, dict[str, int]]:
    """Per response that shared its points out {key of the page: points}, of the version that counts. A split counts whole, for its
    respondent alone, so it is read from what was sent and not from sums over answers."""
    split = wave.version.items.filter(kind=ItemKind.SPLIT).first()
    if split is None:
        return {}
    latest = ResponseVersion.objects.filter(response__wave=wave, number=F("response__submissions"))
    given = {one: points_of(split, answers) for one, answers in latest.values_list("response", "answers")}
    return {one: points for one, points in given.items() if sum(points.values()) == WHOLE}


def option_results(result: WaveResult) -> list[OptionResult]:
    """One row for each option of a choice somebody answered, unsaved; options nobody took are told as well."""
    chosen = Answer.objects.filter(response__wave=result.wave, option__isnull=False).order_by()
    taken = dict(chosen.values_list("option").annotate(Count("pk")))
    answered = dict(chosen.values_list("item").annotate(Count("response", distinct=True)))
    options = ItemOption.objects.filter(item__version=result.wave.version_id, item__kind__in=CHOICES, item__in=answered)
    return [_option_result(result, option, taken.get(option.pk, 0), answered[option.item_id]) for option in options]


def _option_result(result: WaveResult, option: ItemOption, n: int, answered: int) -> OptionResult:
    share = wilson(n, answered, population=result.population)
    return OptionResult(result=result, option=option, answered=answered, n=n, share=share.share, low=share.low, high=share.high)
