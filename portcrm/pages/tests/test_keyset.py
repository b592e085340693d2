"""Paging by keyset visits every row once, whatever the order, the ties and the gaps."""

import datetime as dt

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from portcrm.accounts.models import Department, User
from portcrm.accounts.tests.factories import make_department
from portcrm.pages.lists.keyset import Ordering, beyond, decode, encode, fetch, ordered, sort_keys
from portcrm.pages.tests.lists import ORDERINGS

pytestmark = pytest.mark.django_db

NAMES = st.sampled_from(["", "a", "b", "中远海运", "中 远", "Ä"])
MOMENTS = st.sampled_from([None, dt.datetime(2026, 1, 1, tzinfo=dt.UTC), dt.datetime(2026, 1, 2, tzinfo=dt.UTC)])
PEOPLE = st.lists(st.tuples(NAMES, MOMENTS, st.sampled_from(["en", "zh-hans"]), st.booleans()), max_size=14)


def save_people(people) -> None:
    User.objects.all().delete()
    department, _created = Department.objects.get_or_create(code="d", name_zh="部")
    User.objects.bulk_create(
        User(email=f"p{number}@x.invalid", name=name, last_login=moment, language=language, department=department if placed else None)
        for number, (name, moment, language, placed) in enumerate(people)
    )


def walk(keys, size: int, *, backwards: bool = False) -> list[int]:
    """Primary keys in the order in which pages show them, from the first page on (or from the last one back)."""
    found = fetch(User.objects.all(), keys, size=size)
    pages = [[row.pk for row in found.rows]]
    while found.after:
        found = fetch(User.objects.all(), keys, after=found.after, size=size)
        pages.append([row.pk for row in found.rows])
    if not backwards:
        return sum(pages, [])
    pages = [pages[-1]]
    while found.before:
        found = fetch(User.objects.all(), keys, before=found.before, size=size)
        pages.insert(0, [row.pk for row in found.rows])
    return sum(pages, [])


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(people=PEOPLE, ordering=st.sampled_from(ORDERINGS), reverse=st.booleans(), size=st.integers(1, 4))
def test_forwards_and_backwards_every_row_is_visited_once_in_order(people, ordering, reverse, size):
    save_people(people)
    keys = sort_keys(User.objects.all(), ordering, reverse=reverse)
    expected = [user.pk for user in ordered(User.objects.all(), keys)]

    assert walk(keys, size) == expected
    assert walk(keys, size, backwards=True) == expected


def test_empty_values_stand_last_in_both_directions():
    save_people([("a", None, "en", True), ("b", dt.datetime(2026, 1, 1, tzinfo=dt.UTC), "en", True)])

    everyone = User.objects.all()
    ups = [user.name for user in ordered(everyone, sort_keys(everyone, ORDERINGS[2]))]
    downs = [user.name for user in ordered(everyone, sort_keys(everyone, ORDERINGS[2], reverse=True))]

    assert (ups, downs) == (["b", "a"], ["b", "a"])


def test_one_direction_without_gaps_is_one_row_comparison():
    keys = sort_keys(User.objects.all(), ORDERINGS[0])

    sql = str(ordered(User.objects.filter(beyond(keys, ["b", 7])), keys).query)

    assert '("accounts_user"."name", "accounts_user"."id") > (b, 7)' in sql
    assert "OFFSET" not in sql


def test_a_cursor_carries_dates_numbers_and_chinese():
    make_department(code="z", name_zh="市场部")
    keys = sort_keys(Department.objects.all(), Ordering("zh", "Name", ("name_zh", "code")))
    row = Department.objects.get(code="z")

    assert decode(encode(row, keys), keys) == ["市场部", "z", row.pk]


@pytest.mark.parametrize("word", ["x", "%%%", "WzFd", "bnVsbA", "W251bGwsIG51bGxd", "中", "W1tdLCAxXQ"])
def test_an_unreadable_cursor_gives_the_first_page(word):
    save_people([("a", None, "en", True), ("b", None, "en", True)])
    keys = sort_keys(User.objects.all(), ORDERINGS[0])

    found = fetch(User.objects.all(), keys, after=word, size=1)

    assert [row.name for row in found.rows] == ["a"]
    assert found.before == ""
