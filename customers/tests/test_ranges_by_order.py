"""Ranges over what lists are ordered by: unknown values are in none of them, ends belong to them, and an index finds them."""

import datetime as dt
from decimal import Decimal

import pytest
from django.db import connection
from django.urls import reverse

from customers.filters import CustomerFilter
from customers.models import Customer
from customers.tests.factories import make_customer

pytestmark = pytest.mark.django_db
LIST = reverse("customers:customer_list")
FIRST, SECOND, THIRD = dt.date(1900, 1, 2), dt.date(2026, 3, 1), dt.date(2026, 3, 2)
RANGES = [
    ("value_rank", "value_rank", ("_min", "_max"), (1, 7, 2_147_483_646), "customer_by_rank"),
    ("opinion", "last_opinion_score", ("_min", "_max"), (Decimal(1), Decimal("3.25"), Decimal(5)), "customer_by_opinion"),
    ("revenue", "revenue_12m", ("_min", "_max"), (Decimal("-40.5"), Decimal(0), Decimal("9.99")), "customer_by_revenue"),
    ("handled", "last_handled_on", ("_after", "_before"), (FIRST, SECOND, THIRD), "customer_by_last_handled"),
    ("verified", "verified_on", ("_after", "_before"), (FIRST, SECOND, THIRD), "customer_by_verified"),
]


def files_found(client, **asked) -> list[str]:
    return sorted(row.name_zh for row in client.get(LIST, asked).context["listing"].rows)


@pytest.mark.parametrize(("name", "field", "ends", "values", "_index"), RANGES, ids=[each[0] for each in RANGES])
def test_a_range_has_its_ends_and_nothing_unknown(client, keeper, name, field, ends, values, _index):
    fixed = {"verified_on": {"verified_by": keeper}, "value_rank": {"value_class": "A", "value_as_of": SECOND, "value_score": 1}}
    for mark, value in zip("低中高", values, strict=True):
        make_customer(name_zh=mark, **{field: value}, **fixed.get(field, {}))
    make_customer(name_zh="不详")
    lowest, middle, highest = values
    least, most = (f"{name}{end}" for end in ends)

    assert files_found(client, **{least: lowest}) == sorted("低中高")
    assert files_found(client, **{least: middle}) == sorted("中高")
    assert files_found(client, **{most: middle}) == sorted("低中")
    assert files_found(client, **{most: highest}) == sorted("低中高")
    assert files_found(client, **{least: middle, most: middle}) == ["中"]


@pytest.mark.parametrize("zone", ["America/Los_Angeles", "Asia/Shanghai", "Pacific/Auckland"])
def test_days_are_those_of_the_port_wherever_it_lies(client, keeper, settings, zone):
    make_customer(name_zh="当日", last_handled_on=SECOND)
    make_customer(name_zh="次日", last_handled_on=THIRD)
    settings.TIME_ZONE = settings.PORT_TIME_ZONE = zone

    assert files_found(client, handled_after=SECOND, handled_before=SECOND) == ["当日"]
    assert files_found(client, handled_after=THIRD) == ["次日"]


@pytest.mark.parametrize(("name", "_field", "ends", "values", "index"), RANGES, ids=[each[0] for each in RANGES])
def test_a_range_hardly_any_file_is_in_is_found_by_the_index_of_the_order(manager, name, _field, ends, values, index):
    for _number in range(40):
        make_customer()
    end = ends[1] if name == "value_rank" else ends[0]  # the end away from where unknown ones stand
    asked = CustomerFilter({f"{name}{end}": str(values[1])}, queryset=Customer.objects.all(), request=None)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE customers_customer")
        cursor.execute("SET LOCAL enable_seqscan = off")

    plan = asked.qs.order_by().explain()

    assert index in plan
    assert "Index Cond" in plan
