"""Files of handled cargo that overlap and come at once, and a worker killed in the middle: every document counts once."""

import datetime as dt
from decimal import Decimal
from pathlib import Path

import pytest
from django.core.files.base import ContentFile
from django.db import connection, transaction

from cargo.imports.shipments import ShipmentImporter
from cargo.models import ImportProof, Shipment
from cargo.queries.ledger import ledger_totals
from cargo.queries.reconcile import reconcile
from cargo.tests.factories import load_reference
from customers.models import Customer
from customers.tests.factories import make_customer
from portcrm.accounts.roles import Role
from portcrm.accounts.tests.factories import make_user
from portcrm.clock import now
from portcrm.exchange.enums import RunState
from portcrm.exchange.ingesting import ingest
from portcrm.exchange.models import ImportRun
from portcrm.exchange.running import run_import
from portcrm.exchange.services import set_mapping, take_in
from portcrm.tests.at_once import at_once
from tests.faults.processes import kill_where_it_waits, worker

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.jobs]
HEAD = "customer,date,class,direction,qty,unit,document"
YEAR = dt.date(2026, 1, 1), dt.date(2026, 12, 31)
CORRECT = {"known_documents": "correct"}


@pytest.fixture(autouse=True)
def _ready():
    load_reference()
    for number in range(3):
        make_customer(code=f"C00077{number}")


@pytest.fixture
def keeper():
    return make_user(Role.OPERATIONS)


def line_of(number: int, quantity: int) -> str:
    return f"C00077{number % 3},2026-03-{1 + number % 28:02},{1 + number % 4:02},in,{quantity},t,D-{number}"


def file_of(folder: Path, name: str, *lines: str) -> Path:
    path = folder / name
    path.write_text("\n".join([HEAD, *lines]) + "\n", encoding="utf-8")
    return path


def test_two_overlapping_corrected_files_at_once_correct_each_document_once(tmp_path, keeper):
    ingest("shipments", file_of(tmp_path, "old.csv", *(line_of(number, 10) for number in range(30))), by=keeper)
    one = file_of(tmp_path, "one.csv", *(line_of(number, 11) for number in range(40)))
    other = file_of(tmp_path, "other.csv", *(line_of(number, 11) for number in reversed(range(10, 50))))

    runs = at_once(
        lambda: ingest("shipments", one, by=keeper, constants=CORRECT), lambda: ingest("shipments", other, by=keeper, constants=CORRECT)
    )

    assert [(run.state, run.rejected) for run in runs] == [(RunState.DONE, 0)] * 2
    assert (sum(run.updated for run in runs), sum(run.created for run in runs)) == (30, 20)
    assert Shipment.objects.filter(is_reversal=True).count() == 30
    whole = ledger_totals(*YEAR)
    assert (whole.tonnes, whole.rows, reconcile().agrees) == (Decimal(50 * 11), 50, True)
    assert {proof.agrees for proof in ImportProof.objects.filter(run_id__in=[run.pk for run in runs])} == {True}


def test_a_killed_correcting_import_goes_on_and_books_nothing_twice(tmp_path, keeper, monkeypatch):
    monkeypatch.setattr(ShipmentImporter, "chunk_rows", 4)
    ingest("shipments", file_of(tmp_path, "old.csv", *(line_of(number, 10) for number in range(12))), by=keeper)
    lone = make_customer(code="C000999")
    lines = [*(line_of(number, 11) for number in range(9)), "C000999,2026-03-05,02,in,5,t,D-99", *(line_of(n, 11) for n in range(9, 14))]
    run = take_in(importer=ShipmentImporter(), file=ContentFile("\n".join([HEAD, *lines]).encode(), name="new.csv"), by=keeper)
    run = set_mapping(run=run, mapping=run.mapping, constants=CORRECT, by=keeper)
    ImportRun.objects.filter(pk=run.pk).update(dry_run=False, state=RunState.WAITING)

    with transaction.atomic(), connection.cursor() as cursor:
        Customer.objects.select_for_update().get(pk=lone.pk)
        code = "from cargo.imports.shipments import ShipmentImporter; ShipmentImporter.chunk_rows = 4; "
        with worker(f"{code} from portcrm.exchange.running import run_import; run_import({run.pk})") as dying:
            kill_where_it_waits(dying, cursor)
    killed = ImportRun.objects.get(pk=run.pk)
    ImportRun.objects.filter(pk=run.pk).update(lease_until=now() - dt.timedelta(seconds=1))
    run_import(run.pk)

    ended = ImportRun.objects.get(pk=run.pk)
    assert (killed.state, killed.done, killed.updated) == (RunState.RUNNING, 8, 8)
    assert (ended.state, ended.done, ended.updated, ended.created, ended.rejected) == (RunState.DONE, 15, 12, 3, 0)
    whole = ledger_totals(*YEAR)
    assert (whole.tonnes, whole.rows, reconcile().agrees) == (Decimal(14 * 11 + 5), 15, True)
    assert ImportProof.objects.get(run_id=run.pk).agrees
