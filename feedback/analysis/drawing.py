"""Drawing a sample without putting back, the heavier the likelier."""

from collections.abc import Mapping
from math import inf, log
from random import Random


def draw(weights: Mapping[int, float], size: int, *, seed: int) -> frozenset[int]:
    """`size` of these keys, after Efraimidis and Spirakis 2006: each gets u^(1/weight) with u even in (0, 1], the largest are drawn.

    The first is drawn with probability weight / sum of weights, the next so among the rest. Keys without weight come in, evenly, only
    where those with weight do not fill the sample. A key's u hangs on seed and key alone: seed and weights give the same draw again.
    """
    if size < 0:
        raise ValueError("A sample has no negative size.")
    return frozenset(sorted(weights, key=lambda key: _place(key, float(weights[key]), seed), reverse=True)[:size])


def _place(key: int, weight: float, seed: int) -> tuple[float, float, int]:
    """ln(u) / weight, which is in the order of u^(1/weight) and loses nothing for heavy keys."""
    chance = log(1 - Random(f"{seed}:{key}").random())  # noqa: S311  a sample to be repeated, no secret
    return (chance / weight if weight > 0 else -inf, chance, key)
