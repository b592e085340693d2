"""Intervals, gaps, importance, reliability and samples against figures of R, of published tables, or worked by hand."""

import csv
from math import sqrt

import pytest

from feedback.analysis.control import p_chart
from feedback.analysis.gaps import servqual
from feedback.analysis.importance import Attribute, Cut, Quadrant, placed, satisfaction_index
from feedback.analysis.intervals import difference, estimate, of_ratings, of_values
from feedback.analysis.quantiles import f_quantile, t_quantile
from feedback.analysis.reliability import cronbach_alpha
from feedback.analysis.samples import finite_correction, sample_size
from feedback.analysis.weighting import customer_means, weighted_mean


@pytest.mark.parametrize(("freedom", "table"), [(1, 12.706), (2, 4.303), (10, 2.228), (30, 2.042), (120, 1.980), (1_000_000, 1.960)])
def test_quantiles_of_t_agree_with_the_printed_table(freedom, table):
    assert round(t_quantile(0.975, freedom), 3) == table


@pytest.mark.parametrize(("above", "below", "table"), [(1, 1, 647.79), (4, 10, 4.47), (10, 4, 8.84), (20, 120, 1.82)])
def test_quantiles_of_f_agree_with_the_printed_table(above, below, table):
    assert round(f_quantile(0.975, above, below), 2) == table
    assert f_quantile(0.025, below, above) == pytest.approx(1 / f_quantile(0.975, above, below))


def test_the_interval_of_a_mean_agrees_with_r():
    """t.test(1:10): mean 5.5, 3.334149 to 7.665851."""
    found = of_values(range(1, 11))

    assert (found.mean, found.n) == (5.5, 10)
    assert (round(found.low, 6), round(found.high, 6)) == (3.334149, 7.665851)
    assert of_ratings(dict.fromkeys(range(1, 11), 1)) == found


def test_one_rating_has_a_mean_and_no_interval():
    assert of_ratings({4: 1}) == estimate(4.0, 1, None)
    assert (of_ratings({4: 1}).low, of_ratings({}), of_values([])) == (None, None, None)


def test_the_difference_of_two_means_agrees_with_r():
    """t.test(extra ~ group, data = sleep), Welch: the groups differ by -3.3654832 to 0.2054832."""
    first = of_values([0.7, -1.6, -0.2, -1.2, -0.1, 3.4, 3.7, 0.8, 0.0, 2.0])
    second = of_values([1.9, 0.8, 1.1, 0.1, -0.1, 4.4, 5.5, 1.6, 4.6, 3.4])

    found = difference(second, first)

    assert (round(found.low, 7), round(found.high, 7)) == (-3.3654832, 0.2054832)
    assert not found.is_clear


def test_a_difference_of_what_has_no_spread_is_not_told():
    assert difference(of_ratings({4: 1}), of_ratings({1: 5, 2: 5})) is None
    assert difference(of_ratings({4: 3}), of_ratings({5: 3})) is None


def test_an_interval_narrows_when_a_good_part_of_all_was_asked():
    """80 of 100: sqrt(20 / 99). All asked: nothing is left to chance."""
    wide, narrow = of_ratings({3: 40, 5: 40}), of_ratings({3: 40, 5: 40}, population=100)

    assert (narrow.high - narrow.low) / (wide.high - wide.low) == pytest.approx(sqrt(20 / 99))
    assert finite_correction(100, 100) == 0
    assert (finite_correction(5, None), finite_correction(9, 8), finite_correction(1, 1)) == (1, 1, 1)


@pytest.mark.parametrize(("population", "table"), [(10, 10), (100, 80), (220, 140), (500, 217), (1500, 306), (1_000_000, 384)])
def test_sample_sizes_are_those_of_the_table_of_krejcie_and_morgan(population, table):
    assert sample_size(population) == table


def test_nobody_cannot_be_sampled():
    with pytest.raises(ValueError):
        sample_size(0)


def test_a_customer_counts_once_however_many_people_answered():
    assert customer_means({1: [5, 5, 2], 2: [1], 3: []}) == {1: 4.0, 2: 1.0}


