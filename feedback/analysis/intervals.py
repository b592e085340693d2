"""Intervals of means, and whether two means differ."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import sqrt

from feedback.analysis.quantiles import t_quantile
from feedback.analysis.samples import finite_correction


@dataclass(frozen=True)
class Estimate:
    """A mean of `n` values with its 95 % t interval; `deviation` by n - 1. Below two values there is neither."""

    mean: float
    n: int
    deviation: float | None
    low: float | None
    high: float | None


@dataclass(frozen=True)
class Difference:
    """The later mean less the earlier one, with its 95 % interval."""

    difference: float
    low: float
    high: float

    @property
    def is_clear(self) -> bool:
        """Whether chance alone hardly explains it: 0 lies outside the interval."""
        return not self.low <= 0 <= self.high


def estimate(mean: float, n: int, deviation: float | None, population: int | None = None) -> Estimate:
    """mean +- t(0.975, n - 1) * s / sqrt(n), narrowed where the `n` are a good part of a `population` of known size."""
    if n < 2 or deviation is None:
        return Estimate(mean, n, None, None, None)
    reach = t_quantile(0.975, n - 1) * deviation / sqrt(n) * finite_correction(n, population)
    return Estimate(mean, n, deviation, mean - reach, mean + reach)


def on_scale(low: float | None, high: float | None, scale: tuple[float, float]) -> tuple[float | None, float | None]:
    """The ends of an interval as they are drawn and written: no further than the scale goes.

    The t interval (methods/feedback.md, 1.1) knows no ends of a scale, so that of few and high marks reaches beyond the highest mark
    there is. What is stored and compared keeps its length; shown are the marks a mean can take.
    """
    if low is None or high is None:
        return low, high
    lowest, highest = scale
    return max(low, lowest), min(high, highest)


def of_ratings(counts: Mapping[int, int], population: int | None = None) -> Estimate | None:
    """Of ratings given as {score: how often}; the ends stay on the scale of no item in particular. None where nobody rated."""
    n = sum(counts.values())
    if n == 0:
        return None
    mean = sum(score * number for score, number in counts.items()) / n
    spread = sum(number * (score - mean) ** 2 for score, number in counts.items())
    return estimate(mean, n, sqrt(spread / (n - 1)) if n > 1 else None, population)


def of_values(values: Sequence[float], population: int | None = None) -> Estimate | None:
    """Of single values; None without any."""
    n = len(values)
    if n == 0:
        return None
    mean = sum(values) / n
    spread = sum((value - mean) ** 2 for value in values)
    return estimate(mean, n, sqrt(spread / (n - 1)) if n > 1 else None, population)


def difference(before: Estimate, after: Estimate) -> Difference | None:
    """SE = sqrt(s1 squared / n1 + s2 squared / n2) with the degrees of freedom of Welch and Satterthwaite.

    None where one of them has no spread of its own (fewer than two values), or neither varies at all.
    """
    if before.deviation is None or after.deviation is None:
        return None
    first, second = before.deviation**2 / before.n, after.deviation**2 / after.n
    if first + second == 0:
        return None
    freedom = (first + second) ** 2 / (first**2 / (before.n - 1) + second**2 / (after.n - 1))
    middle, reach = after.mean - before.mean, t_quantile(0.975, freedom) * sqrt(first + second)
    return Difference(middle, middle - reach, middle + reach)
