"""The check of the rollup as a job: asked for, crashed, killed, lost, and undisturbed by an import."""

import datetime as dt
import threading

import pytest
from django.db import connection
from django.urls import reverse
from kombu.exceptions import OperationalError

from cargo.enums import CheckState
from cargo.models import LedgerCheck
from cargo.queries import reconcile
from cargo.services import checks
from cargo.tests.factories import make_shipment
from customers.tests.factories import make_customer
from portcrm import celery
from portcrm.accounts.roles import Role
from portcrm.accounts.services import system_user
from portcrm.accounts.tests.factories import make_user
from portcrm.clock import now

pytestmark = pytest.mark.django_db


@pytest.fixture
def sent(monkeypatch) -> list:
    """The tasks that workers were asked for."""
    names: list = []
    monkeypatch.setattr(celery.app, "send_task", lambda name, args, **_options: names.append((name, *args)))
    return names


def test_a_broker_that_is_away_does_not_stop_the_asker(monkeypatch, django_capture_on_commit_callbacks):
    def away(*_arguments, **_options):
        raise OperationalError("away")

    monkeypatch.setattr(celery.app, "send_task", away)

    with django_capture_on_commit_callbacks(execute=True):
        check = checks.request_check(by=system_user())

    assert LedgerCheck.objects.get() == check


def test_a_check_that_crashes_ends_as_failed_and_the_page_says_so(monkeypatch, client):
    client.force_login(make_user(Role.OPERATIONS, language="en"))
    client.cookies["django_language"] = "en"
    monkeypatch.setattr(checks, "reconcile", lambda: 1 / 0)
    by = system_user()

    failed = checks.run_check(check=checks.open_check(by=by), by=by)

    page = client.get(reverse("cargo:reconciliation")).content.decode()
    assert (failed.state, failed.agrees, failed.finished_at is not None) == (CheckState.FAILED, None, True)
    assert ("The check stopped before it had a result" in page, "months differ" in page) == (True, False)
    assert checks.open_check(by=by).pk != failed.pk


def test_a_check_whose_worker_is_gone_ends_as_failed():
    by = system_user()
    check = checks.open_check(by=by)
    checks._begin(check=check, by=by)

    soon = checks.sweep_checks(at=now() + dt.timedelta(minutes=50), by=by)
    later = checks.sweep_checks(at=now() + dt.timedelta(minutes=70), by=by)

    check.refresh_from_db()
    assert (soon, later, check.state) == (0, 1, CheckState.FAILED)


def test_a_check_whose_message_was_lost_is_asked_for_again(sent):
    check = checks.open_check(by=system_user())

    for minutes in (1, 3):
        checks.sweep_checks(at=check.requested_at + dt.timedelta(minutes=minutes), by=system_user())

    assert sent == [("cargo.check_ledger", check.pk)]


@pytest.mark.database
@pytest.mark.django_db(transaction=True)
def test_cargo_recorded_while_the_check_reads_is_no_difference():
    customer, by = make_customer(), system_user()
    make_shipment(customer=customer, quantity=100)
    recorded = []

    def record_between(execute, sql, *rest):
        if sql == reconcile.ROLLUP_SUMS and not recorded:
            recorded.append(elsewhere(lambda: make_shipment(customer=customer, quantity=7)))
        return execute(sql, *rest)

    with connection.execute_wrapper(record_between):
        check = checks.run_check(check=checks.open_check(by=by), by=by)

    assert (len(recorded), check.agrees) == (1, True)
    assert [line["agrees"] for line in check.units] == [True]


def elsewhere(work) -> None:
    """Do the work on a connection of its own and wait for it."""

    def run():
        work()
        connection.close()

    worker = threading.Thread(target=run)
    worker.start()
    worker.join()
