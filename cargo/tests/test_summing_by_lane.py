"""Sums by lane: added to by every writer, put together by a job, checked against the ledger."""

import datetime as dt
import threading
from decimal import Decimal

import pytest
from django.db import connection, transaction
from django.urls import reverse

from cargo.models import ClassSum, LaneSum, Shipment
from cargo.queries.reconcile import reconcile
from cargo.services import checks
from cargo.services.ledger import correct_shipment, record_shipments
from cargo.services.rollups import compact_lanes, rebuild_rollups
from cargo.tasks import nightly
from cargo.tests.factories import make_line, make_port, make_shipment
from customers.tests.factories import make_customer
from portcrm.accounts.roles import Role
from portcrm.accounts.services import system_user
from portcrm.accounts.tests.factories import make_user

pytestmark = [pytest.mark.django_db, pytest.mark.database]

MARCH = dt.date(2026, 3, 15)
SUMS = "SELECT sum(tonnes), sum(teu), sum(lots), sum(revenue), sum(rows), sum(rows_without_revenue) FROM cargo_lanesum"


def sums() -> tuple:
    with connection.cursor() as cursor:
        cursor.execute(SUMS)
        return cursor.fetchone()


def handle_some_cargo() -> None:
    houston, dalian = make_port("USHOU").pk, make_port("CNDLC").pk
    make_shipment(handled_on=MARCH, quantity=100, origin_id=houston, destination_id=dalian, revenue=Decimal("10.50"), cost=None)
    make_shipment(handled_on=MARCH.replace(day=31), quantity=40, origin_id=houston, destination_id=dalian, revenue=None, cost=None)
    make_shipment(handled_on=MARCH, quantity=7, origin_text="一个没有代码的地方", revenue=None, cost=None)


def test_customers_are_added_up_and_a_place_without_a_port_counts_too():
    handle_some_cargo()

    compact_lanes(by=system_user())

    named, unnamed = LaneSum.objects.order_by("-tonnes")
    assert (named.tonnes, named.rows, named.revenue, named.rows_without_revenue) == (140, 2, Decimal("10.50"), 1)
    assert (named.origin.unlocode, named.destination.unlocode, named.month) == ("USHOU", "CNDLC", MARCH.replace(day=1))
    assert (unnamed.tonnes, unnamed.origin, unnamed.revenue) == (7, None, None)


def test_putting_together_changes_no_sum_and_a_second_time_nothing():
    handle_some_cargo()
    before = sums()

    written = [compact_lanes(by=system_user()) for _ in range(2)]

    assert (written, sums()) == ([2, 0], before)


def test_a_row_taken_back_leaves_its_lane_empty():
    row = make_shipment(handled_on=MARCH, quantity=100, revenue=Decimal(5), cost=None)

    correct_shipment(shipment=row, reason="重复录入", by=make_user())

    assert sums() == (0, 0, 0, 0, 0, 0)
    assert reconcile().agrees


def test_the_check_finds_a_lane_that_was_tampered_with_the_page_tells_it_and_rebuilding_cures_it(client):
    handle_some_cargo()
    LaneSum.objects.filter(origin=None).update(tonnes=Decimal("7.001"))
    by = system_user()
    client.force_login(make_user(Role.OPERATIONS, language="en"))
    client.cookies["django_language"] = "en"

    broken = checks.run_check(check=checks.open_check(by=by), by=by)
    page = client.get(reverse("cargo:reconciliation")).content.decode()
    rebuild_rollups(by=by)

    assert (broken.agrees, broken.difference_count, broken.lane_difference_count) == (False, 0, 1)
    assert ("1 sum by cargo flow differs" in page, "7 t ≠ 7.001 t" in page) == (True, True)
    assert reconcile().agrees


def test_the_night_puts_lanes_together():
    handle_some_cargo()

    nightly()

    assert LaneSum.objects.count() == 2


@pytest.mark.django_db(transaction=True)
def test_two_who_write_the_same_lane_never_wait_for_each_other():
    by = system_user()
    lines = [[make_line(customer_id=make_customer().pk, identity_base=f"doc:{number}", quantity=10)] for number in range(2)]
    first_is_written, second_is_done = threading.Event(), threading.Event()

    def write_and_hold():
        with transaction.atomic():
            record_shipments(lines=lines[0], by=by)
            first_is_written.set()
            second_is_done.wait(20)
        connection.close()

    other = threading.Thread(target=write_and_hold)
    other.start()
    first_is_written.wait(20)
    with connection.cursor() as cursor:
        cursor.execute("SET lock_timeout = '5s'")  # an error, where it had to wait
    record_shipments(lines=lines[1], by=by)
    seen_meanwhile = sums()[0]
    second_is_done.set()
    other.join()

    assert (seen_meanwhile, sums()[0], Shipment.objects.count(), reconcile().agrees) == (10, 20, 2, True)


@pytest.mark.django_db(transaction=True)
def test_what_is_written_while_lanes_are_put_together_is_neither_lost_nor_doubled():
    handle_some_cargo()
    before = sums()[0]
    written = []

    def write_between(execute, sql, *rest):
        result = execute(sql, *rest)
        if "crowded" in sql and not written:
            written.append(True)
            writer = threading.Thread(target=lambda: (make_shipment(handled_on=MARCH, quantity=9), connection.close()))
            writer.start()
            writer.join()
        return result

    with connection.execute_wrapper(write_between):
        compact_lanes(by=system_user())

    assert (written, sums()[0], reconcile().agrees) == ([True], before + 9, True)


def test_the_sums_by_class_follow_every_row_a_correction_takes_it_back_and_the_night_puts_them_together():
    handle_some_cargo()
    row = make_shipment(handled_on=MARCH, quantity=9, cargo_class_id="11", form="dry_bulk")
    correct_shipment(shipment=row, reason="磅单复核", quantity=Decimal(8), tonnes=Decimal(8), by=make_user())
    spread = list(ClassSum.objects.values_list("tonnes", flat=True))

    nightly()

    together = [(one.cargo_class_id, one.form_id, one.tonnes, one.rows, one.revenue) for one in ClassSum.objects.order_by("cargo_class")]
    assert spread == [100, 40, 7, 9, -9, 8]
    assert together == [("02", "liquid_bulk", 147, 3, Decimal("10.50")), ("11", "dry_bulk", 8, 1, Decimal(1000))]


def test_the_check_finds_a_sum_by_class_that_was_tampered_with_and_rebuilding_cures_it(client):
    handle_some_cargo()
    ClassSum.objects.filter(tonnes=7).update(tonnes=Decimal("7.001"))
    by = system_user()
    client.force_login(make_user(Role.OPERATIONS, language="en"))
    client.cookies["django_language"] = "en"

    broken = checks.run_check(check=checks.open_check(by=by), by=by)
    page = client.get(reverse("cargo:reconciliation")).content.decode()
    rebuild_rollups(by=by)

    assert (broken.agrees, broken.difference_count, broken.lane_difference_count, broken.class_difference_count) == (False, 0, 0, 1)
    assert ("1 sum by cargo class differs" in page, "147 t ≠ 147.001 t" in page) == (True, True)
    assert reconcile().agrees
