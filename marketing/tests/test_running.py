"""A ranking is asked for, made, frozen; what it leaves out and why; rerun and two callers."""

import datetime as dt
from decimal import Decimal
from threading import Barrier, Thread

import pytest
from django.db import InternalError, NotSupportedError, connection, transaction

from customers.models import Customer
from customers.tests.factories import make_customer
from marketing.enums import JobState, RunOrigin
from marketing.models import RankingQuantity, RankingRow, RankingRun, Reconciliation
from marketing.services import computing, runs, sweeping
from marketing.tests.factories import AS_OF, AT, TODAY, make_business, make_run, make_value_model, row_of
from portcrm.accounts.roles import Role
from portcrm.accounts.services import system_user
from portcrm.accounts.tests.factories import make_user
from portcrm.audit.models import AuditEvent
from portcrm.errors import RuleBroken

pytestmark = pytest.mark.django_db

LAST_YEAR = dt.date(2025, 3, 1)


@pytest.fixture
def three_customers():
    """Large and falling, middle and growing, small; the ledger reaches back over the window before."""
    large, middle, small = make_customer(name_zh="大宗"), make_customer(name_zh="中等"), make_customer(name_zh="小户")
    make_business(large, 1000, LAST_YEAR)
    make_business(middle, 100, LAST_YEAR)
    make_business(small, 10, dt.date(2024, 11, 1))
    make_business(large, 600, dt.date(2026, 1, 31))
    make_business(middle, 300, dt.date(2026, 10, 31))
    make_business(small, 10, dt.date(2026, 6, 30))
    return large, middle, small


def test_a_ranking_gives_every_customer_rank_class_score_and_parts_that_add_up(three_customers):
    large, middle, small = three_customers
    make_value_model(weights={"tonnes": 60, "growth": 25, "recency": 15})

    run = make_run()

    first = row_of(run, middle)
    assert [(r.customer, r.rank, r.value_class, r.score) for r in run.rows.all()] == [
        (middle, 1, "A", Decimal("70.000")),  # 60 × 0.5 + 25 × 1 + 15 × 1
        (large, 2, "A", Decimal("60.000")),  # 60 × 1 + 25 × 0 + 15 × 0
        (small, 3, "C", Decimal("20.000")),  # 60 × 0 + 25 × 0.5 + 15 × 0.5
    ]
    assert first.parts == [
        {"key": "tonnes", "raw": "300.000", "scaled": "50.0000", "share": "60.000", "points": "30.000"},
        {"key": "growth", "raw": "100.0", "scaled": "100.0000", "share": "25.000", "points": "25.000"},
        {"key": "recency", "raw": "0", "scaled": "100.0000", "share": "15.000", "points": "15.000"},
    ]
    assert (first.tonnes_before, first.contribution, first.last_handled_on) == (Decimal(100), Decimal(1200), dt.date(2026, 10, 31))


def test_the_run_agrees_with_the_ledger_line_by_line(three_customers):
    make_value_model()

    run = make_run()

    check = Reconciliation.objects.get(run=run)
    found = {(line["key"], line["unit"]): (Decimal(line["run"]), line["ledger"] == line["run"]) for line in check.lines}
    assert check.agrees is True
    assert found == {
        ("tonnes", ""): (Decimal(910), True),
        ("teu", ""): (Decimal(0), True),
        ("lots", ""): (Decimal(3), True),
        ("revenue", ""): (Decimal(9100), True),
        ("cost", ""): (Decimal(5460), True),
        ("customers_with_business", ""): (Decimal(3), True),
        ("quantity", "t"): (Decimal(910), True),
        ("unit_lots", "t"): (Decimal(3), True),
        ("all_customers", ""): (Decimal(3), True),
        ("scores_unlike_their_parts", ""): (Decimal(0), True),
    }


def test_customers_without_business_in_the_window_are_counted_by_the_reason(three_customers):
    make_customer(name_zh="从未")
    make_business(make_customer(name_zh="从前"), 5, dt.date(2025, 10, 31))
    make_business(make_customer(name_zh="以后"), 5, dt.date(2026, 11, 1))
    make_value_model()

    run = make_run()

    assert (run.ranked, run.customers, run.excluded) == (3, 6, {"never": 1, "before_window": 1, "after_date": 1})


def test_without_cost_the_contribution_is_left_out_and_the_run_says_no_cost_data():
    make_business(make_customer(), 10, cost=None)
    make_business(make_customer(), 20, cost=None)
    make_value_model(weights={"tonnes": 50, "contribution": 50})

    run = make_run()

    assert [(c["key"], c["used"], c["share"], c["reason"]) for c in run.criteria if c["weight"] == "50.0"] == [
        ("tonnes", True, "100.000", ""),
        ("contribution", False, "0.000", "no_contribution_data"),
    ]
    assert {"code": "no_contribution_data"} in run.notes
    assert run.totals["cost"] is None


