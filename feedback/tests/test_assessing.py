"""A complaint is assessed by more than its severity; one that concerns safety says so."""

import datetime as dt

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse
from rest_framework.test import APIClient

from feedback.models import Complaint
from feedback.services.assessing import CHANGED, assess_complaint
from feedback.services.closing import close_complaint
from feedback.tests.factories import make_complaint, make_staff
from portcrm.accounts.roles import Role
from portcrm.accounts.tests.factories import make_user
from portcrm.audit.queries import field_changes
from portcrm.clock import now, port_zone
from portcrm.errors import RuleBroken

pytestmark = pytest.mark.django_db
MONDAY = dt.datetime(2026, 11, 23, 10, tzinfo=port_zone())
ANSWERS = {"safety": "yes", "complexity": "involved", "impact": "many", "immediate_action": "possible"}


def assessed(complaint: Complaint | None = None, **fields) -> Complaint:
    return assess_complaint(complaint=complaint or make_complaint(), **{**ANSWERS, "at": MONDAY, "by": make_staff(), **fields})


def withdrawn() -> Complaint:
    return close_complaint(complaint=make_complaint(), outcome="withdrawn", word="agreed", at=now(), by=make_staff())


def test_a_case_is_not_assessed_until_somebody_does_and_then_names_who_and_when():
    complaint, staff = make_complaint(), make_staff()

    before = [getattr(complaint, name) for name in CHANGED]
    assessed(complaint, by=staff)

    complaint.refresh_from_db()
    assert before == ["", "", "", "", None, None]
    assert [getattr(complaint, name) for name in CHANGED] == [*ANSWERS.values(), MONDAY, staff]


def test_judged_anew_the_last_word_counts_and_history_keeps_the_first():
    complaint = assessed()

    assessed(complaint, safety="no", by=make_staff())

    complaint.refresh_from_db()
    told = [(change.action, change.before, change.after) for change in field_changes(complaint) if change.field == "safety"]
    assert (complaint.safety, complaint.impact) == ("no", "many")
    assert told[:2] == [("投诉已评估", "涉及安全", "无人身、财产或环境危险"), ("投诉已评估", "", "涉及安全")]


def test_a_closed_case_is_not_assessed():
    complaint = withdrawn()

    with pytest.raises(RuleBroken):
        assessed(complaint)

    complaint.refresh_from_db()
    assert (complaint.safety, complaint.assessed_at) == ("", None)


@pytest.mark.parametrize(
    ("fields", "rule"),
    [
        ({"safety": "yes"}, "an_assessed_complaint_has_every_answer_who_and_when"),
        (ANSWERS, "an_assessed_complaint_has_every_answer_who_and_when"),
        ({"assessed_at": MONDAY}, "an_assessed_complaint_has_every_answer_who_and_when"),
        (ANSWERS | {"impact": "galaxy", "assessed_at": MONDAY}, "complaint_impact_is_known"),
    ],
)
def test_the_database_keeps_no_half_assessment(fields, rule):
    complaint = make_complaint()
    if "assessed_at" in fields and "impact" in fields:  # all is there, so that the other rule holds
        fields = fields | {"assessed_by": complaint.recorded_by_id}

    with pytest.raises(IntegrityError, match=rule), transaction.atomic():
        Complaint.objects.filter(pk=complaint.pk).update(**fields)


def test_the_desk_assesses_on_the_page_of_the_case(client):
    complaint = make_complaint()
    client.force_login(make_user(Role.OPERATIONS, language="en"))
    page = reverse("feedback:complaint", args=[complaint.pk])

    before = client.get(page).content.decode()
    half = client.post(reverse("feedback:complaint_assess", args=[complaint.pk]), ANSWERS | {"impact": ""})
    done = client.post(reverse("feedback:complaint_assess", args=[complaint.pk]), ANSWERS)
    after = client.get(page).content.decode()

    assert "Not assessed yet, apart from its severity." in before
    assert (half.status_code, done.url) == (422, page)
    assert '<option value="involved" selected>' in half.content.decode()
    assert "<dd>Several departments or parties</dd>" in after
    assert "<dd>Needed and possible</dd>" in after
    assert "Not assessed yet" not in after


@pytest.mark.parametrize(("safety", "shown"), [("yes", True), ("no", False)])
def test_safety_concerned_is_plain_on_board_case_and_list(client, safety, shown):
    complaint = assessed(safety=safety)
    client.force_login(make_staff(language="en"))

    board = client.get(reverse("feedback:complaint_board")).content.decode()
    case = client.get(complaint.get_absolute_url()).content.decode()
    head = case.partition('class="record-badges"')[2].partition("</p>")[0]
    listed = client.get(reverse("feedback:complaint_list"), {"safety": "yes"}).content.decode()

    assert ["Safety concerned" in html for html in (board, head)] == [shown, shown]
    assert complaint.number in board
    assert (complaint.number in listed) == shown


def test_who_only_reads_cases_assesses_none(client):
    complaint = make_complaint()
    client.force_login(make_user(Role.AUDITOR))

    answer = client.post(reverse("feedback:complaint_assess", args=[complaint.pk]), ANSWERS)

    complaint.refresh_from_db()
    assert (answer.status_code, complaint.safety) == (403, "")
    assert reverse("feedback:complaint_assess", args=[complaint.pk]) not in client.get(complaint.get_absolute_url()).content.decode()


def test_programs_assess_a_case_by_codes():
    complaint, staff, client = make_complaint(), make_user(Role.OPERATIONS), APIClient()
    client.force_authenticate(staff)
    address = f"/api/v1/feedback/complaints/{complaint.pk}/assess/"

    refused = [client.post(address, sent, format="json").status_code for sent in (ANSWERS | {"safety": "maybe"}, {"safety": "yes"})]
    told = client.post(address, ANSWERS, format="json").json()

    assert refused == [400, 400]
    assert {name: told[name] for name in ANSWERS} == ANSWERS
    assert told["assessed_by"] == staff.pk
