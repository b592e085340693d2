"""Contracts and prices through the API: the pages' rows, filters, permissions and services."""

import datetime as dt
from decimal import Decimal

import pytest
from django.apps import apps

from customers.models import Contract, PriceTerm
from customers.services.contracts import add_commitment, edit_contract
from customers.tests.factories import make_channel, make_contract, make_customer, make_price
from portcrm.accounts.roles import Role
from portcrm.accounts.tests.factories import make_user
from portcrm.clock import port_today

pytestmark = pytest.mark.django_db
CONTRACTS, PRICES = "/api/v1/customers/contracts/", "/api/v1/customers/prices/"
JSON = "application/json"
FUTURE = dt.date(2099, 12, 31)


def make_promising_contract():
    contract = make_contract(channel=make_channel())
    for code in ("01", "02"):
        add_commitment(contract=contract, cargo_class=code, tonnes=Decimal(1000), by=make_user(Role.MANAGER))
    return contract


@pytest.mark.parametrize("many", [1, 3])
@pytest.mark.parametrize(("url", "make", "queries"), [(CONTRACTS, make_promising_contract, 3), (PRICES, make_price, 2)])
def test_a_list_takes_the_same_queries_for_any_number(client, keeper, django_assert_max_num_queries, url, make, queries, many):
    for _ in range(many):
        make()

    with django_assert_max_num_queries(queries):
        assert len(client.get(url).json()["results"]) == many


def test_the_lists_answer_filters(client, keeper):
    ended = make_contract(valid_until=dt.date(2026, 1, 31), title="堆存合同")
    running = make_contract(valid_until=FUTURE)
    old, good = make_price(valid_until=dt.date(2026, 1, 31)), make_price(service="storage", valid_until=FUTURE)

    found = [
        [row["id"] for row in client.get(url, query).json()["results"]]
        for url, query in (
            (CONTRACTS, {"state": "in_force"}),
            (CONTRACTS, {"q": "堆存"}),
            (CONTRACTS, {"customer": running.customer_id}),
            (PRICES, {"on": port_today().isoformat()}),
            (PRICES, {"customer": old.customer_id}),
            (PRICES, {"service": "storage"}),
        )
    ]

    assert found == [[running.pk], [ended.pk], [running.pk], [good.pk], [old.pk], [good.pk]]


def test_a_contract_is_made_edited_and_terminated_through_the_services(client, keeper):
    customer = make_customer()
    sent = {"customer": customer.pk, "number": "HT-1", "title": "年度装卸合同", "valid_from": "2026-01-01", "valid_until": "2099-12-31"}

    made = client.post(CONTRACTS, sent, content_type=JSON)
    url = f"{CONTRACTS}{made.json()['id']}/"
    edited = client.patch(url, {"amount": "500000", "currency": "cny", "version": made.json()["version"]}, content_type=JSON)
    ended = client.post(f"{url}terminate/", {"on": port_today().isoformat(), "reason": "货源转移"}, content_type=JSON)

    row = Contract.objects.get()
    assert [answer.status_code for answer in (made, edited, ended)] == [201, 200, 200]
    assert [answer.json()["state"] for answer in (made, edited, ended)] == ["in_force", "in_force", "terminated"]
    assert (row.customer, row.amount, row.currency, row.terminated_because, row.recorded_by) == (
        customer,
        500000,
        "CNY",
        "货源转移",
        keeper,
    )
    events = apps.get_model("customers", "ContractEvent").objects.filter(pgh_obj_id=row.pk).order_by("pgh_id")
    assert [(event.pgh_context.metadata["action"], event.pgh_context.metadata["channel"]) for event in events] == [
        ("contract.add", "api"),
        ("contract.edit", "api"),
        ("contract.terminate", "api"),
    ]


def test_an_old_version_of_a_contract_is_refused_and_nothing_changes(client, keeper):
    row = make_contract(title="旧题")
    edit_contract(contract=row, changes={"note": "先改"}, seen={}, by=keeper)

    edited = client.patch(f"{CONTRACTS}{row.pk}/", {"title": "新题", "version": 1}, content_type=JSON)
    confirmed = client.post(f"{CONTRACTS}{row.pk}/verify/", {"version": 1}, content_type=JSON)

    row.refresh_from_db()
    assert [(answer.status_code, answer.json()["field"]) for answer in (edited, confirmed)] == [(409, "version")] * 2
    assert (row.title, row.verified_on) == ("旧题", None)


def test_a_contract_is_confirmed_as_it_was_read(client, keeper):
    row = make_contract(valid_until=FUTURE)

    silent = client.post(f"{CONTRACTS}{row.pk}/verify/", {}, content_type=JSON)
    confirmed = client.post(f"{CONTRACTS}{row.pk}/verify/", {"version": row.version}, content_type=JSON)

    row.refresh_from_db()
    assert (silent.status_code, confirmed.status_code, row.verified_by, row.verified_on) == (400, 200, keeper, port_today())


