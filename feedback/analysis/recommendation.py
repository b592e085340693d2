"""The recommendation score: promoters (9-10) less detractors (0-6) of the answers to "would recommend" 0-10."""

from collections.abc import Mapping
from dataclasses import dataclass
from math import sqrt

from feedback.analysis.proportions import Z95
from feedback.analysis.samples import finite_correction


@dataclass(frozen=True)
class Recommendation:
    """Counts and the score with its 95 % interval, all scores in -1..1 (screens show -100..+100 without decimals)."""

    promoters: int
    passives: int
    detractors: int
    score: float
    standard_error: float
    adjusted: float  # middle of the interval, see from_counts
    adjusted_error: float
    low: float
    high: float

    @property
    def n(self) -> int:
        return self.promoters + self.passives + self.detractors


@dataclass(frozen=True)
class Change:
    """Difference of two scores with its 95 % interval."""

    difference: float
    low: float
    high: float

    @property
    def is_clear(self) -> bool:
        """Whether chance alone hardly explains it: 0 lies outside the interval."""
        return not self.low <= 0 <= self.high


def change(before: Recommendation, after: Recommendation, z: float = Z95) -> Change:
    """From one wave to the next: SE = sqrt(v1 / n1 + v2 / n2), of the adjusted scores.

    Unadjusted, a wave of one answer has no spread, and every step to or from it would count as clear.
    """
    middle = after.adjusted - before.adjusted
    reach = z * sqrt(before.adjusted_error**2 + after.adjusted_error**2)
    return Change(after.score - before.score, middle - reach, middle + reach)


def _spread(promoters: float, detractors: float, n: float) -> tuple[float, float]:
    """Score and standard error: var = p + d - (p - d) squared, SE = sqrt(var / n)."""
    share_for, share_against = promoters / n, detractors / n
    score = share_for - share_against
    return score, sqrt(max(0.0, share_for + share_against - score * score) / n)


def from_counts(promoters: int, passives: int, detractors: int, z: float = Z95, population: int | None = None) -> Recommendation | None:
    """Score with the adjusted-Wald interval (Rocks 2016): 3/4 added to promoters and detractors, 3 to n; clipped to -1..1.

    The plain Wald interval has no width when all agree, this one has. Where the n are a good part of a `population` of known size,
    the error shrinks by finite_correction and what is added by its square: it stands for those nobody has heard, as the square of z
    does in Wilson's interval, and once all have answered the interval is the score. None where nobody answered.
    """
    n = promoters + passives + detractors
    if n == 0:
        return None
    score, error = _spread(promoters, detractors, n)
    narrowed = finite_correction(n, population)
    added = narrowed * narrowed
    middle, error_of_all = _spread(promoters + 0.75 * added, detractors + 0.75 * added, n + 3 * added)
    adjusted_error = error_of_all * narrowed
    low, high = max(-1.0, middle - z * adjusted_error), min(1.0, middle + z * adjusted_error)
    return Recommendation(promoters, passives, detractors, score, error, middle, adjusted_error, low, high)


def recommendation(counts: Mapping[int, int], population: int | None = None) -> Recommendation | None:
    """Score of answers 0..10 given as {answer: how often}, see from_counts."""
    promoters = sum(number for score, number in counts.items() if score >= 9)
    detractors = sum(number for score, number in counts.items() if score <= 6)
    return from_counts(promoters, sum(counts.values()) - promoters - detractors, detractors, population=population)
