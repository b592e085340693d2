"""Quantiles of Student's t and of F, in pure Python: a web process must not pay for a numeric package."""

from collections.abc import Callable
from functools import lru_cache
from math import exp, lgamma, log

STEPS = 10_000  # of the fraction; a few dozen are enough where it converges as it should
TINY = 1e-300


def _fraction(a: float, b: float, x: float) -> float:
    """The continued fraction of the incomplete beta function (DLMF 8.17.22), from the front by Lentz's way."""
    front, below = 1.0, 1.0 / (1.0 - (a + b) * x / (a + 1.0) or TINY)
    value = below
    for m in range(1, STEPS):
        for term in (
            m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m)),
            -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1)),
        ):
            below = 1.0 / (1.0 + term * below or TINY)
            front = 1.0 + term / front or TINY
            value *= front * below
        if abs(front * below - 1.0) < 1e-15:
            return value
    raise ArithmeticError(f"The incomplete beta function of {a}, {b} at {x} was not reached.")


def incomplete_beta(a: float, b: float, x: float) -> float:
    """The regularised incomplete beta function I_x(a, b), x in 0..1."""
    if x <= 0:
        return 0.0
    if x >= 1:
        return 1.0
    if x > (a + 1) / (a + b + 2):  # the fraction converges fast on the other side only
        return 1.0 - incomplete_beta(b, a, 1.0 - x)
    scale = exp(lgamma(a + b) - lgamma(a) - lgamma(b) + a * log(x) + b * log(1.0 - x))
    return scale * _fraction(a, b, x) / a


def _solved(share: Callable[[float], float], p: float) -> float:
    """Where a rising `share` of 0.. reaches `p`, by halving."""
    low, high = 0.0, 1.0
    while share(high) < p:
        low, high = high, high * 2
    while (middle := (low + high) / 2) not in (low, high):
        low, high = (middle, high) if share(middle) < p else (low, middle)
    return high


@lru_cache(maxsize=4096)
def t_quantile(p: float, df: float) -> float:
    """Where Student's t with `df` > 0 degrees of freedom reaches `p`, 0.5 <= p < 1."""
    return _solved(lambda t: 1.0 - incomplete_beta(df / 2, 0.5, df / (df + t * t)) / 2, p)


@lru_cache(maxsize=256)
def f_quantile(p: float, above: float, below: float) -> float:
    """Where F with `above` and `below` degrees of freedom reaches `p`, 0 < p < 1."""
    return _solved(lambda x: incomplete_beta(above / 2, below / 2, above * x / (above * x + below)), p)
