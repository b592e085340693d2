"""The two ways a monthly series is carried forward.

Seasonal naive: every month as a year before. Theta (Assimakopoulos and Nikolopoulos 2000, as in statsmodels): the series without its
season, half a trend line and half simple exponential smoothing, and its season put back.
"""

import warnings
from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray
from statsmodels.tsa.forecasting.theta import ThetaModel

Series = NDArray[np.float64]
Method = Callable[[Series, int], Series]

SEASON = 12
NAIVE_MONTHS, THETA_MONTHS = SEASON, 2 * SEASON  # the shortest history each can do with
SEASONAL_NAIVE, THETA = "seasonal_naive", "theta"


def series_of(figures: Sequence[float]) -> Series:
    return np.asarray(figures, dtype=np.float64)


def seasonal_naive(history: Series, months: int) -> Series:
    """The last twelve months again and again."""
    return np.resize(history[-SEASON:], months)


def theta(history: Series, months: int) -> Series:
    """statsmodels' own choice of season: tested for, multiplicative where no month is zero. A quantity is never below zero."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # a series of zeros is odd to its optimiser, and fine here
        fitted = ThetaModel(history, period=SEASON).fit()
        carried = np.asarray(fitted.forecast(months), dtype=np.float64)
    return np.maximum(np.nan_to_num(carried, nan=0.0), 0.0)


METHODS: dict[str, tuple[Method, int]] = {SEASONAL_NAIVE: (seasonal_naive, NAIVE_MONTHS), THETA: (theta, THETA_MONTHS)}
