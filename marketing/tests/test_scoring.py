"""The score of a customer: scaled figures, weights, parts that add up."""

from decimal import Decimal
from itertools import permutations

from hypothesis import given
from hypothesis import strategies as st

from marketing.value.scoring import FULL_SCORE, FULL_SHARE, SCALE, Criterion, largest_remainder, scale, score_customers

TONNES, RECENCY, COST = Criterion("tonnes", 60), Criterion("recency", 30, higher_is_better=False), Criterion("contribution", 10)


def test_the_percentile_rank_gives_equal_figures_the_same_place_between_the_others():
    places = scale({1: 10, 2: 20, 3: 20, 4: 40, 5: 90}, "percentile")

    assert places == {1: 0, 2: 375_000, 3: 375_000, 4: 750_000, 5: SCALE}


def test_min_max_keeps_the_distances_between_the_figures():
    places = scale({1: Decimal("10.5"), 2: Decimal("20.5"), 3: Decimal("50.5")}, "min_max")

    assert places == {1: 0, 2: 250_000, 3: SCALE}


def test_fewer_days_since_the_last_cargo_are_better():
    assert scale({1: 3, 2: 90, 3: 30}, "percentile", higher_is_better=False) == {1: SCALE, 2: 0, 3: 500_000}


def test_figures_that_are_all_equal_put_everyone_in_the_middle():
    assert scale({1: 7, 2: 7}, "percentile") == {1: 500_000, 2: 500_000}
    assert scale({1: 7}, "min_max") == {1: 500_000}


def test_a_missing_figure_is_not_counted_as_the_worst_one():
    assert scale({1: 5, 2: None, 3: 9}, "percentile") == {1: 0, 3: SCALE}


def test_points_are_weight_times_scaled_figure():
    figures = {1: {"tonnes": 100, "recency": 5}, 2: {"tonnes": 50, "recency": 1}, 3: {"tonnes": 10, "recency": 9}}

    scoring = score_customers(figures=figures, criteria=[TONNES, RECENCY], scaling="percentile")

    assert [(p.key, p.scaled, p.share, p.points) for p in scoring.scores[1].parts] == [
        ("tonnes", SCALE, 66_667, 66_667),
        ("recency", 500_000, 33_333, 16_666),
    ]
    assert scoring.scores[1].points == 83_333  # 100 × (60 × 1 + 30 × 0.5) / 90 = 83.333…; 66.667 + 16.666


def test_a_criterion_nobody_has_a_figure_for_is_left_out_and_its_weight_goes_to_the_others():
    figures = {1: {"tonnes": 100, "contribution": None}, 2: {"tonnes": 50, "contribution": None}}

    scoring = score_customers(figures=figures, criteria=[TONNES, COST], scaling="percentile")

    assert scoring.left_out == (COST,)
    assert [(part.key, part.share) for part in scoring.scores[1].parts] == [("tonnes", FULL_SHARE)]
    assert scoring.scores[1].points == FULL_SCORE


def test_a_customer_without_a_figure_keeps_the_full_weight_on_the_other_criteria():
    figures = {1: {"tonnes": 100, "contribution": 8}, 2: {"tonnes": 50, "contribution": None}, 3: {"tonnes": 1, "contribution": 2}}

    scoring = score_customers(figures=figures, criteria=[TONNES, COST], scaling="percentile")

    assert [(part.scaled, part.share, part.points) for part in scoring.scores[2].parts] == [(500_000, FULL_SHARE, 50_000), (None, 0, 0)]


def test_the_order_in_which_customers_come_changes_nothing():
    rows = [(1, {"tonnes": 100, "recency": 5}), (2, {"tonnes": 50, "recency": 5}), (3, {"tonnes": 50, "recency": 9})]
    outcomes = [
        score_customers(figures=dict(order), criteria=[TONNES, RECENCY], scaling="percentile").scores for order in permutations(rows)
    ]

    assert all(outcome == outcomes[0] for outcome in outcomes)


def test_rounded_parts_take_the_units_left_over_by_largest_remainder():
    assert largest_remainder([10, 10, 10], 3) == [4, 3, 3]
    assert largest_remainder([5, 10, 15], 10) == [1, 1, 1]
    assert largest_remainder([0, 0], 0) == [0, 0]


figure = st.one_of(st.none(), st.decimals(min_value=-1000, max_value=10**9, places=3))
book = st.dictionaries(
    st.integers(1, 10**6), st.fixed_dictionaries({"tonnes": figure, "recency": figure, "contribution": figure}), min_size=1, max_size=30
)


@given(book, st.sampled_from(["percentile", "min_max"]), st.tuples(*[st.integers(1, 97)] * 3))
def test_parts_always_add_up_to_the_score_and_shares_to_a_hundred_per_cent(figures, scaling, weights):
    criteria = [Criterion(key, weight) for key, weight in zip(("tonnes", "recency", "contribution"), weights, strict=True)]

    scoring = score_customers(figures=figures, criteria=criteria, scaling=scaling)

    for customer, score in scoring.scores.items():
        has_a_figure = any(figure is not None for figure in figures[customer].values())
        assert sum(part.points for part in score.parts) == score.points
        assert sum(part.share for part in score.parts) == (FULL_SHARE if has_a_figure else 0)
        assert 0 <= score.points <= FULL_SCORE


@given(book, st.sampled_from(["percentile", "min_max"]))
def test_a_larger_figure_never_gets_a_lower_place(figures, scaling):
    tonnes = {customer: row["tonnes"] for customer, row in figures.items()}

    places = scale(tonnes, scaling)

    ordered = sorted(places, key=lambda customer: tonnes[customer])
    assert [places[customer] for customer in ordered] == sorted(places.values())
