"""How far departments agree: the average deviation against values worked out by hand."""

from itertools import product

import pytest

from customers.analysis.agreement import LIMIT, Spread, overall_deviation, spread


def test_the_deviation_is_the_mean_distance_from_the_mean():
    # 5, 4, 2, 1: mean 3, distances 2, 1, 1, 2, their mean 6 / 4 = 1.5
    assert spread([5, 4, 2, 1]) == Spread(n=4, mean=3.0, low=1, high=5, deviation=1.5)


@pytest.mark.parametrize(
    ("scores", "deviation", "agreed"),
    [
        ([5, 2], 1.5, False),  # mean 3.5: 1.5 on either side
        ([4, 3], 0.5, True),
        ([4, 2], 1.0, False),
        ([5, 4, 3], 2 / 3, True),  # mean 4: 1 + 0 + 1 over three
        ([5, 5, 3], 8 / 9, False),  # mean 13/3: 2/3 + 2/3 + 4/3 over three
        ([3, 3, 3], 0, True),
        ([4], 0, None),
    ],
)
def test_two_agree_up_to_a_sixth_of_the_steps(scores, deviation, agreed):
    found = spread(scores)

    assert found.deviation == pytest.approx(deviation)
    assert found.agreed is agreed


def test_the_limit_on_five_steps_is_the_published_one():
    assert round(LIMIT, 2) == 0.83  # Burke and Dunlap 2002


def test_over_several_items_the_deviation_is_their_mean_without_items_of_one_judge():
    spreads = [spread([5, 2]), spread([4, 3]), spread([1]), None]

    assert overall_deviation(spreads) == pytest.approx(1.0)  # (1.5 + 0.5) / 2
    assert overall_deviation([spread([1]), None]) is None


def test_without_scores_there_is_no_spread():
    assert spread([]) is None


def test_no_deviation_exceeds_half_the_range():
    found = [spread(scores) for count in (1, 2, 3, 4) for scores in product(range(1, 6), repeat=count)]

    assert [one for one in found if not 0 <= one.deviation <= one.range / 2 + 1e-9] == []
    assert max(one.deviation for one in found) == 2  # half say 1, half say 5
