"""The check of the sums against the ledger, asked for by people and made by a job every night."""

import datetime as dt
import logging
from dataclasses import asdict

from django.core.serializers.json import DjangoJSONEncoder
from django.db import transaction

from cargo.enums import CheckState
from cargo.models import LedgerCheck
from cargo.queries.reconcile import Reconciliation, reconcile
from cargo.querysets import LedgerCheckQuerySet
from portcrm import celery
from portcrm.accounts.models import User
from portcrm.audit.actions import action
from portcrm.clock import now
from portcrm.snapshot import snapshot

logger = logging.getLogger(__name__)

CHECK_TASK = "cargo.check_ledger"
PATIENCE = dt.timedelta(minutes=2)  # a nudge is given this long
LEASE = dt.timedelta(hours=1)  # longer than any task may take: its worker is gone

encoder = DjangoJSONEncoder()


def _plain(value):
    """JSON keeps a Decimal as its text, so that no digit is lost."""
    if isinstance(value, dict):
        return {key: _plain(inner) for key, inner in value.items()}
    return value if value is None or isinstance(value, bool | int | str) else encoder.default(value)


@action("cargo.request_check")
def open_check(*, by: User) -> LedgerCheck:
    """A check that waits to be made; there is never more than one."""
    check, _made = LedgerCheck.objects.get_or_create(state=CheckState.WAITING, defaults={"requested_by": by, "requested_at": now()})
    return check


@action("cargo.request_check")
def request_check(*, by: User) -> LedgerCheck:
    """Ask a worker for a check. Asking again nudges again: making a check twice is making it once."""
    check = open_check(by=by)
    transaction.on_commit(lambda: celery.nudge(CHECK_TASK, check.pk))
    return check


def run_check(*, check: LedgerCheck, by: User) -> LedgerCheck:
    """Make a waiting check; one that somebody else has begun is left to them. An error ends it as failed, visibly.

    The sums are read in one snapshot: a chunk of an import that is stored between two of them must not look like a
    difference.
    """
    if _begin(check=check, by=by):
        try:
            with snapshot():
                result = reconcile()
        except Exception:
            logger.exception("cargo.check_failed", extra={"check": check.pk})
            _end(checks=LedgerCheck.objects.filter(pk=check.pk), by=by, state=CheckState.FAILED)
        else:
            _end(checks=LedgerCheck.objects.filter(pk=check.pk), by=by, state=CheckState.DONE, **_result(result))
    check.refresh_from_db()
    return check


def sweep_checks(*, at: dt.datetime, by: User) -> int:
    """Ask again for the check a lost message left waiting; end as failed those whose worker is gone. Returns how many failed."""
    for check_id in LedgerCheck.objects.waiting_since(at - PATIENCE).values_list("pk", flat=True):
        celery.nudge(CHECK_TASK, check_id)
    return _end(checks=LedgerCheck.objects.begun_before(at - LEASE), by=by, state=CheckState.FAILED)


@action("cargo.run_check")
def _begin(*, check: LedgerCheck, by: User) -> bool:
    waiting = LedgerCheck.objects.filter(pk=check.pk, state=CheckState.WAITING)
    return bool(waiting.update(state=CheckState.RUNNING, started_at=now()))


@action("cargo.run_check")
def _end(*, checks: LedgerCheckQuerySet, by: User, **result) -> int:
    return checks.filter(state=CheckState.RUNNING).update(finished_at=now(), **result)


def _result(result: Reconciliation) -> dict:
    return {
        "agrees": result.agrees,
        "units": [_plain(asdict(line)) | {"agrees": line.agrees} for line in result.units],
        "differences": [_plain(asdict(difference)) for difference in result.differences],
        "difference_count": result.difference_count,
        "lane_differences": [_plain(asdict(difference)) for difference in result.lane_differences],
        "lane_difference_count": result.lane_difference_count,
        "class_differences": [_plain(asdict(difference)) for difference in result.class_differences],
        "class_difference_count": result.class_difference_count,
    }
