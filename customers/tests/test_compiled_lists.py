"""A list whose pages are compiled once shows what its query set gives, in every order, to everybody and on every page."""

import datetime as dt

import pytest
from django.http import QueryDict

from customers.columns import CUSTOMER_COLUMNS, CUSTOMER_ORDERINGS, CUSTOMER_READS
from customers.filters import CustomerFilter
from customers.models import Customer
from customers.services.tags import set_tags
from customers.tests.factories import make_customer
from customers.views.customer_list import CUSTOMERS
from portcrm.accounts.roles import Role
from portcrm.accounts.tests.factories import make_user
from portcrm.pages.lists import Listing

pytestmark = pytest.mark.django_db

ALL_COLUMNS = ",".join(column.key for column in CUSTOMER_COLUMNS)

RANKED = {"value_class": "A", "value_as_of": dt.date(2026, 6, 30)}


@pytest.fixture
def reader(rf):
    for number in range(7):
        make_customer(
            name_zh=f"{'甲乙丙丁'[number % 4]}公司", tonnes_12m=number % 3, account_manager=make_user(name=f"经理{number}"),
            last_handled_on="2026-03-01" if number % 2 else None, **(RANKED | {"value_rank": number} if number > 3 else {}),
        )  # fmt: skip
    return make_user(Role.MARKETING)


def listing(rf, user, address: str, **source) -> Listing:
    request = rf.get("/customers/", QueryDict(address))
    request.user = user
    return Listing(request, record="customers.customer", filterset_class=CustomerFilter, page_size=3, **source)


def compiled(rf, user, address: str) -> Listing:
    return listing(rf, user, address, source=CUSTOMERS)


def put_together(rf, user, address: str) -> Listing:
    rows = Customer.objects.visible_to(user).for_list()
    return listing(rf, user, address, queryset=rows, columns=CUSTOMER_COLUMNS, orderings=CUSTOMER_ORDERINGS, reads=CUSTOMER_READS)


def pages(build, rf, user, address: str) -> list[tuple]:
    """Every page to the end and back again: keys, what the cells say, the count."""
    found, page, way = [], build(rf, user, address), "next_url"
    while True:
        cells = [[str(column.text(row)) for column in page.columns] for row in page.rows]
        found.append((way, [row.pk for row in page.rows], cells, str(page.count)))
        if not getattr(page, way):
            if way == "previous_url":
                return found
            way = "previous_url"
        if not getattr(page, way):
            return found
        page = build(rf, user, getattr(page, way).partition("?")[2])


@pytest.mark.parametrize("turn", ["", "-"])
@pytest.mark.parametrize("order", [ordering.key for ordering in CUSTOMER_ORDERINGS])
def test_the_pages_are_those_of_the_query_set(rf, reader, order, turn):
    address = f"sort={turn}{order}&columns={ALL_COLUMNS}"

    found = pages(compiled, rf, reader, address)

    assert found == pages(put_together, rf, reader, address)
    assert [len(keys) for _way, keys, _cells, _count in found] == [3, 3, 1, 3, 3]


@pytest.mark.parametrize("address", ["q=公司", "q=乙", "q=gongsi&status=prospect", "status=prospect", "after=nonsense", "q="])
def test_filters_and_searches_find_the_same(rf, reader, address):
    assert pages(compiled, rf, reader, address) == pages(put_together, rf, reader, address)


def test_what_one_may_not_see_is_not_in_a_page_that_another_was_shown(rf, reader):
    assert len(compiled(rf, reader, "").rows) == 3
    assert compiled(rf, make_user(), "").rows == []
    assert str(compiled(rf, make_user(), "").count) == "0"
    assert len(compiled(rf, make_user(Role.MARKETING), "").rows) == 3


def test_what_came_in_since_is_on_the_next_page_that_is_asked_for(rf, reader):
    assert str(compiled(rf, reader, "columns=name,tags").count) == "7"

    set_tags(customer=make_customer(name_zh="阿公司"), names=["冷链"], by=reader)
    first = compiled(rf, reader, "columns=name,tags")

    assert (first.rows[0].name_zh, first.rows[0].tag_list[0]["name"], str(first.count)) == ("阿公司", "冷链", "8")


def test_one_page_and_its_count_ask_two_questions(rf, reader, django_assert_num_queries):
    reader.get_all_permissions()
    with django_assert_num_queries(2):
        assert (len(compiled(rf, reader, "").rows), str(compiled(rf, reader, "after=x").count)) == (3, "7")
