"""Taking an import back after the nightly job has returned its customers to the pool."""

import datetime as dt

import pytest
from django.test import Client
from django.urls import reverse

from customers.models import CareChange, Customer, FollowUp
from customers.services.care import pick_customer
from customers.services.customers import edit_customer
from customers.services.left_behind import recycle_left_behind
from customers.services.pool import recycle_due, warn_of_recycling
from customers.services.verifying import open_verifications
from customers.tests.caring import LONG_AGO
from customers.tests.factories import make_customer
from customers.tests.test_import_taking_back import left_in_english, take_back
from portcrm.accounts.roles import Role
from portcrm.accounts.services import close_account, system_user
from portcrm.accounts.tests.factories import make_department, make_user
from portcrm.clock import port_today
from portcrm.exchange.enums import ChangeState
from portcrm.exchange.ingesting import ingest
from portcrm.exchange.models import ImportRevert
from portcrm.exchange.reverting import run_revert
from portcrm.exchange.services import decide_change

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("uploads")]


@pytest.fixture
def assigner():
    return make_user(Role.MANAGER, language="en")


@pytest.fixture
def taker():
    return make_user(Role.MARKETING, department=make_department())


@pytest.fixture
def put_into_care(file, assigner, taker):
    """A run of this file, in which 甲公司 goes to the taker."""

    def run(*more: list[str]):
        return ingest("customers", file(["公司名称", "客户经理", "电话"], ["甲公司", taker.email, "9"], *more), by=assigner)

    return run


def recycle(taker) -> int:
    """Long afterwards: the night warns the taker, and two weeks later it returns the customers to the pool."""
    Customer.objects.filter(account_manager=taker).update(care_since=LONG_AGO)
    warn_of_recycling(today=port_today(), by=system_user())
    return recycle_due(today=port_today() + dt.timedelta(days=14), by=system_user())


def leave(taker) -> int:
    close_account(person=taker, by=make_user(Role.ADMIN))
    return recycle_left_behind(today=port_today(), by=system_user())


@pytest.mark.parametrize("into_pool", [recycle, leave])
def test_new_files_that_the_night_has_returned_to_the_pool_go(put_into_care, assigner, taker, into_pool):
    run = put_into_care(["乙公司", taker.email, ""])
    recycled = into_pool(taker)

    revert = take_back(run, assigner)

    assert (recycled, revert.left, left_in_english(run)) == (2, 0, [])
    assert (Customer.objects.count(), CareChange.objects.count(), FollowUp.objects.count()) == (0, 0, 0)


def test_what_a_person_has_changed_besides_keeps_the_file(put_into_care, assigner, taker):
    run = put_into_care()
    recycle(taker)
    edit_customer(customer=Customer.objects.get(), changes={"phone": "5"}, seen={}, by=assigner)

    take_back(run, assigner)

    assert (Customer.objects.count(), left_in_english(run)) == (1, ["The file was changed after the import."])


def test_whoever_has_picked_it_from_the_pool_keeps_it(put_into_care, assigner, taker):
    run = put_into_care()
    recycle(taker)
    picker = make_user(Role.MARKETING)
    pick_customer(customer=Customer.objects.get(), by=picker)

    take_back(run, assigner)

    assert Customer.objects.get().account_manager == picker
    assert [reason.startswith("There is more in the file now") for reason in left_in_english(run)] == [True, False]


def test_what_an_import_took_out_of_the_pool_and_the_night_returned_is_as_it_was(put_into_care, assigner, taker):
    before = make_department()
    known = make_customer(name_zh="甲公司", phone="1", department=before)
    run = put_into_care()
    recycle(taker)

    revert = take_back(run, assigner)

    known.refresh_from_db()
    assert (known.account_manager, known.department, known.phone) == (None, before, "1")
    assert (revert.left, run.changes.get().state) == (0, ChangeState.SET_BACK)
    assert list(CareChange.objects.order_by("pk").values_list("kind", "to_manager")) == [("assigned", taker.pk), ("recycled", None)]


def test_whether_whoever_had_it_before_gets_it_back_out_of_the_pool_is_decided_by_a_person(put_into_care, assigner, taker):
    """Meanwhile it was there for everybody: that the import was wrong does not say that its first account manager still wants it."""
    giver = make_user(Role.MARKETING, name="王 经办", name_en="Wang", department=make_department())
    known = make_customer(name_zh="甲公司", phone="1", account_manager=giver, department=giver.department)
    run = put_into_care()
    recycle(taker)
    take_back(run, assigner)
    known.refresh_from_db()
    left, reasons = (known.account_manager, known.department, known.phone), left_in_english(run)

    decide_change(change=run.changes.get(), insist=True, by=assigner)

    known.refresh_from_db()
    assert left == (None, giver.department, "1")
    assert reasons == ["The nightly job has returned the customer to the pool since. Before the import it was with “Wang”."]
    assert (known.account_manager, known.department, run.changes.get().state) == (giver, giver.department, ChangeState.SET_BACK)
    assert (known.care_since, CareChange.objects.latest("pk").to_manager) == (port_today(), giver)


def test_it_is_taken_back_on_the_page_whatever_the_night_has_asked_and_returned(file, assigner, taker):
    names = [f"{name}公司" for name in "甲乙丙"]
    path = file(["公司名称", "客户经理", "录入日期"], *([name, taker.email, "2020-01-31"] for name in names))
    run, client = ingest("customers", path, by=assigner), Client()
    asked = open_verifications(today=port_today(), by=system_user())
    recycle(taker)
    kept, *_others = Customer.objects.order_by("pk")
    pick_customer(customer=kept, by=make_user(Role.MARKETING))
    client.force_login(assigner)

    client.post(reverse("exchange:import_revert", args=[run.pk]))
    run_revert(ImportRevert.objects.get().pk)
    page = client.get(reverse("exchange:import_run", args=[run.pk]))

    assert (asked, list(Customer.objects.all())) == (3, [kept])
    assert set(FollowUp.objects.values_list("customer", flat=True)) == {kept.pk}
    assert [change.target for change in page.context["left"]] == [kept.pk]
    assert "Changed since, to be decided" in page.content.decode()
