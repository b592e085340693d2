"""Running an import: chunk by chunk, each with its checkpoint in the same transaction.

A worker that dies leaves the run with a lease; when that has run out another worker goes on after the last
checkpoint. A dry run goes through the same code in one transaction that is rolled back at the end, or chunk by chunk.
"""

import gc
import logging
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager, nullcontext
from itertools import islice

from django.db import InterfaceError, OperationalError, connection, transaction
from django.utils.translation import gettext_lazy as _

from portcrm.accounts.models import User
from portcrm.accounts.services import system_user
from portcrm.audit.actions import action
from portcrm.audit.channel import channel
from portcrm.audit.services import record
from portcrm.bilingual import both
from portcrm.clock import now
from portcrm.exchange.claiming import LEASE, MOST_ATTEMPTS, claim_job, hand_on
from portcrm.exchange.enums import RunState
from portcrm.exchange.foreseeing import ForecastBook, heed_choices
from portcrm.exchange.importing import Importer, Rehearsal, WriteResult
from portcrm.exchange.mended import heed_mended, settle_carried, try_chunk, try_mended
from portcrm.exchange.models import ImportProblem, ImportRun
from portcrm.exchange.notices import ENDED
from portcrm.exchange.problems import FileProblem
from portcrm.exchange.reading import Chunk, RowParser
from portcrm.exchange.writing import drop_statements, keep_changes, write
from portcrm.notices.services import notify

logger = logging.getLogger(__name__)

ENOUGH_ROWS = 2**63 - 1
NEW_OBJECTS = 500_000
TURN = 0.0005  # seconds
STOPPED_OFTEN = _(
    "The import stopped several times at the same place: its worker ended there, or the database did not take the rows. "
    "Rows stored before it are kept."
)


class Interrupted(Exception):
    """Another worker has taken the run, or somebody has cancelled it."""


class Rehearsed(Exception):
    """The end of a dry run: rolls its transaction back and carries the mended rows that are still wrong out of it, and why the
    file as a whole would be refused."""

    def __init__(self, mended: list[ImportProblem], refusal: object = ""):
        super().__init__(len(mended))
        self.mended, self.refusal = mended, refusal


def claim(run_id: int) -> ImportRun | None:
    """Take a run for this process, or None where it does not wait for one."""
    return claim_job(ImportRun, run_id)


def run_import(run_id: int, *, seconds: float = ENOUGH_ROWS, say: Callable[[ImportRun], None] = lambda run: None) -> bool:
    """Work on a run until it has ended, or for about `seconds`; True says that it waits to be gone on with."""
    run = claim(run_id)
    if run is None:
        return False
    if run.attempts > MOST_ATTEMPTS:
        _end(run, RunState.FAILED, STOPPED_OFTEN)
        return False
    importer = run.by_importer
    try:
        with channel("import"), seldom_collecting(), quick_turns():
            if importer is None:
                raise FileProblem(_("This kind of import does not exist any more."))
            if run.dry_run:
                _rehearse(run, importer, say)
                return False
            return _run(run, importer, time.monotonic() + seconds, say)
    except Interrupted:
        return False
    except FileProblem as problem:
        _end(run, RunState.FAILED, problem.message)
    except FileNotFoundError:
        _end(run, RunState.FAILED, _("The uploaded file is not there any more. Please upload it again."))
    except (OperationalError, InterfaceError):
        raise  # the database went away: the lease runs out and the run is taken up again
    except Exception:  # an importer's error ends its run, visibly
        logger.exception("exchange.run_failed", extra={"run": run.pk})
        _end(run, RunState.FAILED, _("An error in the program stopped the import. Rows stored before it are kept."))
    return False


@contextmanager
def seldom_collecting() -> Iterator[None]:
    """Let Python look for unused cycles once in several chunks: rows are millions of small objects that hold none, and looking
    through them again and again takes a third of the time."""
    usual = gc.get_threshold()
    gc.set_threshold(NEW_OBJECTS, *usual[1:])
    try:
        yield
    finally:
        gc.set_threshold(*usual)


