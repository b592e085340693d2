"""Customer files name cargo classes of the port's own list: traits, promised cargo, prices, and whatever narrows by them."""

import datetime as dt
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils.translation import override

from cargo.queries.references import is_named_by_rows
from cargo.services.reference import edit_entry
from cargo.tests.factories import make_cargo_class, make_own_class
from customers.models import Commitment, PriceTerm, Traits
from customers.models.cargo_class import class_label, listed_classes
from customers.services.contracts import add_commitment
from customers.services.parts import edit_traits
from customers.services.prices import set_price
from customers.tests.factories import make_contract, make_customer, make_price
from portcrm.accounts.roles import Role
from portcrm.accounts.services import system_user
from portcrm.accounts.tests.factories import make_user
from portcrm.audit.queries import field_changes
from portcrm.errors import RuleBroken
from portcrm.memo import reading_once
from portcrm.pages.tests.opening import opened

pytestmark = pytest.mark.django_db
PRICE = {"service": "handling", "unit": "tonne", "rate": "42.5", "valid_from": "2026-01-01"}
AGREED = {"service": "handling", "unit": "tonne", "rate": Decimal(1)}
JSON = "application/json"


@pytest.fixture(autouse=True)
def added():
    return make_own_class("18")


@pytest.fixture
def marketer(client):
    marketer = make_user(Role.MARKETING)
    client.force_login(marketer)
    return marketer


def retire(entry) -> None:
    edit_entry(entry=entry, changes={"is_active": False}, seen={"is_active": True}, by=make_user(Role.ADMIN))


def offered(field) -> list[str]:
    return [code for code, _label in field.choices if code]


def test_cargo_of_an_added_class_is_promised_on_the_page_of_the_contract(client, marketer):
    contract = make_contract()

    client.post(reverse("customers:commitment_add", args=[contract.pk]), {"cargo_class": "18", "tonnes": "2500"})

    assert (Commitment.objects.get().cargo_class, Commitment.objects.get().tonnes) == ("18", 2500)
    assert "商品汽车" in client.get(contract.get_absolute_url()).content.decode()


def test_a_price_of_an_added_class_is_agreed_on_and_shown_by_its_name(client, marketer):
    customer = make_customer()
    url = reverse("customers:price_set", args=[customer.pk])

    client.post(url, opened(client, url) | PRICE | {"cargo_class": "18"})

    price = PriceTerm.objects.get()
    shown = client.get(reverse("customers:terms_tab", args=[customer.pk])).content.decode()
    assert (price.cargo_class, "商品汽车" in shown) == ("18", True)
    with override("en"):
        assert price.item_label == "Handling, all inclusive · Finished vehicles"


def test_traits_keep_an_added_class_and_the_list_of_customers_is_narrowed_by_it(client, marketer):
    customer, other = make_customer(), make_customer()
    url = reverse("customers:section_edit", args=[customer.pk, "traits"])

    client.post(url, opened(client, url) | {"cargo_classes": ["01", "18"]})

    assert Traits.objects.get().cargo_classes == ["01", "18"]
    rows = client.get(reverse("customers:customer_list"), {"cargo_class": "18"}).context["listing"].rows
    assert [row.pk for row in rows] == [customer.pk] != [other.pk]
    assert "煤炭及制品、商品汽车" in client.get(reverse("customers:file_tab", args=[customer.pk])).content.decode()
    [change] = [one for one in field_changes(Traits.objects.get()) if one.field == "cargo_classes"]
    assert change.after == "煤炭及制品、商品汽车"


def test_programs_promise_price_and_ask_by_an_added_class(client, marketer):
    contract = make_contract()

    promised = client.post(f"/api/v1/customers/contracts/{contract.pk}/promised/", {"cargo_class": "18", "tonnes": "9"}, content_type=JSON)
    priced = client.post("/api/v1/customers/prices/", PRICE | {"customer": contract.customer_id, "cargo_class": "18"}, content_type=JSON)
    found = client.get("/api/v1/customers/prices/", {"cargo_class": "18"}).json()["results"]

    assert (promised.json()["commitments"][0]["cargo_class"], priced.status_code) == ("18", 201)
    assert [one["id"] for one in found] == [priced.json()["id"]]


@pytest.mark.parametrize("code", ["44", "1", "煤"])
def test_a_class_that_is_not_in_the_list_is_refused_on_every_way(client, marketer, code):
    contract = make_contract()
    customer = contract.customer
    ways = (
        lambda: add_commitment(contract=contract, cargo_class=code, tonnes=Decimal(1), by=system_user()),
        lambda: edit_traits(customer=customer, changes={"cargo_classes": [code]}, seen={}, by=system_user()),
        lambda: set_price(customer=customer, cargo_class=code, valid_from=dt.date(2026, 1, 1), by=system_user(), **AGREED),
    )

    fields = []
    for way in ways:
        with pytest.raises(RuleBroken) as refusal:
            way()
        fields.append(refusal.value.field)
    answer = client.post(f"/api/v1/customers/contracts/{contract.pk}/promised/", {"cargo_class": code, "tonnes": "9"}, content_type=JSON)
    client.post(reverse("customers:commitment_add", args=[contract.pk]), {"cargo_class": code, "tonnes": "2500"})

    assert fields == ["cargo_class", "cargo_classes", "cargo_class"]
    assert (answer.status_code, code in answer.json()["detail"]) == (409, True)
    assert (Commitment.objects.count(), Traits.objects.count(), PriceTerm.objects.count()) == (0, 0, 0)


