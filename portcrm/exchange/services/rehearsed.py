"""Rows with problems mended already in the dry run: tried again at once, taken by the import that follows."""

import json
import uuid
from collections.abc import Mapping

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext_lazy as _

from portcrm.accounts.models import User
from portcrm.audit.actions import action
from portcrm.audit.services import record
from portcrm.clock import now
from portcrm.errors import RuleBroken
from portcrm.exchange.enums import COUNTERS, UNDECIDED, Choice, RowKind, RowState
from portcrm.exchange.foreseeing import as_json, label_of, of_outcome, of_problem, only_what_stands, outcome_of
from portcrm.exchange.importing import Importer, WriteResult
from portcrm.exchange.mended import as_in_the_file, first_of_the_others, with_cells
from portcrm.exchange.models import Forecast, ImportProblem, ImportRun
from portcrm.exchange.problems import FileProblem
from portcrm.exchange.reading import Chunk, RowParser
from portcrm.exchange.services.choices import lock_open, refuse_unseen
from portcrm.exchange.writing import write

MENDED = _("Row of an import mended")
CHANGED_MEANWHILE = _("Somebody else has changed this row in the meantime. Look at it again.")


@action("exchange.mend", MENDED)
def mend_rehearsed(*, problem: ImportProblem, cells: Mapping[int, str], by: User, version: int, seen: str) -> Forecast:
    """Keep the mended cells of a row for the import, and say what would become of the row now; nothing else is stored.

    The row is tried by itself against what is stored. Mended again it is tried again; of two people who mend the same
    row the second is told, and so is who would mend away what somebody has decided on it since (`seen`: its mark, empty
    where the dry run has told nothing of it).
    """
    run = lock_open(problem.run)
    row = _locked(problem, version)
    if decided := Forecast.objects.select_for_update().filter(run=run, row_number=row.row_number).exclude(choice="").first():
        refuse_unseen(decided, seen, by=by)
    parser = RowParser(run.by_importer, run.columns, run.mapping, run.constants)
    mended = with_cells(row, cells, width=len(run.columns))
    chunk = parser.parse([(row.row_number, as_in_the_file(row, list(mended), parser, typed=cells))])
    result, problems = _try(run.by_importer, chunk, parser, run=run, by=by)
    found = json.loads(as_json(of_problem(problems[0]) if problems else of_outcome(outcome_of(row.row_number, result))))
    only_what_stands([found], importer=run.by_importer, by=by)
    before = _counted(run, row)
    row.raw, row.version = mended, row.version + 1
    row.details, row.alike = found["details"], found["alike"] if found["kind"] in UNDECIDED else None
    row.contradicts, row.may_create = found["kind"] == RowKind.CONFLICT, Choice.CREATE in found["offered"] or found["kind"] not in UNDECIDED
    row.state, row.settled_by, row.settled_at = (RowState.OPEN, None, None) if problems else (RowState.STORED, by, now())
    row.save(update_fields=["raw", "version", "details", "alike", "contradicts", "may_create", "state", "settled_by", "settled_at"])
    forecast = _foresee(run, row, found, before=before)
    record(by=by, action="exchange.mend", target=run, line=row.row_number, state=str(row.state))
    return forecast


@action("exchange.choose")
def leave_rehearsed_out(*, problem: ImportProblem, by: User, version: int | None, seen: str) -> Forecast:
    """Decide in the dry run that the import is to leave a row out, as it was seen: what somebody has mended or decided since is
    not undone."""
    run = lock_open(problem.run)
    row = _locked(problem, version)
    decided = Forecast.objects.select_for_update().filter(run=run, row_number=row.row_number).exclude(choice="").first()
    if decided and decided.choice != Choice.SKIP:
        refuse_unseen(decided, seen, by=by)
    as_it_is = of_problem(row) | {"label": label_of(row.raw), "choice": Choice.SKIP}
    forecast, _new = Forecast.objects.get_or_create(run=run, row_number=row.row_number, defaults=as_it_is)
    forecast.choice, forecast.choice_target = Choice.SKIP, None
    forecast.save(update_fields=["choice", "choice_target"])
    record(by=by, action="exchange.choose", target=run, line=row.row_number, choice=Choice.SKIP.value)
    return forecast


def _locked(problem: ImportProblem, version: int | None) -> ImportProblem:
    """The row, refused where it is no longer what somebody has seen."""
    row = ImportProblem.objects.select_for_update().get(pk=problem.pk)
    if row.version != version:
        raise RuleBroken(CHANGED_MEANWHILE)
    return row


def _try(importer: Importer, chunk: Chunk, parser: RowParser, *, run: ImportRun, by: User) -> tuple[WriteResult, list[ImportProblem]]:
    """Store the one row of a chunk and take it back at once."""
    alone = ImportRun.objects.get(pk=run.pk)
    alone.claim = uuid.uuid4()  # importers keep what they have looked up for the rest of a claim
    for name in ("done", "last_line", "created", "updated", "skipped", "rejected"):
        setattr(alone, name, 0)
    try:
        with transaction.atomic():
            tried = write(importer, chunk, parser, run=alone, by=by)
            transaction.set_rollback(True)
        _refuse_misfit(importer, chunk, parser, run=run)
    except FileProblem as problem:  # the row would keep the whole file out
        chunk.keep_out(problem.message)
        tried = write(importer, chunk, parser, run=run, by=by)
    return tried


def _refuse_misfit(importer: Importer, chunk: Chunk, parser: RowParser, *, run: ImportRun) -> None:
    """A row that is tried alone cannot show by itself that it does not go into one file with the others."""
    for row in chunk.rows:
        other = first_of_the_others(run, parser, than=row.number)
        if other and (misfit := importer.misfit(row, other)):
            raise FileProblem(misfit)


def _counted(run: ImportRun, row: ImportProblem) -> str:
    """Where the dry run counts the row so far. A row that was brought along mended need not have been told as of which kind:
    then any count of sound rows that is not empty is as good as another."""
    if forecast := Forecast.objects.select_for_update().filter(run=run, row_number=row.row_number).first():
        return COUNTERS[forecast.kind]
    if row.state == RowState.OPEN:
        return COUNTERS[RowKind.FAULT]
    return next(name for name in ("created", "updated", "skipped") if getattr(run, name) or name == "skipped")


def _foresee(run: ImportRun, row: ImportProblem, found: dict, *, before: str) -> Forecast:
    """The row's line of the dry run, told anew without what was decided on it before, and the counts that follow."""
    told = found | {"label": label_of(row.raw), "choice": "", "choice_target": None}
    forecast, _new = Forecast.objects.update_or_create(run=run, row_number=row.row_number, defaults=told)
    new = COUNTERS[forecast.kind]
    moved = {before: F(before) - 1, new: F(new) + 1} if before != new else {}
    ImportRun.objects.filter(pk=run.pk).update(reason={}, **moved)  # why the file would be refused may hold no longer
    return forecast
