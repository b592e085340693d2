"""Means of rated items."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Mean:
    """Mean of `n` ratings."""

    value: float
    n: int


def mean_of(counts: Mapping[int, int]) -> Mean | None:
    """Mean of ratings given as {score: how often}; "not applicable" is no rating and must not be among them.

    None where nobody rated.
    """
    n = sum(counts.values())
    return Mean(sum(score * number for score, number in counts.items()) / n, n) if n else None
