"""Opinions heard in daily contact: three fields from a customer page, counted, led on, forgotten."""

import datetime as dt
import html
import re
from uuid import uuid4

import pytest
from django.urls import reverse

from customers.services.erasing import erase_person
from customers.services.merging import merge_customers
from customers.tests.factories import make_contact, make_customer
from feedback.enums import GROUP_OF_ITEM
from feedback.models import Complaint, HeardOpinion, Suggestion
from feedback.queries.heard import heard_by_group
from feedback.queries.timeline import heard as timeline_of
from feedback.services.heard import edit_heard, record_heard
from feedback.services.shipped.opinion import FIRST
from feedback.tests.factories import make_heard, make_staff
from portcrm.accounts.roles import Role
from portcrm.accounts.tests.factories import make_user
from portcrm.clock import now, port_today
from portcrm.errors import RuleBroken

pytestmark = pytest.mark.django_db
DAY = dt.timedelta(days=1)


def test_each_service_stands_in_the_group_it_has_in_the_opinion_form():
    shipped = {key: section.key for section in FIRST.sections for key, *_rest in section.items if key in GROUP_OF_ITEM}

    assert {item.value: group.value for item, group in GROUP_OF_ITEM.items()} == shipped


def test_three_fields_on_the_customer_page_are_enough(client):
    customer = make_customer()
    client.force_login(make_staff())
    tab = client.get(reverse("feedback:customer_opinions", args=[customer.pk])).content.decode()
    action = html.unescape(re.search(r'<form method="post" action="([^"]*heard/new[^"]*)"', tab)[1])

    values = {"about": "rate_level", "tone": "criticism", "text": "运价涨得太快", "form_key": uuid4()}
    answers = [client.post(action, values) for _press in range(2)]

    heard = HeardOpinion.objects.get()
    assert [answer.url for answer in answers] == [f"{customer.get_absolute_url()}?tab=opinions"] * 2
    assert (heard.customer, heard.group, heard.service_item, heard.tone, heard.text) == (
        customer, "transport", "rate_level", "criticism", "运价涨得太快",
    )  # fmt: skip
    assert (heard.heard_on, heard.channel.key) == (port_today(), "daily_contact")


def test_a_refused_form_keeps_what_was_typed(client):
    customer = make_customer()
    client.force_login(make_staff())

    values = {"about": "rate_level", "tone": "", "text": "运价涨得太快"}
    answer = client.post(f"{reverse('feedback:heard_create')}?customer={customer.pk}", values)

    assert (answer.status_code, "运价涨得太快" in answer.content.decode(), HeardOpinion.objects.count()) == (422, True, 0)


@pytest.mark.parametrize(
    "wrong", [{"text": "  "}, {"heard_on": dt.date(2100, 1, 1)}, {"group": "transport", "service_item": "edi_it_level"}], ids=list
)
def test_what_cannot_be_is_refused(wrong):
    with pytest.raises(RuleBroken):
        make_heard(**wrong)
    assert HeardOpinion.objects.count() == 0


def test_a_contact_of_another_customer_is_refused():
    with pytest.raises(RuleBroken) as refusal:
        make_heard(contact=make_contact())
    assert refusal.value.field == "contact"


def test_it_stands_in_the_tab_and_in_the_timeline_of_its_customer_only(client):
    staff, customer = make_staff(), make_customer()
    client.force_login(staff)
    mine, other = make_heard(customer=customer, text="本客户的话"), make_heard(text="别家的话")

    tab = client.get(reverse("feedback:customer_opinions", args=[customer.pk])).content.decode()

    assert ("本客户的话" in tab, "别家的话" in tab) == (True, False)
    assert [(entry.url, entry.body) for entry in timeline_of(staff, customer, None, 10)] == [(mine.get_absolute_url(), "本客户的话")]
    assert timeline_of(staff, other.customer, other.recorded_at, 10) == []


def test_numbers_of_the_overview_open_the_very_rows_they_count(client):
    staff = make_staff()
    client.force_login(staff)
    for group, tone, days in (("transport", "wish", 0), ("transport", "wish", 90), ("information", "praise", 3), ("transport", "wish", 91)):
        make_heard(group=group, tone=tone, heard_on=port_today() - days * DAY)

    page = client.get(reverse("feedback:overview")).content.decode()
    found = re.findall(r'<a href="([^"]*/heard/\?[^"]*)">(\d+)</a>', page)
    shown = [(int(number), len(client.get(html.unescape(url)).context["listing"].rows)) for url, number in found]

    assert [counted for counted, _rows in shown] == [0, 2, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0]
    assert [rows for _counted, rows in shown] == [counted for counted, _rows in shown]
    assert heard_by_group(staff, since=port_today() + DAY) == []


