"""How far off a method would have been: carried forward from many months of the past and compared with what came."""

from dataclasses import dataclass

import numpy as np

from cargo.forecast.methods import METHODS, Series, series_of


@dataclass(frozen=True)
class BackTest:
    """`mape` is in per cent over the months in which anything was handled (None: there was none), `mae` in the series' unit over
    all; `sums` holds for each origin what came divided by what was forecast, both added up over the horizon."""

    method: str
    origins: int
    mape: float | None
    mae: float
    sums: tuple[float, ...]


def origins(length: int, *, first: int, step: int, horizon: int) -> list[int]:
    """How much of the series each trial knows: from `first` months on, `step` months apart, as long as the horizon has come."""
    return list(range(first, length - horizon + 1, step))


def back_test(figures: list[float], method: str, *, at: list[int], horizon: int) -> BackTest:
    """The method from each origin `at`, `horizon` months forward; every month of every origin counts alike."""
    series, (carry, _shortest) = series_of(figures), METHODS[method]
    pairs = [(carry(series[:origin], horizon), series[origin : origin + horizon]) for origin in at]
    forecast, came = (np.array([pair[side] for pair in pairs]) for side in (0, 1))
    errors = np.abs(forecast - came)
    filled = came > 0
    mape = float(100 * np.mean(errors[filled] / came[filled])) if filled.any() else None
    return BackTest(method, len(at), mape, float(errors.mean()), _ratios(forecast, came))


def _ratios(forecast: Series, came: Series) -> tuple[float, ...]:
    """Of origins whose forecast was nothing there is no ratio."""
    sums = zip(forecast.sum(axis=1), came.sum(axis=1), strict=True)
    return tuple(float(actual / told) for told, actual in sums if told > 0)
