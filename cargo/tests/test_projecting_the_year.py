"""Where the year will end: made by a job, stored with what it rests on, made once."""

import datetime as dt
from decimal import Decimal

import pytest
from django.core.cache import cache

from cargo import tasks
from cargo.enums import CheckState
from cargo.models import Projection, ProjectionRun
from cargo.queries.completion import completion
from cargo.queries.targets import Slot
from cargo.services import projecting
from cargo.services.projecting import project_when_stale, run_projection
from cargo.services.projections import open_projection, request_projection, sweep_projections
from cargo.tests.factories import make_cargo_class, make_months, make_targets
from customers.tests.factories import make_customer
from portcrm import celery
from portcrm.accounts.roles import Role
from portcrm.accounts.services import system_user
from portcrm.accounts.tests.factories import make_user
from portcrm.clock import now

pytestmark = pytest.mark.django_db
TODAY = dt.date(2026, 11, 20)  # October is the last whole month
SEASON = {month: 100 + 10 * month for month in range(1, 13)}


@pytest.fixture
def manager():
    cache.clear()
    make_cargo_class()
    return make_user(Role.MANAGER)


def months(first: int, last: str = "2026-10") -> dict[str, int]:
    """The same season every year from January of `first`."""
    every = {f"{year}-{month:02d}": SEASON[month] for year in range(first, 2027) for month in range(1, 13)}
    return {month: quantity for month, quantity in every.items() if month <= last}


def project(today: dt.date = TODAY) -> ProjectionRun:
    return run_projection(run=open_projection(by=system_user()), today=today, by=system_user())


def test_what_is_handled_and_what_is_to_come_make_the_year(manager):
    make_months(months(2022), cargo_class_id="01")
    make_targets({("01", None): 2300})

    run = project()
    coal = completion(manager, Slot(2026), today=TODAY).lines[0]

    stored = coal.projection
    assert (run.state, run.as_of, run.rules) == (CheckState.DONE, dt.date(2026, 10, 1), "1")
    assert (stored.handled, stored.projected, stored.method) == (1550, 1980, "seasonal_naive")  # 210 and 220 are to come
    assert (stored.low, stored.high, stored.level, stored.origins, stored.naive_mape) == (1980, 1980, 80, 24, 0)
    assert stored.months == [{"month": "2026-11", "quantity": 210.0}, {"month": "2026-12", "quantity": 220.0}]
    assert (stored.history_months, coal.projected, coal.gap) == (58, 1980, 320)


def test_every_class_and_direction_and_all_of_them_are_projected(manager):
    make_months(months(2024), cargo_class_id="01")
    make_months(months(2024), cargo_class_id="02", direction="outbound")

    project()

    found = set(Projection.objects.filter(unit="t").values_list("cargo_class", "direction", "projected"))
    assert found == {
        (None, "", 3960), ("01", "", 1980), ("02", "", 1980),
        (None, "inbound", 1980), ("01", "inbound", 1980), (None, "outbound", 1980), ("02", "outbound", 1980),
    }  # fmt: skip


def test_customers_and_managers_are_projected_where_they_have_a_task(manager):
    marketer = make_user(Role.MARKETING)
    customer = make_customer(account_manager=marketer)
    make_months(months(2024), customer=customer, cargo_class_id="01")
    make_months(months(2024), cargo_class_id="01")
    make_targets({("01", None): 1}, customer_id=customer.pk)
    make_targets({(None, None): 1}, manager_id=marketer.pk)

    project()

    owned = Projection.objects.exclude(customer=None, manager=None).values_list("customer", "manager", "cargo_class", "projected")
    assert set(owned) == {
        (customer.pk, None, "01", 1980), (customer.pk, None, None, 1980), (None, marketer.pk, "01", 1980), (None, marketer.pk, None, 1980),
    }  # fmt: skip


def test_little_history_is_said_and_not_guessed(manager):
    make_months(months(2026, "2026-10"), cargo_class_id="01")

    project()

    short = Projection.objects.get(cargo_class="01", direction="", unit="t")
    assert (short.history_months, short.method, short.projected, short.handled) == (10, "", None, 1550)


def test_in_december_the_whole_next_year_is_to_come(manager):
    make_months(months(2024, "2025-12"), cargo_class_id="01")

    project(dt.date(2026, 1, 9))

    coal = Projection.objects.get(cargo_class="01", direction="", unit="t")
    assert (coal.year, coal.handled, coal.projected, len(coal.months)) == (2026, 0, 1980, 12)


