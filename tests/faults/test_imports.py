"""An import whose worker is killed in the middle: no row is lost, none is stored twice; nothing is started twice."""

import datetime as dt

import pytest
from django.core.files.base import ContentFile
from django.db import connection, transaction

from portcrm.accounts.models import Department
from portcrm.accounts.roles import Role
from portcrm.accounts.tests.factories import make_department, make_user
from portcrm.clock import now
from portcrm.errors import RuleBroken
from portcrm.exchange import importing
from portcrm.exchange.enums import RunState
from portcrm.exchange.models import ImportProblem, ImportRun
from portcrm.exchange.running import claim, run_import
from portcrm.exchange.services import cancel, import_rehearsed, set_mapping, start, take_in
from portcrm.exchange.tests.factories import DepartmentImporter
from portcrm.outbox.tests.test_control import at_once
from tests.faults.processes import kill_where_it_waits, worker

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.jobs]
CODES = [f"d{number:02}" for number in range(20)]
REGISTER = (
    "from portcrm.exchange.importing import register_importer;"
    "from portcrm.exchange.tests.factories import DepartmentImporter; register_importer(DepartmentImporter());"
)


@pytest.fixture(autouse=True)
def departments(monkeypatch):
    """Chunks of three rows; every fifth row has a problem."""
    importer = DepartmentImporter()
    monkeypatch.setitem(importing._importers, importer.key, importer)
    return importer


@pytest.fixture
def person():
    return make_user(Role.MARKETING)


def make_run(importer, person, *, dry_run: bool = False, codes=CODES, **fields) -> ImportRun:
    """A run that waits for a worker: the given codes, with a row that cannot be read after every fifth."""
    lines = ["code,size"]
    for number, code in enumerate(codes, start=1):
        lines.append(f"{code},1")
        if number % 5 == 0:
            lines.append(f"bad{number},many")
    run = take_in(importer=importer, file=ContentFile("\n".join(lines).encode(), name="departments.csv"), by=person)
    set_mapping(run=run, mapping={"code": 0, "size": 1}, constants={}, by=person)
    ImportRun.objects.filter(pk=run.pk).update(**{"dry_run": dry_run, "state": RunState.WAITING} | fields)
    return ImportRun.objects.get(pk=run.pk)


def kill_in_the_middle(run: ImportRun) -> None:
    """Let a worker process run into a locked row of its third chunk and kill it there."""
    locked = Department.objects.get(code="d07")
    with transaction.atomic(), connection.cursor() as cursor:
        Department.objects.select_for_update().get(pk=locked.pk)
        with worker(f"{REGISTER} from portcrm.exchange.running import run_import; run_import({run.pk})") as dying:
            kill_where_it_waits(dying, cursor)


def let_lease_run_out(run: ImportRun) -> None:
    ImportRun.objects.filter(pk=run.pk).update(lease_until=now() - dt.timedelta(seconds=1))


def test_a_killed_import_goes_on_after_its_last_checkpoint(departments, person):
    make_department(code="d07")
    run = make_run(departments, person)
    kill_in_the_middle(run)
    killed = ImportRun.objects.get(pk=run.pk)
    stored_then = set(Department.objects.values_list("code", flat=True))

    run_import(run.pk)  # too early: the dead worker's lease still runs
    too_early = ImportRun.objects.get(pk=run.pk).done
    let_lease_run_out(run)
    run_import(run.pk)

    ended = ImportRun.objects.get(pk=run.pk)
    assert (killed.state, killed.done, killed.created) == (RunState.RUNNING, 6, 5)
    assert stored_then == {*CODES[:5], "d07"}
    assert too_early == 6
    assert sorted(Department.objects.values_list("code", flat=True)) == CODES
    assert (ended.state, ended.done, ended.created, ended.updated, ended.rejected) == (RunState.DONE, 24, 19, 1, 4)
    assert list(ImportProblem.objects.order_by("row_number").values_list("row_number", flat=True)) == [7, 13, 19, 25]


def test_a_killed_dry_run_leaves_nothing_and_starts_anew(departments, person):
    make_department(code="d07")
    run = make_run(departments, person, dry_run=True)
    kill_in_the_middle(run)
    let_lease_run_out(run)

    run_import(run.pk)

    ended = ImportRun.objects.get(pk=run.pk)
    assert list(Department.objects.values_list("code", flat=True)) == ["d07"]
    assert (ended.state, ended.done, ended.created, ended.updated, ended.rejected) == (RunState.DONE, 24, 19, 1, 4)


def test_an_import_that_dies_at_the_same_place_again_and_again_is_given_up(departments, person):
    run = make_run(departments, person, attempts=5)

    run_import(run.pk)

    ended = ImportRun.objects.get(pk=run.pk)
    assert ended.state == RunState.FAILED
    assert ended.reason["en"].startswith("The import stopped several times at the same place: its worker ended there")


def test_a_long_import_is_handed_on_and_ends_with_all_rows(departments, person):
    run = make_run(departments, person)

    calls = 1
    while run_import(run.pk, seconds=0):
        calls += 1

    assert calls == 9  # one for each chunk, and one to finish
    assert sorted(Department.objects.values_list("code", flat=True)) == CODES


def test_a_running_import_is_cancelled_after_its_chunk(departments, person):
    run = make_run(departments, person)

    def cancel_after_first_chunk(progress):
        if progress.done == 3:
            cancel(run=run, by=person)

    run_import(run.pk, say=cancel_after_first_chunk)

    ended = ImportRun.objects.get(pk=run.pk)
    assert (ended.state, ended.done) == (RunState.CANCELLED, 3)
    assert sorted(Department.objects.values_list("code", flat=True)) == CODES[:3]


def test_a_dry_run_hears_that_it_is_cancelled(departments, person):
    run = make_run(departments, person, dry_run=True)

    def cancel_after_first_chunk(progress):
        if progress.done == 3:
            ImportRun.objects.filter(pk=run.pk).update(cancel_wanted=True)

    # The wish comes over another connection, as it would from a page.
    run_import(run.pk, say=lambda progress: at_once(lambda: cancel_after_first_chunk(progress), times=1))

    ended = ImportRun.objects.get(pk=run.pk)
    assert (ended.state, ended.done) == (RunState.CANCELLED, 3)
    assert not Department.objects.exists()


def test_two_workers_take_a_run_once(departments, person):
    run = make_run(departments, person)

    claimed = at_once(lambda: claim(run.pk))

    assert sorted(taken is None for taken in claimed) == [False, True]


def test_two_people_start_a_draft_once(departments, person):
    run = make_run(departments, person, state=RunState.DRAFT)

    outcomes = at_once(lambda: start(run=run, by=person))

    assert sorted(type(outcome).__name__ for outcome in outcomes) == ["ImportRun", "RuleBroken"]


def test_two_clicks_import_a_dry_run_once(departments, person):
    run = make_run(departments, person, dry_run=True)
    run_import(run.pk)

    outcomes = at_once(lambda: import_rehearsed(run=run, by=person))

    assert not any(isinstance(outcome, RuleBroken) for outcome in outcomes)
    assert ImportRun.objects.filter(rehearsal=run).count() == 1
