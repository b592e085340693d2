"""Two rows of one file that say different things of one firm: the first counts, nobody's word is lost, somebody decides."""

import pytest
from django.test import Client
from django.urls import reverse

from customers.models import Customer
from customers.tests.factories import make_customer
from customers.tests.test_import_decisions import foreseen, import_it, rehearse
from customers.tests.test_importing_customers import counts
from portcrm.accounts.roles import Role
from portcrm.accounts.tests.factories import make_user
from portcrm.exchange.enums import Choice, RowKind
from portcrm.exchange.ingesting import ingest
from portcrm.exchange.models import ImportProblem
from portcrm.exchange.queries import problem_rows
from portcrm.exchange.reverting import run_revert
from portcrm.exchange.running import run_import
from portcrm.exchange.services import import_rehearsed, mend_rehearsed, mend_row, start_revert

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
TOLD = [(7, "电话", "本文件第 2 行写的是“021-5555 0001”，本行写的是“13800000000”，均为同一客户。请决定以哪个为准。")]


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
    assert told(run) == TOLD
    assert [row[:2] for row in problem_rows(run)] == [[SPACED, "13800000000"]]


@pytest.mark.parametrize("portion", [2, 2000])
def test_dry_run_and_import_agree_however_the_file_is_divided(file, keeper, monkeypatch, portion):
    monkeypatch.setattr("customers.imports.customers.CustomerImporter.chunk_rows", portion)
    rehearsal = rehearse(the_rows(file), keeper)

    run = import_it(rehearsal, keeper)

    assert [row[:2] for row in foreseen(rehearsal)] == [(2, "new"), (3, "new"), (4, "new"), (5, "new"), (6, "new"), (7, "conflict")]
    assert counts(run) == counts(rehearsal) == {"created": 5, "updated": 0, "skipped": 0, "rejected": 1}
    assert told(run) == told(rehearsal) == TOLD
    assert Customer.objects.get(name_zh=FIRM).phone == "021-5555 0001"


def test_a_worker_that_goes_on_after_another_knows_what_the_file_has_said(file, keeper, monkeypatch):
    monkeypatch.setattr("customers.imports.customers.CustomerImporter.chunk_rows", 2)
    run = import_rehearsed(run=rehearse(the_rows(file), keeper), by=keeper)

    workers = 1
    while run_import(run.pk, seconds=0):
        workers += 1

    run.refresh_from_db()
    assert workers > 2
    assert (told(run), Customer.objects.get(name_zh=FIRM).phone) == (TOLD, "021-5555 0001")


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
    assert (known.phone, told(run), told(rehearsal)) == ("021-5555 0001", TOLD, TOLD)
    assert [row[1:3] for row in foreseen(rehearsal) if row[0] in (2, 7)] == [("update", known.pk), ("conflict", known.pk)]


LINES = (
    [FIRM, "1", "", "", ""],
    ["甲公司", "", "", "", ""],
    [FIRM, "", "2", "", ""],
    ["乙公司", "", "", "", ""],
    [FIRM, "", "", "煤炭", ""],
    ["丙公司", "", "", "", ""],
    [FIRM, "9", "9", "矿石", "新址"],
    [FIRM, "", "", "", "旧址"],
    [FIRM, "", "", "", "新址"],
)


def lines_named(run) -> list[tuple]:
    return sorted((number, sentence[:6].strip(), column) for number, column, sentence in told(run))


@pytest.mark.parametrize("is_known", [False, True])
@pytest.mark.parametrize("portion", [1, 2, 3, 2000])
def test_each_value_is_told_with_its_own_line_however_far_ahead_it_stands(file, keeper, monkeypatch, portion, is_known):
    if is_known:
        make_customer(name_zh=FIRM, phone="0")
    monkeypatch.setattr("customers.imports.customers.CustomerImporter.chunk_rows", portion)
    rehearsal = rehearse(file(["公司名称", "电话", "传真", "经营范围", "地址"], *LINES), keeper)

    run = import_it(rehearsal, keeper)

    lines = [(8, "本文件第 2", "电话"), (8, "本文件第 4", "传真"), (8, "本文件第 6", "经营范围"), (10, "本文件第 9", "地址")]
    assert (lines_named(rehearsal), lines_named(run)) == (lines, lines)


