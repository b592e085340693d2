"""Pages of rows whose keys a search has found: the same pages as looking for the rows, in few steps."""

import pytest

from portcrm.accounts.models import User
from portcrm.accounts.tests.factories import make_user
from portcrm.pages.lists.keyset import KeysetPage, Ordering, fetch, sort_keys
from portcrm.pages.lists.known import Known, fetch_known

pytestmark = pytest.mark.django_db

BY_NAME = Ordering("name", "Name", fields=("name", "pk"))


@pytest.fixture
def people() -> list[User]:
    for name in ("b", "a", "c", "c", "ma", "d", "mb"):
        make_user(name=name)
    return list(User.objects.order_by("name", "pk"))


def read(keys: list[int]) -> list[User]:
    return list(User.objects.filter(pk__in=keys))


def walk(page_of, *, back: bool = False) -> list[list[str]]:
    """Every page to the end, or from the end back to the beginning."""
    page = page_of()
    pages = [page]
    while page.after:
        page = page_of(after=page.after)
        pages.append(page)
    while back and page.before:
        page = page_of(before=page.before)
        pages.append(page)
    return [[row.name for row in one.rows] for one in pages]


@pytest.mark.parametrize("reverse", [False, True])
@pytest.mark.parametrize("size", [1, 2, 3, 7, 8])
def test_pages_are_those_of_looking_for_the_rows(people, django_assert_num_queries, size, reverse):
    keys, known = sort_keys(User.objects.all(), BY_NAME, reverse=reverse), Known("name", [one.pk for one in people])

    def found(**place: str) -> KeysetPage:
        with django_assert_num_queries(1):
            return fetch_known(read, keys, known, size=size, **place)

    def looked_for(**place: str) -> KeysetPage:
        return fetch(User.objects.all(), keys, size=size, **place)

    assert walk(found, back=True) == walk(looked_for, back=True)


def test_rows_of_the_first_part_come_first(people):
    keys = sort_keys(User.objects.all(), BY_NAME)
    known = Known("name", [one.pk for one in people], frozenset(one.pk for one in people if one.name.startswith("m")))

    def found(**place: str) -> KeysetPage:
        return fetch_known(read, keys, known, size=3, parts=2, **place)

    assert walk(found, back=True) == [["ma", "mb", "a"], ["b", "c", "c"], ["d"], ["b", "c", "c"], ["ma", "mb", "a"]]


def test_another_order_is_not_known_nor_a_page_that_begins_at_a_stranger(people):
    keys = sort_keys(User.objects.all(), BY_NAME)
    known = Known("name", [one.pk for one in people])
    second = fetch_known(read, keys, known, size=2).after
    without = Known("name", [one.pk for one in people[2:]])

    assert fetch_known(read, sort_keys(User.objects.all(), Ordering("key", "", fields=("pk",))), known, size=2) is None
    assert fetch_known(read, keys, without, size=2, after=second) is None
    assert fetch_known(read, keys, known, size=2, after="nonsense").rows == people[:2]


def test_of_no_rows_nothing_is_asked(django_assert_num_queries):
    with django_assert_num_queries(0):
        assert fetch_known(read, sort_keys(User.objects.all(), BY_NAME), Known("name", []), size=2) == KeysetPage([], "", "")