def test_the_database_takes_codes_of_two_digits_only():
    contract = make_contract()
    for code in ("1", "ab", "1a"):
        with pytest.raises(IntegrityError), transaction.atomic():
            Commitment.objects.create(contract=contract, cargo_class=code, tonnes=1)


def test_a_class_out_of_use_is_not_offered_for_what_is_new_and_stays_where_it_is(client, marketer, added):
    contract, customer = make_contract(), make_customer()
    add_commitment(contract=contract, cargo_class="18", tonnes=Decimal(1), by=marketer)
    edit_traits(customer=customer, changes={"cargo_classes": ["18"]}, seen={}, by=marketer)
    retire(added)

    page = client.get(contract.get_absolute_url()).content.decode()
    promising = client.get(reverse("customers:commitment_add", args=[contract.pk])).context["form"]
    traits = client.get(reverse("customers:section_edit", args=[customer.pk, "traits"])).context["form"]
    fresh = client.get(reverse("customers:section_edit", args=[make_customer().pk, "traits"])).context["form"]
    found = client.get(reverse("customers:customer_list"), {"cargo_class": "18"}).context["listing"].rows

    assert ("商品汽车" in page, "18" in offered(promising.fields["cargo_class"])) == (True, False)
    assert ("18" in offered(traits.fields["cargo_classes"]), "18" in offered(fresh.fields["cargo_classes"])) == (True, False)
    assert [row.pk for row in found] == [customer.pk]


def test_a_class_out_of_use_is_refused_for_what_is_new_by_programs_too_and_held_where_it_stood(client, marketer, added):
    contract, customer = make_contract(), make_customer()
    edit_traits(customer=customer, changes={"cargo_classes": ["18"]}, seen={}, by=marketer)
    retire(added)

    promised = client.post(f"/api/v1/customers/contracts/{contract.pk}/promised/", {"cargo_class": "18", "tonnes": "9"}, content_type=JSON)
    priced = client.post("/api/v1/customers/prices/", PRICE | {"customer": customer.pk, "cargo_class": "18"}, content_type=JSON)
    kept = edit_traits(customer=customer, changes={"cargo_classes": ["18", "01"]}, seen={"cargo_classes": ["18"]}, by=marketer)

    assert [(one.status_code, one.json()["field"]) for one in (promised, priced)] == [(409, "cargo_class")] * 2
    assert (kept.cargo_classes, Commitment.objects.count(), PriceTerm.objects.count()) == (["18", "01"], 0, 0)
    with pytest.raises(RuleBroken):
        edit_traits(customer=make_customer(), changes={"cargo_classes": ["18"]}, seen={}, by=marketer)


@pytest.mark.parametrize("named", ["promised", "priced", "kept"])
def test_a_class_that_a_customer_file_names_is_not_renamed(added, named):
    assert not is_named_by_rows(added)
    if named == "promised":
        add_commitment(contract=make_contract(), cargo_class="18", tonnes=Decimal(1), by=system_user())
    elif named == "priced":
        make_price(cargo_class="18")
    else:
        edit_traits(customer=make_customer(), changes={"cargo_classes": ["18"]}, seen={}, by=system_user())

    with pytest.raises(RuleBroken) as refusal:
        edit_entry(entry=added, changes={"name_zh": "汽车"}, seen={}, by=make_user(Role.ADMIN))

    assert refusal.value.field == "name_zh"


def test_names_are_read_in_the_readers_language_and_an_unknown_code_reads_as_itself():
    assert (class_label("18"), class_label("77")) == ("商品汽车", "77")
    with override("en"):
        assert class_label("18") == "Finished vehicles"


def test_the_history_of_a_class_names_its_forms(added):
    edit_entry(entry=added, changes={"forms": ["ro_ro", "break_bulk"]}, seen={"forms": ["ro_ro"]}, by=make_user(Role.ADMIN))

    [change] = [one for one in field_changes(added) if one.field == "forms" and one.kind == "update"]
    assert (change.before, change.after) == ("滚装", "滚装、件杂货")


def test_a_page_reads_the_list_once_however_many_names_it_shows(django_assert_num_queries):
    with django_assert_num_queries(1), reading_once():
        assert [class_label(code) for code in ("01", "18", "02")] == ["煤炭及制品", "商品汽车", "石油、天然气及制品"]
    with django_assert_num_queries(2):  # nothing is kept outside, so nothing can be out of date there
        listed_classes(), listed_classes()


@pytest.mark.parametrize("count", [1, 3])
def test_the_pages_that_name_classes_cost_one_query_more_whatever_they_show(client, marketer, django_assert_num_queries, count):
    contract = make_contract()
    for code in ("01", "02", "18")[:count]:
        make_cargo_class(code)
        add_commitment(contract=contract, cargo_class=code, tonnes=Decimal(1), by=marketer)
        make_price(customer=contract.customer, contract=contract, cargo_class=code)
    client.get(contract.get_absolute_url())

    with django_assert_num_queries(10):
        client.get(contract.get_absolute_url())
    with django_assert_num_queries(5):  # user, the list of classes for what the list is narrowed by, how many, rows, sidebar
        client.get(reverse("customers:customer_list"), {"cargo_class": "01"})
