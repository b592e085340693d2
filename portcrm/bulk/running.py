"""Working a run off: chunk by chunk, each in one transaction with its mark, every row through the app's own service.

A worker that dies leaves the run with a lease; when that has run out another worker goes on with the first chunk that is not
done. A chunk is changed and marked together, so no row is left out and none is changed twice.
"""

import datetime as dt
import logging
import time
import uuid

from django.db import InterfaceError, OperationalError, transaction
from django.db.models import F, Model
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext_lazy as _

from portcrm.accounts.models import User
from portcrm.accounts.services import system_user
from portcrm.audit.actions import action
from portcrm.audit.channel import Channel, current_channel
from portcrm.audit.services import record
from portcrm.bilingual import both
from portcrm.bulk.enums import BulkState
from portcrm.bulk.models import BulkChunk, BulkRefusal, BulkRun
from portcrm.bulk.notices import ENDED
from portcrm.bulk.services.runs import AT_ONCE
from portcrm.clock import now
from portcrm.errors import RuleBroken
from portcrm.notices.services import notify

logger = logging.getLogger(__name__)

LEASE = dt.timedelta(minutes=5)
MOST_ATTEMPTS = 5  # without a chunk done in between
ENDLESS = float("inf")
GONE = _("The row is not there any more, or you may no longer see it.")
STOPPED_OFTEN = _("The change stopped several times at the same place. What was changed before stays.")
NOT_OFFERED = _("This change is not offered any more, or your role may no longer make it.")
VALUES_WRONG = _("What was chosen is no longer valid, for example because a colleague has left. Please ask for the change again.")
PROGRAM_ERROR = _("An error in the program stopped the change. What was changed before stays.")


class Interrupted(Exception):
    """Another worker has taken the run, or somebody has cancelled it."""


def claim(run_id: int) -> BulkRun | None:
    """Take a run for this process, or None where it does not wait for one."""
    at = now()
    taken = (
        BulkRun.objects.filter(pk=run_id)
        .claimable(at)
        .update(state=BulkState.RUNNING, claim=uuid.uuid4(), lease_until=at + LEASE, attempts=F("attempts") + 1)
    )
    return BulkRun.objects.select_related("created_by").get(pk=run_id) if taken else None


def run_bulk(run_id: int, *, seconds: float = ENDLESS) -> bool:
    """Work on a run until it has ended, or for about `seconds`; True says that it waits to be gone on with."""
    run = claim(run_id)
    if run is None:
        return False
    if run.attempts > MOST_ATTEMPTS:
        _fail(run, STOPPED_OFTEN)
        return False
    try:
        return _run(run, time.monotonic() + seconds)
    except Interrupted:
        return False
    except (OperationalError, InterfaceError):
        raise  # the database went away: the lease runs out and the run is taken up again
    except RuleBroken as refusal:
        _fail(run, refusal.message)
    except Exception:  # an action's error ends its run, visibly
        logger.exception("bulk.run_failed", extra={"run": run.pk})
        _fail(run, PROGRAM_ERROR)
    return False


def work_at_once(run: BulkRun) -> BulkRun:
    """A page of rows is done while the asker waits; more are left to a worker."""
    if run.total <= AT_ONCE:
        run_bulk(run.pk)
        run.refresh_from_db()
    return run


def _run(run: BulkRun, end: float) -> bool:
    values = checked_values(run)
    while (chunk := BulkChunk.objects.filter(run=run, done=False).first()) is not None:
        work_chunk(run=run, chunk=chunk, values=values, by=run.created_by)
        if run.state == BulkState.CANCELLED:
            return False
        if time.monotonic() > end:
            give_back(run=run, by=run.created_by)
            return True
    finish(run=run, by=run.created_by)
    return False


