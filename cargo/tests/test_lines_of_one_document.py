"""A document of several lines: the second line stays the second, whatever becomes of the first, so that nothing is booked twice."""

from pathlib import Path

import pytest

from cargo.models import ImportProof, Shipment
from cargo.services.staging import is_staged
from cargo.tests.factories import load_reference
from customers.tests.factories import make_customer
from portcrm.accounts.models import User
from portcrm.accounts.roles import Role
from portcrm.accounts.tests.factories import make_user
from portcrm.exchange.enums import Choice
from portcrm.exchange.ingesting import ingest
from portcrm.exchange.models import Forecast, ImportProblem
from portcrm.exchange.running import run_import
from portcrm.exchange.services import choose_for_row, import_rehearsed, mend_rehearsed

pytestmark = [pytest.mark.django_db, pytest.mark.database]

HEAD = "document,customer,date,class,direction,qty,unit"
FIRST = "D-1,C000777,2026-03-05,02,in,10,t"
SECOND = "D-1,C000777,2026-03-05,02,in,20,t"
THIRD = "D-1,C000777,2026-03-05,02,in,30,t"


@pytest.fixture(autouse=True)
def _ready(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "media"
    load_reference()
    make_customer(code="C000777")


@pytest.fixture
def keeper() -> User:
    return make_user(Role.OPERATIONS)


def file_of(folder: Path, *lines: str) -> Path:
    path = folder / "cargo.csv"
    path.write_text("\n".join([HEAD, *lines]) + "\n", encoding="utf-8")
    return path


def booked() -> dict[str, int]:
    return {identity: int(tonnes) for identity, tonnes in Shipment.objects.order_by("identity").values_list("identity", "tonnes")}


BOOKED = {"doc:D-1#1": 10, "doc:D-1#2": 20, "doc:D-1#3": 30}
REFUSED = {
    "a firm nobody knows": FIRST.replace("C000777", "C000888"),
    "a day there is not": FIRST.replace("2026-03-05", "2026-02-30"),
    "shifted cells": f"{FIRST},x",
    "more than the ledger holds": FIRST.replace(",10,", f",{10**15},"),
    "a unit there is not": FIRST.replace(",t", ",barrow"),
}


@pytest.mark.parametrize("chunk_rows", [1, 2, 20_000])
@pytest.mark.parametrize("refused", REFUSED.values(), ids=REFUSED)
def test_a_line_keeps_its_place_when_one_before_it_is_refused(tmp_path, keeper, monkeypatch, refused, chunk_rows):
    monkeypatch.setattr("cargo.imports.shipments.ShipmentImporter.chunk_rows", chunk_rows)

    first = ingest("shipments", file_of(tmp_path, refused, SECOND, THIRD), by=keeper)
    assert (first.created, first.rejected) == (2, 1)
    again = ingest("shipments", file_of(tmp_path, FIRST, SECOND, THIRD), by=keeper)

    assert (again.created, again.skipped, again.rejected) == (1, 2, 0)
    assert booked() == BOOKED
    assert ImportProof.objects.get(run_id=again.pk).agrees
    assert not is_staged(f"run:{first.pk}")


@pytest.mark.parametrize("chunk_rows", [1, 2, 20_000])
def test_a_line_in_the_middle_leaves_its_place_open_too(tmp_path, keeper, monkeypatch, chunk_rows):
    monkeypatch.setattr("cargo.imports.shipments.ShipmentImporter.chunk_rows", chunk_rows)
    other = FIRST.replace("D-1", "D-2")
    refused = SECOND.replace("C000777", "C000888")

    ingest("shipments", file_of(tmp_path, FIRST, other, refused, THIRD, refused, other), by=keeper)
    make_customer(code="C000888")
    again = ingest("shipments", file_of(tmp_path, FIRST, other, refused, THIRD, refused, other), by=keeper)

    assert (again.created, again.skipped) == (2, 4)
    assert booked() == {"doc:D-1#1": 10, "doc:D-1#2": 20, "doc:D-1#3": 30, "doc:D-1#4": 20, "doc:D-2#1": 10, "doc:D-2#2": 10}


def test_a_line_left_out_by_decision_leaves_its_place_open(tmp_path, keeper, django_capture_on_commit_callbacks):
    dry = ingest("shipments", file_of(tmp_path, REFUSED["a firm nobody knows"], SECOND), by=keeper, dry_run=True)
    ingest("shipments", file_of(tmp_path, SECOND.replace(",20,", ",25,")), by=keeper)  # makes the dry run of the next file ask
    asked = ingest("shipments", file_of(tmp_path, FIRST, SECOND, THIRD), by=keeper, dry_run=True)
    row = Forecast.objects.get(run=asked)
    choose_for_row(run=asked, row_number=row.row_number, choice=Choice.SKIP, seen=row.mark, by=keeper)

    run_import(import_rehearsed(run=asked, by=keeper).pk)

    assert (dry.created, row.row_number) == (1, 2)
    assert booked() == {"doc:D-1#1": 25, "doc:D-1#2": 20, "doc:D-1#3": 30}


def test_a_line_mended_in_the_dry_run_has_its_place_in_it_and_in_the_import(tmp_path, keeper, django_capture_on_commit_callbacks):
    ingest("shipments", file_of(tmp_path, FIRST, SECOND), by=keeper)
    dry = ingest("shipments", file_of(tmp_path, FIRST, REFUSED["a unit there is not"], THIRD), by=keeper, dry_run=True)
    problem = ImportProblem.objects.get(run=dry)
    mend_rehearsed(problem=problem, cells={5: "20", 6: "t"}, version=problem.version, seen="", by=keeper)

    run = import_rehearsed(run=dry, by=keeper)
    run_import(run.pk)

    run.refresh_from_db()
    assert (run.created, run.skipped, run.rejected) == (1, 2, 0)
    assert booked() == BOOKED
