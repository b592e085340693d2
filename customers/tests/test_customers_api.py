"""Customers and contacts through the API: the pages' rows, filters, permissions and services."""

import pytest
from django.apps import apps

from customers.models import Contact, Customer
from customers.tests.factories import make_contact, make_customer, make_observation
from portcrm.accounts.roles import Role
from portcrm.accounts.tests.factories import make_user

pytestmark = pytest.mark.django_db
CUSTOMERS, CONTACTS = "/api/v1/customers/", "/api/v1/customers/contacts/"


def test_the_list_answers_the_filters_of_the_page(client, keeper):
    make_customer(name_zh="上海棹川远洋物流有限公司", code="C1")
    make_customer(name_zh="大连汐棠木业有限公司", code="C2", status="lost")

    found = [[row["code"] for row in client.get(CUSTOMERS, query).json()["results"]] for query in ({"q": "川远"}, {"status": "lost"}, {})]

    assert found == [["C1"], ["C2"], ["C1", "C2"]]


@pytest.mark.parametrize("many", [1, 3])
def test_the_list_takes_the_same_queries_for_any_number(client, keeper, django_assert_max_num_queries, many):
    for _ in range(many):
        make_customer()

    with django_assert_max_num_queries(5):
        assert len(client.get(CUSTOMERS).json()["results"]) == many


def test_a_customer_is_opened_and_edited_through_the_services(client, keeper):
    opened = client.post(
        CUSTOMERS, {"name_zh": "棹川航运", "types": ["carrier"], "region": "31", "channel": "manifest"}, content_type="application/json"
    )
    pk = opened.json()["id"]
    edited = client.patch(f"{CUSTOMERS}{pk}/", {"phone": "021"}, content_type="application/json")

    customer = Customer.objects.get(pk=pk)
    assert (opened.status_code, edited.status_code) == (201, 200)
    assert (customer.name_zh, customer.types, customer.region.code, customer.phone, customer.recorded_by) == (
        "棹川航运",
        ["carrier"],
        "31",
        "021",
        keeper,
    )
    contexts = apps.get_model("customers", "CustomerEvent").objects.filter(pgh_obj_id=pk).order_by("pgh_id")
    assert [(event.pgh_context.metadata["action"], event.pgh_context.metadata["channel"]) for event in contexts] == [
        ("customer.create", "api"),
        ("customer.edit", "api"),
    ]


def test_an_old_version_is_refused_and_nothing_changes(client, keeper):
    customer = make_customer(phone="1", version=3)

    response = client.patch(f"{CUSTOMERS}{customer.pk}/", {"phone": "2", "version": 2}, content_type="application/json")

    customer.refresh_from_db()
    assert (response.status_code, response.json()["field"], customer.phone) == (409, "version", "1")


def test_a_wrong_credit_code_is_a_409_with_its_sentence(client, keeper):
    response = client.post(CUSTOMERS, {"name_zh": "甲", "credit_code": "91350100M000100Y44"}, content_type="application/json")

    assert (response.status_code, response.json()["field"], Customer.objects.count()) == (409, "credit_code", 0)


def test_an_address_without_a_number_is_no_fault_of_the_server(client, keeper):
    make_customer(name_zh="保密客户")

    assert [client.get(f"{CUSTOMERS}{key}/").status_code for key in ("abc", "1e3", "9" * 30)] == [404, 404, 404]


def test_stored_facts_and_classification_are_read_only(client, keeper):
    customer = make_customer(tonnes_12m=5)

    answer = client.patch(f"{CUSTOMERS}{customer.pk}/", {"tonnes_12m": "999", "tier": "key", "phone": "9"}, content_type="application/json")

    customer.refresh_from_db()
    told = ["此项不能更改。"]
    assert (answer.status_code, answer.json()) == (400, {"tonnes_12m": told, "tier": told})
    assert (customer.tonnes_12m, customer.tier, customer.phone) == (5, "standard", "")


