"""A row mended after the import meets what somebody has written into the file since: the file is not told to have said it."""

import pytest

from customers.models import Customer
from customers.services.customers import edit_customer
from customers.tests.factories import make_customer
from customers.tests.test_contradicting_rows import FIRM
from customers.tests.test_import_taking_back import left_in_english, take_back
from portcrm.accounts.roles import Role
from portcrm.accounts.tests.factories import make_user
from portcrm.exchange.ingesting import ingest
from portcrm.exchange.services import mend_row

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("uploads")]
TITLES = ["公司名称", "电话", "传真", "经营范围"]
BY_HAND = "本文件前面的行导入之后，此处写入了“{}”，本行写的是“{}”。请决定以哪个为准。"
BY_LINE_2 = "本文件第 2 行写的是“{}”，本行写的是“{}”，均为同一客户。请决定以哪个为准。"


@pytest.fixture
def keeper():
    return make_user(Role.MARKETING, language="en")


@pytest.fixture
def take_in(file, keeper):
    """Import line 2, which names the firm, and further ones, which wait for its name."""

    def take(first, *others):
        run = ingest("customers", file(TITLES, [FIRM, *first], *(["", *cells] for cells in others)), by=keeper)
        return run, Customer.objects.get(name_zh=FIRM)

    return take


def name_it(run, line, keeper, **decision) -> list[tuple[str, str]]:
    """The firm's name is typed into a row without one; what is still asked, by column."""
    problem = run.problems.get(row_number=line)
    row = mend_row(problem=problem, cells={0: FIRM}, version=problem.version, by=keeper, **decision)
    return [(detail["column"], detail["message"]["zh"]) for detail in row.details if row.state == "open"]


@pytest.mark.parametrize("is_known", [False, True])
def test_what_somebody_has_typed_since_is_not_told_as_a_line_of_the_file(take_in, keeper, is_known):
    if is_known:
        make_customer(name_zh=FIRM, phone="0")
    run, firm = take_in(["1", "", ""], ["", "9", ""])
    edit_customer(customer=firm, changes={"fax": "5"}, seen={}, by=keeper)

    asked = name_it(run, 3, keeper)

    firm.refresh_from_db()
    assert (asked, firm.fax) == ([("传真", BY_HAND.format("5", "9"))], "5")
    assert name_it(run, 3, keeper, choice="update", target=firm.pk) == []
    firm.refresh_from_db()
    assert firm.fax == "9"


@pytest.mark.parametrize("is_known", [False, True])
def test_a_value_of_the_file_that_somebody_has_corrected_is_no_longer_its_own(take_in, keeper, is_known):
    if is_known:
        make_customer(name_zh=FIRM, phone="0")
    run, firm = take_in(["1", "2", ""], ["1", "3", ""])
    edit_customer(customer=firm, changes={"phone": "7"}, seen={}, by=keeper)

    asked = name_it(run, 3, keeper)

    firm.refresh_from_db()
    assert sorted(asked) == [("传真", BY_LINE_2.format("2", "3")), ("电话", BY_HAND.format("7", "1"))]
    assert (firm.phone, firm.fax) == ("7", "2")


@pytest.mark.parametrize("is_known", [False, True])
def test_it_stays_somebodys_own_after_a_further_row_has_come_in(take_in, keeper, is_known):
    if is_known:
        make_customer(name_zh=FIRM, phone="0")
    run, firm = take_in(["1", "", ""], ["", "", "煤炭"], ["8", "9", "矿石"])
    edit_customer(customer=firm, changes={"fax": "5"}, seen={}, by=keeper)
    name_it(run, 3, keeper)

    asked = name_it(run, 4, keeper)

    by_line_3 = BY_LINE_2.replace("2", "3").format("煤炭", "矿石")
    assert sorted(asked) == [("传真", BY_HAND.format("5", "9")), ("电话", BY_LINE_2.format("1", "8")), ("经营范围", by_line_3)]


def test_once_the_row_counts_the_value_is_the_files_again(take_in, keeper):
    run, firm = take_in(["1", "", ""], ["", "9", ""], ["", "8", ""])
    edit_customer(customer=firm, changes={"fax": "5"}, seen={}, by=keeper)
    name_it(run, 3, keeper, choice="update")

    asked = name_it(run, 4, keeper)

    assert asked == [("传真", BY_LINE_2.replace("2", "3").format("9", "8"))]


def test_a_field_somebody_has_emptied_since_is_filled_without_a_question(take_in, keeper):
    run, firm = take_in(["1", "", ""], ["8", "", ""])
    edit_customer(customer=firm, changes={"phone": ""}, seen={}, by=keeper)

    asked = name_it(run, 3, keeper)

    firm.refresh_from_db()
    assert (asked, firm.phone) == ([], "8")


def test_a_file_somebody_has_written_into_is_not_taken_back_because_a_row_came_in_after_that(take_in, keeper):
    run, firm = take_in(["1", "", ""], ["", "", "货运"])
    edit_customer(customer=firm, changes={"fax": "5"}, seen={}, by=keeper)
    assert name_it(run, 3, keeper) == []

    take_back(run, keeper)

    firm.refresh_from_db()
    assert (firm.fax, firm.business_scope) == ("5", "货运")
    assert left_in_english(run) == ["The file was changed after the import."]
