"""Two rows of one file that say different things of one firm: the first counts, nobody's word is lost, somebody decides."""

import pytest

from customers.models import Customer
from customers.tests.factories import make_customer
from customers.tests.test_import_decisions import foreseen, import_it, rehearse
from customers.tests.test_importing_customers import counts
from portcrm.accounts.roles import Role
from portcrm.accounts.tests.factories import make_user
from portcrm.exchange.enums import Choice
from portcrm.exchange.ingesting import ingest
from portcrm.exchange.models import ImportProblem
from portcrm.exchange.queries import problem_rows
from portcrm.exchange.reverting import run_revert
from portcrm.exchange.running import run_import
from portcrm.exchange.services import import_rehearsed, start_revert

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("uploads")]
FIRM = "评审测试煤炭有限公司"
SPACED = "评审测试煤炭 有限公司"
ROWS = (
    [FIRM, "021-5555 0001", ""],
    ["甲公司", "1", ""],
    ["乙公司", "2", ""],
    ["丙公司", "3", ""],
    ["丁公司", "4", ""],
    [SPACED, "13800000000", "煤炭"],
)


@pytest.fixture
def keeper():
    return make_user(Role.MARKETING, language="en")


def the_rows(file, *rows):
    return file(["公司名称", "电话", "经营范围"], *(rows or ROWS))


def told(run) -> list[tuple]:
    found = ImportProblem.objects.filter(run=run).order_by("row_number")
    return [(one.row_number, detail["column"], detail["message"]["zh"]) for one in found for detail in one.details]


def test_a_second_row_of_a_new_firm_with_another_telephone_is_asked_about(file, keeper):
    run = ingest("customers", the_rows(file), by=keeper)

    firm = Customer.objects.get(name_zh=FIRM)
    assert (firm.phone, firm.business_scope) == ("021-5555 0001", "")
    assert counts(run) == {"created": 5, "updated": 0, "skipped": 0, "rejected": 1}
    assert told(run) == [
        (7, "电话", "本文件第 2 行写的是“021-5555 0001”，本行写的是“13800000000”，均为同一客户。请决定以哪个为准。"),
    ]
    assert [row[:2] for row in problem_rows(run)] == [[SPACED, "13800000000"]]


@pytest.mark.parametrize("portion", [2, 2000])
def test_dry_run_and_import_agree_however_the_file_is_divided(file, keeper, monkeypatch, portion):
    monkeypatch.setattr("customers.imports.customers.CustomerImporter.chunk_rows", portion)
    rehearsal = rehearse(the_rows(file), keeper)

    run = import_it(rehearsal, keeper)

    assert [row[:2] for row in foreseen(rehearsal)] == [(2, "new"), (3, "new"), (4, "new"), (5, "new"), (6, "new"), (7, "alike")]
    assert counts(run) == counts(rehearsal) == {"created": 5, "updated": 0, "skipped": 0, "rejected": 1}
    assert told(run) == told(rehearsal)
    assert Customer.objects.get(name_zh=FIRM).phone == "021-5555 0001"


def test_a_worker_that_goes_on_after_another_knows_what_the_file_has_said(file, keeper, monkeypatch):
    monkeypatch.setattr("customers.imports.customers.CustomerImporter.chunk_rows", 2)
    run = import_rehearsed(run=rehearse(the_rows(file), keeper), by=keeper)

    workers = 1
    while run_import(run.pk, seconds=0):
        workers += 1

    run.refresh_from_db()
    assert workers > 2
    assert (counts(run)["rejected"], Customer.objects.get(name_zh=FIRM).phone) == (1, "021-5555 0001")


@pytest.mark.parametrize("portion", [2, 2000])
def test_who_decides_for_the_later_row_gets_its_values_and_may_take_them_back(file, keeper, monkeypatch, portion):
    monkeypatch.setattr("customers.imports.customers.CustomerImporter.chunk_rows", portion)
    rehearsal = rehearse(the_rows(file), keeper)
    rehearsal.forecasts.filter(row_number=7).update(choice=Choice.UPDATE)

    run = import_it(rehearsal, keeper)

    firm = Customer.objects.get(phone="13800000000")
    assert (firm.name_zh, firm.business_scope, counts(run)["rejected"]) == (FIRM, "煤炭", 0)
    run_revert(start_revert(run=run, by=keeper).pk)
    assert Customer.objects.count() == 0


@pytest.mark.parametrize("portion", [2, 2000])
def test_a_second_row_of_a_known_firm_with_another_value_is_asked_about(file, keeper, monkeypatch, portion):
    monkeypatch.setattr("customers.imports.customers.CustomerImporter.chunk_rows", portion)
    known = make_customer(name_zh=FIRM, phone="9")
    path = the_rows(file)

    rehearsal, run = rehearse(path, keeper), ingest("customers", path, by=keeper)

    known.refresh_from_db()
    assert (known.phone, counts(run)["rejected"], counts(rehearsal)["rejected"]) == ("021-5555 0001", 1, 1)
    assert [row[1:3] for row in foreseen(rehearsal) if row[0] in (2, 7)] == [("update", known.pk), ("alike", known.pk)]


def test_a_row_that_only_adds_or_repeats_asks_nothing(file, keeper):
    rows = [FIRM, "1", ""], [SPACED, "", "煤炭"], [FIRM, "1", "煤炭"]

    run = ingest("customers", the_rows(file, *rows), by=keeper)

    assert counts(run) == {"created": 1, "updated": 0, "skipped": 2, "rejected": 0}
    assert list(Customer.objects.values_list("name_zh", "phone", "business_scope")) == [(FIRM, "1", "煤炭")]


def test_a_row_that_breaks_a_rule_elsewhere_in_the_file_changes_nothing_about_it(file, keeper):
    """The database refuses the last row, so the portion is stored in parts: the second row of the firm comes after the first is there."""
    path = file(
        ["公司名称", "电话", "总资产", "净资产"],
        *([FIRM, "1", "", ""], ["戊公司", "", "", ""], ["己公司", "", "", ""]),
        *(["庚公司", "", "", ""], [FIRM, "2", "", ""], ["甲公司", "", "1", "2"]),
    )

    run = ingest("customers", path, by=keeper)

    assert Customer.objects.get(name_zh=FIRM).phone == "1"
    assert [(number, column) for number, column, _message in told(run)] == [(6, "电话"), (7, "净资产")]


def test_a_firm_that_one_portion_opens_and_completes_in_parts_is_taken_back_whole(file, keeper):
    path = file(
        ["公司名称", "电话", "传真", "总资产", "净资产"],
        *([FIRM, "1", "", "", ""], ["戊公司", "", "", "", ""], [FIRM, "", "9", "", ""], ["甲公司", "", "", "1", "2"]),
    )
    run = ingest("customers", path, by=keeper)
    assert (counts(run)["created"], Customer.objects.get(name_zh=FIRM).fax) == (2, "9")

    run_revert(start_revert(run=run, by=keeper).pk)

    assert Customer.objects.count() == 0
