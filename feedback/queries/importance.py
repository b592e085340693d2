"""What customers wish for beside what they get: importance and performance, expectation and perception of a wave's pairs."""

from collections import defaultdict
from dataclasses import dataclass

from feedback.analysis.importance import Attribute, Quadrant, placed
from feedback.analysis.intervals import Estimate
from feedback.enums import Aspect
from feedback.models import GapResult, ItemResult, Wave, WaveResult
from feedback.queries.disclosure import every_item, reads_answers_of, shown_result
from feedback.queries.rules import fewest_shown

Pairs = dict[str, dict[str, ItemResult]]  # by key of the pair, then by aspect


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

    `weighted`: by the points respondents shared out, where that may be shown.
    """

    weighed: list[Weighed]
    gaps: list[GapResult]
    overall: float | None
    weighted: Estimate | None


def wishes(user, wave: Wave) -> Wishes:
    """What this reader may see of it; empty for a form without pairs."""
    pairs: Pairs = defaultdict(dict)
    for one in every_item(user, wave).exclude(item__about="").order_by("item__position"):
        pairs[one.item.about][one.item.aspect] = one
    return Wishes(_weighed(pairs), *_gaps(user, wave))


def _weighed(pairs: Pairs) -> list[Weighed]:
    both = {
        about: (one[Aspect.IMPORTANCE], one[Aspect.PERFORMANCE])
        for about, one in pairs.items()
        if {Aspect.IMPORTANCE, Aspect.PERFORMANCE} <= one.keys()
    }
    points = placed([Attribute(about, wished.mean, got.mean, _interval(wished), _interval(got)) for about, (wished, got) in both.items()])
    return [Weighed(*both[one.key], one.quadrant, one.undecided, one.gap) for one in points]


def _interval(one: ItemResult) -> tuple[float, float] | None:
    return None if one.low is None or one.high is None else (one.low, one.high)


def _gaps(user, wave: Wave) -> tuple[list[GapResult], float | None, Estimate | None]:
    """As they were counted; whoever may not read answers sees nothing where one page rests on too few."""
    result = shown_result(user, wave)
    gaps = list(result.gaps.select_related("section")) if result and result.gap_overall is not None else []
    least = 1 if reads_answers_of(user, wave) else fewest_shown(wave)
    if not gaps or min(one.n for one in gaps) < least:
        return [], None, None
    weighted = _weighted(result) if result.gap_weighted_n else None
    for one in gaps:
        one.points = one.points if weighted else None
    return gaps, result.gap_overall, weighted


def _weighted(result: WaveResult) -> Estimate:
    return Estimate(result.gap_weighted, result.gap_weighted_n, None, result.gap_weighted_low, result.gap_weighted_high)