def checked_values(run: BulkRun) -> dict:
    """What the form that was filled in says today; RuleBroken where action, permission or values no longer hold."""
    chosen, asker = run.by_action, run.created_by
    if chosen is None or run.of_list is None or not asker.is_active or not asker.has_perm(chosen.permission):
        raise RuleBroken(NOT_OFFERED)
    form = chosen.form(MultiValueDict(run.values), user=asker)
    if not form.is_valid():
        raise RuleBroken(VALUES_WRONG)
    return form.cleaned_data


@action("bulk.run", _("Bulk change"))
def work_chunk(*, run: BulkRun, chunk: BulkChunk, values: dict, by: User) -> BulkRun:
    """Change the rows of one chunk and mark it done, in one transaction; Interrupted if the run is no longer ours."""
    current = _ours(run)
    if current.cancel_wanted:
        _close(run, BulkState.CANCELLED, by=by)
        return run
    found = {row.pk: row for row in run.of_list.rows(by).filter(pk__in=chunk.rows)}
    refusals = [refusal for pk in chunk.rows if (refusal := _try(run, pk, found.get(pk), values, by))]
    BulkRefusal.objects.bulk_create(refusals)
    chunk.done = True
    chunk.save(update_fields=["done"])
    run.done += len(chunk.rows)
    run.refused += len(refusals)
    run.lease_until, run.attempts = now() + LEASE, 0
    run.save(update_fields=["done", "refused", "lease_until", "attempts"])
    return run


def _try(run: BulkRun, pk: int, row: Model | None, values: dict, by: User) -> BulkRefusal | None:
    """One row through its service, in a savepoint of its own: what one rule forbids does not hold up the others."""
    if row is None:
        return BulkRefusal(run=run, target=pk, label=f"#{pk}", reason=both(GONE))
    label = str(row)[:300]
    try:
        with transaction.atomic():
            run.by_action.apply(row=row, values=values, by=by)
    except RuleBroken as refusal:
        return BulkRefusal(run=run, target=pk, label=label, reason=both(refusal.message))
    return None


@action("bulk.run", _("Bulk change"))
def finish(*, run: BulkRun, by: User) -> BulkRun:
    """End a run all of whose chunks are done."""
    _ours(run)
    _close(run, BulkState.DONE, by=by)
    return run


@action("bulk.run", _("Bulk change"))
def give_back(*, run: BulkRun, by: User) -> BulkRun:
    """Let another task go on with the run."""
    _ours(run)
    run.state, run.claim, run.lease_until, run.attempts = BulkState.WAITING, None, None, 0
    run.save(update_fields=["state", "claim", "lease_until", "attempts"])
    return run


def _ours(run: BulkRun) -> BulkRun:
    current = BulkRun.objects.select_for_update().get(pk=run.pk)
    if current.claim != run.claim or current.state != BulkState.RUNNING:
        raise Interrupted
    return current


def _close(run: BulkRun, state: BulkState, *, by: User) -> None:
    """End a run whose row is locked."""
    run.state, run.finished_at, run.lease_until = state, now(), None
    run.save(update_fields=["state", "finished_at", "lease_until"])
    told = {name: getattr(run, name) for name in ("query", "total", "done", "refused")}
    told |= {"names": run.names} if run.names else {}
    told |= {"ticked": run.total} if run.ticked else {}
    record(by=by, action="bulk.run", target=run, list=run.record, what=run.action, state=str(state), **told)
    if current_channel() in (Channel.PAGE, Channel.API):  # few rows, done while the person or the program waits
        return
    values = {"what": both(run.title), "state": both(state.label)}
    notify(recipients=[run.created_by], kind=ENDED.key, by=system_user(), values=values, record_pk=run.pk, url=run.get_absolute_url())


def _fail(run: BulkRun, message) -> None:
    with transaction.atomic():
        current = BulkRun.objects.select_for_update().get(pk=run.pk)
        if current.claim == run.claim:
            current.reason = both(message)
            current.save(update_fields=["reason"])
            _close(current, BulkState.FAILED, by=current.created_by)
