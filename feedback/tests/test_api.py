import pytest
from rest_framework.test import APIClient

from customers.tests.factories import make_customer
from feedback.enums import ComplaintState
from feedback.models import Complaint
from feedback.services.results import compute_results
from feedback.tests.factories import make_complaint, make_invitation, make_response, make_staff, make_wave
from portcrm.accounts.roles import Role
from portcrm.accounts.services import system_user
from portcrm.accounts.tests.factories import make_user
from portcrm.clock import now

pytestmark = pytest.mark.django_db
BASE = "/api/v1/feedback"


def client_of(user) -> APIClient:
    client = APIClient()
    client.force_authenticate(user)
    return client


def test_waves_carry_their_stored_figures():
    wave = make_wave()
    make_response(invitation=make_invitation(wave=wave), overall=4, recommend=9)
    compute_results(wave_id=wave.pk, at=now(), by=system_user())

    (row,) = client_of(make_user(Role.AUDITOR)).get(f"{BASE}/waves/").json()["results"]

    assert (row["id"], row["result"]["overall_mean"], row["result"]["recommend"]) == (wave.pk, 4.0, 1.0)


def test_answers_are_read_by_item_key_and_only_by_those_who_may():
    make_response(overall=4, schedule_reliability="na")

    (row,) = client_of(make_staff()).get(f"{BASE}/responses/").json()["results"]
    refused = client_of(make_user(Role.ADMIN)).get(f"{BASE}/responses/")

    assert row["answers"] == [
        {"item": "schedule_reliability", "score": None, "option": None, "not_applicable": True},
        {"item": "overall", "score": 4, "option": None, "not_applicable": False},
    ]
    assert refused.status_code == 403


def test_a_complaint_is_recorded_corrected_assigned_answered_and_closed():
    staff, customer = make_staff(), make_customer()
    client = client_of(staff)

    made = client.post(f"{BASE}/complaints/", {"subject": "Gate", "description": "Four hours", "customer": customer.pk}, format="json")
    url = f"{BASE}/complaints/{made.json()['id']}/"
    client.patch(url, {"severity": "urgent"}, format="json")
    states = [
        client.post(f"{url}{step}/", data, format="json").json()["state"]
        for step, data in (
            ("assign", {"owner": staff.pk}),
            ("answer", {"answer": "done"}),
            ("close", {"outcome": "explained", "word": "agreed"}),
        )
    ]

    complaint = Complaint.objects.get()
    assert made.status_code == 201
    assert (complaint.severity, complaint.customer, complaint.recorded_by) == ("urgent", customer, staff)
    assert states == ["assigned", "answered", "closed"]


def test_a_step_that_is_not_possible_is_a_conflict_with_its_sentence():
    complaint = make_complaint()

    answer = client_of(make_staff()).post(
        f"{BASE}/complaints/{complaint.pk}/close/", {"outcome": "remedied", "word": "agreed"}, format="json"
    )

    assert (answer.status_code, answer.json()["field"]) == (409, "outcome")
    assert Complaint.objects.get().state == ComplaintState.NEW


def test_the_state_cannot_be_written_past_the_steps():
    complaint = make_complaint()

    client_of(make_staff()).patch(f"{BASE}/complaints/{complaint.pk}/", {"state": "closed", "answer": "x"}, format="json")

    assert Complaint.objects.values_list("state", "answer").get() == (ComplaintState.NEW, "")


def test_the_auditor_reads_and_changes_nothing():
    complaint, auditor = make_complaint(), make_user(Role.AUDITOR)

    answer = client_of(auditor).patch(f"{BASE}/complaints/{complaint.pk}/", {"subject": "x"}, format="json")

    assert answer.status_code == 403
    assert client_of(auditor).get(f"{BASE}/complaints/{complaint.pk}/").json()["subject"] == complaint.subject


def test_lists_take_the_filters_of_the_pages():
    make_complaint(subject="one")
    make_complaint(subject="two")

    rows = client_of(make_staff()).get(f"{BASE}/complaints/?q=two").json()["results"]

    assert [row["subject"] for row in rows] == ["two"]


def test_a_step_of_a_complaint_refuses_a_name_it_does_not_know():
    staff, complaint = make_staff(), make_complaint()

    answer = client_of(staff).post(f"{BASE}/complaints/{complaint.pk}/assign/", {"owner": staff.pk, "due": "2026-12-01"}, format="json")

    complaint.refresh_from_db()
    assert (answer.status_code, list(answer.json()), complaint.owner) == (400, ["due"], None)
