"""How much of the business hangs on how few customers."""

from collections.abc import Sequence
from decimal import Decimal


def concentration(volumes: Sequence[Decimal], *, points: int = 60) -> dict:
    """Curve and indices of a book of customers.

    volumes: one figure per customer, any order; negative ones count as 0.
    Returns: curve [[customers, share %], …] largest customer first, at most about `points` long, first and last included;
    gini 0 … 1; hhi (sum of squared percentage shares, 0 … 10,000); top_10_share in per cent; half_by: how many
    customers bring half of the volume.
    """
    ordered = sorted((max(v, Decimal(0)) for v in volumes), reverse=True)
    total, n = sum(ordered, Decimal(0)), len(ordered)
    if not total:
        return {"curve": [], "gini": None, "hhi": None, "top_10_share": None, "half_by": None, "n": n}
    cumulative: list[Decimal] = []
    running = Decimal(0)
    for volume in ordered:
        running += volume
        cumulative.append(running)
    weighted = sum((position * volume for position, volume in enumerate(reversed(ordered), start=1)), Decimal(0))
    return {
        "curve": [[k, _percent(cumulative[k - 1], total)] for k in _sample(n, points)],
        "gini": float(round(2 * weighted / (n * total) - Decimal(n + 1) / n, 4)),
        "hhi": float(round(sum(((100 * volume / total) ** 2 for volume in ordered), Decimal(0)), 1)),
        "top_10_share": _percent(cumulative[min(10, n) - 1], total),
        "half_by": next(k for k, volume in enumerate(cumulative, start=1) if 2 * volume >= total),
        "n": n,
    }


def _percent(part: Decimal, total: Decimal) -> float:
    return float(round(100 * part / total, 2))


def _sample(n: int, points: int) -> list[int]:
    """All of 1 … n, or the first twenty and evenly growing steps up to n."""
    if n <= points:
        return list(range(1, n + 1))
    head = list(range(1, 21))
    steps = points - len(head)
    growth = (n / 20) ** (1 / steps)
    tail = [round(20 * growth**step) for step in range(1, steps + 1)]
    return sorted({*head, *tail, n})
