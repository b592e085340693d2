"""Seminars by program: the queries, rules and permissions of the pages."""

import pytest
from drf_spectacular.generators import SchemaGenerator
from rest_framework.test import APIClient

from customers.models import FollowUp
from customers.services.followups import close_follow_up
from customers.tests.factories import make_contact, make_customer
from feedback.models import Seminar, SeminarDecision, SeminarGuest
from feedback.tests.factories import DAY, make_decision, make_guest, make_seminar, make_staff
from portcrm.accounts.roles import Role
from portcrm.accounts.tests.factories import make_user
from portcrm.clock import port_today
from portcrm.outbox.models import OutgoingEmail

pytestmark = pytest.mark.django_db
BASE = "/api/v1/feedback"


def client_of(user) -> APIClient:
    client = APIClient()
    client.force_authenticate(user)
    return client


def post(user, address: str, **sent):
    return client_of(user).post(f"{BASE}/{address}/", sent, format="json")


def get(user, address: str):
    return client_of(user).get(f"{BASE}/{address}").json()


def test_a_seminar_is_planned_invited_to_held_and_decides():
    staff, contact = make_staff(), make_contact(email="guest@customer.invalid")
    today = str(port_today())

    made = post(staff, "seminars", name_en="Gates", held_on=today, host=staff.pk).json()
    page = f"seminars/{made['id']}"
    topic = post(staff, f"{page}/topic", name_en="Night gate").json()["topics"][0]
    guest = post(staff, f"{page}/guest", customer=contact.customer_id, contact=contact.pk).json()["guests"][0]
    post(staff, f"{page}/invite")
    post(staff, f"{page}/attendance", guests=[{"guest": guest["id"], "reply": "coming", "attended": True}])
    said = {"customer": contact.customer_id, "group": "transport", "tone": "wish", "text": "open at night", "topic": topic["id"]}
    post(staff, "heard", **said)
    post(staff, f"{page}/decide", text="open gate 2", owner=staff.pk, due_on=today, topic=topic["id"])

    told = get(staff, f"{page}/")
    assert (told["name_en"], told["state"], told["recorded_by"]) == ("Gates", "held", staff.pk)
    assert [(row["contact"], row["reply"], row["attended"]) for row in told["guests"]] == [(contact.pk, "coming", True)]
    assert [(row["text"], row["topic"], row["carried_out"]) for row in told["decisions"]] == [("open gate 2", topic["id"], False)]
    assert [(row["text"], row["channel"]) for row in get(staff, f"heard/?seminar={made['id']}")["results"]] == [
        ("open at night", "seminar")
    ]
    assert OutgoingEmail.objects.get().to_address == "guest@customer.invalid"


def test_a_seminar_is_corrected_field_by_field():
    seminar = make_seminar(place="A")

    answer = client_of(make_staff()).patch(f"{BASE}/seminars/{seminar.pk}/", {"place": "B", "state": "called_off"}, format="json")

    seminar.refresh_from_db()
    assert (answer.status_code, answer.json()["place"]) == (200, "B")
    assert (seminar.place, seminar.state) == ("B", "called_off")


@pytest.mark.parametrize(
    ("step", "sent", "status", "named"),
    [
        ("topic", {}, 409, "name_zh"),
        ("topic", {"name": "Gates"}, 400, "name"),
        ("guest", {"customer": 999999, "contact": 999999}, 400, "customer"),
        ("attendance", {"guests": []}, 400, "guests"),
        ("decide", {"text": "x", "owner": 999999, "due_on": "2026-12-01"}, 400, "owner"),
        ("decide", {"text": "x", "due_on": "2026-12-01"}, 400, "owner"),
    ],
)
def test_what_cannot_be_is_refused_and_nothing_is_kept(step, sent, status, named):
    seminar = make_seminar()

    answer = post(make_staff(), f"seminars/{seminar.pk}/{step}", **sent)

    kept = (seminar.topics.count(), seminar.guests.count(), seminar.decisions.count())
    assert (answer.status_code, named in str(answer.json()), kept) == (status, True, (0, 0, 0))


def test_nobody_has_come_before_the_day_and_guests_of_others_are_unknown():
    guest, elsewhere, staff = make_guest(), make_guest(), make_staff()

    early = post(staff, f"seminars/{guest.seminar_id}/attendance", guests=[{"guest": guest.pk, "reply": "", "attended": True}])
    foreign = post(staff, f"seminars/{guest.seminar_id}/attendance", guests=[{"guest": elsewhere.pk, "reply": "", "attended": False}])

    assert (early.status_code, foreign.status_code) == (400, 400)
    assert set(SeminarGuest.objects.values_list("attended", flat=True)) == {None}


