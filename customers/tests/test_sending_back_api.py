"""What a program has read it may send back: what holds still is no hindrance, what cannot be changed is told and not dropped."""

import datetime as dt
import uuid

import pytest

from customers.models import DepartmentView, FollowUp, Interaction, PlannedVisit
from customers.services.employments import move_contact
from customers.tests.factories import (
    make_channel,
    make_contact,
    make_contract,
    make_customer,
    make_follow_up,
    make_interaction,
    make_visit,
)
from portcrm.accounts.roles import Role
from portcrm.accounts.tests.factories import make_department, make_user
from portcrm.clock import port_today

pytestmark = pytest.mark.django_db
ROOT = "/api/v1/customers/"
JSON = "application/json"
FIXED = ["此项不能更改。"]
CHANGED_ALONG = {"note": "一并改", "place": "一并改", "due_on": "2030-01-02"}  # each row has one of these


def make_gone_colleague():
    return make_user(Role.OPERATIONS, is_active=False)


def make_old_interaction(keeper):
    row = make_interaction(recorded_by=keeper, channel=make_channel(is_active=False))
    row.colleagues.set([make_gone_colleague()])
    row.contacts.set([make_contact(customer=row.customer)])
    return f"{ROOT}interactions/{row.pk}/", row


def make_old_follow_up(_keeper):
    row = make_follow_up(owner=make_gone_colleague())
    return f"{ROOT}follow-ups/{row.pk}/", row


def make_old_visit(_keeper):
    row = make_visit(visitor=make_gone_colleague())
    row.contacts.set([make_contact(customer=row.customer)])
    return f"{ROOT}visits/{row.pk}/", row


def make_old_contract(_keeper):
    row = make_contract(channel=make_channel(is_active=False))
    return f"{ROOT}contracts/{row.pk}/", row


def make_old_contact(_keeper):
    row = make_contact(channel=make_channel(is_active=False))
    return f"{ROOT}contacts/{row.pk}/", row


def make_old_customer(_keeper):
    row = make_customer(channel=make_channel(is_active=False))
    return f"{ROOT}{row.pk}/", row


OLD = [make_old_interaction, make_old_follow_up, make_old_visit, make_old_contract, make_old_contact, make_old_customer]


@pytest.mark.parametrize("make", OLD)
def test_what_was_read_is_sent_back_and_stays_as_it_was(client, keeper, make):
    url, _row = make(keeper)
    read = client.get(url).json()

    answer = client.patch(url, read, content_type=JSON)

    assert answer.status_code == 200, answer.json()
    assert client.get(url).json() | {"version": read["version"]} == read


@pytest.mark.parametrize(
    ("make", "sent"),
    [
        (make_old_interaction, {"colleagues": "new", "channel": "new"}),
        (make_old_follow_up, {"owner": "new"}),
        (make_old_visit, {"visitor": "new"}),
        (make_old_contract, {"channel": "new"}),
    ],
)
def test_another_who_has_left_or_is_out_of_use_is_not_taken(client, keeper, make, sent):
    url, _row = make(keeper)
    person, channel = make_gone_colleague(), make_channel(is_active=False)
    values = {"colleagues": [person.pk], "channel": channel.key, "owner": person.pk, "visitor": person.pk}

    answer = client.patch(url, {name: values[name] for name in sent}, content_type=JSON)

    assert (answer.status_code, answer.json().keys()) == (400, sent.keys())


@pytest.mark.parametrize("make", [make_old_interaction, make_old_visit, make_old_contract, make_old_contact, make_old_follow_up])
def test_a_row_does_not_move_to_another_customer_and_that_is_told(client, keeper, make):
    url, row = make(keeper)
    before = client.get(url).json()
    name = next(name for name in CHANGED_ALONG if name in before)

    answer = client.patch(url, {"customer": make_customer().pk, name: CHANGED_ALONG[name]}, content_type=JSON)

    assert (answer.status_code, answer.json()) == (400, {"customer": FIXED})
    assert client.get(url).json() == before


