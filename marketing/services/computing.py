"""Making a ranking: claim, read, score, write, store.

Reading happens in one snapshot, writing in one transaction that also marks the run done: a worker killed at any point
leaves a run that nobody can see and that another worker starts from the beginning.
"""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass

import structlog
from django.db import connection, transaction
from django.utils.translation import gettext_noop

from marketing.enums import JobState, RunStep
from marketing.models import DashboardSnapshot, RankingQuantity, RankingRow, RankingRun, Reconciliation
from marketing.queries import figures, reconciling
from marketing.queries.standings import standings_of
from marketing.services.assembling import Assembled, assemble, dashboard_figures
from marketing.services.storing import store_newest_values
from marketing.services.writing import copy_quantities, copy_rows
from marketing.value.windows import Window
from portcrm.accounts.models import User
from portcrm.snapshot import snapshot

LEASE = dt.timedelta(minutes=10)  # a claimed run without progress for this long is taken over
MOST_ATTEMPTS = 5  # then the run itself must be what ends its workers
GIVEN_UP = gettext_noop("The ranking stopped several times without an answer and is not tried again by itself. Nothing of it was kept.")
FAILED = gettext_noop("The ranking stopped because of an error. Nothing of it was kept; it can be run again.")

log = structlog.get_logger(__name__)
Clock = Callable[[], dt.datetime]


class ClaimLost(Exception):
    """Someone cancelled the run or took it over; what this worker did is not kept."""


@dataclass(frozen=True, slots=True)
class Reading:
    """Everything one snapshot of the database said."""

    mark: figures.Mark
    figures: dict[int, figures.CustomerFigures]
    excluded: dict[str, int]
    ledger: dict


def compute_ranking(*, run_id: int, clock: Clock, by: User, lease: dt.timedelta = LEASE) -> RankingRun | None:
    """Do the work of a run that waits (or whose worker is gone); None where there is nothing to do. Runs twice = once."""
    run = claim(run_id=run_id, at=clock(), lease=lease)
    if run is None:
        return None
    if run.attempt > MOST_ATTEMPTS:
        _fail(run, GIVEN_UP, clock)
        return None
    try:
        _compute(run, clock)
    except ClaimLost:
        log.info("ranking_claim_lost", run=run_id)
        return None
    except Exception:
        log.exception("ranking_failed", run=run_id)
        _fail(run, FAILED, clock)
        return None
    tell_planner()
    store_newest_values(at=clock(), by=by)
    run.refresh_from_db()
    return run


def tell_planner() -> None:
    """Tens of thousands of rows came at once: the database's statistics are renewed before the pages ask for them."""
    tables = (RankingRow._meta.db_table, RankingQuantity._meta.db_table)
    with connection.cursor() as cursor:
        cursor.execute(f"ANALYZE {', '.join(tables)}")


def claim(*, run_id: int, at: dt.datetime, lease: dt.timedelta = LEASE) -> RankingRun | None:
    """Take the run for this worker: it waits, or whoever had it has been silent for longer than the lease."""
    with transaction.atomic():
        run = RankingRun.objects.select_for_update(skip_locked=True).filter(pk=run_id).first()
        free = run is not None and (run.state == JobState.WAITING or (run.state == JobState.RUNNING and run.claimed_at < at - lease))
        if not free:
            return None
        run.state, run.step, run.attempt, run.claimed_at, run.started_at = JobState.RUNNING, RunStep.READING, run.attempt + 1, at, at
        run.save(update_fields=["state", "step", "attempt", "claimed_at", "started_at"])
        return run


def _compute(run: RankingRun, clock: Clock) -> None:
    window = Window(run.before_start, run.window_start, run.as_of)
    with snapshot():
        reading = Reading(
            mark=figures.ledger_mark(window),
            figures=figures.figures_in(window),
            excluded=figures.excluded_customers(window),
            ledger=reconciling.ledger_totals(run),
        )
    _report(run, RunStep.SCORING, clock)
    previous = RankingRun.objects.complete().filter(as_of__lt=run.as_of).newest_first().first()
    ranking = assemble(model=run.model, window=window, reading=reading, previous=previous, before=standings_of(previous))
    _report(run, RunStep.WRITING, clock)
    _write(run, ranking, reading, previous, clock)


def _held(run: RankingRun):
    """The run, if this worker still has it."""
    return RankingRun.objects.filter(pk=run.pk, state=JobState.RUNNING, attempt=run.attempt)


def _fail(run: RankingRun, problem: str, clock: Clock) -> None:
    _held(run).update(state=JobState.FAILED, problem=problem, finished_at=clock())


def _report(run: RankingRun, step: str, clock: Clock) -> None:
    if not _held(run).update(step=step, claimed_at=clock()):
        raise ClaimLost


@transaction.atomic
def _write(run: RankingRun, ranking: Assembled, reading: Reading, previous: RankingRun | None, clock: Clock) -> None:
    """All rows, the check against the ledger, the dashboard's figures and "done", or nothing."""
    if not _held(run).select_for_update().exists():
        raise ClaimLost
    run.previous, run.ledger_mark, run.ledger_rows = previous, reading.mark.last_row, reading.mark.rows
    copy_rows(run, ranking, figures.monthly_tonnes(ranking.with_months, run.as_of, reading.mark.last_row))
    copy_quantities(run, ranking)
    run.customers, run.ranked, run.excluded = reading.mark.customers, len(ranking.rows), reading.excluded
    run.criteria, run.totals, run.classes, run.notes = ranking.criteria, ranking.totals, ranking.classes, ranking.notes
    run.state, run.step, run.finished_at = JobState.DONE, RunStep.COMPLETE, clock()
    run.save()
    DashboardSnapshot.objects.create(run=run, **dashboard_figures(ranking))
    keep(result=compared(run=run, ledger=reading.ledger), by=run.asked_by)


def compared(*, run: RankingRun, ledger: dict) -> Reconciliation:
    """What the run holds beside what the ledger holds, not kept yet. Reads only."""
    lines = reconciling.lines(run, ledger)
    agrees = all(line["agrees"] for line in lines)
    customers = [] if agrees else reconciling.differing_customers(run)
    return Reconciliation(run=run, ledger_mark=ledger["mark"], agrees=agrees, lines=lines, customers=customers)


def keep(*, result: Reconciliation, by: User) -> Reconciliation:
    """Keep a comparison beside the earlier ones of its run."""
    result.checked_by = by
    result.save(force_insert=True)
    return result
