"""From the page of a customer to the next and previous one of the list it was opened from."""

import re
from html import unescape

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from customers.models import Customer
from customers.tests.factories import make_customer
from portcrm.accounts.roles import Role
from portcrm.accounts.tests.factories import make_user

pytestmark = pytest.mark.django_db
LIST = reverse("customers:customer_list")


@pytest.fixture
def keeper(client):
    keeper = make_user(Role.MARKETING, language="en")
    client.force_login(keeper)
    return keeper


def opened(client, name: str, query: str) -> str:
    """The page of a customer as the link of the list opens it."""
    rows = client.get(f"{LIST}?{query}").content.decode()
    address = Customer.objects.get(name_zh=name).get_absolute_url()
    return client.get(unescape(re.search(f'href="({address}[^"]*)"', rows)[1])).content.decode()


def step(client, page: str, way: str):
    return client.get(unescape(re.search(f'data-walk="{way}"[^>]* href="([^"]+)"', page)[1]), follow=True)


def heading(response) -> str:
    return response.context["customer"].name_zh


def test_one_walks_through_the_rows_of_the_list_in_its_order(client, keeper):
    for name, status, tonnes in (("甲", "existing", 1), ("乙", "prospect", 2), ("丙", "existing", 3), ("丁", "existing", 2)):
        make_customer(name_zh=name, status=status, tonnes_12m=tonnes)

    first = opened(client, "丙", "status=existing&sort=tonnes")
    second = step(client, first, "next")
    third = step(client, second.content.decode(), "next")
    back = step(client, third.content.decode(), "previous")

    assert [heading(page) for page in (second, third, back)] == ["丁", "甲", "丁"]


def test_one_walks_through_a_search_in_the_order_it_is_shown_in(client, keeper, monkeypatch):
    """Names that begin with a common word come first."""
    for limit in ("RARE", "FORETOLD_RARE"):
        monkeypatch.setattr(f"customers.naming.searching.{limit}", 1)
    for name in ("安达上海货代有限公司", "重庆航运有限公司", "上海港务有限公司", "上海安顺物流有限公司"):
        make_customer(name_zh=name)

    middle = opened(client, "上海港务有限公司", "q=上海")

    assert heading(step(client, middle, "next")) == "安达上海货代有限公司"
    assert heading(step(client, middle, "previous")) == "上海安顺物流有限公司"


def test_at_either_end_one_stays_and_is_told(client, keeper):
    make_customer(name_zh="唯一")
    page = opened(client, "唯一", "sort=name")

    before, after = step(client, page, "previous"), step(client, page, "next")

    assert (heading(before), heading(after)) == ("唯一", "唯一")
    assert "This is the first customer of the list." in before.content.decode()
    assert "This is the last customer of the list." in after.content.decode()


def test_a_customer_that_has_left_the_list_meanwhile_still_knows_its_place(client, keeper):
    for name in ("甲", "乙", "丙"):
        make_customer(name_zh=name, status="prospect")
    names = list(Customer.objects.order_by("sort_key").values_list("name_zh", flat=True))
    page = opened(client, names[1], "status=prospect&sort=name")
    Customer.objects.filter(name_zh=names[1]).update(status="existing")

    assert [heading(step(client, page, way)) for way in ("previous", "next")] == [names[0], names[2]]


def test_a_step_reads_two_rows_however_long_the_list(client, keeper):
    for number in range(30):
        make_customer(name_zh=f"客户{number:02}")
    page = opened(client, "客户15", "sort=name")
    address = unescape(re.search('data-walk="next"[^>]* href="([^"]+)"', page)[1])

    with CaptureQueriesContext(connection) as asked:
        client.get(address)

    reading = [query["sql"] for query in asked if 'FROM "customers_customer"' in query["sql"]]
    assert len(reading) == 3
    assert all(re.search(r"LIMIT (1|2|21)$", sql) for sql in reading)
    assert not any("OFFSET" in sql or "COUNT(" in sql for sql in reading)


def test_a_page_that_was_not_opened_from_a_list_leads_nowhere(client, keeper):
    page = client.get(make_customer().get_absolute_url()).content.decode()

    assert "data-walk" not in page


def test_the_labels_are_chinese_for_chinese_readers(client):
    client.force_login(make_user(Role.MARKETING, language="zh-hans"))
    make_customer(name_zh="甲")

    page = opened(client, "甲", "sort=name")

    assert "清单中的下一个客户（J）" in page
    assert "清单中的上一个客户（K）" in page


def test_who_may_not_read_customers_steps_to_none(client):
    customer = make_customer(name_zh="保密客户")
    client.force_login(make_user(Role.ADMIN))

    answer = client.get(reverse("customers:customer_step", args=[customer.pk, "next"]), {"in": ""})

    assert answer.status_code == 403
    assert "保密客户" not in answer.content.decode()
