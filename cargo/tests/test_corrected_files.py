"""A file with other figures for known documents: handed back, or booked as corrections by decision; sums reconcile throughout."""

import datetime as dt
import io
from decimal import Decimal
from pathlib import Path

import pytest
from django.core.management import call_command
from django.utils import translation

from cargo.models import ImportProof, Shipment
from cargo.queries.ledger import ledger_totals
from cargo.queries.reconcile import reconcile
from cargo.services.ledger import correct_shipment
from cargo.tests.factories import load_reference
from customers.tests.factories import make_customer
from portcrm.accounts.roles import Role
from portcrm.accounts.tests.factories import make_user
from portcrm.exchange.enums import Choice, RunState
from portcrm.exchange.ingesting import ingest
from portcrm.exchange.models import Forecast, ImportRun
from portcrm.exchange.queries import decisions_for, furnish, kinds_of
from portcrm.exchange.running import run_import
from portcrm.exchange.services import choose_for_row, import_rehearsed

pytestmark = [pytest.mark.django_db, pytest.mark.database]

HEAD = "customer,date,class,direction,qty,unit,document"
YEAR = dt.date(2026, 1, 1), dt.date(2026, 12, 31)
OLD = ("C000777,2026-03-05,02,in,10,t,D-1", "C000777,2026-03-06,02,in,20,t,D-2")
NEW = ("C000777,2026-03-05,02,in,12,t,D-1", "C000777,2026-03-06,02,in,20,t,D-2")
DIFFERS = "qty: This document is in the ledger with other figures. Nothing was overwritten; correct the row there."


