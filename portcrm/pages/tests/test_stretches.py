"""Narrowed lists page by page: the same rows, wherever in the order the matches lie and however small the window is."""

from dataclasses import replace

import pytest
from django.db import connection
from django.db.models import Q
from django.test.utils import CaptureQueriesContext

from portcrm.accounts.models import User
from portcrm.accounts.tests.factories import make_user
from portcrm.pages.lists import stretches
from portcrm.pages.lists.keyset import Ordering, sort_keys
from portcrm.pages.lists.stretches import fetch_in_stretches
from portcrm.pages.lists.walks import Told

pytestmark = pytest.mark.django_db

BY_NAME = Ordering("name", "Name", fields=("name", "pk"))
BACKWARDS = Ordering("name", "Name", fields=("-name", "-pk"))
WITH_X = Told("name", "name", {"x": frozenset()})
STARTS = (Q(name__startswith="m"), ~Q(name__startswith="m"))


@pytest.fixture
def people() -> list[str]:
    """Forty names; those with an x lie together at the end, but for one."""
    names = [f"{letter}{number}" for letter in "abm" for number in range(10)] + [
        "ax",
        "mx1",
        "mx2",
        *(f"z{number}x" for number in range(7)),
    ]
    for name in names:
        make_user(name=name)
    return sorted(names)


def pages(ordering: Ordering, parts=(), *, size: int = 3, told: Told | None = None, also: Q | None = None) -> list[list[str]]:
    """Every page of the names with an x, forwards to the end; back again it must be the same pages."""
    everything = User.objects.all()
    keys = sort_keys(everything, ordering)
    matching = everything.filter(Q(name__contains="x") | (also or Q()))

    def page(**place):
        return fetch_in_stretches(matching, keys, everything=everything, parts=parts, size=size, told=told, **place)

    found = [page()]
    while found[-1].after:
        found.append(page(after=found[-1].after))
    back = [found[-1]]
    while back[-1].before:
        back.append(page(before=back[-1].before))
    names = [[row.name for row in one.rows] for one in found]
    assert [[row.name for row in one.rows] for one in reversed(back)][1:] == names[1:]
    return names


@pytest.mark.parametrize("window", [1, 5, 12, 1_000])
def test_each_row_stands_on_one_page_in_the_order_of_the_list(monkeypatch, people, window):
    monkeypatch.setattr(stretches, "WINDOW", window)
    wanted = [name for name in people if "x" in name]

    assert sum(pages(BY_NAME), []) == wanted
    assert sum(pages(BACKWARDS), []) == wanted[::-1]


@pytest.mark.parametrize("window", [1, 5, 12, 1_000])
def test_rows_of_the_first_part_come_first(monkeypatch, people, window):
    monkeypatch.setattr(stretches, "WINDOW", window)
    others = [name for name in people if "x" in name and not name.startswith("m")]

    assert sum(pages(BY_NAME, STARTS), []) == ["mx1", "mx2", *others]
    assert sum(pages(BY_NAME, STARTS, size=1), []) == ["mx1", "mx2", *others]


def test_a_cursor_of_another_kind_of_list_leads_to_the_first_page(people):
    everything = User.objects.all()
    keys = sort_keys(everything, BY_NAME)
    plain = fetch_in_stretches(everything, keys, everything=everything, size=3)

    page = fetch_in_stretches(everything, keys, everything=everything, parts=STARTS, size=3, after=plain.after)

    assert [row.name for row in page.rows] == ["m0", "m1", "m2"]


@pytest.mark.parametrize(("window", "queries"), [(1_000, 2), (5, 3)])
def test_only_where_matches_lie_far_away_are_all_of_them_sorted(monkeypatch, people, window, queries):
    monkeypatch.setattr(stretches, "WINDOW", window)
    everything = User.objects.all()

    with CaptureQueriesContext(connection) as asked:
        fetch_in_stretches(everything.filter(name__contains="x"), sort_keys(everything, BY_NAME), everything=everything, size=3)

    assert len(asked) == queries
    assert ["GREATEST" in query["sql"] for query in asked] == [False, False, True][:queries]


@pytest.mark.parametrize("window", [1, 5, 12, 1_000])
def test_a_walk_along_an_index_finds_the_same_rows(people, window):
    with_x = replace(WITH_X, window=window)
    wanted = [name for name in people if "x" in name]
    others = [name for name in wanted if not name.startswith("m")]

    assert sum(pages(BY_NAME, told=with_x), []) == wanted
    assert sum(pages(BACKWARDS, told=with_x), []) == wanted[::-1]
    assert sum(pages(BY_NAME, STARTS, told=with_x), []) == ["mx1", "mx2", *others]


def test_rows_that_match_by_something_else_are_named_by_their_keys(people):
    other = User.objects.get(name="b3")
    told = Told("name", "name", {"x": frozenset({other.pk})})

    assert sum(pages(BY_NAME, told=told, also=Q(pk=other.pk)), []) == sorted(["b3", *(name for name in people if "x" in name)])


@pytest.mark.parametrize(
    "told",
    [
        Told("name", "name", {"": frozenset()}),  # of every row the index says that it may match
        Told("department__name_zh", "name", {"x": frozenset()}),  # it is empty, so nothing is said of any row
    ],
)
def test_rows_are_read_where_the_index_told_too_little(people, told):
    assert sum(pages(BY_NAME, told=told), []) == [name for name in people if "x" in name]


def asked_of_the_database(told: Told, ordering: Ordering = BY_NAME) -> list[str]:
    everything = User.objects.all()
    with CaptureQueriesContext(connection) as asked:
        fetch_in_stretches(everything.filter(name__contains="x"), sort_keys(everything, ordering), everything=everything, size=3, told=told)
    return [query["sql"] for query in asked]


def test_after_a_walk_that_ended_early_nothing_is_walked_along_again(people):
    assert ["walked" in sql for sql in asked_of_the_database(WITH_X)] == [True, False]

    asked = asked_of_the_database(replace(WITH_X, window=5))
    assert [("walked" in sql, "GREATEST" in sql) for sql in asked] == [(True, False), (False, True)]


def test_an_index_in_another_order_is_not_walked_along(people):
    assert not any("walked" in sql for sql in asked_of_the_database(WITH_X, Ordering("key", "Key", fields=("pk",))))


@pytest.mark.parametrize("times", [1, 2, 20])
@pytest.mark.parametrize("window", [5, 1_000])
def test_what_other_conditions_take_away_is_made_up_for(people, times, window):
    every_name = Told("name", "name", {"": frozenset()}, times=times, window=window)

    assert sum(pages(BY_NAME, told=every_name), []) == [name for name in people if "x" in name]
    others = [name for name in people if "x" in name and not name.startswith("m")]
    assert sum(pages(BY_NAME, STARTS, told=every_name), []) == ["mx1", "mx2", *others]


def test_names_are_passed_again_where_other_conditions_took_away_what_was_found(people):
    every_name = Told("name", "name", {"": frozenset()})

    asked = asked_of_the_database(every_name)

    assert [("walked" in sql, "GREATEST" in sql) for sql in asked][:2] == [(True, False), (False, False)]
    assert len(asked) == 4  # the walk, its rows, how far the window reaches, the rows within it
    assert not any("GREATEST" in sql for sql in asked)
