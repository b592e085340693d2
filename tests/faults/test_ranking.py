"""A worker killed in the middle of a ranking leaves nothing to see, and the next one makes it whole."""

import pytest

from customers.models import Customer
from customers.tests.factories import make_customer
from marketing.enums import JobState, RunStep
from marketing.models import RankingQuantity, RankingRow, RankingRun, Reconciliation
from marketing.services.computing import LEASE, compute_ranking
from marketing.services.runs import ask_for_ranking, nudge
from marketing.services.sweeping import sweep_rankings
from marketing.tests.factories import AS_OF, TODAY, make_business, make_value_model
from portcrm.accounts.services import system_user
from portcrm.clock import now
from tests.faults.processes import celery_worker, wait_until, worker

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.jobs, pytest.mark.database]

# What the worker does instead of the named step: wait to be killed
HANGING = """
import time; from marketing.services import computing; from portcrm.clock import now
from portcrm.accounts.services import system_user
computing.{step} = lambda *a, **k: time.sleep(600)
computing.compute_ranking(run_id={run}, clock=now, by=system_user())
"""


@pytest.fixture
def run():
    for tonnes in (500, 300, 20):
        make_business(make_customer(), tonnes)
    make_value_model()
    return ask_for_ranking(as_of=AS_OF, today=TODAY, by=system_user())


def killed_at(run: RankingRun, step: str, reached) -> None:
    with worker(HANGING.format(step=step, run=run.pk).replace("\n", "; ").strip("; ")) as working:
        wait_until(lambda: reached(RankingRun.objects.get(pk=run.pk)))
        working.kill()


def in_two_leases():
    return now() + 2 * LEASE


@pytest.mark.parametrize(
    ("step", "reported"), [("assemble", RunStep.SCORING), ("copy_quantities", RunStep.WRITING), ("compared", RunStep.WRITING)]
)
def test_a_worker_killed_while_it_reads_scores_or_writes_leaves_no_row_and_the_next_one_finishes(run, step, reported):
    killed_at(run, step, lambda found: found.step == reported)

    assert (RankingRow.objects.count(), RankingQuantity.objects.count(), Reconciliation.objects.count()) == (0, 0, 0)
    assert compute_ranking(run_id=run.pk, clock=now, by=system_user()) is None  # the lease of the dead one still runs

    taken_up = sweep_rankings(at=in_two_leases(), by=system_user())
    finished = compute_ranking(run_id=run.pk, clock=in_two_leases, by=system_user())

    assert (taken_up, finished.attempt, finished.ranked) == ([run.pk], 2, 3)
    assert sorted(finished.rows.values_list("position", flat=True)) == [1, 2, 3]
    assert Reconciliation.objects.get().agrees is True


def test_a_worker_killed_before_it_told_the_customer_files_is_made_good_by_the_sweeper(run):
    killed_at(run, "store_newest_values", lambda found: found.state == JobState.DONE)

    assert (RankingRow.objects.count(), Customer.objects.exclude(value_rank=None).count()) == (3, 0)

    sweep_rankings(at=now(), by=system_user())

    assert sorted(Customer.objects.values_list("value_rank", flat=True)) == [1, 2, 3]


def test_a_real_worker_makes_the_ranking_it_is_told_of_twice_only_once(run):
    with celery_worker("jobs"):
        nudge(run.pk)
        nudge(run.pk)
        wait_until(lambda: RankingRun.objects.filter(state=JobState.DONE, stored_at__isnull=False).exists())

    run.refresh_from_db()
    assert (run.attempt, RankingRow.objects.count()) == (1, 3)
