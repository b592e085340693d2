"""Customers fall back into the pool: for want of contact, after a warning, and when the account of whoever cared is closed."""

import datetime as dt

import pytest
from django.urls import reverse

from customers.models import Customer, FollowUp
from customers.services.care import hand_over
from customers.services.credit_holds import lift_hold, place_hold
from customers.services.interactions import log_interaction
from customers.services.left_behind import recycle_left_behind
from customers.services.pool import recycle_due, warn_of_recycling
from customers.tasks import nightly
from customers.tests.caring import LONG_AGO, changes
from customers.tests.factories import make_customer, make_follow_up
from portcrm.accounts.roles import Role
from portcrm.accounts.services import close_account, system_user
from portcrm.accounts.tests.factories import make_department, make_user
from portcrm.clock import port_today
from portcrm.notices.models import Notice

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("in_english")]


@pytest.fixture
def keeper():
    return make_user(Role.MARKETING, name="王 经办", name_en="Wang", language="en", department=make_department())


def quiet(keeper, **fields) -> Customer:
    return make_customer(**{"account_manager": keeper, "care_since": LONG_AGO} | fields)


def night(today: dt.date) -> tuple[int, int]:
    return warn_of_recycling(today=today, by=system_user()), recycle_due(today=today, by=system_user())


def test_without_contact_one_is_warned_first_and_loses_the_customer_when_the_time_is_over(keeper, settings):
    settings.POOL_RECYCLE_DAYS, settings.POOL_WARN_DAYS = 180, 14
    customer, today = quiet(keeper), port_today()

    assert [night(today), night(today), night(today + dt.timedelta(days=13))] == [(1, 0), (0, 0), (0, 0)]
    assert night(today + dt.timedelta(days=14)) == (0, 1)

    task = FollowUp.objects.get()
    assert (task.owner, task.due_on, task.kind) == (keeper, today + dt.timedelta(days=14), "call")
    assert task.title == "No contact since 2024-01-31: speak with them, or the customer goes back into the pool"
    assert [(kind, before, after) for kind, before, after, _note in changes(customer)] == [("recycled", keeper.pk, None)]
    assert night(today + dt.timedelta(days=15)) == (0, 0)


def test_contact_after_the_warning_keeps_the_customer(keeper, settings):
    settings.POOL_RECYCLE_DAYS, settings.POOL_WARN_DAYS = 180, 14
    customer, today = quiet(keeper), port_today()
    night(today)

    log_interaction(customer=customer, kind="call", subject="了解下月货量", by=keeper)

    assert night(today + dt.timedelta(days=20)) == (0, 0)
    assert Customer.objects.get().account_manager == keeper


@pytest.mark.parametrize(
    "fields",
    [
        {"is_key_account": True},
        {"status": "lost"},
        {"last_contact_on": port_today()},
        {"last_handled_on": port_today()},
        {"care_since": port_today()},
    ],
)
def test_key_accounts_lost_customers_and_whom_one_met_or_handled_stay(keeper, fields):
    quiet(keeper, **fields)

    assert night(port_today()) == (0, 0)
    assert not Customer.objects.without_contact_since(port_today() - dt.timedelta(days=1)).exists()


def test_a_credit_hold_keeps_a_customer_out_of_the_pool_until_it_is_lifted(keeper, manager):
    customer, today = quiet(keeper), port_today()
    hold = place_hold(customer=customer, reason="欠款逾期 90 天", by=keeper)

    assert night(today) == (0, 0)
    lift_hold(hold=hold, reason="已结清", by=manager)

    assert night(today) == (1, 0)


def test_nought_days_switch_recycling_off(keeper, settings):
    settings.POOL_RECYCLE_DAYS = 0
    quiet(keeper)

    assert night(port_today()) == (0, 0)


def test_nobody_is_warned_of_more_customers_than_they_will_call(keeper, settings):
    settings.VERIFY_AT_ONCE = 2
    for number in range(4):
        quiet(keeper, care_since=LONG_AGO + dt.timedelta(days=number))
    today = port_today()

    assert [night(today)[0], night(today)[0]] == [2, 0]
    FollowUp.objects.earliest("pk").delete()
    assert night(today)[0] == 1


def test_whoever_lost_a_batch_of_customers_is_warned_of_the_next_one(keeper, settings):
    settings.VERIFY_AT_ONCE, settings.POOL_RECYCLE_DAYS, settings.POOL_WARN_DAYS = 2, 180, 14
    for number in range(5):
        quiet(keeper, care_since=LONG_AGO + dt.timedelta(days=number))
    today, by = port_today(), system_user()
    days = [today + dt.timedelta(days=14 * turn) for turn in range(3)]

    warned_and_lost = [(warn_of_recycling(today=day, by=by), recycle_due(today=day + dt.timedelta(days=14), by=by)) for day in days]

    assert warned_and_lost == [(2, 2), (2, 2), (1, 1)]
    assert set(FollowUp.objects.values_list("state", flat=True)) == {"dropped"}


