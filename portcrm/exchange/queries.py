"""What the pages of an import show."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Sum
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from portcrm.accounts.models import User
from portcrm.exchange.enums import UNDECIDED, ChangeKind, ChangeState, Choice, RowKind, RowState, RunState
from portcrm.exchange.importing import Importer, SummaryLine, importers
from portcrm.exchange.matching import titles
from portcrm.exchange.models import Forecast, ImportChange, ImportProblem, ImportRevert, ImportRun
from portcrm.exchange.models.forecast import digest_of

PROBLEMS_SHOWN = 50
SAMPLE_ROWS = 4
SAMPLE_LENGTH = 40


def importers_for(user: User) -> list[Importer]:
    """What this user may take in."""
    return [importer for _key, importer in sorted(importers().items()) if user.has_perm(importer.permission)]


def sample(run: ImportRun) -> list[list[str]]:
    """The first rows of the file, each cell cut to a readable length."""
    return [[_short(cell) for cell in cells[: len(run.columns)]] for cells in run.table().sample(SAMPLE_ROWS)]


def result_of(run: ImportRun, user: User) -> dict[str, Any]:
    """What the page of a run shows besides the rows with problems."""
    importer, ended = run.by_importer, not run.is_under_way
    told = {
        "run": run,
        "earnest": ImportRun.objects.filter(rehearsal=run).exclude(state=RunState.CANCELLED).first(),
        "may_work": ImportRun.objects.workable_by(user).filter(pk=run.pk).exists(),
    }
    if run.dry_run:
        told["mends"] = bool(importer) and run.state == RunState.DONE and told["earnest"] is None
        told["summary"] = [SummaryLine.of_kept(line) for line in run.foreseen]
        told["hindrance"] = importer.hindrance(run) if told["mends"] else None
        told["tells_rows"] = bool(importer) and (importer.tells_rows or importer.asks_rows) and run.state == RunState.DONE
        told |= _undecided(run) if told["tells_rows"] else {}
        return told
    revert = ImportRevert.objects.filter(run=run).select_related("created_by").first()
    told |= {
        "revert": revert,
        "mends": bool(importer) and importer.mends_rows and ended and revert is None,
        "takes_back": bool(importer) and importer.takes_back and ended and revert is None and run.changes.exists(),
        "left": left_of(run, user) if revert else [],
    }
    if run.state == RunState.DONE and importer:
        told["summary"] = importer.summary(run)
    return told


def _undecided(run: ImportRun) -> dict[str, int]:
    """How many rows of a dry run somebody is still to say something about: what they mean, or whether they count."""
    rows = run.forecasts.filter(kind__in=UNDECIDED, choice="")
    counted = dict(rows.order_by().values_list("kind").annotate(Count("pk")))
    return {"undecided": counted.get(RowKind.ALIKE, 0), "contradicting": counted.get(RowKind.CONFLICT, 0)}


def open_problems(run: ImportRun, user: User) -> list[ImportProblem]:
    """The first rows that nobody has dealt with yet, each with its run and the records it may mean.

    Rows of a dry run that look like a record are decided on in its list of rows.
    """
    rows = run.problems.filter(state=RowState.OPEN)
    if run.dry_run:
        left_out = run.forecasts.filter(choice=Choice.SKIP, row_number=OuterRef("row_number"))
        rows = rows.filter(~Exists(left_out), alike__isnull=True)
    found = list(rows.order_by("row_number")[:PROBLEMS_SHOWN])
    named = {key for problem in found for key in problem.alike or ()}
    described = run.by_importer.describe(named, user) if named else {}
    told = run.forecasts.filter(row_number__in=[problem.row_number for problem in found]) if run.dry_run and found else ()
    marks = {row.row_number: row.mark for row in told}
    for problem in found:
        problem.seen = marks.get(problem.row_number, "")
        problem.run, problem.named = run, [(key, described[key]) for key in problem.alike or () if key in described]
    return found


def dealt_with(run: ImportRun, user: User) -> list[Forecast]:
    """Rows of a dry run that somebody has mended or left out, with what would become of them."""
    mended = run.problems.filter(version__gt=1).exclude(state=RowState.OPEN, alike__isnull=True)
    told = run.forecasts.filter(Q(row_number__in=mended.values("row_number")) | Q(kind=RowKind.FAULT, choice=Choice.SKIP))
    rows = list(told.order_by("row_number")[:PROBLEMS_SHOWN])
    furnish(run, rows, user)
    return rows


def row_of(problem: ImportProblem, user: User) -> dict[str, Any]:
    """What the page of one row with problems shows: the row, and in a dry run what would become of it now."""
    run = problem.run
    described = run.by_importer.describe(problem.alike, user) if problem.alike else {}
    problem.named = [(key, described[key]) for key in problem.alike or () if key in described]
    rows = list(run.forecasts.filter(row_number=problem.row_number))
    problem.seen = rows[0].mark if rows else ""
    furnish(run, rows, user)
    open_rows = run.problems.filter(state=RowState.OPEN, alike__isnull=True)
    following = open_rows.filter(row_number__gt=problem.row_number).order_by("row_number").first()
    return {**result_of(run, user), "problem": problem, "foreseen": rows, "following": following}


def left_of(run: ImportRun, user: User) -> list[ImportChange]:
    """What was not taken back and waits for a decision, each with the record it is about."""
    found = list(run.changes.filter(state=ChangeState.LEFT).order_by("pk")[:PROBLEMS_SHOWN])
    described = run.by_importer.describe({change.target for change in found}, user) if found else {}
    seen = run.by_importer.seen_by(user, [change.target for change in found])
    for change in found:
        change.record = described.get(change.target)
        change.told = change.reasons if change.target in seen else [gettext("Whoever may see the record reads here what is in the way.")]
    return found


def changes_of(run: ImportRun) -> dict[str, int]:
    """How many records a run has added and changed."""
    counted = dict(run.changes.order_by().values_list("kind").annotate(Count("pk")))
    return {kind.value: counted.get(kind, 0) for kind in ChangeKind}


@dataclass(frozen=True)
class KindLine:
    """How many rows of a dry run there are of one kind, what was decided on them, and what may be decided for all.

    `mark` is another one as soon as one of the rows is decided on otherwise or becomes another kind.
    """

    kind: RowKind
    count: int
    decided: list[tuple[str, int]]
    offers: list[tuple[str, object]]
    mark: str


OFFERS = {
    RowKind.NEW: [("", _("Add all")), (Choice.SKIP, _("Leave all out"))],
    RowKind.UPDATE: [("", _("Update all")), (Choice.CREATE, _("Add all as new")), (Choice.SKIP, _("Leave all out"))],
    RowKind.ALIKE: [
        ("", _("Decide later")),
        (Choice.UPDATE, _("Update all with one likeness")),
        (Choice.CREATE, _("Add all as new")),
        (Choice.SKIP, _("Leave all out")),
    ],
    RowKind.CONFLICT: [
        ("", _("Decide later")),
        (Choice.UPDATE, _("Let these rows count")),
        (Choice.CREATE, _("Add all as new")),
        (Choice.SKIP, _("Leave all out")),
    ],
    RowKind.SAME: [("", _("Leave all as they are")), (Choice.CREATE, _("Add all as new"))],
    RowKind.FAULT: [("", _("Mend later")), (Choice.SKIP, _("Leave all out"))],
}


def kinds_of(run: ImportRun) -> list[KindLine]:
    """The kinds that occur in a dry run."""
    return [_line(kind, groups) for kind, groups in _decided(run.forecasts.all()).items()]


def kind_line(run: ImportRun, kind: RowKind) -> KindLine:
    """One of them, also where no row is of that kind."""
    return _line(kind, _decided(run.forecasts.filter(kind=kind)).get(kind, []))


def _decided(rows: QuerySet) -> dict[RowKind, list[tuple]]:
    """By kind, for each choice: how many rows, the sums of their lines and of the records chosen, and how many may be added as new."""
    found: dict[RowKind, list[tuple]] = {kind: [] for kind in RowKind}
    told = (Count("pk"), Sum("row_number"), Sum("choice_target"))
    may_create = Count("pk", filter=Q(offered__contains=[Choice.CREATE]))
    for kind, *group in rows.order_by("choice").values_list("kind", "choice").annotate(*told, may_create=may_create):
        found[RowKind(kind)].append(tuple(group))
    return {kind: groups for kind, groups in found.items() if groups}


def _line(kind: RowKind, groups: list[tuple]) -> KindLine:
    decided = [(str(Choice(choice).label), count) for choice, count, *_sums in groups if choice]
    may_create = any(group[-1] for group in groups)
    offers = [(choice, label) for choice, label in OFFERS[kind] if may_create or choice != Choice.CREATE]
    return KindLine(kind, sum(group[1] for group in groups), decided, offers, digest_of([kind, *groups]))


def furnish(run: ImportRun, rows: list[Forecast], user: User) -> None:
    """Give the rows of a page the records they name, their changes in words, and the cells that can be mended."""
    importer = run.by_importer
    mendable = {problem.row_number: problem for problem in run.problems.filter(row_number__in=[row.row_number for row in rows])}
    named = {key for row in rows for key in (row.target, row.choice_target, *row.alike) if key}
    described = importer.describe(named, user) if named else {}
    for row in rows:
        row.record = described.get(row.target)
        row.named = [(key, described[key]) for key in row.alike if key in described]
        # What a record holds is for those who may see it; without a record the values are those of another row of the file.
        row.shown_changes = importer.show_changes(row.changes) if row.record or row.target is None else []
        row.decisions = decisions_for(row)
        row.problem = mendable.get(row.row_number)


def decisions_for(row: Forecast) -> list[tuple[str, str]]:
    """What can be chosen for a row, as the decision form names it: the first is what happens by itself."""
    usual = {
        RowKind.NEW: gettext("Add"),
        RowKind.UPDATE: gettext("Update"),
        RowKind.ALIKE: gettext("Decide later"),
        RowKind.CONFLICT: gettext("Decide later"),
        RowKind.SAME: gettext("Leave as it is"),
        RowKind.FAULT: gettext("Mend later"),
    }
    found = [("", usual[row.kind])]
    if Choice.CREATE in row.offered:
        found.append((Choice.CREATE.value, gettext("Add as new")))
    if Choice.UPDATE in row.offered:
        template = str(row.run.by_importer.update_word)
        found += [(f"update:{key}", template.format(record=described.label)) for key, described in row.named]
        if not row.alike:
            told = gettext("Let this row count") if row.kind == RowKind.CONFLICT else gettext("Same as another row of the file")
            found.append((Choice.UPDATE.value, told))
    if Choice.SKIP in row.offered:
        found.append((Choice.SKIP.value, gettext("Leave out")))
    return found


def problem_header(run: ImportRun) -> list[str]:
    return [*titles(run.columns), gettext("Line"), gettext("Problem")]


def problem_rows(run: ImportRun) -> Iterator[list[Any]]:
    """The rows that were not stored, as they came, with their line and what is wrong: to be mended and taken in again."""
    width = len(run.columns)
    for problem in run.problems.filter(state=RowState.OPEN).order_by("row_number").iterator(chunk_size=1000):
        cells = (list(problem.raw) + [""] * width)[:width]
        yield [*cells, problem.row_number, " ".join(problem.messages)]


def decision_in_words(row: Forecast, user: User) -> str:
    """What is decided on a row, as the list of rows says it."""
    furnish(row.run, [row], user)
    return dict(row.decisions).get(row.decision, row.get_choice_display())


def _short(cell: Any) -> str:
    text = "" if cell is None else str(cell)
    return text if len(text) <= SAMPLE_LENGTH else text[: SAMPLE_LENGTH - 1] + "…"
