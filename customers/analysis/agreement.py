"""How far people who judge the same thing on a scale from 1 to 5 agree.

The measure is the average deviation around the mean, AD_M: the mean distance of the scores from their mean, in steps of the
scale (M. J. Burke, L. M. Finkelstein and M. S. Dusig, "On average deviation indices for estimating interrater agreement",
Organizational Research Methods 2, 1999, 49-68). Over several items it is the mean of their deviations, AD_M(J). Judges agree
where it is at most a sixth of the number of steps: M. J. Burke and W. P. Dunlap, "Estimating interrater agreement with the
average deviation index: a user's guide", Organizational Research Methods 5, 2002, 159-172. On five steps that is 0.83.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from statistics import fmean

STEPS = 5
LIMIT = STEPS / 6


@dataclass(frozen=True)
class Spread:
    """`n` scores of one item: their mean, the lowest and the highest, and the average deviation in steps of the scale."""

    n: int
    mean: float
    low: int
    high: int
    deviation: float

    @property
    def range(self) -> int:
        return self.high - self.low

    @property
    def agreed(self) -> bool | None:
        """None where fewer than two have judged: nobody agrees alone."""
        return None if self.n < 2 else self.deviation <= LIMIT


def spread(scores: Sequence[int]) -> Spread | None:
    """The spread of one item's scores (1 to 5); None without any."""
    if not scores:
        return None
    mean = fmean(scores)
    return Spread(len(scores), mean, min(scores), max(scores), fmean(abs(score - mean) for score in scores))


def overall_deviation(spreads: Iterable[Spread | None]) -> float | None:
    """AD_M(J): the mean deviation of the items that at least two have judged; None where there is no such item."""
    shared = [one.deviation for one in spreads if one is not None and one.n > 1]
    return fmean(shared) if shared else None