def test_a_warning_is_done_with_the_contact_and_makes_room_for_the_next(keeper, settings):
    settings.VERIFY_AT_ONCE = 1
    first, _second = quiet(keeper), quiet(keeper, care_since=LONG_AGO + dt.timedelta(days=1))
    today = port_today()
    warn_of_recycling(today=today, by=system_user())

    log_interaction(customer=first, kind="call", subject="了解下月货量", by=keeper)

    task = FollowUp.objects.get()
    assert (task.customer, task.state, task.closed_by, task.result) == (first, "done", keeper, "Somebody was in contact.")
    assert warn_of_recycling(today=today, by=system_user()) == 1


def test_contact_of_before_the_warned_day_answers_no_warning(keeper):
    customer = quiet(keeper)
    warn_of_recycling(today=port_today(), by=system_user())

    log_interaction(customer=customer, kind="call", subject="补记", happened_at=dt.datetime(2024, 1, 2, tzinfo=dt.UTC), by=keeper)

    assert FollowUp.objects.get().state == "open"


def test_whoever_takes_a_customer_over_does_not_inherit_the_warning(keeper, colleague):
    customer = quiet(keeper)
    warn_of_recycling(today=port_today(), by=system_user())

    hand_over(customer=customer, to=colleague, by=keeper)

    task = FollowUp.objects.get()
    assert (task.owner, task.state, task.closed_by) == (keeper, "dropped", keeper)


@pytest.mark.parametrize("fields", [{"is_key_account": True}, {"last_handled_on": port_today()}, {"status": "lost"}])
def test_a_warning_that_holds_no_more_makes_room_and_comes_again_when_it_holds(keeper, settings, fields):
    settings.VERIFY_AT_ONCE = 1
    customer, today = quiet(keeper), port_today()
    warn_of_recycling(today=today, by=system_user())
    before = {name: getattr(customer, name) for name in fields}

    Customer.objects.filter(pk=customer.pk).update(**fields)
    assert (night(today), FollowUp.objects.get().state) == ((0, 0), "dropped")

    Customer.objects.filter(pk=customer.pk).update(**before)
    assert (night(today), FollowUp.objects.open().count()) == ((1, 0), 1)


def test_customers_of_a_closed_account_fall_into_the_pool_and_the_others_are_told_of(client, keeper, manager, settings):
    customer = make_customer(account_manager=keeper)
    key, held = make_customer(account_manager=keeper, is_key_account=True), make_customer(account_manager=keeper)
    place_hold(customer=held, reason="欠款逾期", by=keeper)
    task = make_follow_up(customer=customer, owner=keeper)
    today, by = port_today(), system_user()

    assert recycle_left_behind(today=today, by=by) == 0
    close_account(person=keeper, by=make_user(Role.ADMIN))
    assert [recycle_left_behind(today=today, by=by) for _ in range(2)] == [1, 0]

    assert [(kind, after, note) for kind, _before, after, note in changes(customer)] == [
        ("recycled", None, "The account of the account manager is closed.")
    ]
    assert set(Customer.objects.filter(account_manager=keeper)) == {key, held}
    (notice,) = Notice.objects.filter(recipient=manager)
    assert notice.sentence == "2 customers are still in the care of Wang, whose account is closed. Hand them over."
    assert FollowUp.objects.get(pk=task.pk).state == "open"
    client.force_login(manager)
    assert client.get(notice.url).context["form"]["giver"].value() == str(keeper.pk)


def test_where_nothing_is_recycled_those_who_assign_are_told_of_all(keeper, manager, settings):
    settings.POOL_RECYCLE_DAYS = 0
    make_customer(account_manager=keeper)
    close_account(person=keeper, by=make_user(Role.ADMIN))

    nightly()

    assert Customer.objects.get().account_manager == keeper
    assert Notice.objects.filter(recipient=manager, kind="customer.left_behind").count() == 1


def test_who_closes_an_account_sees_how_many_customers_are_left_behind(client, keeper):
    make_customer(account_manager=keeper), make_customer(account_manager=keeper), make_customer(account_manager=keeper, status="lost")
    client.force_login(make_user(Role.ADMIN))

    page = client.get(reverse("accounts:person", args=[keeper.pk])).content.decode()
    other = client.get(reverse("accounts:person", args=[make_user().pk])).content.decode()

    assert "名下还有 2 个客户" in page
    assert "名下还有" not in other
