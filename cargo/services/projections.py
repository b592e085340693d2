"""Asking for a projection of the year's end, and picking up what a lost message or a killed worker left open.

The computation itself stands in projecting.py, which only workers load.
"""

import datetime as dt

from django.db import transaction

from cargo.enums import CheckState
from cargo.models import ProjectionRun
from cargo.querysets import ProjectionRunQuerySet
from cargo.services.checks import LEASE, PATIENCE
from portcrm import celery
from portcrm.accounts.models import User
from portcrm.audit.actions import action
from portcrm.clock import now

PROJECT_TASK = "cargo.project"


@action("projection.ask")
def open_projection(*, by: User) -> ProjectionRun:
    """A run that waits to be made; there is never more than one."""
    run, _made = ProjectionRun.objects.get_or_create(state=CheckState.WAITING, defaults={"requested_by": by, "requested_at": now()})
    return run


@action("projection.ask")
def request_projection(*, by: User) -> ProjectionRun:
    """Ask a worker where the year will end. Asking again nudges again: making a run twice is making it once."""
    run = open_projection(by=by)
    transaction.on_commit(lambda: celery.nudge(PROJECT_TASK, run.pk))
    return run


@action("projection.finish")
def end_as_failed(*, runs: ProjectionRunQuerySet, by: User) -> int:
    """End those under way visibly; returns how many."""
    return runs.filter(state=CheckState.RUNNING).update(state=CheckState.FAILED, finished_at=now())


def sweep_projections(*, at: dt.datetime, by: User) -> int:
    """Ask again for the run a lost message left waiting; end as failed those whose worker is gone. Returns how many failed."""
    for run_id in ProjectionRun.objects.waiting_since(at - PATIENCE).values_list("pk", flat=True):
        celery.nudge(PROJECT_TASK, run_id)
    return end_as_failed(runs=ProjectionRun.objects.begun_before(at - LEASE), by=by)