def test_what_is_kept_by_the_house_is_not_changed_and_that_is_told(client, keeper):
    url, row = make_old_customer(keeper)

    answer = client.patch(url, {"name_zh": "改名", "code": "C-1", "status": "lost", "tonnes_12m": "5"}, content_type=JSON)

    row.refresh_from_db()
    assert (answer.status_code, answer.json()) == (400, dict.fromkeys(("code", "status", "tonnes_12m"), FIXED))
    assert row.name_zh != "改名"


def test_who_sends_back_an_older_state_is_told_of_the_change_in_between(client, keeper):
    url, row = make_old_customer(keeper)
    read = client.get(url).json()
    client.patch(url, {"name_zh": "先改"}, content_type=JSON)

    answer = client.patch(url, read | {"name_zh": "后改"}, content_type=JSON)

    row.refresh_from_db()
    assert (answer.status_code, answer.json()["field"], row.name_zh) == (409, "version", "先改")


@pytest.mark.parametrize("sent", [[], ["id"], "id", 5])
def test_a_change_that_names_no_fields_is_told(client, keeper, sent):
    url, _row = make_old_customer(keeper)

    assert client.patch(url, sent, content_type=JSON).status_code == 400


def test_a_visit_is_moved_after_a_participant_changed_companies(client, keeper):
    url, visit = make_old_visit(keeper)
    contact, stranger = visit.contacts.get(), make_contact()
    move_contact(contact=contact, to=make_customer(), on=port_today(), by=keeper)

    moved = client.patch(url, {"planned_for": port_today().isoformat(), "contacts": [contact.pk]}, content_type=JSON)
    joined = client.patch(url, {"contacts": [contact.pk, stranger.pk]}, content_type=JSON)

    visit.refresh_from_db()
    assert (moved.status_code, visit.planned_for, list(visit.contacts.all())) == (200, port_today(), [contact])
    assert (joined.status_code, joined.json()["field"]) == (409, "contacts")


def sent_interaction(user):
    return {"kind": "call", "subject": "来电"}, {"subject": "又来电"}


def sent_follow_up(user):
    return {"title": "回访", "owner": user.pk, "due_on": "2026-12-01"}, {"title": "再访"}


def sent_visit(user):
    return {"visitor": user.pk, "planned_for": port_today().isoformat(), "purpose": "走访"}, {"purpose": "再走访"}


def sent_view(user):
    return {"department": user.department_id, "standing": 4}, {"standing": 2}


@pytest.mark.parametrize(
    ("url", "model", "of"),
    [
        (f"{ROOT}interactions/", Interaction, sent_interaction),
        (f"{ROOT}follow-ups/", FollowUp, sent_follow_up),
        (f"{ROOT}visits/", PlannedVisit, sent_visit),
        (f"{ROOT}department-views/", DepartmentView, sent_view),
    ],
)
def test_one_key_is_one_request_of_one_user(client, url, model, of):
    department = make_department()
    first, second = (make_user(Role.MARKETING, department=department) for _ in range(2))
    sent, other = of(first)
    sent |= {"customer": make_customer().pk, "form_key": str(uuid.uuid4())}

    client.force_login(first)
    answers = [client.post(url, body, content_type=JSON) for body in (sent, sent, dict(reversed(sent.items())), sent | other)]
    client.force_login(second)
    answers.append(client.post(url, sent, content_type=JSON))

    assert [answer.status_code for answer in answers] == [201] * 5
    keys = [answer.json()["id"] for answer in answers]
    assert (keys[0] == keys[1] == keys[2], len(set(keys)), model.objects.count()) == (True, 3, 3)


def test_one_key_plans_one_period(client, keeper):
    customers = [make_customer().pk for _ in range(2)]
    first_day, last_day = ((port_today() + dt.timedelta(days=days)).isoformat() for days in (7, 20))
    sent = {"visitor": keeper.pk, "first": first_day, "last": last_day, "purpose": "年末走访", "form_key": str(uuid.uuid4())}
    url = f"{ROOT}visits/plan-period/"

    first, again = (client.post(url, sent | {"customers": customers[:1]}, content_type=JSON).json() for _ in range(2))
    more = client.post(url, sent | {"customers": customers}, content_type=JSON).json()

    assert [[row["customer"] for row in rows] for rows in (first, again, more)] == [customers[:1], customers[:1], customers[1:]]
    assert PlannedVisit.objects.count() == 2
