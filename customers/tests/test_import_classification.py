"""Status, service tier and key account in imported rows: decided by who assigns customers, as on the screen."""

import pytest
from django.urls import reverse

from customers.models import Customer
from customers.tests.factories import make_customer
from portcrm.accounts.roles import Role
from portcrm.accounts.tests.factories import make_user
from portcrm.exchange.enums import Choice
from portcrm.exchange.ingesting import ingest
from portcrm.exchange.models import ImportRun
from portcrm.exchange.services import mend_row

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("uploads")]
OPENING = "新客户的状态和服务层级同样由负责分配客户的人决定，请将该单元格留空。"
CHANGING = "已有客户的状态、服务层级和客户经理，只有负责分配客户的人可以更改。"
WORD = {"status": "状态", "tier": "服务层级"}
CLASSIFIED = [("tier", "key"), ("tier", "major"), ("status", "lost"), ("status", "existing")]


def refusals(run: ImportRun) -> list[tuple]:
    rows = run.problems.order_by("row_number")
    return [(row.row_number, detail["field"], detail["message"]["zh"]) for row in rows for detail in row.details]


@pytest.mark.parametrize(("name", "value"), CLASSIFIED)
def test_a_new_file_begins_as_one_opened_by_hand_does(file, keeper, name, value):
    usual = Customer._meta.get_field(name).get_default()
    path = file(["公司名称", WORD[name]], ["甲公司", value], ["乙公司", ""], ["丙公司", usual])

    run = ingest("customers", path, by=keeper)

    assert sorted(Customer.objects.values_list("name_zh", name, "is_key_account")) == [("丙公司", usual, False), ("乙公司", usual, False)]
    assert refusals(run) == [(2, name, OPENING)]


def test_key_accounts_by_the_dozen_are_no_way_past_the_limit(file, keeper, settings):
    settings.POOL_LIMIT = 1
    path = file(["公司名称", "客户经理", "服务层级"], *([f"{name}公司", keeper.email, "key"] for name in "甲乙丙"))

    run = ingest("customers", path, by=keeper)

    assert (Customer.objects.count(), [message for _row, _field, message in refusals(run)]) == (0, [OPENING] * 3)


def test_a_further_row_of_a_new_firm_decides_no_more_than_the_first(file, keeper, colleague):
    path = file(
        ["公司名称", "电话", "服务层级", "客户经理"],
        ["甲公司", "1", "", ""],
        ["甲公司", "", "key", ""],
        ["甲公司", "", "", colleague.email],
        ["甲公司", "", "", keeper.email],
    )

    run = ingest("customers", path, by=keeper)

    assert list(Customer.objects.values_list("name_zh", "tier", "account_manager")) == [("甲公司", "standard", keeper.pk)]
    assert [(row, field) for row, field, _message in refusals(run)] == [(3, "tier"), (4, "account_manager")]


@pytest.mark.parametrize(("name", "value"), CLASSIFIED)
def test_what_a_file_is_already_stays_for_who_assigns_customers_to_decide(file, keeper, name, value):
    known = make_customer(name_zh="甲公司", account_manager=keeper, phone="1")
    same = make_customer(name_zh="乙公司", phone="1", **{name: value, "is_key_account": value == "key"})
    before = getattr(known, name)
    path = file(["公司名称", "电话", WORD[name]], ["甲公司", "2", value], ["乙公司", "2", value])

    run = ingest("customers", path, by=keeper)

    known.refresh_from_db()
    same.refresh_from_db()
    assert (getattr(known, name), known.is_key_account, known.phone, same.phone) == (before, False, "1", "2")
    assert refusals(run) == [(2, name, CHANGING)]


@pytest.mark.parametrize(("name", "value"), CLASSIFIED)
def test_who_assigns_customers_sets_it_for_new_and_known_ones(file, manager, name, value):
    make_customer(name_zh="甲公司", account_manager=manager)
    path = file(["公司名称", WORD[name], "客户经理"], ["甲公司", value, ""], ["乙公司", value, manager.email])

    run = ingest("customers", path, by=manager)

    assert (refusals(run), set(Customer.objects.values_list(name, "is_key_account"))) == ([], {(value, value == "key")})


def test_the_page_of_the_import_tells_the_row_and_why(client, file, keeper):
    run = ingest("customers", file(["公司名称", "服务层级"], ["甲公司", "key"]), by=keeper)

    page = client.get(reverse("exchange:import_run", args=[run.pk])).content.decode()

    assert OPENING in page


def test_a_refused_row_comes_in_once_somebody_who_may_decide_it_does(file, keeper, manager):
    run = ingest("customers", file(["公司名称", "服务层级"], ["甲公司", "key"]), by=keeper)
    problem = run.problems.get()

    again = mend_row(problem=problem, cells={}, version=1, choice=Choice.CREATE, by=keeper)
    refused = Customer.objects.count()
    mend_row(problem=again, cells={}, version=2, by=manager)

    assert (refused, list(Customer.objects.values_list("name_zh", "tier", "is_key_account"))) == (0, [("甲公司", "key", True)])


def test_rows_that_would_be_refused_are_told_by_the_dry_run(file, keeper):
    run = ingest("customers", file(["公司名称", "状态"], ["甲公司", "lost"], ["乙公司", ""]), by=keeper, dry_run=True)

    assert (run.created, run.rejected) == (1, 1)


@pytest.mark.parametrize("role", [Role.MARKETING, Role.OPERATIONS])
def test_it_is_the_same_for_all_who_keep_files(file, role):
    run = ingest("customers", file(["公司名称", "状态"], ["甲公司", "lost"]), by=make_user(role))

    assert (refusals(run), Customer.objects.count()) == ([(2, "status", OPENING)], 0)