def test_a_run_is_made_once_and_made_again_only_when_something_has_changed(manager):
    make_months(months(2024), cargo_class_id="01")

    first = project_when_stale(today=TODAY, by=system_user())
    again = project_when_stale(today=TODAY, by=system_user())
    make_targets({("01", None): 5})
    after_task = project_when_stale(today=TODAY, by=system_user())
    make_months({"2026-11": 3}, cargo_class_id="01")
    after_cargo = project_when_stale(today=TODAY, by=system_user())

    assert again is None
    assert [run.state for run in (first, after_task, after_cargo)] == [CheckState.DONE] * 3
    assert list(ProjectionRun.objects.values_list("pk", flat=True)) == [after_cargo.pk]  # the newest of a month stays
    assert Projection.objects.filter(cargo_class="01", direction="", unit="t").count() == 1


def test_a_projection_of_an_earlier_month_stays_for_its_meeting(manager):
    make_months(months(2024, "2026-09"), cargo_class_id="01")
    september = project()
    make_months({"2026-10": 200}, cargo_class_id="01")

    october = project()

    assert list(ProjectionRun.objects.values_list("pk", "as_of")) == [
        (october.pk, dt.date(2026, 10, 1)), (september.pk, dt.date(2026, 9, 1)),
    ]  # fmt: skip


def test_a_second_worker_leaves_a_run_to_the_first(manager):
    make_months(months(2024), cargo_class_id="01")
    run = open_projection(by=manager)

    tasks.project(run.pk)
    finished = ProjectionRun.objects.get(pk=run.pk).finished_at
    tasks.project(run.pk)
    tasks.project(run.pk + 1)

    assert ProjectionRun.objects.get(pk=run.pk).finished_at == finished


def test_a_computation_that_breaks_ends_as_failed_and_the_figures_before_stay(manager, monkeypatch):
    make_months(months(2024), cargo_class_id="01")
    before = project()

    def broken(*_given):
        raise ValueError("a series nobody thought of")

    monkeypatch.setattr(projecting, "carry_forward", broken)
    failed = project()

    assert failed.state == CheckState.FAILED
    assert ProjectionRun.objects.done().get() == before


def test_setting_a_task_asks_for_a_projection_once(manager, monkeypatch, django_capture_on_commit_callbacks):
    asked = []
    monkeypatch.setattr(celery, "nudge", lambda task, *ids: asked.append((task, *ids)))

    with django_capture_on_commit_callbacks(execute=True):
        make_targets({("01", None): 5})
        make_targets({("01", None): 5})  # nothing new

    assert asked == [("cargo.project", ProjectionRun.objects.get().pk)]


def test_the_sweeper_asks_again_and_ends_what_nobody_works_on(manager, monkeypatch):
    asked = []
    monkeypatch.setattr(celery, "nudge", lambda task, *ids: asked.append(ids))
    lost = request_projection(by=manager)
    ProjectionRun.objects.filter(pk=lost.pk).update(requested_at=now() - dt.timedelta(minutes=5))
    dead = ProjectionRun.objects.create(
        requested_by=manager, requested_at=now(), state=CheckState.RUNNING, started_at=now() - dt.timedelta(hours=2)
    )

    ended = sweep_projections(at=now(), by=system_user())

    assert (ended, asked) == (1, [(lost.pk,)])
    assert ProjectionRun.objects.get(pk=dead.pk).state == CheckState.FAILED


def test_an_empty_ledger_gives_a_run_without_figures(manager):
    run = project()

    assert (run.state, run.watermark, run.projections.count()) == (CheckState.DONE, 0, 0)
    assert project_when_stale(today=TODAY, by=system_user()) is None
    assert completion(manager, Slot(2026), today=TODAY).whole.projected is None


def test_theta_is_taken_where_it_was_nearer(manager):
    grown = {month: Decimal(quantity) * Decimal("1.2") ** (int(month[:4]) - 2022) for month, quantity in months(2022).items()}
    make_months({month: round(quantity, 3) for month, quantity in grown.items()}, cargo_class_id="01")

    project()

    coal = Projection.objects.get(cargo_class="01", direction="", unit="t")
    assert coal.method == "theta"
    assert coal.theta_mae < coal.naive_mae
    assert coal.low == coal.projected < coal.high  # it has always been too low so far
