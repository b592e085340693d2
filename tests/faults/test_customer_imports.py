"""Imports of customers whose worker is killed: updates, decisions and what can be taken back stand once for each row."""

import datetime as dt

import pytest
from django.core.files.base import ContentFile
from django.db import connection, transaction

from customers.models import Customer
from customers.tests.factories import make_customer
from portcrm.accounts.roles import Role
from portcrm.accounts.tests.factories import make_user
from portcrm.clock import now
from portcrm.errors import RuleBroken
from portcrm.exchange.enums import ChangeState, RowState, RunState
from portcrm.exchange.models import ImportProblem, ImportRevert, ImportRun
from portcrm.exchange.reverting import run_revert
from portcrm.exchange.running import run_import
from portcrm.exchange.services import choose_for_row, import_rehearsed, mend_row, set_mapping, start, start_revert, take_in
from portcrm.outbox.tests.test_control import at_once
from tests.faults.processes import kill_where_it_waits, worker

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.jobs]
SMALL_CHUNKS = "from customers.imports.customers import CustomerImporter; CustomerImporter.chunk_rows = 3;"
NAMES = [f"公司{number:02}" for number in range(12)]


@pytest.fixture(autouse=True)
def small(monkeypatch):
    """Chunks of three rows, as the workers of these tests have them."""
    monkeypatch.setattr("customers.imports.customers.CustomerImporter.chunk_rows", 3)


@pytest.fixture
def keeper():
    return make_user(Role.MARKETING)


def make_known() -> list[Customer]:
    """Every third name of the file is here already, and one that is alike."""
    return [*(make_customer(name_zh=name, phone="old") for name in NAMES[::3]), make_customer(name_zh="远洋物流股份有限公司", phone="old")]


def rehearse(keeper, *, header="公司名称,电话", lines=(), **options) -> ImportRun:
    text = "\n".join([header, *(lines or (f"{name},new" for name in NAMES)), *(() if lines else ("远洋物流有限公司,new",))])
    importer = ImportRun(importer="customers").by_importer
    run = take_in(importer=importer, file=ContentFile(text.encode(), name="customers.csv"), by=keeper)
    set_mapping(run=run, mapping={"name": 0, "phone": 1}, constants={}, by=keeper)
    start(run=run, by=keeper)
    run_import(run.pk, **options)
    return ImportRun.objects.get(pk=run.pk)


def test_nobody_who_saves_a_field_waits_for_a_dry_run(keeper):
    known = make_known()
    asked = []

    def lock_the_first(run: ImportRun) -> None:
        if run.done == 6:  # it was in the first chunk; the second is over as well
            asked.extend(at_once(lock_at_once, times=1))

    def lock_at_once() -> str:
        with transaction.atomic():
            return Customer.objects.select_for_update(nowait=True).get(pk=known[0].pk).phone

    run = rehearse(keeper, say=lock_the_first)

    assert asked == ["old"]
    assert (run.state, run.updated, Customer.objects.filter(phone="new").count()) == (RunState.DONE, 4, 0)


def kill_at(customer: Customer, command: str) -> None:
    """Let a worker run into this locked file and kill it there."""
    with transaction.atomic(), connection.cursor() as cursor:
        Customer.objects.select_for_update().get(pk=customer.pk)
        with worker(f"{SMALL_CHUNKS} {command}") as dying:
            kill_where_it_waits(dying, cursor)


def test_a_killed_import_keeps_updates_and_decisions_to_one_each(keeper):
    known = make_known()
    rehearsal = rehearse(keeper)
    choose_for_row(run=rehearsal, row_number=3, choice="skip", seen=rehearsal.forecasts.get(row_number=3).mark, by=keeper)
    choose_for_row(run=rehearsal, row_number=9, choice="skip", seen=rehearsal.forecasts.get(row_number=9).mark, by=keeper)
    choose_for_row(
        run=rehearsal, row_number=14, choice="update", target=known[-1].pk, seen=rehearsal.forecasts.get(row_number=14).mark, by=keeper
    )
    run = import_rehearsed(run=rehearsal, by=keeper)
    kill_at(known[2], f"from portcrm.exchange.running import run_import; run_import({run.pk})")
    killed = ImportRun.objects.get(pk=run.pk)
    ImportRun.objects.filter(pk=run.pk).update(lease_until=now() - dt.timedelta(seconds=1))

    run_import(run.pk)

    ended = ImportRun.objects.get(pk=run.pk)
    left_out = {NAMES[1], NAMES[7]}
    assert (killed.state, killed.done, killed.created, killed.updated, killed.skipped) == (RunState.RUNNING, 6, 3, 2, 1)
    assert (ended.state, ended.done, ended.created, ended.updated, ended.skipped, ended.rejected) == (RunState.DONE, 13, 6, 5, 2, 0)
    assert sorted(Customer.objects.values_list("name_zh", "phone", "version")) == sorted(
        [(name, "new", 2 if name in NAMES[::3] else 1) for name in NAMES if name not in left_out] + [("远洋物流股份有限公司", "new", 2)]
    )
    assert run.changes.count() == 11


def test_a_killed_taking_back_goes_on_and_ends_where_the_import_began(keeper, monkeypatch):
    known = make_known()
    before = list(Customer.objects.order_by("pk").values_list("pk", "name_zh", "phone", "recorded_on"))
    run = import_rehearsed(run=rehearse(keeper), by=keeper)
    run_import(run.pk)
    revert = start_revert(run=run, by=keeper)
    kill_at(known[0], f"from portcrm.exchange import reverting; reverting.CHUNK = 3; reverting.run_revert({revert.pk})")
    killed = ImportRevert.objects.get(pk=revert.pk)
    run_revert(revert.pk)  # too early: the dead worker's lease still runs
    too_early = ImportRevert.objects.get(pk=revert.pk).done
    ImportRevert.objects.filter(pk=revert.pk).update(lease_until=now() - dt.timedelta(seconds=1))

    run_revert(revert.pk)

    ended = ImportRevert.objects.get(pk=revert.pk)
    assert (killed.state, killed.done, too_early) == (RunState.RUNNING, 9, 9)
    assert (ended.state, ended.done, ended.left) == (RunState.DONE, 12, 0)
    assert list(Customer.objects.order_by("pk").values_list("pk", "name_zh", "phone", "recorded_on")) == before
    assert set(run.changes.values_list("state", flat=True)) == {ChangeState.SET_BACK}


def test_two_people_who_mend_one_row_store_it_once(keeper):
    run = import_rehearsed(run=rehearse(keeper, lines=("甲公司,1", ",2")), by=keeper)
    run_import(run.pk)
    problem = ImportProblem.objects.get(run=run)

    outcomes = at_once(lambda: mend_row(problem=problem, cells={0: "乙公司"}, version=1, by=keeper))

    assert sorted(type(outcome).__name__ for outcome in outcomes) == ["ImportProblem", "RuleBroken"]
    assert sorted(Customer.objects.values_list("name_zh", flat=True)) == ["乙公司", "甲公司"]
    assert ImportProblem.objects.get(run=run).state == RowState.STORED


def test_two_clicks_take_an_import_back_once(keeper):
    run = import_rehearsed(run=rehearse(keeper, lines=("甲公司,1",)), by=keeper)
    run_import(run.pk)

    outcomes = at_once(lambda: start_revert(run=run, by=keeper))

    assert not any(isinstance(outcome, RuleBroken) for outcome in outcomes)
    assert ImportRevert.objects.count() == 1