@pytest.mark.parametrize(("role", "statuses"), [(Role.SERVICE, (200, 403)), (Role.ADMIN, (403, 403)), (Role.AUDITOR, (200, 403))])
def test_roles_are_those_of_the_pages(client, role, statuses):
    make_customer(name_zh="保密客户")
    client.force_login(make_user(role))

    read = client.get(CUSTOMERS)
    write = client.post(CUSTOMERS, {"name_zh": "乙"}, content_type="application/json")

    assert (read.status_code, write.status_code) == statuses
    assert ("保密客户" in read.content.decode()) == (statuses[0] == 200)


def test_contacts_come_without_what_is_noted_of_them(client, keeper):
    observation = make_observation(text="喜欢围棋")

    text = client.get(CONTACTS).content.decode() + client.get(f"{CONTACTS}{observation.contact_id}/").content.decode()

    assert observation.contact.email in text
    assert "喜欢围棋" not in text
    assert "observation" not in text


def test_a_contact_is_added_and_does_not_move_to_another_firm(client, keeper):
    customer, other = make_customer(), make_customer()

    added = client.post(CONTACTS, {"customer": customer.pk, "name": "甲", "email": "a@example.invalid"}, content_type="application/json")
    url = f"{CONTACTS}{added.json()['id']}/"
    moved = client.patch(url, {"customer": other.pk, "position": "厂长"}, content_type="application/json")
    changed = client.patch(url, {"customer": customer.pk, "position": "经理"}, content_type="application/json")

    contact = Contact.objects.get()
    assert [answer.status_code for answer in (added, moved, changed)] == [201, 400, 200]
    assert moved.json() == {"customer": ["此项不能更改。"]}
    assert (contact.customer, contact.position) == (customer, "经理")


def test_contacts_are_found_by_customer_and_reach(client, keeper):
    wanted = make_contact()
    make_contact(email="")

    rows = client.get(CONTACTS, {"customer": wanted.customer_id, "reachable": "True"}).json()["results"]

    assert [row["id"] for row in rows] == [wanted.pk]


@pytest.mark.parametrize(("url", "make", "sent"), [(CUSTOMERS, make_customer, "phone"), (CONTACTS, make_contact, "mobile")])
def test_a_change_that_names_a_field_there_is_not_is_refused_as_a_whole(client, keeper, url, make, sent):
    row = make(**{sent: "1"})

    answer = client.patch(f"{url}{row.pk}/", {sent: "2", "nmae": "x"}, content_type="application/json")

    row.refresh_from_db()
    assert (answer.status_code, answer.json()) == (400, {"nmae": ["没有这个字段。"]})
    assert (getattr(row, sent), row.version) == ("1", 1)


@pytest.mark.parametrize(("url", "model", "sent"), [(CUSTOMERS, Customer, {"name_zh": "棹川"}), (CONTACTS, Contact, {"name": "王"})])
def test_a_row_with_a_name_no_field_has_is_not_made(client, keeper, url, model, sent):
    firm = {"customer": make_customer().pk} if model is Contact else {}
    before = model.objects.count()

    answer = client.post(url, sent | firm | {"nmae": "x"}, content_type="application/json")

    assert (answer.status_code, list(answer.json()), model.objects.count()) == (400, ["nmae"], before)


@pytest.mark.parametrize(("url", "make", "sent"), [(CUSTOMERS, make_customer, "phone"), (CONTACTS, make_contact, "mobile")])
def test_all_that_was_read_may_be_sent_back_with_a_change(client, keeper, url, make, sent):
    row = make(**{sent: "1"})
    read = client.get(f"{url}{row.pk}/").json()

    answer = client.patch(f"{url}{row.pk}/", read | {sent: "2"}, content_type="application/json")

    row.refresh_from_db()
    assert (answer.status_code, getattr(row, sent)) == (200, "2")
