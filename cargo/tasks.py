"""Jobs: the nightly facts and check, and checks people ask for."""

import datetime as dt

from celery import shared_task

from cargo.models import LedgerCheck, ProjectionRun
from cargo.services.checks import CHECK_TASK, open_check, run_check, sweep_checks
from cargo.services.expected import confirm_wins
from cargo.services.facts import store_facts
from cargo.services.heaviest import LIST_TASK, list_heaviest
from cargo.services.importing import clear_ended_batches
from cargo.services.outlooks import estimate_leads
from cargo.services.projecting import project_when_stale, run_projection
from cargo.services.projections import PROJECT_TASK, sweep_projections
from cargo.services.reading import READ_TASK, read_received, sweep_documents
from cargo.services.rollups import compact_lanes
from cargo.services.stillness import ask_about_stale_leads
from portcrm.accounts.models import User
from portcrm.accounts.services import system_user
from portcrm.audit.channel import channel
from portcrm.clock import now, port_today
from portcrm.steps import run_all


@shared_task(name=CHECK_TASK)
def check_ledger(check_id: int) -> None:
    """Make one check; twice is once, a missing row is a quiet end."""
    check = LedgerCheck.objects.filter(pk=check_id).first()
    if check is not None:
        with channel("job"):
            run_check(check=check, by=system_user())


@shared_task(name="cargo.nightly")
def nightly() -> None:
    """Everything that the night brings up to date, each also where another failed; the check of the sums comes last."""
    with channel("job"):
        run_all(
            store_facts,
            put_lanes_together,
            list_heaviest_customers,
            clear_away,
            project_when_stale,
            estimate_leads,
            confirm_wins,
            ask_about_stale_leads,
            check_rollup,
            today=port_today(),
            by=system_user(),
        )


def put_lanes_together(*, today: dt.date, by: User) -> None:
    compact_lanes(by=by)


def list_heaviest_customers(*, today: dt.date, by: User) -> None:
    list_heaviest(by=by)


def clear_away(*, today: dt.date, by: User) -> None:
    clear_ended_batches(by=by)


def check_rollup(*, today: dt.date, by: User) -> None:
    run_check(check=open_check(by=by), by=by)


@shared_task(name=LIST_TASK)
def list_customers() -> None:
    """The heaviest customers of the months with new rows; twice is once."""
    with channel("job"):
        list_heaviest(by=system_user())


@shared_task(name="cargo.sweep")
def sweep() -> None:
    """Checks, projections, documents and lists that a lost message, a killed worker or a busy moment left open."""
    with channel("job"):
        sweep_checks(at=now(), by=system_user())
        sweep_projections(at=now(), by=system_user())
        sweep_documents(at=now())
        list_heaviest(by=system_user())


@shared_task(name=READ_TASK)
def read_document(document_id: int) -> None:
    """Read one document; twice is once, a missing row is a quiet end."""
    with channel("job"):
        read_received(document_id=document_id, by=system_user())


@shared_task(name=PROJECT_TASK)
def project(run_id: int) -> None:
    """Make one projection; twice is once, a missing row is a quiet end."""
    run = ProjectionRun.objects.filter(pk=run_id).first()
    if run is not None:
        with channel("job"):
            run_projection(run=run, today=port_today(), by=system_user())