def test_weights_move_the_mean_and_cost_exactness():
    """Weights 3 and 1: the mean is (3 * 5 + 1 * 1) / 4, worth 16 / 10 equal customers."""
    found = weighted_mean([(5, 3), (1, 1), (3, 0)])

    assert (found.mean, found.n, found.effective_n) == (4.0, 2, 1.6)
    assert weighted_mean([(2, 7)] * 4).effective_n == 4
    assert weighted_mean([(2, 0)]) is None


def test_reliability_uses_complete_rows_only_and_counts_them():
    """Three complete rows of two equal items: alpha 1, whatever the broken row says."""
    found = cronbach_alpha([[1, 1], [2, 2], [4, 4], [5, None]])

    assert (found.n, found.k, found.value, found.standardised) == (3, 2, 1.0, pytest.approx(1.0))


def test_items_that_run_against_each_other_are_warned_of():
    assert cronbach_alpha([[1, 5], [2, 3], [5, 2]]).warns


@pytest.mark.parametrize("rows", [[], [[1], [2]], [[1, 2]], [[1, 2], [None, 3]], [[1, 2], [1, 3]], [[1, 2], [2, 1]]])
def test_reliability_of_nothing_is_refused(rows):
    with pytest.raises(ValueError):
        cronbach_alpha(rows)


@pytest.mark.samples
def test_the_interval_of_an_incomplete_scale_rests_on_the_complete_rows(samples):
    """12 rows, of which 9 are whole; the interval of 12 would pretend to an exactness nobody has."""
    with (samples / "statistics" / "alpha_binary_12x11_missing.csv").open(encoding="utf-8") as file:
        rows = [[float(value) if value else None for value in row] for row in list(csv.reader(file))[1:]]

    complete = [row for row in rows if None not in row]

    found = cronbach_alpha(rows)

    assert (len(rows), found.n) == (12, 9)
    assert round(found.value, 12) == 0.801694915254  # pingouin's documentation, nan_policy="listwise"
    assert found == cronbach_alpha(complete)


def respondents():
    return [
        {"T1": (5, 4), "T2": (5, 5), "R1": (5, 2)},
        {"T1": (4, 4), "T2": (None, 3), "R1": (5, 3)},
        {"T1": (5, 3), "T2": (4, 3), "R1": (4, None)},
    ]


def test_gaps_are_means_of_item_means_and_dimensions_count_alike():
    """T1: (-1 + 0 - 2) / 3 = -1; T2: (0 - 1) / 2 = -0.5; so T: -0.75. R1: (-3 - 2) / 2 = -2.5. All: (-0.75 - 2.5) / 2."""
    found = servqual(respondents(), {"T": ["T1", "T2"], "R": ["R1"], "S": ["S1"]})

    assert {item: (one.mean, one.n) for item, one in found.dimensions["T"].items.items()} == {"T1": (-1.0, 3), "T2": (-0.5, 2)}
    assert {name: one.gap for name, one in found.dimensions.items()} == {"T": -0.75, "R": -2.5}
    assert (found.overall, found.weighted) == (-1.625, None)
    assert (found.dimensions["R"].by_respondent.n, found.dimensions["R"].alpha) == (2, None)


def test_the_mean_of_the_dimensions_has_an_interval_of_those_who_answered_all():
    """Own gaps of T and R: (-0.5 - 3) / 2 = -1.75 and (0 - 2) / 2 = -1; the third gave no pair of R. Mean -1.375, standard error
    0.75 / 2, t(0.975; 1) = 12.7062047 of the tables. Of two in five the root of 3/4 is left."""
    whole = servqual(respondents(), {"T": ["T1", "T2"], "R": ["R1"]}).overall_by_respondent
    narrowed = servqual(respondents(), {"T": ["T1", "T2"], "R": ["R1"]}, population=5).overall_by_respondent

    assert (whole.mean, whole.n, whole.high) == (-1.375, 2, pytest.approx(-1.375 + 12.7062047 * 0.375))
    assert narrowed.high == pytest.approx(-1.375 + 12.7062047 * 0.375 * sqrt(3 / 4))
    assert servqual(respondents()[2:], {"T": ["T1", "T2"], "R": ["R1"]}).overall_by_respondent.n == 1


