"""Rare questions over the largest tables are answered by an index too: erasing a person, a page of the pool."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from customers.models import Customer
from customers.services.erasing import all_we_hold, erase_person
from customers.tests.factories import make_contact, make_customer, make_interaction
from portcrm.clock import now

pytestmark = pytest.mark.django_db
LARGEST = ("customers_customer", "customers_contact", "customers_contactevent", "customers_interaction", "customers_interactionevent")


def bare(sql: str) -> str:
    """Without what history puts before a write: its context, and which of its triggers rest."""
    return sql.rpartition(", true); ")[2] if sql.startswith("SELECT set_config(") else sql


def read_whole(work) -> list[str]:
    """The largest tables that some question of `work` can only answer by reading all of them."""
    with CaptureQueriesContext(
        connection,
    ) as asked:
        work()
    found = set()
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        for sql in (bare(one["sql"]) for one in asked.captured_queries):
            if not sql.startswith(("SELECT", "(SELECT", "UPDATE", "DELETE")):
                continue
            cursor.execute(f"EXPLAIN {sql}")
            plan = "\n".join(line for (line,) in cursor.fetchall())
            found |= {table for table in LARGEST if f"Seq Scan on {table} " in plan}
    return sorted(found)


@pytest.mark.parametrize("work", [
    lambda contact, by: all_we_hold(contact=contact, at=now(), by=by),
    lambda contact, by: erase_person(contact=contact, reason="request", by=by),
], ids=["what we hold", "erasing"])  # fmt: skip
def test_a_person_is_found_everywhere_without_reading_whole_tables(manager, work):
    customer = make_customer(account_manager=manager)
    contact = make_contact(customer=customer, name="演示联系人 五十", email="fifty@example.invalid", phone="0411-00000050")
    make_interaction(customer=customer, summary="与演示联系人 五十通话")

    assert read_whole(lambda: work(contact, manager)) == []


def test_a_page_of_the_pool_is_read_in_its_order(manager):
    make_customer(account_manager=None)
    for _number in range(100):
        make_customer(account_manager=manager)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE customers_customer")
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute("SET LOCAL enable_sort = off")

    assert "customer_pool" in Customer.objects.in_pool().order_by("sort_key", "pk")[:26].explain()