def test_a_topic_of_another_seminar_is_not_decided_on():
    seminar, staff = make_seminar(), make_staff()
    topic = post(staff, f"seminars/{make_seminar().pk}/topic", name_en="Elsewhere").json()["topics"][0]

    answer = post(staff, f"seminars/{seminar.pk}/decide", text="x", owner=staff.pk, due_on=str(port_today()), topic=topic["id"])

    assert (answer.status_code, SeminarDecision.objects.count()) == (400, 0)


def test_a_seminar_called_off_invites_nobody():
    guest = make_guest(seminar=make_seminar())
    Seminar.objects.update(state="called_off")

    answer = post(make_staff(), f"seminars/{guest.seminar_id}/invite")

    assert (answer.status_code, OutgoingEmail.objects.count()) == (409, 0)


@pytest.mark.parametrize(("role", "codes"), [(Role.AUDITOR, (200, 403, 403, 403)), (Role.ADMIN, (403, 403, 403, 403))])
def test_the_auditor_reads_and_others_see_nothing(role, codes):
    guest, user = make_guest(), make_user(role)
    page = f"seminars/{guest.seminar_id}"

    answers = [
        client_of(user).get(f"{BASE}/{page}/"),
        post(user, "seminars", name_en="x", held_on="2026-12-01", host=user.pk),
        post(user, f"{page}/topic", name_en="x"),
        post(user, f"{page}/invite"),
    ]

    assert tuple(answer.status_code for answer in answers) == codes
    assert (Seminar.objects.count(), guest.seminar.topics.count(), OutgoingEmail.objects.count()) == (1, 0, 0)


def test_a_decision_is_carried_out_by_its_owner_or_by_its_follow_up():
    owner, stranger = make_user(Role.OPERATIONS), make_user(Role.OPERATIONS)
    mine, followed, open_one = make_decision(owner=owner), make_decision(customer=make_customer()), make_decision()
    close_follow_up(follow_up=FollowUp.objects.get(dedupe_key=followed.follow_up_key), by=followed.owner)

    refused = post(stranger, f"seminar-decisions/{mine.pk}/finish")
    done = post(owner, f"seminar-decisions/{mine.pk}/finish")

    assert (refused.status_code, done.json()["done_on"], done.json()["carried_out"]) == (403, str(port_today()), True)
    rows = get(owner, "seminar-decisions/?carried_out=true")["results"]
    assert {row["id"] for row in rows} == {mine.pk, followed.pk}
    assert [row["id"] for row in get(owner, "seminar-decisions/?carried_out=false")["results"]] == [open_one.pk]


def test_seminars_and_decisions_are_found_by_the_filters_of_the_pages():
    held, planned = make_seminar(held_on=port_today() - DAY, place="Hall 3"), make_seminar()
    decision = make_decision(seminar=held)
    staff = make_staff()

    assert [row["id"] for row in get(staff, "seminars/?q=hall")["results"]] == [held.pk]
    assert [row["id"] for row in get(staff, f"seminars/?held_after={port_today()}")["results"]] == [planned.pk]
    assert [row["id"] for row in get(staff, f"seminar-decisions/?owner={decision.owner_id}")["results"]] == [decision.pk]
    assert get(staff, f"seminar-decisions/?seminar={planned.pk}")["results"] == []


@pytest.mark.parametrize("rows", [1, 3])
@pytest.mark.parametrize(("address", "queries"), [("seminars", 7), ("seminar-decisions", 4)])
def test_a_list_needs_as_many_queries_however_many_there_are(django_assert_max_num_queries, address, queries, rows):
    for _number in range(rows):
        make_decision(seminar=make_guest().seminar, customer=make_customer())
    client = client_of(make_staff())

    with django_assert_max_num_queries(queries):
        assert len(client.get(f"{BASE}/{address}/").json()["results"]) == rows


def test_the_description_of_the_api_names_the_body_of_each_step():
    paths = SchemaGenerator().get_schema(request=None, public=True)["paths"]
    steps = ("topic", "guest", "attendance", "decide")

    contents = [paths[f"{BASE}/seminars/{{id}}/{step}/"]["post"]["requestBody"]["content"]["application/json"]["schema"] for step in steps]

    names = ["SeminarTopic", "SeminarGuest", "Attendance", "SeminarDecision"]
    assert [content["$ref"].rsplit("/", 1)[1] for content in contents] == names
