"""Twelve months of a customer, by sums of months and, where a month is cut, by its rows: the same as the ledger row by row."""

import datetime as dt
import random
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from cargo.models import Shipment
from cargo.queries.handled_year import handled_by_customer
from cargo.services.ledger import correct_shipment, record_shipments
from cargo.tests.factories import load_reference, make_line, make_shipment
from customers.tests.factories import make_customer
from portcrm.accounts.services import system_user

pytestmark = [pytest.mark.django_db, pytest.mark.database]

START, END = dt.date(2025, 3, 10), dt.date(2026, 3, 9)


@pytest.fixture(autouse=True)
def _reference():
    load_reference()


def by_rows(start: dt.date, end: dt.date) -> dict[int, tuple]:
    """Added up by hand, row by row."""
    sums: dict[int, list] = {}
    for row in Shipment.objects.all():
        if start <= row.handled_on <= end:
            one = sums.setdefault(row.customer_id, [Decimal(0), Decimal(0), Decimal(0), 0])
            one[0] += row.tonnes
            one[1] += row.teu
            if row.revenue is not None:
                one[2] += row.revenue
                one[3] += -1 if row.is_reversal else 1
    return {pk: (tonnes, teu, revenue if told else None) for pk, (tonnes, teu, revenue, told) in sums.items()}


def found(start: dt.date, end: dt.date, **chosen) -> dict[int, tuple]:
    return {pk: (one.tonnes, one.teu, one.revenue) for pk, one in handled_by_customer(start, end, **chosen).items()}


def test_every_window_says_what_its_rows_say():
    draw = random.Random(11)
    customers = [make_customer() for _ in range(6)]
    lines = [
        make_line(
            customer_id=draw.choice(customers).pk,
            cargo_class_id=draw.choice(("01", "02")),
            handled_on=dt.date(2025, 1, 1) + dt.timedelta(days=draw.randrange(500)),
            quantity=draw.randrange(1, 90),
            teu=Decimal(draw.randrange(5)),
            form="container",
            revenue=draw.choice((None, Decimal(draw.randrange(900)))),
        )
        for _ in range(240)
    ]
    by = system_user()
    record_shipments(lines=lines, by=by)
    for row in Shipment.objects.order_by("pk")[:20]:
        correct_shipment(shipment=row, reason="重复", by=by)

    windows = [(START, END), (dt.date(2025, 4, 1), dt.date(2026, 3, 31)), (dt.date(2025, 2, 14), dt.date(2025, 2, 20)), (END, END)]
    for start, end in windows:
        assert {pk: one for pk, one in found(start, end).items() if any(one)} == {
            pk: one for pk, one in by_rows(start, end).items() if any(one)
        }


def test_only_the_customers_asked_for_are_told():
    first, second = make_shipment(handled_on=END), make_shipment(handled_on=END)

    assert set(found(START, END, customer_ids=[first.customer_id])) == {first.customer_id}
    assert set(found(START, END)) == {first.customer_id, second.customer_id}


def test_a_revenue_that_was_taken_back_is_no_revenue():
    row = make_shipment(handled_on=END, revenue=Decimal(90))
    make_shipment(customer=row.customer, handled_on=END, revenue=None)
    correct_shipment(shipment=row, reason="重复", by=system_user())

    assert found(START, END)[row.customer_id][2] is None


def test_rows_of_whole_months_are_not_read():
    customer = make_customer()
    for day in range(1, 29):
        make_shipment(customer=customer, handled_on=dt.date(2025, 7, day), quantity=1)
    make_shipment(customer=customer, handled_on=END.replace(day=28), quantity=5)  # the month is cut, but not this cargo
    make_shipment(customer=customer, handled_on=END, quantity=7)

    with CaptureQueriesContext(connection) as asked:
        sums = found(START, END)
    with connection.cursor() as cursor:
        cursor.execute("EXPLAIN (ANALYZE, FORMAT JSON) " + asked[0]["sql"])
        plan = cursor.fetchone()[0][0]["Plan"]

    assert sums[customer.pk][0] == 35
    assert rows_read(plan, "cargo_shipment") == 1


def rows_read(plan: dict, table: str) -> int:
    own = plan["Actual Rows"] * plan["Actual Loops"] if plan.get("Relation Name") == table else 0
    return int(own) + sum(rows_read(part, table) for part in plan.get("Plans", ()))
