"""A class out of use: old files may name it and that is remarked; for this year and later it gets no new task, whoever sets it."""

import datetime as dt
from decimal import Decimal
from pathlib import Path

import pytest
from django.utils import translation
from rest_framework.test import APIClient

from cargo.models import CargoClass, Shipment, Target
from cargo.queries.targets import CellKey, Slot
from cargo.services import targets
from cargo.services.targets import set_targets
from cargo.tests.factories import load_reference, make_targets
from customers.tests.factories import make_customer
from portcrm.accounts.roles import Role
from portcrm.accounts.tests.factories import make_user
from portcrm.errors import RuleBroken
from portcrm.exchange.ingesting import ingest

pytestmark = [pytest.mark.django_db, pytest.mark.database]


@pytest.fixture(autouse=True)
def _ready(settings, tmp_path, monkeypatch):
    settings.MEDIA_ROOT = tmp_path / "media"
    load_reference()
    monkeypatch.setattr(targets, "port_today", lambda: dt.date(2026, 11, 20))


def retire() -> None:
    CargoClass.objects.filter(pk="02").update(is_active=False, name_zh="旧货类", name_en="Old class")


def file_of(folder: Path, *lines: str) -> Path:
    path = folder / "file.csv"
    path.write_text("\n".join(lines) + "\n")
    return path


def stored() -> dict:
    return {(one.year, one.cargo_class_id): one.quantity for one in Target.objects.all()}


def remarks(run) -> list[tuple[str, str, bool | None]]:
    with translation.override("en"):
        lines = run.by_importer.summary(run)
        return [(str(line.label), str(line.value), line.ok) for line in lines if "out of use" in str(line.label)]


def test_no_new_task_for_a_year_that_is_not_over_but_for_one_that_is():
    retire()
    by = make_user(Role.MANAGER)

    for year in (2026, 2027):
        with pytest.raises(RuleBroken, match="旧货类") as refusal:
            set_targets(slot=Slot(year, "t", ""), cells={CellKey("02", None): Decimal(5)}, by=by)
        assert refusal.value.field == "cargo_class"
    set_targets(slot=Slot(2025, "t", ""), cells={CellKey("02", None): Decimal(5)}, by=by)

    assert stored() == {(2025, "02"): 5}


def test_a_task_it_has_stays_and_may_be_emptied():
    make_targets({("02", None): 40, ("02", 3): 4, ("01", None): 10})
    retire()
    by, slot = make_user(Role.MANAGER), Slot(2026, "t", "")

    set_targets(slot=slot, cells={CellKey("02", None): Decimal(40), CellKey("01", None): Decimal(11)}, by=by)
    set_targets(slot=slot, cells={CellKey("02", 3): None}, by=by)

    assert stored() == {(2026, "02"): 40, (2026, "01"): 11}


def test_programs_are_refused_and_nothing_is_set():
    retire()
    client = APIClient()
    client.force_authenticate(make_user(Role.MANAGER))
    cells = [{"cargo_class": "01", "quantity": "3"}, {"cargo_class": "02", "quantity": "5"}]

    answer = client.post("/api/v1/cargo/targets/set/", {"year": 2026, "cells": cells}, format="json")

    assert answer.status_code == 409
    assert "旧货类" in answer.content.decode()
    assert stored() == {}


def test_a_file_of_the_task_is_refused_the_row_and_keeps_the_others(tmp_path):
    make_targets({("02", None): 40})
    retire()
    lines = ["年份,货类,任务量,单位", "2026,02,41,吨", "2026,01,7,吨", "2025,02,9,吨"]

    run = ingest("targets", file_of(tmp_path, *lines), by=make_user(Role.MANAGER))
    again = ingest("targets", file_of(tmp_path, lines[0], "2026,02,40,吨"), by=make_user(Role.MANAGER))

    assert [problem.row_number for problem in run.problems.all()] == [2]
    with translation.override("en"):
        (told,) = run.problems.get().messages
    assert told.endswith("The cargo class Old class is out of use. It keeps the task it has and gets no new one.")
    assert (again.skipped, again.rejected) == (1, 0)
    assert stored() == {(2026, "02"): 40, (2026, "01"): 7, (2025, "02"): 9}


def test_a_file_of_handled_cargo_is_taken_in_and_the_class_is_remarked(tmp_path):
    retire()
    customer = make_customer()
    header = "日期,客户,货类,数量,单位,进出口"
    rows = [f"2019-03-0{number},{customer.code},{code},10,吨,进口" for number, code in enumerate(("01", "02", "02"), start=1)]

    run = ingest("shipments", file_of(tmp_path, header, *rows), by=make_user(Role.MANAGER))

    assert (run.created, run.rejected) == (3, 0)
    assert Shipment.objects.filter(cargo_class="02").count() == 2
    assert remarks(run) == [("Cargo class out of use", "02 Old class: 2 rows", False)]


def test_a_file_without_old_classes_is_remarked_nothing(tmp_path):
    retire()
    path = file_of(tmp_path, "日期,客户,货类,数量,单位,进出口", f"2019-03-01,{make_customer().code},01,10,吨,进口")

    run = ingest("shipments", path, by=make_user(Role.MANAGER))

    assert remarks(run) == []


def test_published_figures_of_an_old_class_are_kept_and_remarked(tmp_path):
    retire()
    path = file_of(tmp_path, "period,cargo_class,tons", "2019-01,02,100", "2019-02,02,200")

    run = ingest("statistics", path, by=make_user(), constants={"source": "演示统计局", "value_columns": "tons = throughput (t)"})

    assert run.rejected == 0
    assert remarks(run) == [("Cargo class out of use", "02 Old class: 2 rows", False)]
