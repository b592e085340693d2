"""Means of customers: several answers of one company count as one; heavy customers may count for more."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Weighted:
    """A weighted mean; `effective_n` is the number of equally weighted values that would be as exact (L. Kish)."""

    mean: float
    n: int
    effective_n: float


def customer_means(scores: Mapping[int, Sequence[float]]) -> dict[int, float]:
    """Each customer's own mean, from {customer: its scores}; a customer without a score has none."""
    return {customer: sum(given) / len(given) for customer, given in scores.items() if given}


def weighted_mean(pairs: Iterable[tuple[float, float]]) -> Weighted | None:
    """Of (value, weight): SUM w v / SUM w, with (SUM w) squared / SUM w squared as effective n. Weights of 0 or less count nothing.

    None where no weight is left.
    """
    kept = [(value, weight) for value, weight in pairs if weight > 0]
    total = sum(weight for _value, weight in kept)
    if not kept:
        return None
    mean = sum(value * weight for value, weight in kept) / total
    return Weighted(mean, len(kept), total * total / sum(weight * weight for _value, weight in kept))
