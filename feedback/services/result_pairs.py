"""Figures of a wave beside the means: gaps between what is expected and what is seen, and how often each option was taken."""

from collections import defaultdict

from django.db.models import Count

from feedback.analysis.gaps import servqual
from feedback.analysis.proportions import wilson
from feedback.enums import CHOICES, Aspect
from feedback.models import Answer, GapResult, ItemOption, OptionResult, Wave, WaveResult

HALVES = (Aspect.EXPECTATION, Aspect.PERCEPTION)


def gap_results(result: WaveResult) -> tuple[list[GapResult], float | None]:
    """One row for each page of pairs with an answer to both halves, unsaved, and the mean of their gaps."""
    sections = list(result.wave.version.sections.prefetch_related("items"))
    dimensions = {one.key: sorted({item.about for item in one.items.all() if item.aspect == Aspect.EXPECTATION}) for one in sections}
    dimensions = {key: rows for key, rows in dimensions.items() if rows}
    found = servqual(_pairs(result.wave), dimensions) if dimensions else None
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
            alpha=gap.alpha.value if gap.alpha else None,
        )
        for section in sections
        if (gap := found.dimensions.get(section.key)) is not None
    ]
    return rows, found.overall


def _pairs(wave: Wave) -> list[dict[str, tuple[float | None, float | None]]]:
    """Per response {key of the pair: (expected, seen)}."""
    rows = Answer.objects.filter(response__wave=wave, score__isnull=False, item__aspect__in=HALVES)
    said: dict[int, dict[str, dict[str, int]]] = defaultdict(lambda: defaultdict(dict))
    for response, about, aspect, score in rows.values_list("response", "item__about", "item__aspect", "score"):
        said[response][about][aspect] = score
    return [{about: tuple(halves.get(half) for half in HALVES) for about, halves in rows.items()} for rows in said.values()]


def option_results(result: WaveResult) -> list[OptionResult]:
    """One row for each option of a choice somebody answered, unsaved; options nobody took are told as well."""
    chosen = Answer.objects.filter(response__wave=result.wave, option__isnull=False).order_by()
    taken = dict(chosen.values_list("option").annotate(Count("pk")))
    answered = dict(chosen.values_list("item").annotate(Count("response", distinct=True)))
    options = ItemOption.objects.filter(item__version=result.wave.version_id, item__kind__in=CHOICES, item__in=answered)
    return [_option_result(result, option, taken.get(option.pk, 0), answered[option.item_id]) for option in options]


def _option_result(result: WaveResult, option: ItemOption, n: int, answered: int) -> OptionResult:
    share = wilson(n, answered)
    return OptionResult(result=result, option=option, answered=answered, n=n, share=share.share, low=share.low, high=share.high)
