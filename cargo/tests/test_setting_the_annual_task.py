"""The annual task is set cell by cell; what two people set at once is not lost, what contradicts is named."""

import datetime as dt
import random
from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction

from cargo.demo.targets import seed_targets
from cargo.models import CargoMeeting, Target
from cargo.queries.completion import default_month
from cargo.queries.targets import CellKey, Slot, Task, grid_rows, tasks_of
from cargo.services.targets import set_targets
from cargo.tests.factories import load_reference, make_cargo_class, make_months, make_targets
from customers.services.merging import merge_customers
from customers.tests.factories import make_customer
from portcrm.accounts.roles import Role
from portcrm.accounts.tests.factories import make_user
from portcrm.audit.queries import event_model_of
from portcrm.clock import port_today
from portcrm.editing import EditConflict
from portcrm.errors import RuleBroken

pytestmark = pytest.mark.django_db
COAL_YEAR, COAL_MARCH = CellKey("01", None), CellKey("01", 3)


@pytest.fixture
def manager():
    make_cargo_class()
    return make_user(Role.MANAGER)


def stored() -> dict:
    return {CellKey(one.cargo_class_id, one.month).text: one.quantity for one in Target.objects.all()}


def test_cells_are_set_changed_and_emptied_and_their_history_tells_who(manager):
    first = set_targets(slot=Slot(2026), cells={COAL_YEAR: Decimal(1000), COAL_MARCH: Decimal(90)}, by=manager)
    second = set_targets(
        slot=Slot(2026), cells={COAL_YEAR: Decimal(1200), COAL_MARCH: None, CellKey(None, None): Decimal(5000)}, by=manager
    )
    third = set_targets(slot=Slot(2026), cells={COAL_YEAR: Decimal("1200.000")}, by=manager)

    assert [(one.added, one.changed, one.emptied) for one in (first, second, third)] == [(2, 0, 0), (1, 1, 1), (0, 0, 0)]
    assert stored() == {"c-01-0": 1200, "c-all-0": 5000}
    told = list(event_model_of(Target).objects.order_by("pgh_id").values_list("pgh_label", "month", "quantity"))
    assert told.count(("insert", None, Decimal(1000))) == 1
    assert ("update", None, Decimal(1200)) in told
    assert ("delete", 3, Decimal(90)) in told


def test_a_cell_another_has_set_meanwhile_comes_back_with_both_figures_and_nothing_is_saved(manager):
    colleague = make_user(Role.MANAGER)
    make_targets({("01", None): 1000})
    seen = {COAL_YEAR: Decimal(1000), COAL_MARCH: None}
    set_targets(slot=Slot(2026), cells={COAL_YEAR: Decimal(1500)}, seen=seen, by=colleague)

    with pytest.raises(EditConflict) as refused:
        set_targets(slot=Slot(2026), cells={COAL_YEAR: Decimal(1300), COAL_MARCH: Decimal(80)}, seen=seen, by=manager)

    assert [(one.field, one.theirs, one.yours) for one in refused.value.conflicts] == [("c-01-0", Decimal(1500), Decimal(1300))]
    assert stored() == {"c-01-0": 1500}


def test_the_same_wish_of_two_is_no_conflict_and_other_cells_of_theirs_stay(manager):
    seen = {COAL_YEAR: None, COAL_MARCH: None}
    make_targets({("01", None): 1500})

    set_targets(slot=Slot(2026), cells={COAL_YEAR: Decimal(1500), COAL_MARCH: Decimal(80)}, seen=seen, by=manager)

    assert stored() == {"c-01-0": 1500, "c-01-3": 80}


@pytest.mark.parametrize(
    ("slot", "cells", "field"),
    [
        (Slot(1700), {COAL_YEAR: Decimal(1)}, "year"),
        (Slot(2026, unit="kg"), {COAL_YEAR: Decimal(1)}, "unit"),
        (Slot(2026, customer_id=1, manager_id=1), {COAL_YEAR: Decimal(1)}, "manager"),
        (Slot(2026), {CellKey("99", None): Decimal(1)}, "cargo_class"),
        (Slot(2026), {CellKey("01", 13): Decimal(1)}, "month"),
        (Slot(2026), {COAL_YEAR: Decimal(-1)}, "quantity"),
        (Slot(2026), {COAL_YEAR: Decimal(10) ** 15}, "quantity"),
    ],
)
def test_what_is_no_task_is_refused_whole(manager, slot, cells, field):
    with pytest.raises(RuleBroken) as refused:
        set_targets(slot=slot, cells={CellKey(None, 1): Decimal(5)} | cells, by=manager)

    assert refused.value.field == field
    assert stored() == {}


