"""A colleague's reminder of a person's day tells a birthday: that it was read is written down, once a day for each person."""

import datetime as dt

import pytest
from django.urls import reverse

from customers.models import Customer, FollowUp
from customers.services import personal
from customers.services.followups import close_follow_up
from customers.services.merging import merge_customers
from customers.services.remembering import open_reminders
from customers.services.unmerging import undo_merge
from customers.tests.factories import DAY, make_contact, make_customer, make_follow_up
from portcrm.accounts.roles import Role
from portcrm.accounts.services import system_user
from portcrm.accounts.tests.factories import make_user
from portcrm.audit.models import AuditEvent
from portcrm.clock import port_today

pytestmark = pytest.mark.django_db
LIST = reverse("customers:follow_up_list")
A_CALL = {"kind": "call", "subject": "电话", "direction": "ours"}


@pytest.fixture
def owner():
    return make_user(Role.MARKETING)


@pytest.fixture
def reader(client):
    reader = make_user(Role.MANAGER, language="zh-hans")
    client.force_login(reader)
    return reader


def remind(owner, *, name: str = "演示联系人 03", customer: Customer | None = None) -> FollowUp:
    """Of a birthday today, whose follow-up is the owner's."""
    contact, today = make_contact(customer=customer or make_customer(account_manager=owner), name=name), port_today()
    personal.record_basis(contact=contact, covers="profile", basis="consent", purpose="visit", source="面谈", given_on=DAY, by=owner)
    date = personal.add_date(contact=contact, kind="birthday", month=today.month, day=today.day, purpose="service", by=owner)
    open_reminders(today=today, by=system_user())
    return FollowUp.objects.get(dedupe_key__startswith=f"remember:{date.pk}:")


def read_by(reader) -> list[tuple[str, str]]:
    """Whose profile the log says they read, and what of it."""
    events = AuditEvent.objects.filter(action="contact.read_profile", actor_id=reader.pk).order_by("pk")
    return [(event.record_text, event.sentence) for event in events]


PLACES = ["list", "csv", "xlsx", "page", "plan", "history", "record", "preview", "as of a day", "api", "one by api"]


@pytest.mark.parametrize("place", PLACES)
def test_reading_a_colleagues_reminder_is_written_down_once_a_day(client, owner, reader, place):
    task = remind(owner)
    make_follow_up(owner=owner, title="寄报价")
    address = {
        "list": LIST,
        "csv": f"{LIST}?export=csv",
        "xlsx": f"{LIST}?export=xlsx",
        "page": reverse("customers:follow_up", args=[task.pk]),
        "plan": reverse("customers:follow_up_plan", args=[task.pk]),
        "history": reverse("audit:history", args=["customers.followup", task.pk]),
        "record": task.customer.get_absolute_url(),
        "preview": reverse("customers:preview", args=[task.customer_id]),
        "as of a day": reverse("customers:file_as_of", args=[task.customer_id]),
        "api": "/api/v1/customers/follow-ups/",
        "one by api": f"/api/v1/customers/follow-ups/{task.pk}/",
    }[place]

    answers = [client.get(address) for _time in range(2)]
    bodies = [b"".join(answer) if answer.streaming else answer.content for answer in answers]

    assert ([answer.status_code for answer in answers], read_by(reader)) == ([200, 200], [("演示联系人 03", "同事的提醒：1")])
    assert place == "xlsx" or ["演示联系人 03".encode() in body for body in bodies] == [True, True]


@pytest.mark.parametrize("click", ["recorded", "closed"])
def test_what_is_drawn_anew_after_a_click_is_written_down_too(client, owner, reader, click):
    task = remind(owner)
    other = make_follow_up(customer=task.customer, owner=reader, title="寄报价")
    address, data = {
        "recorded": (reverse("customers:interaction_create", args=[task.customer_id]), A_CALL),
        "closed": (reverse("customers:follow_up_close", args=[other.pk]), {}),
    }[click]

    body = client.post(address, data, HTTP_HX_REQUEST="true").content.decode()

    assert (task.title in body, read_by(reader)) == (True, [("演示联系人 03", "同事的提醒：1")])