def test_one_customer_with_too_few_costs_is_scored_on_the_other_criteria():
    with_cost, without = make_customer(), make_customer()
    make_business(with_cost, 10)
    make_business(without, 20, cost=None)
    make_business(without, 20)
    make_value_model(weights={"tonnes": 50, "contribution": 50})

    run = make_run()

    assert [(p["key"], p["raw"], p["share"]) for p in row_of(run, without).parts] == [
        ("tonnes", "40.000", "100.000"),
        ("contribution", None, "0.000"),
    ]
    assert {"code": "some_without_contribution", "customers": 1, "of": 2} in run.notes


def test_the_same_date_and_model_give_the_same_ranking_to_the_digit(three_customers):
    make_value_model()

    first, again = make_run(), make_run()

    columns = [f.attname for f in RankingRow._meta.fields if f.attname not in ("id", "run_id")]
    assert list(again.rows.values_list(*columns)) == list(first.rows.values_list(*columns))
    assert first.pk != again.pk


def test_movement_and_its_reason_come_from_the_run_before(three_customers):
    large, middle, _small = three_customers
    make_business(middle, 5, dt.date(2026, 2, 1))
    make_value_model(weights={"tonnes": 100})
    before = make_run(as_of=dt.date(2026, 9, 30))
    make_business(middle, 695, dt.date(2026, 10, 15))

    run = make_run()

    risen, passed = row_of(run, middle), row_of(run, large)
    assert run.previous == before
    assert (risen.previous_rank, risen.rank, risen.movement, risen.previous_class) == (3, 1, 2, "C")
    assert risen.reasons == [{"code": "tonnes", "points": 100_000, "now": "1000.000", "before": "5.000", "change_percent": 19_900}]
    assert (passed.previous_rank, passed.rank, passed.movement) == (1, 2, -1)
    assert passed.reasons == [
        {"code": "tonnes", "points": -50_000, "now": "600.000", "before": "600.000", "change_percent": 0, "by_others": True}
    ]


def test_the_quantity_ranking_keeps_the_original_unit():
    valero, other = make_customer(name_en="Valero"), make_customer(name_en="Other")
    make_business(valero, 200, unit_id="kbbl", lots=4)
    make_business(other, 900, unit_id="t")
    make_business(other, 100, unit_id="kbbl")
    make_value_model()

    run = make_run()

    assert list(RankingQuantity.objects.filter(run=run).values_list("unit", "rank", "customer", "quantity", "lots")) == [
        ("kbbl", 1, valero.pk, Decimal(200), 4),
        ("kbbl", 2, other.pk, Decimal(100), 1),
        ("t", 1, other.pk, Decimal(900), 1),
    ]


def test_the_newest_ranking_is_stored_on_the_customer_files_and_an_older_one_is_not(three_customers):
    large, *_ = three_customers
    make_value_model(weights={"tonnes": 100})

    newest = make_run()
    make_run(as_of=dt.date(2026, 1, 31))

    large.refresh_from_db()
    assert (large.value_rank, large.value_class, large.value_score, large.value_as_of) == (1, "A", Decimal(100), newest.as_of)


def test_asking_twice_while_one_is_open_gives_the_same_run():
    make_value_model()
    by = make_user(Role.MANAGER)

    first = runs.ask_for_ranking(as_of=AS_OF, today=TODAY, by=by)
    second = runs.ask_for_ranking(as_of=AS_OF, today=TODAY, by=by)

    assert (second.pk, first.state) == (first.pk, JobState.WAITING)
    assert list(AuditEvent.objects.filter(action="ranking.run").values_list("actor_id", "detail__as_of")) == [(by.pk, "2026-10-31")]


def test_a_day_to_come_cannot_be_ranked():
    make_value_model()

    with pytest.raises(RuleBroken) as refused:
        runs.ask_for_ranking(as_of=dt.date(2026, 11, 3), today=TODAY, by=system_user())

    assert (refused.value.field, RankingRun.objects.count()) == ("as_of", 0)


def test_the_month_end_ranking_is_asked_for_once_a_month():
    make_value_model()

    first = runs.ask_for_month_end_ranking(today=TODAY, by=system_user())
    second = runs.ask_for_month_end_ranking(today=dt.date(2026, 11, 28), by=system_user())

    assert (first.as_of, first.origin, second) == (dt.date(2026, 10, 31), RunOrigin.MONTHLY, None)


