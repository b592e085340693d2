"""Rows go into the ledger in bulk; the rollup follows in the same transaction; nothing is overwritten."""

import datetime as dt
from decimal import Decimal

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import translation

from cargo.models import MonthlyRollup, Shipment
from cargo.queries.ledger import ledger_totals, series_by_month, totals_by_customer
from cargo.queries.reconcile import reconcile
from cargo.services.ledger import correct_shipment, record_shipments
from cargo.services.rollups import rebuild_rollups
from cargo.tests.factories import make_line, make_port, make_shipment
from customers.tests.factories import make_customer
from portcrm.accounts.services import system_user
from portcrm.accounts.tests.factories import make_user
from portcrm.audit.models import AuditEvent
from portcrm.errors import RuleBroken

pytestmark = [pytest.mark.django_db, pytest.mark.database]

MARCH, APRIL = dt.date(2026, 3, 15), dt.date(2026, 4, 2)
YEAR = (dt.date(2026, 1, 1), dt.date(2026, 12, 31))


def test_a_row_keeps_its_quantity_unit_lots_and_the_factor_its_tonnes_came_by():
    row = make_shipment(quantity=12, unit_id="kbbl", lots=3, destination_id=make_port("USHOU").pk, destination_text="HOUSTON")

    assert (row.quantity, row.unit_id, row.lots) == (Decimal("12.000"), "kbbl", 3)
    assert (row.tonnes, row.tonnes_factor) == (Decimal("1636.800"), Decimal("136.400000"))
    assert row.destination.unlocode == "USHOU"


def test_exact_copies_are_separate_lots_and_a_second_time_changes_nothing():
    customer = make_customer()
    lines = [make_line(customer_id=customer.pk, identity_base="line:same") for _ in range(3)]
    by = system_user()

    first = record_shipments(lines=lines, by=by)
    again = record_shipments(lines=lines, by=by)

    assert (first.created, first.known, again.created, again.known) == (3, 0, 0, 3)
    assert sorted(Shipment.objects.values_list("identity", flat=True)) == ["line:same#1", "line:same#2", "line:same#3"]
    assert MonthlyRollup.objects.get().rows == 3


def test_a_known_document_with_other_figures_is_reported_and_left_as_it_was():
    customer = make_customer()
    by = system_user()
    record_shipments(lines=[make_line(customer_id=customer.pk, identity_base="doc:A1", quantity=100)], by=by)

    written = record_shipments(lines=[make_line(customer_id=customer.pk, identity_base="doc:A1", quantity=140, line=7)], by=by)

    assert (written.created, written.known, [one.line for one in written.differing]) == (0, 1, [7])
    assert Shipment.objects.get().quantity == Decimal(100)


def test_the_rollup_adds_up_per_series_and_keeps_unknown_money_apart_from_zero():
    customer = make_customer()
    make_shipment(customer=customer, handled_on=MARCH, quantity=100, revenue=Decimal("900.10"), cost=None)
    make_shipment(customer=customer, handled_on=MARCH.replace(day=31), quantity=50, revenue=None, cost=None, lots=4)
    make_shipment(customer=customer, handled_on=APRIL, quantity=7, direction="outbound", revenue=None, cost=None)

    march, april = MonthlyRollup.objects.order_by("month")

    assert (march.month, march.quantity, march.tonnes, march.lots, march.rows) == (dt.date(2026, 3, 1), 150, 150, 5, 2)
    assert (march.revenue, march.rows_without_revenue, march.cost, march.rows_without_cost) == (Decimal("900.10"), 1, None, 2)
    assert (march.first_on, march.last_on) == (MARCH, MARCH.replace(day=31))
    assert (april.direction, april.revenue, april.rows_without_revenue) == ("outbound", None, 1)


def test_quantities_of_different_units_are_never_added_together():
    customer = make_customer()
    make_shipment(customer=customer, quantity=10, unit_id="kbbl")
    make_shipment(customer=customer, quantity=10, unit_id="box40", tonnes=Decimal(220), cargo_class_id="17", form="container")

    (totals,) = totals_by_customer(*YEAR)

    assert totals.quantity == {"box40": Decimal(10), "kbbl": Decimal(10)}
    assert (totals.tonnes, totals.teu) == (Decimal(1584), Decimal(20))


def test_totals_count_both_end_days_and_say_what_is_missing():
    early, late = make_customer(), make_customer()
    make_shipment(customer=early, handled_on=YEAR[0], quantity=1, revenue=Decimal(5), cost=None)
    make_shipment(customer=late, handled_on=YEAR[1], quantity=2, revenue=None, cost=Decimal(3), lots=2)
    make_shipment(customer=late, handled_on=YEAR[0] - dt.timedelta(days=1), quantity=400)

    by_customer = {one.customer_id: one for one in totals_by_customer(*YEAR)}
    total = ledger_totals(*YEAR)

    assert (by_customer[early.pk].tonnes, by_customer[early.pk].known_cost) == (Decimal(1), None)
    assert (by_customer[late.pk].tonnes, by_customer[late.pk].known_revenue, by_customer[late.pk].cost) == (Decimal(2), None, Decimal(3))
    assert (total.tonnes, total.lots, total.customers, total.rows) == (Decimal(3), 3, 2, 2)
    assert (total.rows_without_revenue, total.rows_without_cost) == (1, 1)
    assert (total.first_on, total.last_on) == YEAR