@pytest.mark.parametrize("portion", [1, 2000])
def test_once_a_later_row_counts_the_line_told_is_its_own(file, keeper, monkeypatch, portion):
    monkeypatch.setattr("customers.imports.customers.CustomerImporter.chunk_rows", portion)
    rehearsal = rehearse(the_rows(file, [FIRM, "1", ""], [FIRM, "2", ""], [FIRM, "2", ""], [FIRM, "3", ""]), keeper)
    rehearsal.forecasts.filter(row_number=3).update(choice=Choice.UPDATE)

    run = import_it(rehearsal, keeper)

    assert (lines_named(run), Customer.objects.get().phone) == ([(5, "本文件第 3", "电话")], "2")


def test_a_portion_that_was_stored_in_parts_tells_its_lines_too(file, keeper, monkeypatch):
    """Its third row is refused by the database, so the firm that its first row opens is completed by its second in another part."""
    monkeypatch.setattr("customers.imports.customers.CustomerImporter.chunk_rows", 4)
    path = file(
        ["公司名称", "电话", "传真", "总资产", "净资产"],
        *([FIRM, "1", "", "", ""], ["戊公司", "", "", "", ""], [FIRM, "", "2", "", ""], ["甲公司", "", "", "1", "2"]),
        [FIRM, "9", "9", "", ""],
    )

    run = ingest("customers", path, by=keeper)

    assert lines_named(run)[1:] == [(6, "本文件第 2", "电话"), (6, "本文件第 4", "传真")]


def test_a_row_of_an_import_from_before_lines_were_kept_is_told_without_one(file, keeper):
    run = ingest("customers", the_rows(file, *ROWS[:5], ["", "13800000000", ""]), by=keeper)
    run.changes.update(lines={})

    row = mend_row(problem=run.problems.get(), cells={0: FIRM}, version=1, by=keeper)

    assert [detail["message"]["zh"][:9] for detail in row.details] == ["本文件前面的一行写"]


def test_contradicting_rows_are_counted_and_decided_apart_from_those_that_look_like_another(file, keeper):
    path = the_rows(file, [FIRM, "1", ""], [FIRM, "2", ""], [FIRM, "3", ""], ["评审测试煤炭公司", "4", ""])
    run, client = rehearse(path, keeper), Client()
    client.force_login(keeper)
    page, rows = reverse("exchange:import_run", args=[run.pk]), reverse("exchange:import_rows", args=[run.pk])

    first, listed = client.get(page), client.get(rows)
    seen = next(line.mark for line in listed.context["kinds"] if line.kind == RowKind.CONFLICT)
    client.post(reverse("exchange:rows_choose", args=[run.pk]), {"kind": "conflict", "choice": "update", "seen": seen})
    decided = client.get(page)

    assert [(line.kind, line.count) for line in listed.context["kinds"]] == [("new", 1), ("alike", 1), ("conflict", 2)]
    assert "Contradicts an earlier row" in listed.content.decode()
    assert (first.context["undecided"], first.context["contradicting"]) == (1, 2)
    assert "2 rows contradict an earlier row about the same record." in first.content.decode()
    assert "1 row looks like a record that is here already, or like another row." in first.content.decode()
    assert "contradict an earlier row" not in decided.content.decode()
    assert (counts(import_it(run, keeper))["rejected"], Customer.objects.get().phone) == (1, "3")


def test_after_the_import_too_it_is_asked_whether_a_contradicting_row_counts(file, keeper):
    run, client = ingest("customers", the_rows(file, [FIRM, "1", ""], [FIRM, "2", ""], ["评审测试煤炭公司", "", ""]), by=keeper), Client()
    client.force_login(keeper)
    page = client.get(reverse("exchange:import_run", args=[run.pk])).content.decode()
    problem = run.problems.get(row_number=3)

    mend_row(problem=problem, cells={}, version=1, choice="update", by=keeper)

    assert list(run.problems.order_by("row_number").values_list("row_number", "contradicts")) == [(3, True), (4, False)]
    assert (page.count("Let this row count"), page.count("Same as another row of the file")) == (1, 1)
    assert Customer.objects.get().phone == "2"


def test_a_row_mended_in_the_dry_run_no_longer_counts_as_contradicting(file, keeper):
    run = rehearse(the_rows(file, [FIRM, "1", ""], [FIRM, "2", ""]), keeper)
    seen = run.forecasts.get(row_number=3).mark

    mend_rehearsed(problem=run.problems.get(), cells={0: "另一家公司"}, version=1, seen=seen, by=keeper)

    assert list(run.problems.values_list("contradicts", "state")) == [(False, "stored")]
    assert [row[:2] for row in foreseen(run)] == [(2, "new"), (3, "new")]


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