@pytest.mark.parametrize(("asked_at", "official"), [("2026-10-31T04:00Z", False), ("2026-10-31T16:30Z", True)])
def test_a_ranking_by_hand_replaces_the_month_end_one_only_if_the_month_was_over(asked_at, official):
    make_value_model()
    by_hand = make_run()
    RankingRun.objects.filter(pk=by_hand.pk).update(asked_at=asked_at)  # noon of the last day, and half an hour after it

    made = runs.ask_for_month_end_ranking(today=TODAY, by=system_user())

    assert (made is None) == official
    assert RankingRun.objects.filter(origin=RunOrigin.MONTHLY, as_of=AS_OF).exists() == (not official)


def test_a_cancelled_run_keeps_nothing_and_its_worker_stops(three_customers):
    make_value_model()
    run = runs.ask_for_ranking(as_of=AS_OF, today=TODAY, by=system_user())
    claimed = computing.claim(run_id=run.pk, at=AT)
    runs.cancel_ranking(run=run, at=AT, by=system_user())

    with pytest.raises(computing.ClaimLost):
        computing._compute(claimed, lambda: AT)

    assert (RankingRow.objects.count(), computing.compute_ranking(run_id=run.pk, clock=lambda: AT, by=system_user())) == (0, None)


def test_rows_of_a_run_are_frozen(three_customers):
    make_value_model()
    run = make_run()

    with pytest.raises((InternalError, NotSupportedError)), transaction.atomic():
        run.rows.update(rank=1)

    assert sorted(run.rows.values_list("rank", flat=True)) == [1, 2, 3]


def test_nobody_sees_the_rows_of_a_run_that_is_not_done(three_customers):
    make_value_model()
    manager = make_user(Role.MANAGER)
    run = make_run()
    assert RankingRow.objects.visible_to(manager).count() == 3

    RankingRun.objects.filter(pk=run.pk).update(state=JobState.RUNNING)

    assert RankingRow.objects.visible_to(manager).count() == 0
    assert RankingRow.objects.visible_to(make_user()).count() == 0


def test_a_run_whose_worker_is_silent_is_taken_up_by_the_sweeper():
    make_value_model()
    run = runs.ask_for_ranking(as_of=AS_OF, today=TODAY, by=system_user())
    computing.claim(run_id=run.pk, at=AT)

    soon = sweeping.sweep_rankings(at=AT + dt.timedelta(minutes=9), by=system_user())
    later = sweeping.sweep_rankings(at=AT + dt.timedelta(minutes=11), by=system_user())

    assert (soon, later) == ([], [run.pk])
    assert computing.claim(run_id=run.pk, at=AT + dt.timedelta(minutes=9)) is None
    assert computing.claim(run_id=run.pk, at=AT + dt.timedelta(minutes=11)).attempt == 2


def test_an_error_marks_the_run_failed_and_keeps_nothing(three_customers, monkeypatch):
    make_value_model()
    run = runs.ask_for_ranking(as_of=AS_OF, today=TODAY, by=system_user())
    monkeypatch.setattr(computing, "copy_quantities", lambda *_: 1 / 0)

    computing.compute_ranking(run_id=run.pk, clock=lambda: AT, by=system_user())

    run.refresh_from_db()
    assert (run.state, RankingRow.objects.count(), "can be run again" in run.problem) == (JobState.FAILED, 0, True)


@pytest.mark.database
@pytest.mark.django_db(transaction=True)
def test_two_workers_that_take_the_same_run_at_once_make_it_once():
    make_business(make_customer(), 10)
    make_value_model()
    run = runs.ask_for_ranking(as_of=AS_OF, today=TODAY, by=system_user())
    by, start, made = system_user(), Barrier(2), []

    def work():
        start.wait()
        made.append(computing.compute_ranking(run_id=run.pk, clock=lambda: AT, by=by))
        connection.close()

    workers = [Thread(target=work) for _ in range(2)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()

    assert sorted(result is not None for result in made) == [False, True]
    assert (RankingRow.objects.count(), Reconciliation.objects.count(), Customer.objects.get().value_rank) == (1, 1, 1)


@pytest.mark.database
@pytest.mark.django_db(transaction=True)
def test_two_people_who_ask_for_the_same_ranking_at_once_get_one_run():
    make_value_model()
    by, start, asked = system_user(), Barrier(2), []

    def ask():
        start.wait()
        asked.append(runs.ask_for_ranking(as_of=AS_OF, today=TODAY, by=by).pk)
        connection.close()

    askers = [Thread(target=ask) for _ in range(2)]
    for asker in askers:
        asker.start()
    for asker in askers:
        asker.join()

    assert asked == [RankingRun.objects.get().pk] * 2