@contextmanager
def quick_turns() -> Iterator[None]:
    """Let the thread that stores rows have its turn at once: the one that reads ahead always has something to do, and whoever comes back
    from the database a hundred times a chunk waited for it up to five milliseconds each time."""
    usual = sys.getswitchinterval()
    sys.setswitchinterval(TURN)
    try:
        yield
    finally:
        sys.setswitchinterval(usual)


def _run(run: ImportRun, importer: Importer, end: float, say) -> bool:
    for chunk, parser in _chunks(run, importer):
        store_chunk(run=run, importer=importer, chunk=chunk, parser=parser, by=run.created_by)
        if run.state == RunState.CANCELLED:
            return False
        say(run)
        if time.monotonic() > end:
            hand_on(run)
            return True
    finish(run=run, importer=importer, by=run.created_by)
    return False


def _chunks(run: ImportRun, importer: Importer) -> Iterator[tuple[Chunk, RowParser]]:
    """The chunks of a file; the next one is read in a thread of its own while the database stores the one before."""
    parser = RowParser(importer, run.columns, run.mapping, run.constants)
    numbered = run.table().rows(after=run.last_line)

    def read() -> Chunk:
        return parser.parse(islice(numbered, importer.chunk_rows))

    with ThreadPoolExecutor(max_workers=1, thread_name_prefix="import-reader") as reader:
        coming = reader.submit(read)
        while (chunk := coming.result()).last_line:
            coming = reader.submit(read)
            yield chunk, parser


@action("exchange.import")
def store_chunk(*, run: ImportRun, importer: Importer, chunk: Chunk, parser: RowParser, by: User) -> ImportRun:
    """Store a chunk and move the checkpoint behind it, in one transaction; Interrupted if the run is no longer ours."""
    current = ImportRun.objects.select_for_update().get(pk=run.pk)
    if current.claim != run.claim or current.state != RunState.RUNNING:
        raise Interrupted
    if current.cancel_wanted:
        _close(run, RunState.CANCELLED, by=by)
        return run
    heed_mended(chunk, parser, run_id=run.rehearsal_id)
    left_out = heed_choices(chunk, run=run)
    result, problems = write(importer, chunk, parser, run=run, by=by)
    ImportProblem.objects.bulk_create(problems, batch_size=1000)
    keep_changes(result, run=run)
    _count(run, chunk, result, len(problems), left_out)
    run.lease_until, run.attempts = now() + LEASE, 0
    run.save(update_fields=["done", "last_line", "created", "updated", "skipped", "rejected", "lease_until", "attempts"])
    return run


@action("exchange.import")
def finish(*, run: ImportRun, importer: Importer, by: User) -> ImportRun:
    """Let the importer finish its work and end the run, in one transaction."""
    current = ImportRun.objects.select_for_update().get(pk=run.pk)
    if current.claim != run.claim or current.state != RunState.RUNNING:
        raise Interrupted
    importer.finish(run=run, by=by)
    _close(run, RunState.DONE, by=by)
    return run


def _rehearse(run: ImportRun, importer: Importer, say) -> None:
    """The dry run: everything is done and rolled back; only the counts, the problems and what was foreseen are kept."""
    for name in ("done", "last_line", "created", "updated", "skipped", "rejected"):
        setattr(run, name, 0)  # a dry run has no checkpoint: one that was interrupted begins anew
    rehearsal = importer.rehearsal()
    portions = closing(rehearsal) if rehearsal else nullcontext()
    with closing(connection.copy()) as outside, closing(ForecastBook()) as book, portions:  # what is said inside nobody else could hear
        try:
            rehearse(run=run, importer=importer, rehearsal=rehearsal, outside=outside, book=book, say=say, by=run.created_by)
        except Rehearsed as end:
            if end.refusal and not run.rejected:
                raise FileProblem(end.refusal) from None
            run.reason = both(end.refusal)
            _keep_rehearsal(run, importer, book, end.mended)


def _keep_rehearsal(run: ImportRun, importer: Importer, book: ForecastBook, mended: list[ImportProblem]) -> None:
    with transaction.atomic():
        current = ImportRun.objects.select_for_update().get(pk=run.pk)
        if current.claim != run.claim:
            return
        settle_carried(mended, run=run)
        book.store(run, importer=importer, by=run.created_by)
        run.save(update_fields=["done", "last_line", "created", "updated", "skipped", "rejected", "reason", "foreseen"])
        _close(run, RunState.CANCELLED if current.cancel_wanted else RunState.DONE, by=run.created_by)


