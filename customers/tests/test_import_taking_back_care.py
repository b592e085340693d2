"""Taking an import back where it has put customers into somebody's care, and what stands in the files by then."""

import pytest
from django.test import Client
from django.urls import reverse

from customers.models import CareChange, Customer
from customers.services.customers import assign_customer
from customers.tests.factories import make_customer
from customers.tests.test_import_taking_back import left_in_english, take_back
from portcrm.accounts.roles import Role
from portcrm.accounts.tests.factories import make_department, make_user
from portcrm.exchange.enums import ChangeState
from portcrm.exchange.ingesting import ingest
from portcrm.exchange.models import ImportRun
from portcrm.exchange.services import decide_change

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("uploads")]
BARE = "It is a key account now: taken back, it would have no account manager."


@pytest.fixture
def assigner():
    return make_user(Role.MANAGER, language="en")


@pytest.fixture
def taker():
    return make_user(Role.MARKETING, department=make_department())


@pytest.fixture
def put_into_care(file, assigner, taker):
    """A customer that an import took out of the pool and that has become a key account since."""
    known = make_customer(name_zh="甲公司", phone="1")
    run = ingest("customers", file(["公司名称", "电话", "客户经理"], ["甲公司", "9", taker.email]), by=assigner)
    assign_customer(customer=known, changes={"is_key_account": True}, by=assigner)
    return known, run


def care_of(customer: Customer) -> tuple:
    customer.refresh_from_db()
    return customer.account_manager, customer.department, customer.is_key_account


def left(run: ImportRun) -> list[tuple]:
    return list(run.changes.values_list("state", "may_insist"))


def test_what_has_become_a_key_account_keeps_its_account_manager_and_is_listed(put_into_care, assigner, taker):
    known, run = put_into_care

    revert = take_back(run, assigner)

    assert care_of(known) == (taker, taker.department, True)
    assert (known.phone, revert.left, left(run)) == ("1", 1, [(ChangeState.LEFT, False)])
    assert [reason.startswith(BARE) for reason in left_in_english(run)] == [True]
    assert list(CareChange.objects.values_list("from_manager", "to_manager")) == [(None, taker.pk)]


def test_it_is_told_on_the_page_and_goes_back_once_it_is_no_key_account_any_more(put_into_care, assigner):
    known, run = put_into_care
    take_back(run, assigner)
    client = Client()
    client.force_login(assigner)

    page = client.get(reverse("exchange:import_run", args=[run.pk])).content.decode()
    decide_change(change=run.changes.get(), insist=True, by=assigner)
    insisted = care_of(known)[0]
    assign_customer(customer=known, changes={"is_key_account": False}, by=assigner)
    decide_change(change=run.changes.get(), insist=True, by=assigner)

    assert BARE in page
    assert (insisted is None, care_of(known)[0], left(run)[0][0]) == (False, None, ChangeState.SET_BACK)


def test_what_an_import_made_a_key_account_itself_goes_back_into_the_pool(file, assigner, taker):
    known = make_customer(name_zh="甲公司")
    run = ingest("customers", file(["公司名称", "服务层级", "客户经理"], ["甲公司", "key", taker.email]), by=assigner)

    take_back(run, assigner)

    assert (care_of(known)[0], known.tier, known.is_key_account, left(run)) == (None, "standard", False, [(ChangeState.SET_BACK, True)])