def test_the_database_keeps_one_figure_for_a_cell_also_where_parts_of_its_name_are_empty(manager):
    make_targets({(None, None): 1})
    twin = {"year": 2026, "unit": "t", "quantity": 2, "set_by": manager, "set_at": dt.datetime(2026, 1, 1, tzinfo=dt.UTC)}

    with pytest.raises(IntegrityError, match="target_is_set_once"), transaction.atomic():
        Target.objects.create(**twin)


def test_tasks_of_a_customer_a_manager_and_another_direction_stand_apart(manager):
    customer = make_customer()
    make_targets({("01", None): 1})
    make_targets({("01", None): 2}, direction="inbound")
    make_targets({("01", None): 3}, customer_id=customer.pk)
    make_targets({("01", None): 4}, manager_id=manager.pk)
    make_targets({("01", None): 5}, unit="teu")
    make_targets({("01", None): 6}, year=2027)

    slots = [Slot(2026), Slot(2026, direction="inbound"), Slot(2026, customer_id=customer.pk), Slot(2026, manager_id=manager.pk)]

    assert [tasks_of(manager, slot)["01"].year for slot in [*slots, Slot(2026, unit="teu"), Slot(2027)]] == [1, 2, 3, 4, 5, 6]
    assert tasks_of(make_user(), Slot(2026)) == {}


def test_months_that_contradict_their_year_are_named_with_the_difference(manager):
    even = {("01", month): 100 for month in range(1, 13)}
    make_targets(even | {("01", None): 1250, ("02", None): 500, ("02", 1): 600, ("03", 1): 5, ("03", None): 60, (None, None): 2000})

    rows = {row.code: row for row in grid_rows(manager, Slot(2026))}

    assert (rows["01"].task.sum_of_months, rows["01"].task.difference) == (1200, -50)
    assert rows["02"].task.difference == 100  # one month alone is more than the year
    assert rows["03"].task.difference is None  # eleven months are still to be set
    assert (rows[None].classes, rows[None].classes_differ) == (1810, -190)
    assert len(rows) == 18


def test_twelve_months_are_a_year_and_some_months_are_not():
    assert Task(None, (Decimal(10),) * 12).of_year == 120
    assert Task(None, (Decimal(10),) * 11 + (None,)).of_year is None


def test_a_year_without_months_is_spread_by_the_shares_of_the_year_before():
    before = (Decimal(30), Decimal(10), *([Decimal(6)] * 10))
    task = Task(Decimal(1000), (None,) * 12)

    assert task.spread(before) == (300, 100, *([60] * 10))
    assert task.spread((None, *before[1:])) == (None,) * 12  # a month without data has no share
    assert task.spread((Decimal(0),) * 12) == (None,) * 12


def test_the_task_of_a_merged_customer_goes_to_the_kept_file_but_for_cells_that_file_has(manager):
    load_reference()
    kept, other = make_customer(), make_customer()
    make_targets({("01", None): 10}, customer_id=kept.pk)
    make_targets({("01", None): 7, ("02", 3): 8}, customer_id=other.pk)

    merge_customers(kept=kept, other=other, take=(), by=manager)

    assert sorted(Target.objects.values_list("customer", "cargo_class", "month", "quantity")) == sorted(
        [(kept.pk, "01", None, 10), (kept.pk, "02", 3, 8), (other.pk, "01", None, 7)]
    )


def test_the_demo_sets_a_task_a_little_above_the_year_before_and_prepares_two_meetings(manager):
    today = port_today()
    marketer = make_user(Role.MARKETING)
    customer = make_customer(account_manager=marketer)
    days = [f"{year}-{month:02d}" for year in range(today.year - 2, today.year + 1) for month in range(1, 13)]
    make_months({day: 1000 for day in days if day < f"{today:%Y-%m}"}, customer=customer, cargo_class_id="01")

    seed_targets(random.Random(1), {"manager": manager}, lambda text: None)

    year = default_month(today).year
    coal = tasks_of(manager, Slot(year))["01"]
    assert coal.sum_of_months == coal.year
    assert Decimal("0.9") <= coal.year / 12000 <= Decimal("1.2")
    assert tasks_of(manager, Slot(year, manager_id=marketer.pk))["01"].is_whole
    month = default_month(today)
    assert list(CargoMeeting.objects.order_by("month").values_list("month", flat=True)) == [
        (month - timedelta(days=1)).replace(day=1),
        month,
    ]
