"""Taking an import back: asked for, done chunk by chunk, and what is left decided by people."""

import datetime as dt
from collections.abc import Sequence

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from portcrm import celery
from portcrm.accounts.models import User
from portcrm.audit.actions import action
from portcrm.audit.services import record
from portcrm.bilingual import both
from portcrm.clock import now
from portcrm.errors import RuleBroken
from portcrm.exchange import notices
from portcrm.exchange.enums import ChangeState, RunState
from portcrm.exchange.importing import Importer, Left
from portcrm.exchange.models import ImportChange, ImportRevert, ImportRun
from portcrm.exchange.services.mending import ENDED
from portcrm.exchange.writing import sentence
from portcrm.notices.services import notify

REVERT_TASK = "portcrm.exchange.revert"
TAKEN_BACK = _("Import taken back")


@action("exchange.revert", TAKEN_BACK)
def start_revert(*, run: ImportRun, by: User) -> ImportRevert:
    """Ask for an import to be taken back; asked twice it happens once."""
    run = ImportRun.objects.select_for_update().get(pk=run.pk)
    refuse_what_cannot_be_taken_back(run)
    revert, new = ImportRevert.objects.get_or_create(run=run, defaults={"created_by": by, "total": run.changes.count()})
    if new:
        transaction.on_commit(lambda: celery.nudge(REVERT_TASK, revert.pk))
    return revert


def refuse_what_cannot_be_taken_back(run: ImportRun) -> None:
    """RuleBroken with the reason why this run cannot be taken back."""
    importer = run.by_importer
    if importer is None or not importer.takes_back:
        raise RuleBroken(_("This kind of import cannot be taken back."))
    if run.dry_run or run.state not in ENDED:
        raise RuleBroken(_("Only an import that has ended can be taken back."))
    if not run.changes.exists():
        raise RuleBroken(_("This import has changed nothing that could be taken back."))


@action("exchange.revert", TAKEN_BACK)
def take_back_chunk(*, revert: ImportRevert, importer: Importer, most: int, lease_until: dt.datetime, by: User) -> int:
    """Take back the newest changes that are still there; returns how many were looked at, 0 at the end."""
    current = ImportRevert.objects.select_for_update().get(pk=revert.pk)
    if current.claim != revert.claim or current.state != RunState.RUNNING:
        return 0
    changes = list(ImportChange.objects.filter(run=revert.run_id, state=ChangeState.STORED).order_by("-pk")[:most])
    if not changes:
        _close(current, RunState.DONE, by=by)
        return 0
    left = take_back(importer, changes, insist=False, by=by)
    _note_taken_back(changes, left)
    current.done += len(changes)
    current.left += len(left)
    current.attempts, current.lease_until = 0, lease_until
    current.save(update_fields=["done", "left", "attempts", "lease_until"])
    revert.done, revert.left = current.done, current.left
    return len(changes)


@action("exchange.revert", TAKEN_BACK)
def give_up_revert(*, revert: ImportRevert, message: object, by: User) -> ImportRevert:
    """End a taking back that cannot go on; what was taken back stays so."""
    current = ImportRevert.objects.select_for_update().get(pk=revert.pk)
    if current.claim == revert.claim:
        current.reason = both(message)
        current.save(update_fields=["reason"])
        _close(current, RunState.FAILED, by=by)
    return current


@action("exchange.revert", TAKEN_BACK)
def decide_change(*, change: ImportChange, insist: bool, by: User) -> ImportChange:
    """Take back what was left although it was changed since (`insist`), or keep it as it is now."""
    run = ImportRun.objects.select_for_update().get(pk=change.run_id)
    change = ImportChange.objects.select_for_update().get(pk=change.pk)
    if change.state != ChangeState.LEFT:
        raise RuleBroken(_("Somebody has decided on this already."))
    left: dict[int, Left] = {}
    if insist:
        left = take_back(run.by_importer, [change], insist=True, by=by)
        _note_taken_back([change], left)
        change.refresh_from_db()
    else:
        change.state = ChangeState.KEPT
    if not left:
        change.decided_by, change.decided_at = by, now()
        change.save(update_fields=["state", "decided_by", "decided_at"])
    return change


@action("exchange.revert", TAKEN_BACK)
def keep_what_is_left(*, run: ImportRun, by: User) -> int:
    """Keep everything that was not taken back; returns how many records."""
    rows = ImportChange.objects.filter(run=run, state=ChangeState.LEFT)
    return rows.update(state=ChangeState.KEPT, decided_by=by, decided_at=now())


def take_back(importer: Importer, changes: Sequence[ImportChange], *, insist: bool, by: User) -> dict[int, Left]:
    """Take changes back together; if that breaks a rule of the database, halve them until the guilty ones are found."""
    try:
        with transaction.atomic():
            return importer.take_back(changes, insist=insist, by=by)
    except IntegrityError as error:
        if len(changes) == 1:
            return {changes[0].pk: Left([both(sentence(error))], may_insist=False)}
    middle = len(changes) // 2
    first = take_back(importer, changes[:middle], insist=insist, by=by)
    return first | take_back(importer, changes[middle:], insist=insist, by=by)


def _note_taken_back(changes: Sequence[ImportChange], left: dict[int, Left]) -> None:
    done = [change.pk for change in changes if change.pk not in left]
    ImportChange.objects.filter(pk__in=done).update(state=ChangeState.SET_BACK, left=[])
    for change in changes:
        if change.pk in left:
            change.state, change.left, change.may_insist = ChangeState.LEFT, left[change.pk].reasons, left[change.pk].may_insist
    ImportChange.objects.bulk_update([change for change in changes if change.pk in left], ["state", "left", "may_insist"])


def nudge_reverts() -> None:
    """What the sweeper does: ask for every taking back that waits for a worker or has lost its own."""
    for pk in ImportRevert.objects.claimable(now()).values_list("pk", flat=True):
        celery.nudge(REVERT_TASK, pk)


def _close(revert: ImportRevert, state: RunState, *, by: User) -> None:
    revert.state, revert.finished_at, revert.lease_until = state, now(), None
    revert.save(update_fields=["state", "finished_at", "lease_until"])
    record(by=by, action="exchange.revert", target=revert.run, state=str(state), done=revert.done, left=revert.left)
    run = ImportRun.objects.select_related("created_by").get(pk=revert.run_id)
    if state == RunState.DONE:
        told = {"by": {"zh": by.name, "en": by.name_en}, "file": run.file_name}
        notify(recipients=run.owners, kind=notices.TAKEN_BACK.key, by=by, values=told, record_pk=run.pk, url=run.get_absolute_url())
