"""The annual task from files: a row per month, a wide sheet, in units that are said and never assumed."""

from decimal import Decimal
from pathlib import Path

import pytest
import xlsxwriter
from django.utils import translation

from cargo.models import Target
from cargo.queries.targets import CellKey
from cargo.tests.factories import load_reference
from customers.tests.factories import make_customer
from portcrm.accounts.roles import Role
from portcrm.accounts.tests.factories import make_user
from portcrm.exchange.ingesting import ingest

pytestmark = [pytest.mark.django_db, pytest.mark.database]


@pytest.fixture(autouse=True)
def _ready(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "media"
    load_reference()


def make_file(folder: Path, *lines: str, encoding: str = "utf-8") -> Path:
    path = folder / "task.csv"
    path.write_bytes("\n".join(lines).encode(encoding) + b"\n")
    return path


def problems(run) -> list[tuple[int, list[str]]]:
    with translation.override("en"):
        return [(problem.row_number, problem.messages) for problem in run.problems.order_by("row_number")]


def stored(**slot) -> dict[str, Decimal]:
    return {CellKey(one.cargo_class_id, one.month).text: one.quantity for one in Target.objects.filter(**slot)}


def test_a_row_per_class_and_month(tmp_path):
    lines = ["年份,货类,月份,任务量,单位", "2026,01,,120,万吨", "2026,煤炭,3月,9.5,万吨", "2026,合计,全年,3000000,吨", "2026,17,,2,万TEU"]
    path = make_file(tmp_path, *lines, encoding="gb18030")

    run = ingest("targets", path, by=make_user(Role.MANAGER))

    assert problems(run) == []
    assert stored(unit="t") == {"c-01-0": 1200000, "c-01-3": 95000, "c-all-0": 3000000}
    assert stored(unit="teu") == {"c-17-0": 20000}


def test_a_wide_sheet_of_a_spreadsheet(tmp_path):
    path = tmp_path / "task.xlsx"
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, ["年度", "货类", "单位", "全年", *[f"{month}月" for month in range(1, 13)]])
        sheet.write_row(1, 0, [2026, "01", "吨", 1200, *[100] * 12])
        sheet.write_row(2, 0, [2026, "02", "吨", 900.5])

    run = ingest("targets", path, by=make_user(Role.MANAGER))

    assert problems(run) == []
    assert stored() == {"c-01-0": 1200, "c-02-0": Decimal("900.5")} | {f"c-01-{month}": 100 for month in range(1, 13)}
    assert (run.created, run.updated, run.skipped) == (2, 0, 0)


def test_a_task_of_a_customer_and_of_an_account_manager(tmp_path):
    customer, colleague = make_customer(code="C000777"), make_user(Role.MARKETING, name="演示经理 07")
    path = make_file(tmp_path, "year,class,unit,quantity,customer,客户经理", "2026,01,t,5,C000777,", "2026,01,t,7,,演示经理 07")

    run = ingest("targets", path, by=make_user(Role.MANAGER))

    assert problems(run) == []
    assert (stored(customer=customer), stored(manager=colleague)) == ({"c-01-0": 5}, {"c-01-0": 7})


def test_rows_that_cannot_be_read_are_given_back_with_the_reason(tmp_path):
    path = make_file(
        tmp_path,
        "year,class,month,quantity,unit,customer,manager",
        "2026,99,1,5,t,,",
        "2026,01,13,5,t,,",
        "2026,01,1,-5,t,,",
        "2026,01,1,5,箱,,",
        "1066,01,1,5,t,,",
        "2026,01,1,,t,,",
        "2026,01,1,5,t,Nobody Ltd,",
        "2026,01,1,5,t,,Nobody",
        "2026,02,1,5,t,,",
        "2026,02,1,6,t,,",
    )

    run = ingest("targets", path, by=make_user(Role.MANAGER))

    assert problems(run) == [
        (2, ["class: There is no such cargo class; write its code, such as 01, or its name."]),
        (3, ["month: “13” is not a month; write 1 to 12 or March, or “year” for the whole year."]),
        (4, ["quantity: A task is never negative."]),
        (5, ["unit: Write the unit as t, 10kt, TEU or 10kTEU."]),
        (6, ["year: There is no task for such a year."]),
        (7, ["quantity: This row names no quantity."]),
        (8, ["customer: There is no customer file with this code or name."]),
        (9, ["manager: Name one colleague: by e-mail where several have this name."]),
        (11, ["quantity: An earlier row of this file gives the same cell another figure."]),
    ]
    assert stored() == {"c-02-1": 5}


def test_the_same_file_again_changes_nothing_and_a_corrected_one_changes_the_cell(tmp_path):
    by = make_user(Role.MANAGER)
    head = "year,class,month,quantity,unit"
    ingest("targets", make_file(tmp_path, head, "2026,01,1,5,t", "2026,02,1,5,t"), by=by)
    first = dict(Target.objects.values_list("pk", "set_at"))

    again = ingest("targets", make_file(tmp_path, head, "2026,01,1,5,t", "2026,02,1,5,t"), by=by)
    unchanged = dict(Target.objects.values_list("pk", "set_at"))
    corrected = ingest("targets", make_file(tmp_path, head, "2026,01,1,8,t", "2026,02,1,5,t"), by=by)

    assert unchanged == first
    assert [(run.created, run.updated, run.skipped) for run in (again, corrected)] == [(0, 0, 2), (0, 1, 1)]
    assert stored() == {"c-01-1": 8, "c-02-1": 5}