def test_a_contract_is_renewed_for_the_same_time_unless_other_days_are_said(client, keeper):
    row = make_contract(title="年度合同", kind="framework", valid_from=dt.date(2026, 1, 1), valid_until=dt.date(2026, 12, 31))

    renewed = client.post(f"{CONTRACTS}{row.pk}/renew/", {"number": "HT-2027"}, content_type=JSON)
    twice = client.post(f"{CONTRACTS}{row.pk}/renew/", {"number": "HT-2028"}, content_type=JSON)

    new = Contract.objects.get(replaces=row)
    assert (renewed.status_code, twice.status_code, renewed.json()["replaces"]) == (201, 409, row.pk)
    assert (new.number, new.title, new.kind, new.valid_from, new.valid_until) == (
        "HT-2027",
        "年度合同",
        "framework",
        dt.date(2027, 1, 1),
        dt.date(2027, 12, 31),
    )


def test_rules_of_contracts_are_told_with_their_field(client, keeper):
    row = make_contract(number="HT-7")
    sent = {"customer": row.customer_id, "number": "HT-7", "title": "重号", "valid_from": "2026-01-01"}

    same = client.post(CONTRACTS, sent, content_type=JSON)
    backwards = client.post(CONTRACTS, sent | {"number": "HT-8", "valid_until": "2025-01-01"}, content_type=JSON)

    assert [(answer.status_code, answer.json()["field"]) for answer in (same, backwards)] == [(409, "number"), (409, "valid_until")]
    assert Contract.objects.count() == 1


def test_promised_cargo_is_added_once_for_a_class_and_taken_out(client, keeper):
    row, other = make_contract(), make_promising_contract()
    url = f"{CONTRACTS}{row.pk}/promised/"

    added, twice = (client.post(url, {"cargo_class": "01", "tonnes": "2000"}, content_type=JSON) for _ in range(2))
    commitment = added.json()["commitments"][0]
    elsewhere = client.delete(f"{url}{other.commitments.first().pk}/")
    gone = client.delete(f"{url}{commitment['id']}/")

    assert (added.status_code, commitment["tonnes"], twice.status_code) == (200, "2000.000", 409)
    assert (elsewhere.status_code, gone.status_code) == (404, 204)
    assert (row.commitments.count(), other.commitments.count()) == (0, 2)


def test_a_new_price_ends_the_older_one_and_a_wrong_one_is_withdrawn(client, keeper):
    old = make_price(rate=20)
    sent = {"customer": old.customer_id, "service": "handling", "unit": "tonne", "rate": "18.5", "valid_from": "2026-06-01"}

    agreed = client.post(PRICES, sent, content_type=JSON)
    withdrawn = client.post(f"{PRICES}{agreed.json()['id']}/withdraw/", {"reason": "录错单价"}, content_type=JSON)
    twice = client.post(f"{PRICES}{agreed.json()['id']}/withdraw/", {"reason": "录错单价"}, content_type=JSON)

    old.refresh_from_db()
    new = PriceTerm.objects.exclude(pk=old.pk).get()
    assert [answer.status_code for answer in (agreed, withdrawn, twice)] == [201, 200, 409]
    assert (old.valid_until, new.rate, new.currency, new.withdrawn_because) == (dt.date(2026, 5, 31), Decimal("18.5"), "CNY", "录错单价")


def test_a_price_is_never_changed_and_confirmed_as_it_was_read(client, keeper):
    row = make_price(rate=20, version=2)

    changed = client.patch(f"{PRICES}{row.pk}/", {"rate": "1"}, content_type=JSON)
    old = client.post(f"{PRICES}{row.pk}/verify/", {"version": 1}, content_type=JSON)
    confirmed = client.post(f"{PRICES}{row.pk}/verify/", {"version": 2}, content_type=JSON)

    row.refresh_from_db()
    assert changed.status_code == 405
    assert (old.status_code, confirmed.status_code, row.rate, row.verified_on) == (409, 200, 20, port_today())


def test_the_contract_of_a_price_is_the_same_customers(client, keeper):
    contract, customer = make_contract(), make_customer()
    sent = {"customer": customer.pk, "service": "handling", "unit": "tonne", "rate": "18.5", "valid_from": "2026-06-01"}

    answer = client.post(PRICES, sent | {"contract": contract.pk}, content_type=JSON)

    assert (answer.status_code, answer.json()["field"], PriceTerm.objects.count()) == (409, "contract", 0)


@pytest.mark.parametrize(("role", "statuses"), [(Role.SERVICE, (200, 403)), (Role.AUDITOR, (200, 403)), (Role.ADMIN, (403, 403))])
def test_roles_are_those_of_the_pages(client, role, statuses):
    contract = make_contract(title="保密合同")
    price = make_price(customer=contract.customer, note="保密单价")
    client.force_login(make_user(role))

    reads = [client.get(url) for url in (CONTRACTS, PRICES)]
    writes = [
        client.post(url, {"customer": contract.customer_id}, content_type=JSON)
        for url in (CONTRACTS, PRICES, f"{CONTRACTS}{contract.pk}/terminate/", f"{PRICES}{price.pk}/withdraw/")
    ]

    assert [answer.status_code for answer in reads + writes] == [statuses[0]] * 2 + [statuses[1]] * 4
    assert [text in answer.content.decode() for text, answer in zip(("保密合同", "保密单价"), reads, strict=True)] == [
        statuses[0] == 200
    ] * 2
