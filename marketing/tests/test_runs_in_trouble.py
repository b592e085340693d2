"""Rankings among faults: a broker away, workers that die, a newer run in between, cargo recorded in between."""

import datetime as dt
from threading import Thread

import pytest
from django.db import connection
from kombu.exceptions import OperationalError

from customers.tests.factories import make_customer
from marketing.enums import JobState
from marketing.models import RankingRun, Reconciliation
from marketing.queries import reconciling
from marketing.services import computing, runs, storing, sweeping
from marketing.services.checking import check_again
from marketing.tests.factories import AS_OF, AT, TODAY, make_business, make_run, make_value_model
from portcrm import celery
from portcrm.accounts.services import system_user

pytestmark = pytest.mark.django_db


def test_a_broker_that_is_away_does_not_stop_the_asker(monkeypatch, django_capture_on_commit_callbacks):
    make_value_model()
    monkeypatch.setattr(celery.app, "send_task", broker_away)

    with django_capture_on_commit_callbacks(execute=True):
        run = runs.ask_for_ranking(as_of=AS_OF, today=TODAY, by=system_user())

    assert sweeping.sweep_rankings(at=run.asked_at + dt.timedelta(minutes=3), by=system_user()) == [run.pk]


def broker_away(*_arguments, **options):
    assert options["retry"] is False  # or the page waits for the broker
    raise OperationalError("away")


def test_a_run_that_ends_its_workers_is_given_up_and_says_so():
    make_value_model()
    run = runs.ask_for_ranking(as_of=AS_OF, today=TODAY, by=system_user())
    for attempt in range(computing.MOST_ATTEMPTS):  # claimed, and never heard of again
        computing.claim(run_id=run.pk, at=AT + attempt * dt.timedelta(minutes=11))
    later = AT + computing.MOST_ATTEMPTS * dt.timedelta(minutes=11)

    computing.compute_ranking(run_id=run.pk, clock=lambda: later, by=system_user())

    run.refresh_from_db()
    assert (run.state, run.problem, run.finished_at) == (JobState.FAILED, computing.GIVEN_UP, later)
    assert sweeping.sweep_rankings(at=later + dt.timedelta(days=1), by=system_user()) == []


def test_a_ranking_that_waited_for_a_newer_one_to_be_stored_stores_nothing(monkeypatch):
    customer = make_customer()
    make_business(customer, 10, dt.date(2026, 1, 15))
    make_value_model()
    older = make_run(as_of=dt.date(2026, 1, 31))
    RankingRun.objects.filter(pk=older.pk).update(stored_at=None)

    def wait():
        monkeypatch.undo()
        make_run()

    monkeypatch.setattr(storing, "_wait_for_turn", wait)
    stored = storing.store_newest_values(at=AT, by=system_user())

    customer.refresh_from_db()
    assert (stored, customer.value_as_of) == (None, AS_OF)


@pytest.mark.database
@pytest.mark.django_db(transaction=True)
def test_cargo_recorded_while_a_ranking_is_checked_is_no_difference(monkeypatch):
    customer = make_customer()
    make_business(customer, 10)
    make_value_model()
    run = make_run()
    read_units = reconciling.LEDGER_QUANTITIES
    asked = reconciling._rows

    def record_between(sql, *parameters):
        if sql == read_units:
            elsewhere(lambda: make_business(customer, 5))
        return asked(sql, *parameters)

    monkeypatch.setattr(reconciling, "_rows", record_between)

    check = check_again(run=run, by=system_user())

    assert [line["key"] for line in check.lines if not line["agrees"]] == []
    assert (check.agrees, Reconciliation.objects.filter(run=run).count()) == (True, 2)


def elsewhere(work) -> None:
    """Do the work on a connection of its own and wait for it."""

    def run():
        work()
        connection.close()

    worker = Thread(target=run)
    worker.start()
    worker.join()
