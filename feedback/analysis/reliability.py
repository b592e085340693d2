"""How well the items of a scale hang together: Cronbach's alpha with the interval of L. S. Feldt (1965)."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import sqrt

from feedback.analysis.quantiles import f_quantile


@dataclass(frozen=True)
class Alpha:
    """`n` complete rows of `k` items. A negative alpha warns: items run against each other or one is coded the wrong way round."""

    value: float
    standardised: float
    low: float
    high: float
    n: int
    k: int

    @property
    def warns(self) -> bool:
        return self.value < 0


def cronbach_alpha(rows: Sequence[Sequence[float | None]]) -> Alpha:
    """k / (k - 1) * (1 - SUM var_i / var_total) of the rows without a gap; the interval rests on their number, not on all rows.

    1 - (1 - a) * F(n - 1, (n - 1)(k - 1)) at 0.975 and 0.025. Raises ValueError for fewer than two items or complete
    rows, and where an item or the sum does not vary: there is nothing to hang together.
    """
    complete = [[float(value) for value in row if value is not None] for row in rows if None not in row]
    n, k = len(complete), len(complete[0]) if complete else 0
    if k < 2 or n < 2:
        raise ValueError("Reliability needs at least two items and two complete rows.")
    columns = list(zip(*complete, strict=True))
    spreads = [_covariance(column, column) for column in columns]
    whole = _variance_of_sums(complete)
    if min(spreads) == 0 or whole == 0:
        raise ValueError("An item that everybody rates alike has no reliability.")
    value = k / (k - 1) * (1 - sum(spreads) / whole)
    below, above = n - 1, (n - 1) * (k - 1)
    low, high = (1 - (1 - value) * f_quantile(p, below, above) for p in (0.975, 0.025))
    return Alpha(value, _standardised(columns, spreads), low, high, n, k)


def _covariance(one: Sequence[float], other: Sequence[float]) -> float:
    middle, beside = sum(one) / len(one), sum(other) / len(other)
    return sum((a - middle) * (b - beside) for a, b in zip(one, other, strict=True)) / (len(one) - 1)


def _variance_of_sums(rows: Sequence[Sequence[float]]) -> float:
    sums = [sum(row) for row in rows]
    return _covariance(sums, sums)


def _standardised(columns: Sequence[Sequence[float]], spreads: Sequence[float]) -> float:
    """k r / (1 + (k - 1) r) of the mean correlation r."""
    k = len(columns)
    pairs = [_covariance(columns[i], columns[j]) / sqrt(spreads[i] * spreads[j]) for i in range(k) for j in range(i + 1, k)]
    r = sum(pairs) / len(pairs)
    return k * r / (1 + (k - 1) * r)