def test_weights_are_those_of_each_respondent():
    """First: 0.2 * -0.5 + 0.8 * -3 = -2.5; second: 0.5 * 0 + 0.5 * -2 = -1; the third weighs R and gave no pair of it."""
    weights = [{"T": 20, "R": 80}, {"T": 50, "R": 50}, {"T": 40, "R": 60}]

    found = servqual(respondents(), {"T": ["T1", "T2"], "R": ["R1"]}, weights)

    assert (found.weighted.mean, found.weighted.n) == (pytest.approx(-1.75), 2)
    assert found.weighted.high == pytest.approx(-1.75 + 12.7062047 * 0.75)  # t(0.975; 1) of the tables, standard error 1.5 / 2
    assert found.points == {"T": 35.0, "R": 65.0}


def test_who_gave_no_weights_counts_in_the_gaps_alone():
    found = servqual(respondents(), {"T": ["T1", "T2"], "R": ["R1"]}, [{"T": 20, "R": 80}, {}, {}])

    assert (found.overall, found.weighted.mean, found.weighted.n, found.weighted.low) == (-1.625, pytest.approx(-2.5), 1, None)


@pytest.mark.parametrize("weights", [[{"T": 50, "R": 49}] * 3, [{"T": 120, "R": -20}] * 3, [{"T": 100}]])
def test_weights_that_do_not_make_a_hundred_are_refused(weights):
    with pytest.raises(ValueError):
        servqual(respondents(), {"T": ["T1", "T2"], "R": ["R1"]}, weights)


def test_no_pair_is_no_gap():
    assert servqual([{"T1": (5, None)}], {"T": ["T1"]}) is None


ATTRIBUTES = (Attribute("a", 5, 2), Attribute("b", 5, 4.5), Attribute("c", 2, 2), Attribute("d", 2, 4.5), Attribute("e", 3.5, 3.25))


def test_attributes_fall_into_quadrants_and_the_deepest_below_the_line_comes_first():
    """Grand means are 3.5 and 3.25; what equals the cut is high."""
    found = placed(ATTRIBUTES)

    assert [(one.key, one.quadrant) for one in found] == [
        ("a", Quadrant.CONCENTRATE),
        ("b", Quadrant.KEEP_UP),
        ("e", Quadrant.KEEP_UP),
        ("c", Quadrant.LOW_PRIORITY),
        ("d", Quadrant.OVERKILL),
    ]


def test_the_rule_of_the_cut_moves_the_quadrants():
    three = (Attribute("a", 5, 5), Attribute("b", 4, 4), Attribute("c", 3.2, 1))

    quadrants = {rule: [one.quadrant for one in sorted(placed(three, rule), key=lambda one: one.key)] for rule in Cut}

    assert quadrants[Cut.MEANS] == [Quadrant.KEEP_UP, Quadrant.OVERKILL, Quadrant.LOW_PRIORITY]
    assert quadrants[Cut.MEDIANS] == [Quadrant.KEEP_UP, Quadrant.KEEP_UP, Quadrant.LOW_PRIORITY]
    assert quadrants[Cut.MIDPOINT] == [Quadrant.KEEP_UP, Quadrant.KEEP_UP, Quadrant.CONCENTRATE]


def test_a_point_whose_interval_crosses_a_cut_is_undecided():
    pair = (Attribute("a", 5, 2, performance_interval=(1.5, 3.4)), Attribute("b", 2, 4, importance_interval=(1, 3)))

    assert {one.key: one.undecided for one in placed(pair)} == {"a": True, "b": False}


def test_the_satisfaction_index_weighs_by_importance():
    """(5 * 4 + 3 * 2) / 8 / 5."""
    assert satisfaction_index([Attribute("a", 5, 4), Attribute("b", 3, 2)]) == 0.65
    assert satisfaction_index([]) is None
    assert placed([]) == []


def test_limits_of_a_p_chart_are_those_of_each_wave_and_stay_shares():
    """pbar 0.1; 3 * sqrt(0.09 / 100) = 0.09 and, for 25, 0.18."""
    found = p_chart([10, 10, 2], [100, 95, 25])

    assert found.centre == 0.1
    assert found.each[0] == (pytest.approx(0.01), pytest.approx(0.19))
    assert found.each[2] == (0.0, pytest.approx(0.28))


@pytest.mark.parametrize(("hits", "sizes"), [([], []), ([1], [1, 2]), ([0], [0])])
def test_a_p_chart_of_nothing_is_refused(hits, sizes):
    with pytest.raises(ValueError):
        p_chart(hits, sizes)
