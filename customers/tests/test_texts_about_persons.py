"""What stands about a person in the texts of a company's file is told to them: what erasure takes out, and nothing else."""

import json
import zipfile
from io import BytesIO

import pytest
from django.urls import reverse

from customers.services.customers import edit_customer
from customers.services.erasing import erase_person, holdings
from customers.services.forgetting import person_of
from customers.services.interactions import log_interaction
from customers.tests.factories import make_contact, make_customer, make_follow_up, make_interaction, make_view, make_visit
from portcrm.clock import now

pytestmark = pytest.mark.django_db
TITLE = "客户档案中提及本人的文字"


@pytest.fixture
def person():
    return make_contact(customer=make_customer(name_zh="远海航运"), name="演示甲乙", name_en="Ann Demo", email="ann@example.invalid")


def told(contact) -> list[dict[str, str]]:
    return next((group.rows for group in holdings([person_of(contact)]) if group.title == TITLE), [])


def said(contact) -> set[tuple[str, str]]:
    return {(row["出处"], row["正文"]) for row in told(contact)}


def test_texts_of_the_companys_file_that_name_the_person_are_told(person, manager):
    log_interaction(customer=person.customer, kind="call", subject="询价", summary="Ann Demo 说要比价", by=manager)
    make_follow_up(customer=person.customer, title="给演示甲乙回电", detail="发到 ANN@example.invalid")
    make_visit(customer=person.customer, purpose="续约", talking_points="演示甲乙关心箱源")
    make_view(customer=person.customer, note="演示甲乙说了算")
    edit_customer(customer=person.customer, changes={"legal_representative": "演示甲乙"}, seen={}, by=manager)

    assert said(person) == {
        ("交谈内容", "Ann Demo 说要比价"), ("跟进任务: 要办的事", "给演示甲乙回电"),
        ("跟进任务: 详情", "发到 ANN@example.invalid"),
        ("走访安排: 谈话要点", "演示甲乙关心箱源"), ("文字说明", "演示甲乙说了算"), ("客户: 法人代表", "演示甲乙"),
    }  # fmt: skip


def test_it_says_when_each_was_written_and_of_which_customer(person, manager):
    make_follow_up(customer=person.customer, title="给演示甲乙回电")

    (row,) = told(person)

    assert (row["时间"].startswith(f"{now():%Y-%m}"), row["客户"]) == (True, "远海航运")


def test_an_earlier_text_is_told_too_and_what_stands_is_told_once(person, manager):
    for name in ("演示甲乙", "演示甲乙（代）", "演示丙"):
        edit_customer(customer=person.customer, changes={"legal_representative": name}, seen={}, by=manager)
        person.customer.refresh_from_db()
    edit_customer(customer=person.customer, changes={"phone": "000-1"}, seen={}, by=manager)

    assert said(person) == {("客户: 法人代表", "演示甲乙"), ("客户: 法人代表", "演示甲乙（代）")}
    assert len(told(person)) == 2


def test_others_firms_and_other_names_are_not_told_and_a_talk_with_the_person_is_told_in_its_own_place(person, manager):
    make_interaction(customer=make_customer(), summary="演示甲乙来电")
    make_interaction(customer=person.customer, summary="Joann Demos 来电")
    log_interaction(customer=person.customer, kind="call", subject="与演示甲乙通话", contacts=[person], by=manager)

    assert told(person) == []


def test_after_erasure_no_such_text_is_left(person, manager):
    make_follow_up(customer=person.customer, title="给演示甲乙回电")
    edit_customer(customer=person.customer, changes={"legal_representative": "演示甲乙"}, seen={}, by=manager)
    edit_customer(customer=person.customer, changes={"legal_representative": "演示丙"}, seen={}, by=manager)
    words, before = person_of(person), len(told(person))

    erase_person(contact=person, reason="request", by=manager)

    left = [group.rows for group in holdings([words]) if group.title == TITLE]
    assert (before, left) == (2, [])


def test_the_file_about_the_person_holds_them_as_a_page_and_as_data(client, person, manager):
    make_interaction(customer=person.customer, subject="询价", summary="演示甲乙说要比价")
    client.force_login(manager)

    response = client.post(reverse("customers:person_file", args=[person.pk]))

    package = zipfile.ZipFile(BytesIO(response.content))
    page, data = sorted((name for name in package.namelist()), key=lambda name: name.endswith(".json"))
    groups = {group["title"]: group["rows"] for group in json.loads(package.read(data))["holdings"]}
    assert "演示甲乙说要比价" in package.read(page).decode()
    assert [row["Text"] for row in groups["Texts of customer files that name the person"]] == ["演示甲乙说要比价"]