def test_the_months_of_a_customer_have_no_gap():
    customer = make_customer()
    make_shipment(customer=customer, handled_on=dt.date(2026, 1, 31), quantity=3)
    make_shipment(customer=customer, handled_on=dt.date(2026, 4, 1), quantity=5)

    assert [(point.month.month, point.tonnes) for point in series_by_month(customer)] == [(1, 3), (2, 0), (3, 0), (4, 5)]
    assert series_by_month(make_customer()) == []


def test_a_correction_reverses_the_row_and_adds_the_right_one():
    row = make_shipment(quantity=100, handled_on=MARCH, revenue=Decimal("1000.00"), cost=None)
    by = make_user(name="王 更正")

    right = correct_shipment(shipment=row, reason="磅单复核", quantity=Decimal(90), tonnes=Decimal(90), by=by)

    reversal = Shipment.objects.get(is_reversal=True)
    assert (reversal.corrects, reversal.quantity, reversal.lots, reversal.revenue) == (row, Decimal(-100), -1, Decimal("-1000.00"))
    assert (right.corrects, right.quantity, right.revenue, right.reason) == (row, Decimal(90), Decimal("1000.00"), "磅单复核")
    rollup = MonthlyRollup.objects.get()
    assert (rollup.quantity, rollup.lots, rollup.revenue, rollup.rows, rollup.rows_without_cost) == (90, 1, 1000, 1, 1)
    assert AuditEvent.objects.get(action="shipment.correct").actor_name == "王 更正"


def test_a_row_taken_back_leaves_nothing_but_its_trace():
    row = make_shipment(quantity=100)

    assert correct_shipment(shipment=row, reason="重复录入", by=make_user()) is None

    assert (ledger_totals(*YEAR).tonnes, ledger_totals(*YEAR).rows, Shipment.objects.count()) == (0, 0, 2)


def test_of_two_who_correct_the_same_row_the_second_is_told():
    row = make_shipment(quantity=100)
    correct_shipment(shipment=row, reason="first", quantity=Decimal(90), tonnes=Decimal(90), by=make_user())

    with translation.override("en"), pytest.raises(RuleBroken, match="corrected already"):
        correct_shipment(shipment=row, reason="second", quantity=Decimal(80), tonnes=Decimal(80), by=make_user())

    assert ledger_totals(*YEAR).tonnes == Decimal(90)


def test_what_was_corrected_can_be_corrected_again():
    row = make_shipment(quantity=100)
    second = correct_shipment(shipment=row, reason="first", quantity=Decimal(90), tonnes=Decimal(90), by=make_user())

    correct_shipment(shipment=second, reason="second", quantity=Decimal(80), tonnes=Decimal(80), by=make_user())

    assert (ledger_totals(*YEAR).tonnes, reconcile().agrees) == (Decimal(80), True)


@pytest.mark.parametrize("wrong", [{"quantity": Decimal(-5)}, {"lots": 0}, {"currency": "USD"}, {"precision": "month"}])
def test_the_database_refuses_rows_that_cannot_be(wrong):
    line = make_line(customer_id=make_customer().pk, **wrong)

    with pytest.raises(IntegrityError), transaction.atomic():
        record_shipments(lines=[line], by=system_user())

    assert (Shipment.objects.count(), MonthlyRollup.objects.count()) == (0, 0)


def test_the_ledger_has_no_row_triggers_of_ours():
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_trigger WHERE tgrelid = 'cargo_shipment'::regclass AND NOT tgisinternal")

        assert cursor.fetchone() == (0,)


def test_the_check_finds_a_rollup_that_was_tampered_with_and_rebuilding_cures_it():
    customer = make_customer()
    make_shipment(customer=customer, quantity=100)
    make_shipment(customer=customer, quantity=5, unit_id="kbbl")
    MonthlyRollup.objects.filter(unit="t").update(tonnes=Decimal("99.999"))

    broken = reconcile()
    rebuild_rollups(by=system_user())

    assert (broken.agrees, broken.difference_count, broken.differences[0].customer_id) == (False, 1, customer.pk)
    assert (broken.differences[0].ledger_tonnes, broken.differences[0].rollup_tonnes) == (Decimal(100), Decimal("99.999"))
    assert [(line.unit, line.agrees) for line in broken.units] == [("kbbl", True), ("t", False)]
    assert reconcile().agrees
