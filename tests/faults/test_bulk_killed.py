"""A bulk change whose worker is killed in the middle: no row is left out, none is changed twice."""

import datetime as dt

import pytest
from django.db import connection, transaction

from portcrm.accounts.models import Department
from portcrm.accounts.roles import Role
from portcrm.accounts.tests.factories import make_department, make_user
from portcrm.bulk.actions import registry
from portcrm.bulk.enums import BulkState
from portcrm.bulk.models import BulkRun
from portcrm.bulk.running import run_bulk
from portcrm.bulk.services import runs
from portcrm.bulk.tests.factories import ACTION, LIST, RECORD, make_bulk_run
from portcrm.clock import now
from tests.faults.processes import kill_where_it_waits, worker

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.jobs]
WORK = "from portcrm.bulk.tests.factories import register; register(); from portcrm.bulk.running import run_bulk; run_bulk({run})"


@pytest.fixture(autouse=True)
def departments(monkeypatch):
    monkeypatch.setitem(registry.lists, RECORD, LIST)
    monkeypatch.setitem(registry.actions, (RECORD, "prefix"), ACTION)
    monkeypatch.setattr(runs, "CHUNK_ROWS", 3)


def kill_in_the_middle(run: BulkRun, locked: Department) -> None:
    """Let a worker process run into a locked row of its second chunk and kill it there."""
    with transaction.atomic(), connection.cursor() as cursor:
        Department.objects.select_for_update().get(pk=locked.pk)
        with worker(WORK.format(run=run.pk)) as dying:
            kill_where_it_waits(dying, cursor)


def test_a_killed_change_goes_on_with_the_chunk_that_was_not_done():
    rows = [make_department(name_zh=f"部门{number}") for number in range(8)]
    run = make_bulk_run(make_user(Role.MARKETING), Department.objects.filter(pk__in=[row.pk for row in rows]))
    kill_in_the_middle(run, rows[4])
    killed = BulkRun.objects.get(pk=run.pk)
    changed_then = Department.objects.filter(name_zh__startswith="新").count()

    run_bulk(run.pk)  # too early: the dead worker's lease still runs
    too_early = BulkRun.objects.get(pk=run.pk).done
    BulkRun.objects.filter(pk=run.pk).update(lease_until=now() - dt.timedelta(seconds=1))
    run_bulk(run.pk)

    run.refresh_from_db()
    assert (killed.state, killed.done, changed_then, too_early) == (BulkState.RUNNING, 3, 3, 3)
    assert (run.state, run.done, run.refused) == (BulkState.DONE, 8, 0)
    assert [row.name_zh for row in Department.objects.filter(pk__in=[row.pk for row in rows]).order_by("pk")] == [
        f"新部门{number}" for number in range(8)
    ]
