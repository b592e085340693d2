"""Control charts of waves: is the process the same as before?"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import sqrt


@dataclass(frozen=True)
class Limits:
    """Three standard errors around the centre line, one pair for each wave, clipped to 0..1."""

    centre: float
    each: tuple[tuple[float, float], ...]


def p_chart(hits: Sequence[int], sizes: Sequence[int]) -> Limits:
    """pbar +- 3 sqrt(pbar (1 - pbar) / n) of shares `hits` out of `sizes`. Raises ValueError for empty or unequal rows."""
    if not sizes or len(hits) != len(sizes) or min(sizes) < 1:
        raise ValueError("A p chart needs a share for each wave.")
    centre = sum(hits) / sum(sizes)
    reach = [3 * sqrt(centre * (1 - centre) / n) for n in sizes]
    return Limits(centre, tuple((max(0.0, centre - one), min(1.0, centre + one)) for one in reach))