@pytest.fixture(autouse=True)
def _ready(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "media"
    load_reference()
    make_customer(code="C000777", name_zh="演示能源有限公司", name_en="DEMO ENERGY CO")


@pytest.fixture
def keeper():
    return make_user(Role.OPERATIONS)


def file_of(folder: Path, *lines: str, head: str = HEAD) -> Path:
    path = folder / "cargo.csv"
    path.write_text("\n".join([head, *lines]) + "\n", encoding="utf-8")
    return path


def counts(run) -> tuple[int, int, int, int]:
    return run.created, run.updated, run.skipped, run.rejected


def problems(run) -> list[tuple[int, list[str]]]:
    with translation.override("en"):
        return [(problem.row_number, problem.messages) for problem in run.problems.order_by("row_number")]


def test_a_corrected_file_books_corrections_and_the_sums_agree_with_it(tmp_path, keeper):
    ingest("shipments", file_of(tmp_path, *OLD), by=keeper)

    run = ingest("shipments", file_of(tmp_path, *NEW), by=keeper, constants={"known_documents": "correct"})

    assert counts(run) == (0, 1, 1, 0)
    first = Shipment.objects.get(identity="doc:D-1#1")
    assert sorted(first.corrections.values_list("is_reversal", "quantity")) == [(False, 12), (True, -10)]
    proof = ImportProof.objects.get(run_id=run.pk)
    assert (proof.file_quantity, proof.ledger_quantity, proof.ledger_rows, proof.agrees) == (32, 32, 2, True)
    assert (ledger_totals(*YEAR).tonnes, reconcile().agrees) == (32, True)
    assert str(run.pk) in first.corrections.get(is_reversal=True).reason


def test_the_corrected_file_again_and_the_old_file_again_change_nothing(tmp_path, keeper):
    ingest("shipments", file_of(tmp_path, *OLD), by=keeper)
    correct = {"known_documents": "correct"}
    ingest("shipments", file_of(tmp_path, *NEW), by=keeper, constants=correct)

    again = ingest("shipments", file_of(tmp_path, *NEW), by=keeper, constants=correct)
    plainly = ingest("shipments", file_of(tmp_path, *NEW), by=keeper)
    old = ingest("shipments", file_of(tmp_path, *OLD), by=keeper)

    assert [counts(run) for run in (again, plainly, old)] == [(0, 0, 2, 0)] * 3
    assert (Shipment.objects.count(), ledger_totals(*YEAR).tonnes) == (4, 32)
    assert [ImportProof.objects.get(run_id=run.pk).agrees for run in (again, old)] == [True, False]


def test_without_a_decision_the_row_is_handed_back(tmp_path, keeper):
    ingest("shipments", file_of(tmp_path, *OLD), by=keeper)

    run = ingest("shipments", file_of(tmp_path, *NEW), by=keeper)

    assert (counts(run), problems(run)) == ((0, 0, 1, 1), [(2, [DIFFERS])])
    assert ledger_totals(*YEAR).tonnes == 30


def test_each_row_may_say_for_itself(tmp_path, keeper):
    ingest("shipments", file_of(tmp_path, *OLD), by=keeper)
    lines = ("C000777,2026-03-05,02,in,12,t,D-1,更正", "C000777,2026-03-06,02,in,22,t,D-2,leave")

    run = ingest("shipments", file_of(tmp_path, *lines, head=f"{HEAD},known_documents"), by=keeper)

    assert (counts(run), problems(run)) == ((0, 1, 0, 1), [(3, [DIFFERS])])
    assert ledger_totals(*YEAR).tonnes == 32


def test_a_file_corrects_only_what_it_speaks_of(tmp_path, keeper):
    payer = make_customer(code="C000555")
    wide = f"{HEAD},vessel,cost_handling,cost_other,revenue,payer"
    line = "C000777,2026-03-05,02,in,10,t,D-1,演示轮 01,60,40,500,C000555"
    ingest("shipments", file_of(tmp_path, line, head=wide), by=keeper)
    correct = {"known_documents": "correct"}

    same = ingest("shipments", file_of(tmp_path, OLD[0]), by=keeper, constants=correct)
    other = ingest("shipments", file_of(tmp_path, NEW[0]), by=keeper, constants=correct)
    role = ingest("shipments", file_of(tmp_path, f"{NEW[0]},C000777", head=f"{HEAD},payer"), by=keeper, constants=correct)

    assert [counts(run) for run in (same, other, role)] == [(0, 0, 1, 0), (0, 1, 0, 0), (0, 1, 0, 0)]
    middle, last = Shipment.objects.filter(corrects__isnull=False, is_reversal=False).order_by("pk")
    assert (middle.tonnes, middle.vessel, middle.cost, middle.cost_handling, middle.revenue) == (12, "演示轮 01", 100, 60, 500)
    assert (middle.parties.get().customer, last.parties.get().customer.code) == (payer, "C000777")


def test_a_row_corrected_by_hand_is_corrected_on_from_where_it_stands(tmp_path, keeper):
    ingest("shipments", file_of(tmp_path, *OLD), by=keeper)
    by_hand = correct_shipment(
        shipment=Shipment.objects.get(identity="doc:D-1#1"), reason="磅单", quantity=Decimal(11), tonnes=Decimal(11), by=keeper
    )

    run = ingest("shipments", file_of(tmp_path, *NEW), by=keeper, constants={"known_documents": "correct"})

    assert counts(run) == (0, 1, 1, 0)
    assert by_hand.corrections.get(is_reversal=False).quantity == 12
    assert (ledger_totals(*YEAR).tonnes, ledger_totals(*YEAR).rows, reconcile().agrees) == (32, 2, True)


def test_a_row_taken_back_is_not_booked_again_by_a_file(tmp_path, keeper):
    ingest("shipments", file_of(tmp_path, *OLD), by=keeper)
    correct_shipment(shipment=Shipment.objects.get(identity="doc:D-1#1"), reason="重复", by=keeper)

    same = ingest("shipments", file_of(tmp_path, *OLD), by=keeper, constants={"known_documents": "correct"})
    other = ingest("shipments", file_of(tmp_path, *NEW), by=keeper, constants={"known_documents": "correct"})

    assert (counts(same), counts(other)) == ((0, 0, 2, 0), (0, 0, 1, 1))
    assert problems(other)[0][1][0].startswith("qty: The row of this document was taken back in the ledger.")
    assert ImportProof.objects.get(run_id=same.pk).ledger_quantity == 20


def test_whoever_may_not_correct_gets_the_row_back(tmp_path):
    marketer = make_user(Role.MARKETING)
    ingest("shipments", file_of(tmp_path, *OLD), by=marketer)

    run = ingest("shipments", file_of(tmp_path, *NEW), by=marketer, constants={"known_documents": "correct"})

    assert (counts(run), Shipment.objects.count()) == ((0, 0, 1, 1), 2)
    assert problems(run) == [(2, ["You may not correct lines of handled cargo. Somebody who may can take this file in."])]


def test_the_dry_run_asks_and_the_import_books_what_was_decided(tmp_path, keeper, django_capture_on_commit_callbacks):
    ingest("shipments", file_of(tmp_path, *OLD), by=keeper)
    changed = (NEW[0], "C000777,2026-03-06,02,in,25,t,D-2", "C000777,2026-03-07,02,in,1,t,D-3")
    dry = ingest("shipments", file_of(tmp_path, *changed), by=keeper, dry_run=True)
    rows = list(Forecast.objects.filter(run=dry).order_by("row_number"))

    with translation.override("en"):
        furnish(dry, rows, keeper)
        offered = [label for _key, label in decisions_for(rows[0])]
    choose_for_row(run=dry, row_number=2, choice=Choice.UPDATE, target=rows[0].alike[0], seen=rows[0].mark, by=keeper)
    run = import_rehearsed(run=dry, by=keeper)
    run_import(run.pk)

    assert offered == ["Decide later", "Book a correction of D-1 · 10 t", "Leave out"]
    assert ([row.row_number for row in rows], [line.count for line in kinds_of(dry)]) == ([2, 3], [2])
    ended = ImportRun.objects.get(pk=run.pk)
    assert (ended.state, counts(ended)) == (RunState.DONE, (1, 1, 0, 1))
    assert ledger_totals(*YEAR).tonnes == 12 + 20 + 1


def test_the_command_line_corrects_where_it_is_told_to(tmp_path):
    out = io.StringIO()
    ingest("shipments", file_of(tmp_path, *OLD), by=make_user())

    with translation.override("en"):
        call_command("ingest", "shipments", str(file_of(tmp_path, *NEW)), "--correct", stdout=out)

    assert out.getvalue().splitlines()[-3:] == [
        "0 added, 1 updated, 1 left as they were, 0 with problems, of 2 rows",
        "✓ Reconciled with the file: 32 tonnes in 2 lots (2 rows): the ledger agrees to the last digit; 32 t",
        "Done.",
    ]
