"""Monthly series carried forward, compared with a published table and with figures worked out by hand."""

import csv
from collections import defaultdict

import pytest

from cargo.forecast.backtest import back_test, origins
from cargo.forecast.methods import SEASONAL_NAIVE, THETA
from cargo.forecast.projection import carry_forward

YEAR = [10, 20, 30, 40, 50, 60, 70, 80, 90, 100, 110, 120]


def grown(years: int, factor: float = 1.2) -> list[float]:
    """The season of YEAR, every year `factor` times as much."""
    return [figure * factor**year for year in range(years) for figure in YEAR]


def vancouver(samples) -> list[float]:
    with (samples / "port_series" / "vancouver_teu_monthly_2008_2024.csv").open(encoding="utf-8") as file:
        return [float(row["teu_total_total"]) for row in csv.DictReader(file)]


def taiwan(samples, direction: str) -> list[float]:
    months: dict[str, float] = defaultdict(float)
    with (samples / "port_series" / "taiwan_china_teu_monthly_by_port_pair_2016_2024.csv").open(encoding="utf-8") as file:
        for row in csv.DictReader(file):
            if row["direction"] == direction:
                months[row["month"]] += float(row["teu"])
    return [months[month] for month in sorted(months)]


@pytest.mark.samples
@pytest.mark.parametrize(
    ("series", "first", "step", "count", "naive", "theta"),
    [
        pytest.param(vancouver, 72, 6, 20, 9.98, 7.92, id="Vancouver"),
        pytest.param(lambda samples: taiwan(samples, "CN->TW"), 48, 3, 14, 10.50, 7.63, id="China to Taiwan"),
        pytest.param(lambda samples: taiwan(samples, "TW->CN"), 48, 3, 14, 13.68, 12.00, id="Taiwan to China"),
    ],
)
def test_the_table_of_three_port_series_comes_out_as_printed(samples, series, first, step, count, naive, theta):
    """Origins after six years every half year, and after four years every quarter; a year forward each time.

    China to Taiwan is 10.4946 to four digits: 10.50 is that figure rounded to three digits first.
    """
    figures = series(samples)
    at = origins(len(figures), first=first, step=step, horizon=12)

    found = {method: back_test(figures, method, at=at, horizon=12) for method in (SEASONAL_NAIVE, THETA)}

    assert len(at) == count
    assert [found[method].mape for method in (SEASONAL_NAIVE, THETA)] == pytest.approx([naive, theta], abs=0.0054)


def test_a_month_without_cargo_counts_for_the_mean_error_and_not_for_the_percentage():
    figures = [*YEAR, 20, 0, *YEAR[2:]]

    test = back_test([float(figure) for figure in figures], SEASONAL_NAIVE, at=[12], horizon=12)

    assert test.mape == pytest.approx(100 * 0.5 / 11)  # 10 for 20 in one of eleven months
    assert test.mae == pytest.approx((10 + 20) / 12)
    assert test.sums == (770 / 780,)


def test_less_than_a_year_says_nothing_and_less_than_two_years_repeat_the_year_without_a_band():
    short, year = carry_forward(YEAR[:11], 3), carry_forward(YEAR + YEAR[:5], 3)

    assert (short.method, short.months) == ("", ())
    assert (year.method, year.months, year.low, year.high, year.tests) == (SEASONAL_NAIVE, (60, 70, 80), None, None, ())


def test_two_years_and_two_trials_are_too_few_to_choose_by():
    assert carry_forward(grown(3)[:27], 2).tests == ()
    assert carry_forward(grown(3)[:28], 2).origins == 3


def test_the_method_that_was_nearer_is_taken_and_both_are_shown():
    grows, stands = carry_forward(grown(5), 2), carry_forward(grown(5, factor=1), 2)

    naive, theta = grows.tests
    assert (grows.method, naive.method, theta.method) == (THETA, SEASONAL_NAIVE, THETA)
    assert theta.mae < naive.mae
    assert naive.mape == pytest.approx(100 * (1 - 1 / 1.2))
    assert sum(YEAR[:2]) * 1.2**4 < sum(grows.months)
    assert stands.method == SEASONAL_NAIVE
    assert (stands.months, stands.low, stands.high) == ((10, 20), 30, 30)


def test_the_band_holds_eighty_per_cent_of_the_errors_or_all_of_them_where_there_are_few():
    few, many = carry_forward(grown(3)[:33], 6), carry_forward(grown(5), 6)

    assert (few.origins, few.level) == (4, None)
    assert (many.origins, many.level) == (24, 80)
    assert many.low < many.high


def test_a_series_that_stops_is_carried_forward_and_never_below_zero():
    carried = carry_forward([*grown(2, factor=1), *[0.0] * 14], 12)

    assert carried.origins == 3
    assert min(carried.months) == 0
