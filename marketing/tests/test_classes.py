"""Ranks, ties and value classes A, B, C; how concentrated the business is; why a customer moved."""

from decimal import Decimal

from marketing.value.classes import Entry, place, ranks_by
from marketing.value.concentration import concentration
from marketing.value.movement import Comparable, Standing, movement_reasons
from marketing.value.scoring import Part

COMPARED = Comparable(same_rules=True, compared=True)


def entry(customer, points, measure):
    return Entry(customer, points, Decimal(measure), f"C{customer:03}")


def part(key, raw, points):
    return Part(key, raw, 0, 0, points)


def standing(rank, *parts):
    return Standing(rank, sum(p.points for p in parts), {p.key: p for p in parts})


def test_class_a_ends_where_the_customers_above_hold_eighty_per_cent_and_b_at_ninety_five():
    places = place([entry(1, 90, 79), entry(2, 80, 10), entry(3, 70, 6), entry(4, 60, 4), entry(5, 50, 1)], a_until=80, b_until=95)

    assert [(p.rank, p.value_class, p.share_before, p.share_after) for p in places.values()] == [
        (1, "A", Decimal(0), Decimal(79)),
        (2, "A", Decimal(79), Decimal(89)),
        (3, "B", Decimal(89), Decimal(95)),
        (4, "C", Decimal(95), Decimal(99)),
        (5, "C", Decimal(99), Decimal(100)),
    ]


def test_equal_scores_share_a_rank_and_stand_in_the_order_of_the_measure_then_of_the_code():
    places = place([entry(4, 50, 1), entry(3, 70, 5), entry(2, 70, 9), entry(1, 90, 2), entry(5, 50, 1)], a_until=80, b_until=95)

    assert {customer: (p.position, p.rank) for customer, p in places.items()} == {1: (1, 1), 2: (2, 2), 3: (3, 2), 4: (4, 4), 5: (5, 4)}


def test_a_customer_whose_window_holds_only_corrections_does_not_lift_the_shares_above_a_hundred():
    places = place([entry(1, 90, 100), entry(2, 10, -40)], a_until=80, b_until=95)

    assert places[2].share_after == Decimal(100)


def test_ranks_by_one_figure_leave_out_who_has_none():
    assert ranks_by({1: Decimal(5), 2: None, 3: Decimal(9), 4: Decimal(5)}) == {3: 1, 1: 2, 4: 2}


def test_concentration_of_four_customers_by_hand():
    figures = concentration([Decimal(10), Decimal(70), Decimal(20), Decimal(0)])

    assert figures == {
        "curve": [[1, 70.0], [2, 90.0], [3, 100.0], [4, 100.0]],
        "gini": 0.55,  # 2·(1·0 + 2·10 + 3·20 + 4·70)/(4·100) − 5/4
        "hhi": 5400.0,  # 70² + 20² + 10²
        "top_10_share": 100.0,
        "half_by": 1,
        "n": 4,
    }


def test_a_long_curve_is_thinned_but_keeps_both_ends():
    curve = concentration([Decimal(1)] * 50_000)["curve"]

    assert (curve[0], curve[-1], len(curve) <= 61) == ([1, 0.0], [50_000, 100.0], True)


def test_a_fall_is_explained_by_the_parts_that_fell_and_the_open_complaints():
    now = standing(20, part("tonnes", Decimal(600), 10_000), part("recency", 40, 9_000), part("growth", Decimal(1), 5_100))
    before = standing(8, part("tonnes", Decimal(1000), 25_000), part("recency", 3, 12_000), part("growth", Decimal(1), 5_000))

    reasons = movement_reasons(now=now, before=before, comparable=COMPARED, open_complaints=2)

    assert reasons == [
        {"code": "tonnes", "points": -15_000, "now": "600", "before": "1000", "change_percent": -40},
        {"code": "recency", "points": -3_000, "now": 40, "before": 3},
        {"code": "complaints", "count": 2},
    ]


def test_a_rank_lost_only_because_others_improved_is_said_so():
    same = part("tonnes", Decimal(600), 10_000)

    reasons = movement_reasons(now=standing(9, same), before=standing(8, same), comparable=COMPARED, open_complaints=0)

    assert reasons == [{"code": "others"}]


def test_a_change_of_the_weights_is_named_before_any_figure():
    now, before = standing(9, part("tonnes", Decimal(6), 10_000)), standing(8, part("tonnes", Decimal(6), 12_000))

    reasons = movement_reasons(now=now, before=before, comparable=Comparable(same_rules=False, compared=True), open_complaints=0)

    assert [reason["code"] for reason in reasons] == ["rules", "tonnes"]


def test_a_customer_new_in_the_ranking_and_a_first_ranking_are_told_apart():
    now = standing(9, part("tonnes", Decimal(6), 10_000))

    assert movement_reasons(now=now, before=None, comparable=COMPARED, open_complaints=0) == [{"code": "entered"}]
    assert movement_reasons(now=now, before=None, comparable=Comparable(same_rules=True, compared=False), open_complaints=0) == []
