"""What ends soon comes back as a follow-up, once at each step, and closes when it has been dealt with."""

import datetime as dt

import pytest
from django.utils.translation import override

from customers.models import FollowUp
from customers.services.contracts import edit_contract, renew_contract, terminate_contract
from customers.services.customers import edit_customer
from customers.services.ending import warn_of_endings
from customers.services.parts import add_credit_rating
from customers.services.prices import set_price
from customers.tasks import nightly
from customers.tests.factories import make_contract, make_customer, make_price, make_rating
from portcrm.accounts.roles import Role
from portcrm.accounts.services import system_user
from portcrm.accounts.tests.factories import make_user
from portcrm.clock import port_today

pytestmark = pytest.mark.django_db
END = dt.date(2026, 12, 31)


@pytest.fixture(autouse=True)
def steps(settings):
    settings.CONTRACT_WARNING_DAYS, settings.LICENCE_WARNING_DAYS, settings.REVIEW_WARNING_DAYS = (90, 30, 7), (60, 14), (30, 7)
    with override("en"):
        yield


@pytest.fixture
def keeper():
    return make_user(Role.MARKETING, language="en")


@pytest.fixture
def customer(keeper):
    return make_customer(account_manager=keeper)


def warn(days_before: int, *, end: dt.date = END) -> int:
    return warn_of_endings(today=end - dt.timedelta(days=days_before), by=system_user())


def told() -> list[tuple[str, str]]:
    return list(FollowUp.objects.order_by("pk").values_list("title", "state"))


def test_a_contract_is_told_of_once_at_each_step_and_the_later_one_takes_the_place_of_the_earlier(customer, keeper):
    make_contract(customer=customer, number="HT-1")

    opened = [warn(days) for days in (91, 90, 89, 31, 30, 30, 6, 0)]

    assert opened == [0, 1, 0, 0, 1, 0, 1, 0]
    title = "Contract HT-1 ends on 2026-12-31"
    assert told() == [(title, "dropped"), (title, "dropped"), (title, "open")]
    assert set(FollowUp.objects.values_list("owner", flat=True)) == {keeper.pk}


def test_a_contract_found_late_is_told_of_at_the_step_it_is_at(customer):
    make_contract(customer=customer)

    opened = warn(20)

    assert (opened, FollowUp.objects.get().dedupe_key.rpartition(":")[2]) == (1, "30")


def test_one_that_renews_by_itself_is_told_of_before_its_last_day_for_notice(customer):
    make_contract(customer=customer, number="HT-2", renews=True, renewal_months=12, notice_days=60)

    opened = [warn(days) for days in (151, 150)]

    assert opened == [0, 1]
    assert told() == [("Contract HT-2 renews by itself unless notice is given by 2026-11-01", "open")]


@pytest.mark.parametrize("how", ["renewed", "terminated", "dated anew"])
def test_what_has_been_dealt_with_closes_its_warning_and_is_told_of_no_more(customer, keeper, how):
    contract = make_contract(customer=customer)
    warn(30)

    if how == "renewed":
        following = {"number": "HT-NEXT", "title": "下一年度", "kind": "annual", "valid_from": dt.date(2027, 1, 1), "valid_until": None}
        renew_contract(contract=contract, by=keeper, **following)
    elif how == "terminated":
        terminate_contract(contract=contract, on=END, reason="客户搬迁", by=keeper)
    else:
        edit_contract(contract=contract, changes={"valid_until": dt.date(2028, 12, 31)}, seen={}, by=keeper)

    assert [state for _title, state in told()] == ["done"]
    assert warn(5) == 0


def test_nobody_is_told_where_nobody_cares_or_the_customer_is_lost(keeper):
    make_contract()
    make_contract(customer=make_customer(account_manager=keeper, status="lost"))
    make_contract(customer=make_customer(account_manager=make_user(Role.MARKETING, is_active=False)))

    assert warn(7) == 0


def test_a_price_is_told_of_unless_another_follows_it(customer, keeper):
    make_price(customer=customer, valid_until=END)
    make_price(customer=customer, service="storage", valid_until=END)
    make_price(customer=customer, service="storage", valid_from=dt.date(2027, 1, 1))

    opened = warn(30)
    set_price(customer=customer, service="handling", unit="tonne", rate=21, valid_from=dt.date(2027, 1, 1), by=keeper)

    assert opened == 1
    assert told() == [("Price “Handling, all inclusive” ends on 2026-12-31", "done")]