def test_a_complaint_is_made_of_it_once(client):
    heard = make_heard(text="在闸口等待了三个小时", service_item="inland_transport")
    client.force_login(make_staff())
    address = f"{reverse('feedback:complaint_create')}?heard={heard.pk}"
    begun = client.get(address).context["form"].initial
    sent = {name: value for name, value in begun.items() if value is not None}

    answer = client.post(address, sent | {"severity": "normal", "received_on": port_today().isoformat(), "form_key": uuid4()})

    complaint = Complaint.objects.get()
    heard.refresh_from_db()
    page = client.get(heard.get_absolute_url()).content.decode()
    assert answer.status_code == 302
    assert (complaint.description, complaint.customer, complaint.service_item) == (heard.text, heard.customer, "inland_transport")
    assert (heard.complaint, complaint.number in page, f"?heard={heard.pk}" in page.split("complaints/new/")[-1][:20]) == (
        complaint, True, False,
    )  # fmt: skip


def test_a_suggestion_is_made_of_it(client):
    heard = make_heard(text="希望夜间开闸")
    client.force_login(make_staff())
    address = f"{reverse('feedback:suggestion_create')}?heard={heard.pk}"
    sent = {name: value for name, value in client.get(address).context["form"].initial.items() if value is not None}

    client.post(address, sent | {"credit": "anonymous", "received_on": port_today().isoformat(), "form_key": uuid4()})

    suggestion = Suggestion.objects.get()
    assert (suggestion.text, suggestion.heard, suggestion.customer, suggestion.group) == (
        "希望夜间开闸",
        heard,
        heard.customer,
        "transport",
    )
    assert suggestion.number in client.get(heard.get_absolute_url()).content.decode()


def test_it_is_corrected():
    heard = make_heard()

    edited = edit_heard(heard=heard, changes={"tone": "praise", "service_item": "rate_level"}, by=make_staff())

    assert (edited.tone, edited.about) == ("praise", "运价水平")
    with pytest.raises(RuleBroken):
        edit_heard(heard=heard, changes={"customer": make_customer()}, by=make_staff())


def test_it_follows_its_customer_into_a_merged_file():
    kept, other = make_customer(), make_customer()
    heard = make_heard(customer=other)

    merge_customers(kept=kept, other=other, take=(), by=make_user(Role.MANAGER))

    heard.refresh_from_db()
    assert heard.customer == kept


def test_a_person_who_is_erased_is_in_none_any_more():
    contact = make_contact(name="演示联系人 78")
    heard = make_heard(customer=contact.customer, contact=contact, text=f"{contact.name}希望夜间开闸")

    erase_person(contact=contact, reason="request", by=make_user(Role.MANAGER))

    heard.refresh_from_db()
    assert heard.text == "〔已抹除〕希望夜间开闸"


@pytest.mark.parametrize("rows", [1, 3])
def test_the_list_asks_the_same_questions_however_long_it_is(client, rows, django_assert_num_queries):
    client.force_login(make_staff())
    address = reverse("feedback:heard_list")
    client.get(address)  # sessions and permissions of the first page
    for _row in range(rows):
        make_heard()

    with django_assert_num_queries(3):
        client.get(address)


def test_whoever_may_not_read_it_finds_none(client):
    make_heard(text="机密")
    client.force_login(make_user(Role.ADMIN))

    assert client.get(reverse("feedback:heard_list")).status_code == 403
    assert list(HeardOpinion.objects.visible_to(make_user(Role.ADMIN))) == []


def test_the_api_records_and_corrects(client):
    customer = make_customer()
    client.force_login(make_staff())
    api, kind = "/api/v1/feedback/heard/", "application/json"

    made = client.post(api, {"customer": customer.pk, "group": "transport", "tone": "wish", "text": "夜间开闸"}, content_type=kind).json()
    changed = client.patch(f"{api}{made['id']}/", {"tone": "praise"}, content_type=kind)
    wrong = client.post(api, {"customer": customer.pk, "group": "transport", "tone": "loud", "text": "夜间开闸"}, content_type=kind)

    assert (made["channel"], made["heard_on"], changed.json()["tone"], wrong.status_code) == (
        "daily_contact", port_today().isoformat(), "praise", 400,
    )  # fmt: skip
    assert [row["id"] for row in client.get(f"{api}?tone=praise").json()["results"]] == [made["id"]]


def test_one_form_is_one_opinion():
    key, customer, by = uuid4(), make_customer(), make_staff()

    first, second = (
        record_heard(customer=customer, group="other", tone="wish", text="一", form_key=key, at=now(), by=by) for _sent in range(2)
    )

    assert first == second
