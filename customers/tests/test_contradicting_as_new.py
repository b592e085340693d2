"""A row that contradicts an earlier one is offered as a new customer only where it can be one: not with the code of that customer."""

import pytest
from django.test import Client
from django.urls import reverse

from customers.models import Customer
from customers.tests.factories import make_customer
from customers.tests.test_contradicting_rows import FIRM, told
from customers.tests.test_import_decisions import import_it, rehearse
from portcrm.accounts.roles import Role
from portcrm.accounts.tests.factories import make_user
from portcrm.errors import RuleBroken
from portcrm.exchange.enums import RowKind
from portcrm.exchange.ingesting import ingest
from portcrm.exchange.queries import furnish, kind_line
from portcrm.exchange.services import choose_for_all, choose_for_row, mend_row

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("uploads")]
CREDIT_CODE = "91350100M000100Y43"
NOT_NEW = "本行的客户编号或统一社会信用代码与已有客户或另一行相同，不能作为新客户添加。"
ASKED = "本文件第 2 行写的是“1”，本行写的是“2”，均为同一客户。请决定以哪个为准。"


@pytest.fixture
def keeper():
    return make_user(Role.MARKETING, language="en")


@pytest.fixture(params=["new", "stored", "new, portions apart", "by customer code"])
def coded(request, file, monkeypatch):
    """A file of two rows that contradict each other about a firm they name by its code."""
    if "apart" in request.param:
        monkeypatch.setattr("customers.imports.customers.CustomerImporter.chunk_rows", 1)
    if request.param == "by customer code":
        code = make_customer(name_zh=FIRM).code
        return file(["公司名称", "客户编号", "电话"], [FIRM, code, "1"], [FIRM, code, "2"])
    if request.param == "stored":
        make_customer(name_zh=FIRM, credit_code=CREDIT_CODE)
    return file(["公司名称", "统一社会信用代码", "电话"], [FIRM, CREDIT_CODE, "1"], [FIRM, CREDIT_CODE, "2"])


@pytest.fixture
def by_name(file):
    return file(["公司名称", "电话"], [FIRM, "1"], [FIRM, "2"])


def choices_of(run, keeper) -> tuple[list[str], list[str]]:
    """What is offered for the contradicting row, and for all rows of its kind."""
    row = run.forecasts.get(kind=RowKind.CONFLICT)
    furnish(run, [row], keeper)
    return [choice.split(":")[0] for choice, _label in row.decisions], [
        str(choice) for choice, _l in kind_line(run, RowKind.CONFLICT).offers
    ]


def test_a_row_with_the_code_of_the_firm_is_not_offered_as_new(coded, keeper):
    run = rehearse(coded, keeper)

    assert choices_of(run, keeper) == (["", "update", "skip"], ["", "update", "skip"])


@pytest.mark.parametrize("portion", [1, 2000])
def test_a_row_that_is_known_by_its_name_alone_is_offered_as_new_and_becomes_one(by_name, keeper, monkeypatch, portion):
    monkeypatch.setattr("customers.imports.customers.CustomerImporter.chunk_rows", portion)
    run = rehearse(by_name, keeper)
    offered = choices_of(run, keeper)

    choose_for_all(run=run, kind="conflict", choice="create", by=keeper, seen=kind_line(run, RowKind.CONFLICT).mark)
    import_it(run, keeper)

    assert offered == (["", "create", "update", "skip"], ["", "update", "create", "skip"])
    assert sorted(Customer.objects.values_list("name_zh", "phone")) == [(FIRM, "1"), (FIRM, "2")]


def test_a_forged_choice_is_refused_for_one_row_and_for_all(coded, keeper):
    run = rehearse(coded, keeper)
    seen = run.forecasts.get(kind=RowKind.CONFLICT).mark

    with pytest.raises(RuleBroken, match="此行不能这样处理"):
        choose_for_row(run=run, row_number=3, choice="create", by=keeper, seen=seen)
    with pytest.raises(RuleBroken, match="这些行都不能新增"):
        choose_for_all(run=run, kind="conflict", choice="create", by=keeper, seen=kind_line(run, RowKind.CONFLICT).mark)

    assert list(run.forecasts.exclude(choice="")) == []


def test_a_choice_that_can_no_longer_be_heeded_is_told_with_its_reason(coded, keeper):
    run = rehearse(coded, keeper)
    run.forecasts.filter(row_number=3).update(choice="create")

    done = import_it(run, keeper)

    assert [message for _line, _column, message in told(done)] == [NOT_NEW]
    assert list(Customer.objects.values_list("phone", flat=True)) == ["1"]


def test_after_the_import_it_is_neither_offered_nor_taken(coded, keeper):
    run, client = ingest("customers", coded, by=keeper), Client()
    problem = run.problems.get()
    client.force_login(keeper)

    page = client.get(reverse("exchange:import_run", args=[run.pk])).content.decode()
    with pytest.raises(RuleBroken, match="cannot be added as new"):
        mend_row(problem=problem, cells={}, version=1, choice="create", by=keeper)

    assert ('value="create"' in page, [message for *_at, message in told(run)]) == (False, [ASKED])
    assert Customer.objects.count() == 1


def test_once_the_code_is_taken_out_of_the_row_it_may_be_a_new_firm(file, keeper):
    path = file(["公司名称", "统一社会信用代码", "电话"], [FIRM, CREDIT_CODE, "1"], [FIRM, CREDIT_CODE, "2"])
    problem = ingest("customers", path, by=keeper).problems.get()
    problem = mend_row(problem=problem, cells={1: ""}, version=1, by=keeper)

    mend_row(problem=problem, cells={}, version=2, choice="create", by=keeper)

    assert sorted(Customer.objects.values_list("phone", "credit_code")) == [("1", CREDIT_CODE), ("2", "")]
