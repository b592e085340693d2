"""Mails to the complaint desk by program: read, and taken in as on the page."""

import pytest
from rest_framework.test import APIClient

from feedback.models import Complaint, InboundMail
from feedback.tests.factories import make_complaint, make_inbound, make_staff
from portcrm.accounts.roles import Role
from portcrm.accounts.tests.factories import make_user

pytestmark = pytest.mark.django_db
BASE = "/api/v1/feedback/mailbox"
LISTED = {"Precedence": "bulk"}


def client_of(user) -> APIClient:
    client = APIClient()
    client.force_authenticate(user)
    return client


def test_a_left_mail_is_found_and_becomes_one_case_however_often_it_is_taken_in():
    left, came = make_inbound(text="岸桥故障", **LISTED), make_inbound()
    staff = make_staff()
    client = client_of(staff)

    found = client.get(f"{BASE}/?state=left").json()["results"]
    answers = [client.post(f"{BASE}/{left.pk}/take-in/", {}, format="json") for _number in range(2)]

    case = Complaint.objects.exclude(pk=came.complaint_id).get()
    assert [(row["id"], row["reason"], row["text"], row["complaint"]) for row in found] == [(left.pk, "list", "岸桥故障", None)]
    assert [answer.status_code for answer in answers] == [200, 200]
    assert {(row["state"], row["complaint"], row["taken_by"]) for row in (answer.json() for answer in answers)} == {
        ("case", case.pk, staff.pk)
    }


def test_a_left_mail_that_answers_a_case_is_added_to_it():
    case = make_complaint(reporter_email="desk@customer.invalid")
    mail = make_inbound(Subject=f"Re: {case.number}", **LISTED)

    told = client_of(make_staff()).post(f"{BASE}/{mail.pk}/take-in/", {}, format="json").json()

    assert (told["state"], told["complaint"], Complaint.objects.count()) == ("added", case.pk, 1)


def test_a_mail_as_it_came_is_not_told():
    mail = make_inbound(**LISTED)

    assert "raw" not in client_of(make_staff()).get(f"{BASE}/{mail.pk}/").json()


@pytest.mark.parametrize(("role", "codes"), [(Role.AUDITOR, (200, 403)), (Role.ADMIN, (403, 403))])
def test_the_auditor_reads_and_takes_nothing_in(role, codes):
    mail, client = make_inbound(**LISTED), client_of(make_user(role))

    answers = client.get(f"{BASE}/{mail.pk}/"), client.post(f"{BASE}/{mail.pk}/take-in/", {}, format="json")

    assert tuple(answer.status_code for answer in answers) == codes
    assert (InboundMail.objects.get().state, Complaint.objects.count()) == ("left", 0)


def test_a_name_no_field_has_is_refused():
    mail = make_inbound(**LISTED)

    answer = client_of(make_staff()).post(f"{BASE}/{mail.pk}/take-in/", {"customer": 1}, format="json")

    assert (answer.status_code, list(answer.json()), Complaint.objects.count()) == (400, ["customer"], 0)


@pytest.mark.parametrize("rows", [1, 3])
def test_the_list_needs_as_many_queries_however_many_there_are(django_assert_max_num_queries, rows):
    for _number in range(rows):
        make_inbound(**LISTED)
    client = client_of(make_staff())

    with django_assert_max_num_queries(1):
        assert len(client.get(f"{BASE}/").json()["results"]) == rows
