"""A row that says what stands in the file already has said it: what a later row says otherwise is asked about, whatever the order."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from customers.services.customers import edit_customer
from customers.tests.factories import make_customer
from customers.tests.test_contradicting_rows import FIRM, told
from customers.tests.test_import_decisions import import_it, rehearse
from customers.tests.test_importing_customers import counts
from portcrm.accounts.roles import Role
from portcrm.accounts.tests.factories import make_user
from portcrm.exchange.ingesting import ingest
from portcrm.exchange.models import ImportStatement
from portcrm.exchange.services import leave_row_out, mend_row

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("uploads")]
ASKED = "本文件第 {} 行写的是“{}”，本行写的是“{}”，均为同一客户。请决定以哪个为准。"
BY_HAND = "本文件前面的行导入之后，此处写入了“{}”，本行写的是“{}”。请决定以哪个为准。"


@pytest.fixture
def keeper():
    return make_user(Role.MARKETING, language="en")


@pytest.fixture
def known():
    return make_customer(name_zh=FIRM, phone="1")


def the_rows(file, *rows):
    return file(["公司名称", "电话", "传真"], *rows)


@pytest.mark.parametrize("portion", [1, 2, 2000])
@pytest.mark.parametrize(("first", "second", "stands"), [("1", "2", "1"), ("2", "1", "2")])
def test_the_order_of_two_rows_makes_no_difference(file, keeper, known, monkeypatch, portion, first, second, stands):
    monkeypatch.setattr("customers.imports.customers.CustomerImporter.chunk_rows", portion)
    rehearsal = rehearse(the_rows(file, [FIRM, first, ""], ["甲公司", "", ""], [FIRM, second, ""]), keeper)

    run = import_it(rehearsal, keeper)

    known.refresh_from_db()
    assert told(run) == told(rehearsal) == [(4, "电话", ASKED.format(2, first, second))]
    assert (known.phone, counts(run)) == (stands, counts(rehearsal))


@pytest.mark.parametrize("portion", [1, 2000])
def test_a_value_that_stands_is_said_beside_one_that_is_new_and_on_its_own_line(file, keeper, known, monkeypatch, portion):
    monkeypatch.setattr("customers.imports.customers.CustomerImporter.chunk_rows", portion)
    edit_customer(customer=known, changes={"email": "a@b.cn"}, seen={}, by=keeper)
    rows = [FIRM, "", "5", ""], [FIRM, "1", "5", ""], [FIRM, "", "", "a@b.cn"]
    otherwise = [FIRM, "2", "", ""], [FIRM, "", "6", ""], [FIRM, "", "", "c@d.cn"]

    run = ingest("customers", file(["公司名称", "电话", "传真", "邮箱"], *rows, *otherwise), by=keeper)

    known.refresh_from_db()
    assert (known.phone, known.fax, known.email) == ("1", "5", "a@b.cn")
    asked = [("电话", 3, "1", "2"), ("传真", 2, "5", "6"), ("邮箱", 4, "a@b.cn", "c@d.cn")]
    assert told(run) == [(line, column, ASKED.format(*words)) for line, (column, *words) in enumerate(asked, start=5)]


def test_a_row_mended_afterwards_is_asked_too_and_told_what_was_written_since(file, keeper, known):
    run = ingest("customers", the_rows(file, [FIRM, "1", ""], ["", "2", ""], ["", "3", "9"]), by=keeper)
    second, third = run.problems.order_by("row_number")

    asked = mend_row(problem=second, cells={0: FIRM}, version=1, by=keeper)
    edit_customer(customer=known, changes={"phone": "7"}, seen={}, by=keeper)
    later = mend_row(problem=third, cells={0: FIRM}, version=1, by=keeper)

    assert [row.details[0]["message"]["zh"] for row in (asked, later)] == [ASKED.format(2, "1", "2"), BY_HAND.format("7", "3")]


def test_what_was_only_said_is_nothing_that_came_in_and_goes_with_the_last_row_that_waits(file, keeper, known):
    run = ingest("customers", the_rows(file, [FIRM, "1", ""], ["", "2", ""]), by=keeper)
    kept = list(run.statements.values_list("target", "lines"))

    leave_row_out(problem=run.problems.get(), by=keeper)

    assert kept == [(known.pk, {"name_zh": 2, "phone": 2})]
    assert (ImportStatement.objects.count(), run.changes.count()) == (0, 0)


def test_nothing_that_was_only_said_is_kept_of_a_file_without_problems(file, keeper, known):
    ingest("customers", the_rows(file, [FIRM, "1", ""]), by=keeper)

    assert ImportStatement.objects.count() == 0


def test_further_known_firms_cost_no_further_queries(file, keeper):
    def queries(*numbers) -> int:
        for number in numbers:
            make_customer(name_zh=f"第{number}家煤炭公司", phone="1")
        path = the_rows(file, *([f"第{number}家煤炭公司", "1", ""] for number in numbers), ["", "2", ""])
        with CaptureQueriesContext(
            connection,
        ) as asked:
            ingest("customers", path, by=keeper)
        return len(asked)

    queries(0)
    assert queries(1) == queries(*range(2, 40))