@action("exchange.import")
def rehearse(*, run: ImportRun, importer: Importer, rehearsal: Rehearsal | None, outside, book: ForecastBook, say, by: User) -> None:
    """Store all rows, set the counts on `run`, and roll everything back by raising Rehearsed."""
    wrong: list[ImportProblem] = []  # of the rows that people have mended, so never many
    carried = set(run.problems.values_list("row_number", flat=True))
    for chunk, parser, alone in _portions(run, importer, carried):
        if alone:
            result, problems = try_mended(chunk, parser, rehearsal=rehearsal, importer=importer, run=run, by=by)
        else:
            result, problems = try_chunk(chunk, parser, rehearsal=rehearsal, importer=importer, run=run, by=by)
        wrong += [problem for problem in problems if problem.row_number in carried]
        book.keep(problem for problem in problems if problem.row_number not in carried)
        if importer.tells_rows or alone:
            book.note(chunk, result, problems)
        elif importer.asks_rows:
            book.note(chunk, result, [problem for problem in problems if problem.alike is not None])
        _count(run, chunk, result, len(problems))
        say(run)
        if _heard_cancel(run, outside):
            break
    else:
        try:
            importer.finish(run=run, by=by)
            run.foreseen = [line.kept() for line in importer.summary(run)]
        except FileProblem as problem:  # its rows can be mended all the same
            raise Rehearsed(wrong, problem.message) from problem
    raise Rehearsed(wrong)


def _portions(run: ImportRun, importer: Importer, carried: set[int]) -> Iterator[tuple[Chunk, RowParser, bool]]:
    """The chunks of a dry run with the mended rows in them; where the importer does not tell rows, those come one by one at the
    end (True), so that it shows of each what becomes of it and whether the rest of the file would be taken with it."""
    apart: list[Chunk] = []
    for chunk, parser in _chunks(run, importer):
        heed_mended(chunk, parser, run_id=run.pk)
        if not importer.tells_rows:
            apart += chunk.set_apart(carried)
        yield chunk, parser, False
    yield from ((single, parser, True) for single in apart)


def _heard_cancel(run: ImportRun, outside) -> bool:
    """Publish the progress, keep the lease alive, and look whether somebody has cancelled."""
    with outside.cursor() as cursor:
        cursor.execute(
            "UPDATE exchange_importrun SET done = %s, lease_until = %s WHERE id = %s AND claim = %s RETURNING cancel_wanted",
            [run.done, now() + LEASE, run.pk, run.claim],
        )
        row = cursor.fetchone()
    return bool(row and row[0])


def _count(run: ImportRun, chunk: Chunk, result: WriteResult, rejected: int, left_out: int = 0) -> None:
    run.done += len(chunk.cells)
    run.last_line = max(run.last_line, chunk.last_line)
    run.created += result.created
    run.updated += result.updated
    run.skipped += result.skipped + left_out
    run.rejected += rejected


def _close(run: ImportRun, state: RunState, *, by: User) -> None:
    """End a run whose row is locked."""
    run.state, run.finished_at, run.lease_until = state, now(), None
    run.save(update_fields=["state", "finished_at", "lease_until"])
    if not run.dry_run:
        drop_statements(run)
        counts = {name: getattr(run, name) for name in ("created", "updated", "skipped", "rejected")}
        record(by=by, action="exchange.import", target=run, importer=run.importer, state=str(state), **counts)
        told = {"file": run.file_name, "state": both(state.label)}
        notify(recipients=run.owners, kind=ENDED.key, by=system_user(), values=told, record_pk=run.pk, url=run.get_absolute_url())


def _end(run: ImportRun, state: RunState, message) -> None:
    """End a run because of a problem with the file or the program."""
    with transaction.atomic():
        current = ImportRun.objects.select_for_update().get(pk=run.pk)
        if current.claim == run.claim:
            current.reason = both(message)
            current.save(update_fields=["reason"])
            _close(current, state, by=current.created_by)