def test_a_price_that_ends_with_its_contract_is_not_told_of_beside_it(customer):
    contract = make_contract(customer=customer, number="HT-4")
    make_price(customer=customer, contract=contract, valid_until=END)

    warn(30)

    assert told() == [("Contract HT-4 ends on 2026-12-31", "open")]


def test_a_licence_is_told_of_also_after_its_end_and_no_more_once_a_new_one_is_in_the_file(customer, keeper):
    edit_customer(customer=customer, changes={"licence_valid_until": END}, seen={}, by=keeper)
    opened = [warn(days) for days in (61, 60, 10, -1, -2)]

    edit_customer(customer=customer, changes={"licence_valid_until": dt.date(2036, 12, 31)}, seen={}, by=keeper)
    warn(-3)

    title = "Business licence valid until 2026-12-31: ask for the new one"
    assert opened == [0, 1, 1, 1, 0]
    assert told() == [(title, "dropped"), (title, "dropped"), (title, "done")]


def test_a_credit_review_is_told_of_until_the_customer_is_rated_anew_in_the_same_scheme(customer, keeper):
    rating = make_rating(customer=customer, next_review_on=END)
    opened = warn(25)

    add_credit_rating(customer=customer, grade=rating.grade, rated_on=dt.date(2026, 11, 24), by=keeper)
    warn(24)

    assert opened == 1
    assert told() == [(f"Credit review “{rating.grade.scheme.label}” due on 2026-12-31", "done")]


def test_nobody_gets_more_at_once_than_can_be_worked_through(customer, settings):
    settings.VERIFY_AT_ONCE = 2
    for number in range(3):
        make_contract(customer=customer, number=f"HT-{number}", valid_until=END + dt.timedelta(days=number))

    opened = [warn(25), warn(25)]
    FollowUp.objects.filter(title__contains="HT-0").update(state="done", closed_by=system_user(), closed_at="2026-12-01T00:00Z")

    assert opened == [2, 0]
    assert warn(25) == 1
    assert [title for title, _state in told()] == [f"Contract HT-{n} ends on {END + dt.timedelta(days=n)}" for n in range(3)]


def test_expired_licences_keep_no_contract_or_price_from_being_told_of(customer, keeper, settings):
    settings.VERIFY_AT_ONCE = 2
    today = END - dt.timedelta(days=7)
    for days in (400, 300, 200):
        make_customer(account_manager=keeper, licence_valid_until=today - dt.timedelta(days=days))
    warn_of_endings(today=today - dt.timedelta(days=90), by=system_user())
    make_contract(customer=customer, number="HT-5")
    make_price(customer=customer, valid_until=END)

    opened = warn(7)

    assert opened == 2
    assert [title for title, _state in told()[2:]] == [
        "Contract HT-5 ends on 2026-12-31",
        "Price “Handling, all inclusive” ends on 2026-12-31",
    ]
    assert FollowUp.objects.open().count() == 4


def test_a_licence_about_to_expire_is_told_of_before_those_that_have(keeper, settings):
    settings.VERIFY_AT_ONCE = 2
    for days in (-40, -30, 14):
        make_customer(account_manager=keeper, licence_valid_until=END + dt.timedelta(days=days))

    opened = warn(0)

    assert opened == 2
    assert [title.partition(":")[0] for title, _state in told()] == [
        "Business licence valid until 2027-01-14",
        "Business licence valid until 2026-11-21",
    ]


def test_without_steps_nothing_is_told(customer, settings):
    settings.CONTRACT_WARNING_DAYS = ()
    make_contract(customer=customer)

    assert warn(5) == 0


def test_the_night_tells_once(customer):
    make_contract(customer=customer, valid_until=port_today() + dt.timedelta(days=10))

    for _night in range(2):
        nightly()

    assert FollowUp.objects.filter(dedupe_key__startswith="ends:contract").count() == 1


def test_the_warning_speaks_the_account_managers_language(settings):
    manager = make_user(Role.MARKETING, language="zh-hans")
    make_contract(customer=make_customer(account_manager=manager), number="HT-3")

    warn(30)

    assert FollowUp.objects.get().title == "合同 HT-3 将于 2026-12-31 到期"
