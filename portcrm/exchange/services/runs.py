"""Taking a file in: upload, columns, dry run, run, cancel."""

from pathlib import Path

from django.conf import settings
from django.core.files import File
from django.db import DatabaseError, transaction
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from portcrm import celery
from portcrm.accounts.models import User
from portcrm.audit.actions import action
from portcrm.clock import now
from portcrm.errors import RuleBroken
from portcrm.exchange import matching
from portcrm.exchange.enums import UNDER_WAY, RunState
from portcrm.exchange.file_names import readable_name
from portcrm.exchange.importing import Importer
from portcrm.exchange.mended import carry_mended
from portcrm.exchange.models import ImportRun, RememberedMapping
from portcrm.exchange.problems import FileProblem
from portcrm.exchange.readers import Table, TableOptions, open_table

RUN_TASK = "portcrm.exchange.run"


@action("exchange.upload")
def take_in(*, importer: Importer, file: File, by: User, options: TableOptions | None = None, limited: bool = True) -> ImportRun:
    """Store an uploaded file as a draft of a dry run, with its columns matched; FileProblem if it cannot be read."""
    if limited and file.size > settings.MAX_IMPORT_BYTES:
        raise FileProblem(
            format_lazy(
                _("The file has {size} MB; {limit} MB are allowed."),
                size=round(file.size / 2**20, 1),
                limit=round(settings.MAX_IMPORT_BYTES / 2**20, 1),
            )
        )
    run = ImportRun(importer=importer.key, dry_run=True, file_name=readable_name(file.name), file_size=file.size, created_by=by)
    run.file.save(run.file_name, file, save=False)
    try:
        _describe(run, open_table(Path(run.file.path), options))
        remembered = RememberedMapping.objects.filter(importer=importer.key, shape=run.shape).first()
        run.mapping = remembered.mapping if remembered else matching.guess(importer, run.columns)
        run.constants = remembered.constants if remembered else {}
        run.save()
    except (FileProblem, DatabaseError):
        run.file.storage.delete(run.file.name)
        raise
    return run


@action("exchange.map")
def set_mapping(*, run: ImportRun, mapping: dict[str, int], constants: dict[str, str], by: User) -> ImportRun:
    """Choose the columns of a draft, and remember them for files of the same shape."""
    run = ImportRun.objects.select_for_update().get(pk=run.pk)
    if run.state != RunState.DRAFT:
        raise RuleBroken(_("This import has already been started."))
    matching.check(run.by_importer, mapping, constants)
    run.mapping, run.constants = mapping, constants
    run.save(update_fields=["mapping", "constants"])
    # whoever wants a file to correct what is known says so each time
    kept = {name: text for name, text in constants.items() if name not in run.by_importer.correcting}
    RememberedMapping.objects.update_or_create(
        importer=run.importer, shape=run.shape, defaults={"mapping": mapping, "constants": kept, "used_at": now()}
    )
    return run


@action("exchange.start")
def start(*, run: ImportRun, by: User) -> ImportRun:
    """Hand a draft to a worker."""
    run = ImportRun.objects.select_for_update().get(pk=run.pk)
    matching.check(run.by_importer, run.mapping, run.constants)
    if not ImportRun.objects.filter(pk=run.pk, state=RunState.DRAFT).update(state=RunState.WAITING):
        raise RuleBroken(_("This import has already been started."))
    run.state = RunState.WAITING
    transaction.on_commit(lambda: nudge(run.pk))
    return run


@action("exchange.start")
def import_rehearsed(*, run: ImportRun, by: User) -> ImportRun:
    """Run in earnest what a dry run has shown; the dry run stays in the history. Asked twice it starts once."""
    run = ImportRun.objects.select_for_update().get(pk=run.pk)
    if not run.dry_run or run.state != RunState.DONE:
        raise RuleBroken(_("Only a dry run that has ended can be imported."))
    if earnest := ImportRun.objects.filter(rehearsal=run).exclude(state=RunState.CANCELLED).first():
        return earnest
    _refuse_without_file(run)
    if hindrance := run.by_importer.hindrance(run):
        raise RuleBroken(hindrance)
    earnest = ImportRun(dry_run=False, rehearsal=run, created_by=by)
    for name in FILE_FIELDS:
        setattr(earnest, name, getattr(run, name))
    earnest.save()
    return start(run=earnest, by=by)


@action("exchange.upload")
def draft_again(*, run: ImportRun, by: User) -> ImportRun:
    """A new draft of the same file, to choose its columns anew; rows that were mended stay mended."""
    _refuse_without_file(run)
    draft = ImportRun(dry_run=True, created_by=by)
    for name in FILE_FIELDS:
        setattr(draft, name, getattr(run, name))
    draft.save()
    carry_mended(run, draft)
    return draft


def _refuse_without_file(run: ImportRun) -> None:
    """The copy of a file goes when a person it names is erased."""
    if not run.file:
        raise RuleBroken(_("The copy of this file has been deleted. Upload the file again."))


@action("exchange.cancel")
def cancel(*, run: ImportRun, by: User) -> ImportRun:
    """Stop a run: at once if nobody works on it, otherwise after the chunk under way. Stored rows are kept."""
    run = ImportRun.objects.select_for_update().get(pk=run.pk)
    if run.state not in (*UNDER_WAY, RunState.DRAFT):
        raise RuleBroken(_("This import has already ended."))
    run.cancel_wanted = True
    if run.state != RunState.RUNNING or run.lease_until < now():
        run.state, run.finished_at, run.lease_until = RunState.CANCELLED, now(), None
    run.save(update_fields=["cancel_wanted", "state", "finished_at", "lease_until"])
    return run


FILE_FIELDS = (
    *("importer", "file", "file_name", "file_size", "format", "encoding", "delimiter", "sheet"),
    *("has_header", "columns", "header_line", "shape", "mapping", "constants", "total"),
)


def nudge(run_id: int) -> None:
    """Ask a worker to work on the run now; the sweeper asks again if the broker is away."""
    celery.nudge(RUN_TASK, run_id)


def nudge_waiting() -> None:
    """What the sweeper does: ask for every run that waits for a worker or has lost its own."""
    for run_id in ImportRun.objects.claimable(now()).values_list("pk", flat=True):
        nudge(run_id)


def _describe(run: ImportRun, table: Table) -> None:
    """Write down how the file is to be read; counting its rows reads it to the end, so a broken one shows now."""
    run.format, run.columns, run.header_line = table.format, table.columns, table.header_line
    run.encoding, run.delimiter = table.options.encoding, table.options.delimiter
    run.sheet, run.has_header = table.options.sheet, table.options.has_header
    run.shape = matching.shape_of(table.columns)
    run.total = sum(1 for _row in table.rows())
    if not run.total:
        raise FileProblem(_("The file has column names but no rows below them."))