def told_by_timeline(client, customer, **asked) -> list[str]:
    address = reverse("pages:timeline", args=["customers.customer", customer.pk])
    return [entry.title for entry in client.get(address, asked).context["timeline"].entries if entry.kind == "follow_up"]


def test_the_timeline_tells_of_ones_own_reminders_only(client, owner, reader):
    """It comes with every page of a customer: a look at it is none at a profile, so it holds nothing of one."""
    task = remind(owner)
    business = make_follow_up(customer=task.customer, owner=owner, title="寄报价")
    for one in (task, business):
        close_follow_up(follow_up=one, by=owner)

    seen = [told_by_timeline(client, task.customer, **asked) for asked in ({}, {"words": "演示联系人"}, {"person": owner.pk})]
    client.force_login(owner)
    own = told_by_timeline(client, task.customer)

    assert (seen, read_by(reader)) == ([["已办 · 寄报价"], [], ["已办 · 寄报价"]], [])
    assert sorted("演示联系人 03" in title for title in own) == [False, True]


def test_the_page_of_an_undone_merge_does_not_name_a_colleagues_reminder(client, owner, reader):
    kept = make_customer(account_manager=owner)
    done = merge_customers(kept=kept, other=make_customer(), take=[], by=reader)
    task = remind(owner, customer=kept)
    done = undo_merge(merge=done, by=reader)

    pages = []
    for user in (reader, owner):
        client.force_login(user)
        pages.append(task.title in client.get(done.get_absolute_url()).content.decode())

    assert (pages, read_by(reader)) == ([False, True], [])


def test_who_comes_into_view_later_is_written_down_too(client, owner, reader):
    remind(owner, name="甲")
    client.get(LIST)
    remind(owner, name="乙")

    client.get(LIST)

    assert [name for name, _what in read_by(reader)] == ["甲", "乙"]


def test_the_next_day_and_the_next_reader_are_written_down_again(client, owner, reader, monkeypatch):
    remind(owner)
    client.get(LIST)
    other, tomorrow = make_user(Role.MARKETING), port_today() + dt.timedelta(days=1)
    monkeypatch.setattr("customers.services.remembering.port_today", lambda: tomorrow)
    client.get(LIST)
    client.force_login(other)

    client.get(LIST)

    assert [len(read_by(one)) for one in (reader, other)] == [2, 1]


def test_ones_own_reminders_other_work_and_rows_nobody_was_shown_are_not(client, owner, reader):
    remind(owner)
    make_follow_up(owner=owner, title="寄报价")
    client.get(LIST, {"q": "寄报价"})
    client.get(f"{LIST}?export=csv&q=寄报价")
    client.get(LIST, {"filters": "open"}, HTTP_HX_REQUEST="true", HTTP_HX_TARGET="filter-fields")
    client.force_login(owner)
    own = client.get(LIST).content.decode()

    assert ("演示联系人 03" in own, read_by(reader), read_by(owner)) == (True, [], [])


@pytest.mark.parametrize("role", [Role.SERVICE, Role.AUDITOR])
def test_who_is_not_shown_them_is_written_down_nowhere_and_asks_nothing_more(client, owner, role, django_assert_num_queries):
    remind(owner)
    make_follow_up(owner=owner, title="寄报价")
    other = make_user(role)
    client.force_login(other)

    with django_assert_num_queries(3):
        page = client.get(LIST).content.decode()

    assert ("寄报价" in page, "演示联系人 03" in page, read_by(other)) == (True, False, [])


@pytest.mark.parametrize("many", [1, 3])
def test_a_list_with_reminders_takes_one_question_more_and_the_writing_the_first_time(
    client, owner, reader, django_assert_num_queries, many
):
    """Who was read today already is one question; a new reading also takes a transaction with its context and one row for each."""
    for number in range(many):
        remind(owner, name=f"演示 {number}")

    with django_assert_num_queries(3 + 1 + 5):
        client.get(LIST)
    with django_assert_num_queries(3 + 1):
        client.get(LIST)
