"""What customers wish for beside what they get: importance and performance, expectation and perception of a wave's pairs."""

from collections import defaultdict
from dataclasses import dataclass

from feedback.analysis.importance import Attribute, Cut, Placed, Quadrant, cuts, placed, satisfaction_index
from feedback.analysis.intervals import Estimate
from feedback.enums import Aspect
from feedback.models import GapResult, Item, ItemResult, Wave, WaveResult
from feedback.queries.disclosure import every_item, reads_answers_of, shown_result
from feedback.queries.rules import fewest_shown

Pairs = dict[str, dict[str, ItemResult]]  # by key of the pair, then by aspect
Both = dict[str, tuple[ItemResult, ItemResult]]  # importance and performance, by key of the pair


@dataclass(frozen=True)
class Weighed:
    """One row: both stored means, and where it lies among the others; `undecided` where an interval crosses a cut."""

    importance: ItemResult
    performance: ItemResult
    quadrant: Quadrant
    undecided: bool
    gap: float


@dataclass(frozen=True)
class Wishes:
    """`weighed` in the order in which to act, `gaps` (negative: below what is expected) in that of the form; `overall`: their mean.

    `cuts`: where high importance and high performance begin by the `rule`; `index`: satisfaction weighed with importance, 0 to 1. Both
    are None where rows have scales of several lengths, which no picture can hold beside each other.
    `overall_ends`: n and interval of that mean, `weighted`: by the points respondents shared out, each where it may be shown.
    """

    weighed: list[Weighed]
    gaps: list[GapResult]
    overall: float | None
    overall_ends: Estimate | None
    weighted: Estimate | None
    rule: Cut = Cut.MEANS
    cuts: tuple[float, float] | None = None
    index: float | None = None


def wishes(user, wave: Wave, rule: Cut = Cut.MEANS) -> Wishes:
    """What this reader may see of it; empty for a form without pairs."""
    pairs: Pairs = defaultdict(dict)
    for one in every_item(user, wave).exclude(item__about="").order_by("item__position"):
        pairs[one.item.about][one.item.aspect] = one
    both = {
        about: (one[Aspect.IMPORTANCE], one[Aspect.PERFORMANCE])
        for about, one in pairs.items()
        if {Aspect.IMPORTANCE, Aspect.PERFORMANCE} <= one.keys()
    }
    attributes = [Attribute(about, wished.mean, got.mean, _interval(wished), _interval(got)) for about, (wished, got) in both.items()]
    scales = {(one.item.minimum, one.item.maximum) for pair in both.values() for one in pair}
    if len(scales) != 1:
        return Wishes(_weighed(both, placed(attributes)), *_gaps(user, wave))
    (scale,) = scales
    told = {"rule": rule, "cuts": cuts(attributes, rule, scale), "index": satisfaction_index(attributes, scale[1])}
    return Wishes(_weighed(both, placed(attributes, rule, scale)), *_gaps(user, wave), **told)


def _weighed(both: Both, points: list[Placed]) -> list[Weighed]:
    return [Weighed(*both[one.key], one.quadrant, one.undecided, one.gap) for one in points]


def _interval(one: ItemResult) -> tuple[float, float] | None:
    return None if one.low is None or one.high is None else (one.low, one.high)


def _gaps(user, wave: Wave) -> tuple[list[GapResult], float | None, Estimate | None, Estimate | None]:
    """As they were counted; whoever may not read answers sees nothing where one page rests on too few.

    Each row is given `pairs`: text and figures of each pair of its page, in the order of the form.
    """
    result = shown_result(user, wave)
    gaps = list(result.gaps.select_related("section")) if result and result.gap_overall is not None else []
    least = 1 if reads_answers_of(user, wave) else fewest_shown(wave)
    if not gaps or min(one.n for one in gaps) < least:
        return [], None, None, None
    ends, weighted = _overall(result), _weighted(result)
    asked = list(Item.objects.filter(section__in=[one.section_id for one in gaps], aspect=Aspect.EXPECTATION).order_by("position"))
    for one in gaps:
        one.points = one.points if weighted else None
        one.alpha = one.alpha if one.alpha_n >= least else None
        told = [(item.text, one.items.get(item.about)) for item in asked if item.section_id == one.section_id]
        one.pairs = [(text, figures) for text, figures in told if figures and figures["n"] >= least]
    return gaps, result.gap_overall, ends, weighted


def _overall(result: WaveResult) -> Estimate | None:
    n = result.gap_overall_n
    return Estimate(result.gap_overall, n, None, result.gap_overall_low, result.gap_overall_high) if n else None


def _weighted(result: WaveResult) -> Estimate | None:
    n = result.gap_weighted_n
    return Estimate(result.gap_weighted, n, None, result.gap_weighted_low, result.gap_weighted_high) if n else None
