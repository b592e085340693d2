"""Contracts and prices are confirmed as they were read, and only while they hold."""

import datetime as dt

import pytest
from django.contrib.messages import get_messages
from django.urls import reverse

from customers.services.confirming_terms import verify_contract, verify_price
from customers.services.contracts import edit_contract
from customers.services.prices import withdraw_price
from customers.tests.factories import make_contract, make_price
from portcrm.accounts.roles import Role
from portcrm.accounts.tests.factories import make_user
from portcrm.audit.queries import field_changes
from portcrm.clock import port_today
from portcrm.errors import RuleBroken

pytestmark = pytest.mark.django_db
JANUARY = dt.date(2026, 1, 1)
DAY = dt.timedelta(days=1)


@pytest.fixture
def keeper(client):
    keeper = make_user(Role.MARKETING, language="en")
    client.force_login(keeper)
    return keeper


def holding(make, **fields):
    return make(**{"valid_from": JANUARY, "valid_until": port_today() + 90 * DAY} | fields)


def test_a_contract_is_confirmed_on_its_page_and_the_history_says_so(client, keeper):
    row = holding(make_contract)
    url = reverse("customers:contract_verify", args=[row.pk])

    shown = client.get(row.get_absolute_url()).content.decode()
    client.post(url, {"version": row.version})

    row.refresh_from_db()
    assert url in shown
    assert (row.verified_by, row.verified_on, row.version) == (keeper, port_today(), 1)
    assert {change.field for change in field_changes(row)} >= {"verified_by", "verified_on"}


def test_a_contract_changed_meanwhile_is_not_confirmed(client, keeper):
    row = holding(make_contract)
    edit_contract(contract=row, changes={"title": "另一份合同"}, seen={}, by=keeper)

    answer = client.post(reverse("customers:contract_verify", args=[row.pk]), {"version": 1})

    row.refresh_from_db()
    assert (row.verified_on, answer.url) == (None, row.get_absolute_url())
    assert "Somebody has changed this" in str([*get_messages(answer.wsgi_request)][-1])


def test_a_price_is_confirmed_in_the_file_of_its_customer(client, keeper):
    price = holding(make_price)
    url, tab = reverse("customers:price_verify", args=[price.pk]), reverse("customers:terms_tab", args=[price.customer_id])

    shown = client.get(tab).content.decode()
    client.post(url, {"version": price.version})

    price.refresh_from_db()
    assert url in shown
    assert (price.verified_by, price.verified_on) == (keeper, port_today())
    assert f"confirmed on {port_today()}" in client.get(tab).content.decode()


def test_what_is_over_terminated_or_withdrawn_is_not_confirmed(client, keeper):
    over = {"valid_until": port_today() - DAY}
    contract, price, wrong = holding(make_contract, **over), holding(make_price, **over), holding(make_price)
    wrong = withdraw_price(price=wrong, reason="录入错误", by=keeper)

    for verify in (
        lambda: verify_contract(contract=contract, version=contract.version, by=keeper),
        lambda: verify_price(price=price, version=price.version, by=keeper),
        lambda: verify_price(price=wrong, version=wrong.version, by=keeper),
    ):
        with pytest.raises(RuleBroken):
            verify()

    assert reverse("customers:contract_verify", args=[contract.pk]) not in client.get(contract.get_absolute_url()).content.decode()


def test_who_only_reads_confirms_nothing(client):
    client.force_login(make_user(Role.SERVICE))
    contract, price = holding(make_contract), holding(make_price)

    answers = [
        client.post(reverse("customers:contract_verify", args=[contract.pk]), {"version": 1}).status_code,
        client.post(reverse("customers:price_verify", args=[price.pk]), {"version": 1}).status_code,
    ]

    contract.refresh_from_db()
    assert (answers, contract.verified_on) == ([403, 403], None)
    assert reverse("customers:contract_verify", args=[contract.pk]) not in client.get(contract.get_absolute_url()).content.decode()


def test_a_version_that_is_no_number_confirms_nothing(client, keeper):
    row = holding(make_contract)

    answer = client.post(reverse("customers:contract_verify", args=[row.pk]), {"version": "x"})

    row.refresh_from_db()
    assert (answer.status_code, row.verified_on) == (400, None)
