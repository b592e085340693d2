"""Completion of the annual task, worked out by hand on a small ledger."""

import datetime as dt
from decimal import Decimal

import pytest

from cargo.queries.completion import completion, default_month
from cargo.queries.targets import Slot
from cargo.services.ledger import correct_shipment
from cargo.tests.factories import make_cargo_class, make_months, make_shipment, make_targets
from customers.tests.factories import make_customer
from portcrm.accounts.roles import Role
from portcrm.accounts.tests.factories import make_user

pytestmark = pytest.mark.django_db
TODAY = dt.date(2026, 5, 20)  # April is the last whole month


@pytest.fixture
def reader():
    make_cargo_class()
    return make_user(Role.AUDITOR)


@pytest.fixture
def ledger(reader):
    """Coal and oil from January 2025 to the running May 2026."""
    customer = make_customer(account_manager=make_user(Role.MARKETING))
    last_year = {f"2025-{month:02d}": 100 for month in range(1, 13)}
    make_months(
        last_year | {"2026-01": 90, "2026-02": 30, "2026-03": 110, "2026-04": 121, "2026-05": 7}, customer=customer, cargo_class_id="01"
    )
    make_months({"2026-03": 50}, direction="outbound")
    return customer


def line_of(found, code):
    return found.whole if code is None else next(line for line in found.lines if line.code == code)


def test_month_cumulative_and_year_stand_beside_task_and_year_before(reader, ledger):
    make_targets({("01", month): 100 for month in range(1, 13)} | {("01", None): 1200})

    coal = line_of(completion(reader, Slot(2026), today=TODAY), "01")

    assert (coal.month.handled, coal.month.task, coal.month.before) == (121, 100, 100)
    assert (coal.month.completion, coal.month.growth, coal.month_on_month) == (Decimal("1.21"), Decimal("0.21"), Decimal("0.1"))
    assert (coal.cumulative.handled, coal.cumulative.task, coal.cumulative.before) == (351, 400, 400)
    assert coal.cumulative.completion == Decimal("0.8775")
    assert (coal.of_year.handled, coal.of_year.task, coal.of_year.before, coal.of_year.completion) == (351, 1200, 1200, Decimal("0.2925"))


def test_months_the_ledger_does_not_know_are_no_data_and_months_without_rows_are_zero(reader, ledger):
    found = completion(reader, Slot(2026), today=TODAY)

    oil = line_of(found, "02")
    assert oil.handled == (0, 0, 50, 0, 0, *[None] * 7)
    assert (oil.month.handled, oil.month.before, oil.month.growth, oil.month.completion) == (0, 0, None, None)
    assert line_of(completion(reader, Slot(2025), today=TODAY), "01").before == (None,) * 12
    assert line_of(completion(reader, Slot(2025), today=TODAY), "01").cumulative.growth is None
    assert line_of(completion(reader, Slot(2027), today=TODAY), None).cumulative.handled is None


def test_january_and_february_are_told_together_because_the_spring_festival_falls_in_either(reader, ledger):
    merged = line_of(completion(reader, Slot(2026), today=TODAY, month=2), "01")
    apart = line_of(completion(reader, Slot(2026), today=TODAY, month=2, merged=False), "01")
    march = line_of(completion(reader, Slot(2026), today=TODAY, month=3), "01")
    january = line_of(completion(reader, Slot(2026), today=TODAY, month=1), "01")

    assert (merged.month.handled, merged.month.before, merged.month.growth, merged.month_on_month) == (120, 200, Decimal("-0.4"), None)
    assert (apart.month.handled, apart.month.growth) == (30, Decimal("-0.7"))
    assert apart.month_on_month == Decimal(-60) / 90
    assert march.month_on_month is None
    assert (january.month.handled, january.month_on_month) == (90, Decimal("-0.1"))


def test_a_direction_a_customer_and_a_manager_see_their_own_part(reader, ledger):
    slots = [
        Slot(2026),
        Slot(2026, direction="outbound"),
        Slot(2026, customer_id=ledger.pk),
        Slot(2026, manager_id=ledger.account_manager_id),
    ]

    handled = [completion(reader, slot, today=TODAY).whole.cumulative.handled for slot in slots]

    assert handled == [401, 50, 351, 351]


def test_teu_are_a_task_of_their_own(reader):
    make_months({"2026-01": 10, "2026-03": 10}, cargo_class_id="17", unit_id="box40", form="container", tonnes=Decimal(170))
    make_targets({("17", None): 100}, unit="teu")

    boxes = line_of(completion(reader, Slot(2026, unit="teu"), today=TODAY), "17")

    assert (boxes.of_year.handled, boxes.of_year.completion) == (40, Decimal("0.4"))


def test_a_year_without_months_is_spread_for_display_by_the_year_before(reader, ledger):
    make_targets({("01", None): 2400})

    coal = line_of(completion(reader, Slot(2026), today=TODAY), "01")

    assert coal.is_spread
    assert (coal.month.task, coal.cumulative.task) == (200, 800)


def test_the_task_of_all_classes_is_their_sum_until_it_is_set_itself(reader, ledger):
    make_targets({("01", None): 1200, ("02", None): 300})
    summed = completion(reader, Slot(2026), today=TODAY).whole
    make_targets({(None, None): 1600})

    stated = completion(reader, Slot(2026), today=TODAY).whole

    assert (summed.task.year, summed.is_summed) == (1500, True)
    assert (stated.task.year, stated.is_summed) == (1600, False)


def test_who_may_not_see_the_task_sees_no_figure(ledger):
    make_targets({("01", None): 1200})

    found = completion(make_user(), Slot(2026), today=TODAY)

    assert (found.lines, found.whole.task.year, found.whole.cumulative.handled) == ([], None, 0)


def test_the_month_to_look_at_is_the_newest_whole_one_of_the_ledger(reader):
    empty = default_month(TODAY)
    make_months({"2026-02": 1})
    behind = default_month(TODAY)
    make_months({"2026-05": 1})

    assert (empty, behind, default_month(TODAY)) == (dt.date(2026, 4, 1), dt.date(2026, 2, 1), dt.date(2026, 4, 1))


def test_the_figures_take_the_same_few_questions_however_many_classes(reader, ledger, django_assert_num_queries):
    completion(reader, Slot(2026), today=TODAY)

    with django_assert_num_queries(5):  # reach, newest row of the kept sums, task, run, classes
        completion(reader, Slot(2026), today=TODAY)


def test_a_month_whose_rows_were_all_taken_back_is_none_the_ledger_speaks_of(reader, ledger):
    typo = make_shipment(handled_on=dt.date(2062, 3, 1), quantity=5)
    correct_shipment(shipment=typo, reason="年份录错", by=reader)

    found = completion(reader, Slot(2026), today=dt.date(2026, 12, 20))

    assert line_of(found, "01").handled[-1] is None
