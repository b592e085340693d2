"""Taking an import back where it has put customers into somebody's care, and what stands in the files by then."""

import pytest
from django.test import Client
from django.urls import reverse

from customers.models import CareChange, Customer, FollowUp
from customers.services.care import hand_over
from customers.services.customers import assign_customer
from customers.services.followups import close_follow_up, open_follow_up, plan_follow_up
from customers.services.verifying import open_verifications
from customers.tests.factories import make_customer
from customers.tests.test_import_taking_back import left_in_english, take_back
from portcrm.accounts.roles import Role
from portcrm.accounts.services import system_user
from portcrm.accounts.tests.factories import make_department, make_user
from portcrm.clock import port_today
from portcrm.exchange.enums import ChangeState
from portcrm.exchange.ingesting import ingest
from portcrm.exchange.models import ImportRevert, ImportRun
from portcrm.exchange.reverting import run_revert
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


def test_what_the_night_has_asked_about_new_files_goes_with_them(file, assigner, taker):
    rows = [f"{name}公司" for name in "甲乙丙"]
    path = file(["公司名称", "客户经理", "录入日期"], *([name, taker.email, "2020-01-31"] for name in rows))
    run = ingest("customers", path, by=assigner)
    asked = open_verifications(today=port_today(), by=system_user())

    revert = take_back(run, assigner)

    assert (asked, revert.left, Customer.objects.count(), FollowUp.objects.count()) == (3, 0, 0, 0)


def test_what_the_night_has_asked_about_new_files_is_in_nobodys_way_on_the_page(file, assigner, taker):
    path = file(["公司名称", "客户经理", "录入日期"], *([f"{name}公司", taker.email, "2020-01-31"] for name in "甲乙"))
    run, client = ingest("customers", path, by=assigner), Client()
    asked = open_verifications(today=port_today(), by=system_user())
    client.force_login(assigner)
    url = reverse("exchange:import_run", args=[run.pk])

    offered = client.get(url).content.decode()
    client.post(reverse("exchange:import_revert", args=[run.pk]))
    run_revert(ImportRevert.objects.get().pk)
    result = client.get(url)

    assert (asked, reverse("exchange:import_revert", args=[run.pk]) in offered) == (2, True)
    assert (result.context["left"], "Changed since, to be decided" in result.content.decode()) == ([], False)
    assert (result.context["revert"].done, Customer.objects.count(), FollowUp.objects.count()) == (2, 0, 0)


def plan(follow_up: FollowUp, by) -> None:
    plan_follow_up(follow_up=follow_up, due_on=port_today(), by=by)


def close(follow_up: FollowUp, by) -> None:
    close_follow_up(follow_up=follow_up, result="都对", by=by)


def open_one_more(follow_up: FollowUp, by) -> None:
    open_follow_up(customer=follow_up.customer, title="回访", owner=by, due_on=port_today(), by=by)


def hand_on(follow_up: FollowUp, by) -> None:
    hand_over(customer=follow_up.customer, to=make_user(Role.MARKETING), note="customers.csv", by=by)


@pytest.mark.parametrize("touch", [plan, close, open_one_more, hand_on])
def test_what_a_person_has_made_of_it_keeps_the_file(file, assigner, taker, touch):
    run = ingest("customers", file(["公司名称", "客户经理", "录入日期"], ["甲公司", taker.email, "2020-01-31"]), by=assigner)
    open_verifications(today=port_today(), by=system_user())
    touch(FollowUp.objects.get(), taker)

    take_back(run, assigner)

    assert (Customer.objects.count(), left(run)) == (1, [(ChangeState.LEFT, False)])
    assert left_in_english(run)[0].startswith("There is more in the file now")


def test_what_the_import_itself_wrote_about_a_new_file_goes_with_it(file, assigner, taker, monkeypatch):
    monkeypatch.setattr("customers.imports.customers.CustomerImporter.chunk_rows", 1)
    run = ingest("customers", file(["公司名称", "客户经理"], ["甲公司", ""], ["甲公司", taker.email]), by=assigner)
    written = list(CareChange.objects.values_list("from_manager", "to_manager"))

    revert = take_back(run, assigner)

    assert (written, revert.left, Customer.objects.count()) == ([(None, taker.pk)], 0, 0)


def test_an_account_manager_whom_a_person_has_decided_on_keeps_a_new_file(file, assigner, taker):
    run = ingest("customers", file(["公司名称"], ["甲公司"]), by=assigner)
    assign_customer(customer=Customer.objects.get(), changes={"account_manager": taker}, by=assigner)

    take_back(run, assigner)

    assert (Customer.objects.get().account_manager, left(run)) == (taker, [(ChangeState.LEFT, False)])
