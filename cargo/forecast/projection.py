"""The rest of a year: by the method that has been nearer so far, with a band from its own errors."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from cargo.forecast.backtest import BackTest, back_test, origins
from cargo.forecast.methods import METHODS, NAIVE_MONTHS, SEASONAL_NAIVE, THETA, THETA_MONTHS, series_of

VERSION = "1"  # of the rules below; stored with every result
MOST_ORIGINS = 24
FEWEST_ORIGINS = 3
LEVEL = 80  # per cent of the past errors that the band holds
ORIGINS_FOR_LEVEL = 10  # with fewer the band holds all of them


@dataclass(frozen=True)
class Carried:
    """`months` are the months to come, `low` and `high` the band of their sum. `method` is empty where nothing can be said.

    `level` is None where the band holds every error there was. `tests` are those of both methods, the chosen one among them.
    """

    method: str
    months: tuple[float, ...] = ()
    low: float | None = None
    high: float | None = None
    level: int | None = None
    tests: tuple[BackTest, ...] = ()

    @property
    def origins(self) -> int:
        return self.tests[0].origins if self.tests else 0


def carry_forward(figures: Sequence[float], months: int) -> Carried:
    """`figures` are whole months without a gap, the newest last; `months` (1 to 12) are to come.

    Less than a year of history: nothing. Less than two years: the months of a year before, without a band. From two years on
    both methods are tried on the past as far as it reaches, over the same horizon as asked for; the one with the smaller mean
    error is taken. Where the past is too short for three trials it stays with the year before, without a band.
    """
    series = [float(figure) for figure in figures]
    if len(series) < NAIVE_MONTHS:
        return Carried("")
    at = origins(len(series), first=THETA_MONTHS, step=1, horizon=months)[-MOST_ORIGINS:]
    if len(at) < FEWEST_ORIGINS:
        return Carried(SEASONAL_NAIVE, _forward(series, SEASONAL_NAIVE, months))
    tests = tuple(back_test(series, method, at=at, horizon=months) for method in (SEASONAL_NAIVE, THETA))
    best = min(tests, key=lambda test: test.mae)
    carried = _forward(series, best.method, months)
    low, high, level = _band(sum(carried), best)
    return Carried(best.method, carried, low, high, level, tests)


def _forward(series: list[float], method: str, months: int) -> tuple[float, ...]:
    carry, _shortest = METHODS[method]
    return tuple(float(figure) for figure in carry(series_of(series), months))


def _band(total: float, test: BackTest) -> tuple[float | None, float | None, int | None]:
    """The sum times what past sums turned out to be, as a share of what was forecast then; the sum itself is always within."""
    ratios = np.array(test.sums)
    if len(ratios) < FEWEST_ORIGINS:
        return None, None, None
    if len(ratios) < ORIGINS_FOR_LEVEL:
        return total * min(float(ratios.min()), 1.0), total * max(float(ratios.max()), 1.0), None
    tail = (100 - LEVEL) / 2
    low, high = np.percentile(ratios, [tail, 100 - tail])
    return total * min(float(low), 1.0), total * max(float(high), 1.0), LEVEL
