"""The pure figures against published examples; the numbers are copied, their sources named."""

import pytest

from feedback.analysis.disclosure import hidden_groups, is_indicative
from feedback.analysis.means import mean_of
from feedback.analysis.proportions import top_two_box, wilson
from feedback.analysis.recommendation import change, from_counts, recommendation


def test_the_wilson_interval_agrees_with_r():
    """12 of 40: R's prop.test without correction gives 0.180748452297 to 0.454300188181."""
    share = wilson(12, 40)

    assert share.share == 0.3
    assert round(share.low, 9) == 0.180748452
    assert round(share.high, 9) == 0.454300188


def test_the_interval_of_all_and_of_none_stays_inside_0_and_1():
    assert (wilson(0, 10).low, wilson(10, 10).high) == (0.0, 1.0)
    assert round(wilson(0, 10).high, 6) == round(1 - wilson(10, 10).low, 6) == 0.277533


def test_the_ends_of_a_share_lie_as_many_narrowed_errors_away_as_they_should():
    """12 of 40 out of 100: both ends p solve (p - 0.3)^2 = 3.841459 * p (1 - p) / 40 * 60 / 99."""
    share = wilson(12, 40, population=100)

    assert (round(share.low, 9), round(share.high, 9)) == (0.202965572, 0.419035451)
    for end in (share.low, share.high):
        assert (end - 0.3) ** 2 == pytest.approx(3.841459 * end * (1 - end) / 40 * 60 / 99, rel=1e-6)


def test_once_all_have_answered_nothing_is_left_to_chance():
    share, score = wilson(3, 10, population=10), from_counts(5, 3, 2, population=10)

    assert (share.low, share.high) == (pytest.approx(0.3), pytest.approx(0.3))
    assert (score.low, score.high) == (pytest.approx(0.3), pytest.approx(0.3))


def test_an_unknown_population_and_one_that_is_none_narrow_nothing():
    assert wilson(12, 40, population=None) == wilson(12, 40, population=39) == wilson(12, 40)
    assert from_counts(5, 3, 2, population=9) == from_counts(5, 3, 2)


@pytest.mark.parametrize(("hits", "n"), [(0, 0), (5, 4), (-1, 4)])
def test_a_share_of_nothing_or_of_more_than_all_is_refused(hits, n):
    with pytest.raises(ValueError):
        wilson(hits, n)


def test_the_recommendation_score_agrees_with_the_variance_formula():
    """162 promoters, 108 passives, 54 detractors: score 0.3333, standard error 0.0414087 by p + d - (p - d) squared."""
    score = from_counts(162, 108, 54)

    assert round(score.score, 4) == 0.3333
    assert round(score.standard_error, 7) == 0.0414087
    assert score.n == 324


def test_the_score_has_an_interval_even_when_all_agree():
    """The plain interval of ten promoters has no width; the adjusted one has, and ends at 1."""
    score = from_counts(10, 0, 0)

    assert (score.score, score.standard_error) == (1.0, 0.0)
    assert score.high == 1.0
    assert 0.4 < score.low < 0.9


def test_answers_fall_into_promoters_passives_and_detractors_at_6_7_8_and_9():
    score = recommendation({0: 1, 6: 2, 7: 3, 8: 4, 9: 5, 10: 6})

    assert (score.promoters, score.passives, score.detractors) == (11, 7, 3)


def test_top_two_box_counts_the_two_best_points_of_the_scale():
    assert top_two_box({1: 1, 3: 4, 4: 3, 5: 2}).share == 0.5
    assert top_two_box({5: 2, 6: 1, 7: 1}, maximum=7).share == 0.5


def test_nobody_answered_means_no_figure_rather_than_zero():
    assert (mean_of({}), top_two_box({}), recommendation({})) == (None, None, None)


def test_the_mean_is_that_of_the_ratings_given():
    mean = mean_of({2: 1, 4: 2, 5: 1})

    assert (mean.value, mean.n) == (3.75, 4)


def test_a_small_group_is_hidden_and_one_more_so_that_it_cannot_be_reckoned_back():
    assert hidden_groups({"key": 30, "major": 12, "standard": 3}) == {"standard", "major"}


def test_small_groups_that_are_enough_together_need_no_further_one():
    assert hidden_groups({"key": 30, "major": 3, "standard": 2}) == {"major", "standard"}


def test_large_groups_are_all_shown():
    assert hidden_groups({"key": 5, "major": 6}) == frozenset()


def test_an_empty_group_hides_no_other():
    assert hidden_groups({"key": 7, "major": 0}) == {"major"}


def test_fewer_than_thirty_answers_are_indicative():
    assert (is_indicative(29), is_indicative(30)) == (True, False)


def test_a_change_is_clear_only_when_zero_lies_outside_its_interval():
    """Adjusted to 162.75, 54.75 of 327 a score is 0.3303 +- 0.0412; twice that, added up as squares, reaches 0.1143."""
    before, same, lower = from_counts(162, 108, 54), from_counts(162, 108, 54), from_counts(100, 108, 116)

    assert round(change(before, same).high, 4) == 0.1143
    assert not change(before, same).is_clear
    assert change(before, lower).is_clear


def test_one_answer_is_no_clear_change_however_bad_it_is():
    assert not change(from_counts(12, 6, 11), from_counts(0, 0, 1)).is_clear
    assert not change(from_counts(0, 0, 1), from_counts(1, 0, 0)).is_clear
