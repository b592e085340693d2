"""Two writers with connections of their own and committed rows: nothing is doubled, nothing is lost."""

from decimal import Decimal
from time import sleep

import pytest
from django.db import connection, transaction

from cargo.models import MonthlyRollup, Shipment
from cargo.queries.reconcile import reconcile
from cargo.services.ledger import correct_shipment, record_shipments
from cargo.services.rollups import rebuild_rollups
from cargo.tests.factories import load_reference, make_line, make_shipment
from customers.models import Merge
from customers.services.merging import gather_late_rows, merge_customers
from customers.tests.factories import make_customer
from portcrm.accounts.services import system_user
from portcrm.tests.at_once import at_once

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.database]


@pytest.fixture(autouse=True)
def _reference():
    load_reference()


def test_two_imports_of_the_same_lines_store_each_line_once():
    by, customers = system_user(), [make_customer() for _ in range(5)]
    lines = [make_line(customer_id=customers[number % 5].pk, identity_base=f"doc:{number}", quantity=number + 1) for number in range(200)]

    results = at_once(lambda: record_shipments(lines=lines, by=by), lambda: record_shipments(lines=lines, by=by))

    assert sorted((result.created, result.known) for result in results) == [(0, 200), (200, 0)]
    assert (Shipment.objects.count(), sum(MonthlyRollup.objects.values_list("quantity", flat=True))) == (200, Decimal(20100))
    assert reconcile().agrees


def test_two_imports_with_the_same_documents_on_other_lines_do_not_wait_for_each_other():
    """Each document at both ends of the two files: whoever took them in the order of lines would meet the other half-way."""
    by, customer = system_user(), make_customer()
    lines = [make_line(customer_id=customer.pk, identity_base=f"doc:{number}", line=number) for number in range(400)]
    upwards, downwards = lines, [line._replace(line=400 - line.line) for line in reversed(lines)]

    results = at_once(lambda: record_shipments(lines=upwards, by=by), lambda: record_shipments(lines=downwards, by=by))

    assert sorted((result.created, result.known) for result in results) == [(0, 400), (400, 0)]


def test_two_imports_into_the_same_months_both_arrive_in_the_rollup():
    by, customer = system_user(), make_customer()
    first, second = ([make_line(customer_id=customer.pk, quantity=1) for _ in range(150)] for _ in range(2))

    at_once(lambda: record_shipments(lines=first, by=by), lambda: record_shipments(lines=second, by=by))

    rollup = MonthlyRollup.objects.get()
    assert (rollup.rows, rollup.quantity, reconcile().agrees) == (300, Decimal(300), True)


def test_rebuilding_while_somebody_writes_loses_no_row():
    by, customer = system_user(), make_customer()
    make_shipment(customer=customer, quantity=7)
    lines = [make_line(customer_id=customer.pk, quantity=1) for _ in range(150)]

    at_once(lambda: record_shipments(lines=lines, by=by), lambda: rebuild_rollups(by=by))

    assert (MonthlyRollup.objects.get().quantity, reconcile().agrees) == (Decimal(157), True)


def test_of_two_corrections_of_one_row_exactly_one_happens():
    by, row = system_user(), make_shipment(quantity=100)

    results = at_once(
        lambda: correct_shipment(shipment=row, reason="A", quantity=Decimal(90), tonnes=Decimal(90), by=by),
        lambda: correct_shipment(shipment=row, reason="B", quantity=Decimal(80), tonnes=Decimal(80), by=by),
    )

    assert sorted(type(result).__name__ for result in results) == ["RuleBroken", "Shipment"]
    assert (Shipment.objects.count(), reconcile().agrees) == (3, True)


def until_somebody_waits(work):
    """The work's result; its transaction ends only once another one waits for a lock."""
    with transaction.atomic():
        result = work()
        for _ in range(200):
            with connection.cursor() as cursor:
                cursor.execute("SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'")
                if cursor.fetchone()[0]:
                    break
            sleep(0.05)
    return result


def files_with_cargo() -> list:
    files = [make_customer(), make_customer()]
    for file in files:
        make_shipment(customer=file, quantity=1)
    return files


def lines_of(files) -> list:
    """Taken in against the order of keys."""
    return [make_line(customer_id=file.pk, identity_base=f"doc:{2 - number}", quantity=1) for number, file in enumerate(files)]


def test_a_merge_and_an_import_that_names_both_files_both_end():
    by, (kept, other) = system_user(), files_with_cargo()
    lines = lines_of((kept, other))

    written, merged = at_once(
        lambda: until_somebody_waits(lambda: record_shipments(lines=lines, by=by)),
        lambda: merge_customers(kept=kept, other=other, take=(), by=by),
    )

    assert (getattr(written, "created", None), type(merged)) == (2, Merge)
    gather_late_rows(since=merged.merged_at, by=by)
    assert set(Shipment.objects.values_list("customer", flat=True)) == {kept.pk}
    assert reconcile().agrees


def test_a_merge_and_a_correction_both_end():
    by, (kept, other) = system_user(), files_with_cargo()
    row = Shipment.objects.get(customer=other)

    corrected, merged = at_once(
        lambda: until_somebody_waits(lambda: correct_shipment(shipment=row, reason="A", customer_id=kept.pk, by=by)),
        lambda: merge_customers(kept=kept, other=other, take=(), by=by),
    )

    assert (type(corrected), type(merged)) == (Shipment, Merge)
    assert reconcile().agrees


def test_a_merge_and_a_rebuilding_both_end():
    by, (kept, other) = system_user(), files_with_cargo()

    rebuilt, merged = at_once(
        lambda: until_somebody_waits(lambda: rebuild_rollups(by=by)),
        lambda: merge_customers(kept=kept, other=other, take=(), by=by),
    )

    assert (rebuilt, type(merged)) == (2, Merge)
    assert reconcile().agrees
