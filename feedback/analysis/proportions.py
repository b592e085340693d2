"""Shares with their interval."""

from collections.abc import Mapping
from dataclasses import dataclass
from math import sqrt

from feedback.analysis.samples import finite_correction

Z95 = 1.959963984540054  # standard normal quantile at 0.975


@dataclass(frozen=True)
class Proportion:
    """`hits` of `n` as a share in 0..1 with the ends of its 95 % interval."""

    hits: int
    n: int
    share: float
    low: float
    high: float


def wilson(hits: int, n: int, z: float = Z95, population: int | None = None) -> Proportion:
    """Share with the score interval of E. B. Wilson (1927), without continuity correction, clipped to 0..1.

    Its ends are the shares p that lie z standard errors, sqrt(p(1 - p) / n), from the one found; where the `n` are a good part of
    a `population` of known size these errors shrink, see finite_correction, and of all of it nothing is left to chance.
    Raises ValueError for n = 0 or hits outside 0..n: a share of nothing has no interval.
    """
    if n <= 0 or not 0 <= hits <= n:
        raise ValueError(f"No share of {hits} in {n}.")
    z *= finite_correction(n, population)
    share, square = hits / n, z * z
    middle = share + square / (2 * n)
    reach = z * sqrt(share * (1 - share) / n + square / (4 * n * n))
    scale = 1 + square / n
    low = max(0.0, (middle - reach) / scale) if hits else 0.0  # exact at the ends, whatever floating point makes of it
    high = min(1.0, (middle + reach) / scale) if hits < n else 1.0
    return Proportion(hits, n, share, low, high)


def top_two_box(counts: Mapping[int, int], maximum: int = 5, population: int | None = None) -> Proportion | None:
    """Share of ratings in the two highest points of a scale ending at `maximum`; `counts` is {score: how often}.

    "Not applicable" is no rating and must not be among them. None where nobody rated.
    """
    n = sum(counts.values())
    return wilson(sum(number for score, number in counts.items() if score >= maximum - 1), n, population=population) if n else None
