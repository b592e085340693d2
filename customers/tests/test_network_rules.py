"""The pure part of the network: spans of time, nearest first, places on rings."""

import datetime as dt
import math

import pytest

from customers.network.nearest import Candidate, nearest
from customers.network.rings import RING, rings
from customers.network.spans import Span, Tie, cannot_move

MARCH, JULY, OCTOBER = dt.date(2025, 3, 1), dt.date(2025, 7, 1), dt.date(2025, 10, 1)


def test_a_span_holds_from_its_first_day_until_the_day_it_ended():
    span = Span(MARCH, JULY)

    assert [span.holds_on(day) for day in (dt.date(2025, 2, 28), MARCH, dt.date(2025, 6, 30), JULY)] == [False, True, True, False]
    assert Span().holds_on(MARCH) is True


@pytest.mark.parametrize(
    ("one", "other", "overlap"),
    [
        (Span(MARCH, JULY), Span(JULY, OCTOBER), False),
        (Span(MARCH, OCTOBER), Span(JULY, None), True),
        (Span(None, JULY), Span(MARCH, MARCH), False),
        (Span(), Span(JULY, OCTOBER), True),
        (Span(None, MARCH), Span(JULY, None), False),
    ],
)
def test_spans_overlap_when_some_day_lies_in_both_whichever_is_asked(one, other, overlap):
    assert (one.overlaps(other), other.overlaps(one)) == (overlap, overlap)


def test_what_is_mutual_repeats_itself_turned_round_and_what_is_directed_does_not():
    rivals, agents = Tie(1, 5, 6, "competes_with", Span(), mutual=True), Tie(2, 5, 6, "agent_of", Span())

    assert rivals.repeats(Tie(3, 6, 5, "competes_with", Span(MARCH), mutual=True)) is True
    assert agents.repeats(Tie(4, 6, 5, "agent_of", Span())) is False
    assert agents.repeats(Tie(4, 5, 6, "ships_with", Span())) is False


def test_ties_stay_with_the_old_firm_where_the_new_one_has_them_or_is_their_other_end():
    standing = [Tie(1, 10, 30, "agent_of", Span(MARCH, JULY))]
    moving = [
        Tie(2, 20, 30, "agent_of", Span(None, None)),  # says again what stands there
        Tie(3, 20, 30, "agent_of", Span(JULY, OCTOBER)),  # after it
        Tie(4, 20, 10, "ships_with", Span()),  # would bind the firm to itself
        Tie(5, 20, 40, "agent_of", Span()),
    ]

    assert cannot_move(moving, standing, old=20, new=10) == [2, 4]


def test_the_nearest_come_first_then_by_sort_then_the_heavier():
    found = nearest(
        [
            Candidate("far and heavy", 2, "company", 900),
            Candidate("light", 1, "company", 1),
            Candidate("heavy", 1, "company", 50),
            Candidate("person", 1, "contact"),
            Candidate("centre", 0, "company"),
        ],
        limit=3,
        order=("contact", "company"),
    )

    assert [one.key for one in found.kept] == ["centre", "person", "heavy"]
    assert (found.left_out, found.missing) == ([(1, "company", 1), (2, "company", 1)], 2)


def test_nothing_is_left_out_where_there_is_room():
    found = nearest([Candidate(number, 1, "company") for number in range(5)], limit=5)

    assert (len(found.kept), found.left_out) == (5, [])


def test_the_centre_is_in_the_middle_and_every_step_one_ring_farther():
    places = rings({"centre": 0, "a": 1, "b": 1, "a1": 2}, [("centre", "a"), ("b", "centre"), ("a1", "a")])

    distances = {node: round(math.hypot(*place)) for node, place in places.items()}
    assert distances == {"centre": 0, "a": RING, "b": RING, "a1": 2 * RING}
    assert math.atan2(*places["a1"][::-1]) == pytest.approx(math.atan2(*places["a"][::-1]), abs=0.01)


def test_a_crowded_ring_is_wide_enough_for_its_nodes():
    steps = {"centre": 0} | dict.fromkeys(range(200), 1)

    places = rings(steps, [("centre", number) for number in range(200)])

    first, second = places[0], places[1]
    assert math.hypot(first[0] - second[0], first[1] - second[1]) > 15
    assert len(set(places.values())) == 201


def test_the_same_network_is_drawn_the_same_way_twice_and_no_node_is_lost():
    steps = {"centre": 0, "a": 1, "lonely": 2}

    assert rings(steps, [("a", "centre")]) == rings(dict(steps), [("a", "centre")])
    assert rings(steps, []).keys() == steps.keys()
