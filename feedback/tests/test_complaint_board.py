"""The board shows open complaints by deadline, and each number opens the very rows it counts."""

import datetime as dt
import html
import re

import pytest
from django.urls import reverse

from customers.tests.factories import make_customer
from feedback.models import Complaint
from feedback.queries.complaint_board import CARDS, lanes_by_deadline
from feedback.services.clocks import wait_for_customer
from feedback.services.complaints import answer_complaint, assign_complaint
from feedback.tests.factories import make_complaint, make_staff
from portcrm.accounts.roles import Role
from portcrm.accounts.tests.factories import make_user
from portcrm.clock import now, port_today

pytestmark = pytest.mark.django_db


def due(days: int, **fields) -> Complaint:
    """Due so many days from today."""
    complaint = make_complaint(**fields)
    day = port_today() + dt.timedelta(days=days)
    Complaint.objects.filter(pk=complaint.pk).update(due_on=day, received_on=min(day, complaint.received_on))
    return complaint


@pytest.fixture
def cases() -> dict[str, list[str]]:
    """Numbers by lane."""
    staff = make_staff()
    waiting = due(-2)
    wait_for_customer(complaint=waiting, reason="照片", at=now(), by=staff)
    answered = answer_complaint(
        complaint=assign_complaint(complaint=due(-3), owner=staff, at=now(), by=staff), answer="已处理。", at=now(), by=staff
    )
    late, later = [due(-1), due(-5)], due(60)
    return {
        "late": [late[1].number, late[0].number],
        "soon": [due(0).number],
        "later": [later.number],
        "waiting": [waiting.number],
        "answered": [answered.number],
    }


def test_each_case_stands_in_one_lane_the_most_urgent_first(cases):
    lanes = lanes_by_deadline(make_staff(), today=port_today())

    assert {lane.key: [card.number for card in lane.cards] for lane in lanes} == cases


def test_each_number_opens_the_rows_it_counts(client, cases):
    client.force_login(make_staff(language="en"))
    client.cookies["django_language"] = "en"

    links = re.findall(
        r'<header><h2[^>]*>[^<]*</h2><a href="([^"]+)"[^>]*>(\d+)</a>', client.get(reverse("feedback:complaint_board")).content.decode()
    )

    listed = [len(set(re.findall(r"TS-\d{4}-\d{5}", client.get(html.unescape(url)).content.decode()))) for url, _count in links]
    assert listed == [int(count) for _url, count in links] == [2, 1, 1, 1, 1]


@pytest.mark.parametrize("rows", [1, 3])
def test_the_board_needs_the_same_few_queries_whatever_its_rows(client, django_assert_max_num_queries, rows):
    for _number in range(rows):
        due(-1, customer=make_customer())
        due(60, customer=make_customer())
    client.force_login(make_staff())

    with django_assert_max_num_queries(18):
        client.get(reverse("feedback:complaint_board"))


def test_a_lane_says_when_it_leaves_cases_out():
    for _number in range(CARDS + 1):
        due(-1)

    late = lanes_by_deadline(make_staff(), today=port_today())[0]

    assert (late.count, len(late.cards), late.has_more) == (CARDS + 1, CARDS, True)


def test_who_may_not_read_complaints_sees_no_board(client):
    client.force_login(make_user(Role.ADMIN))

    assert client.get(reverse("feedback:complaint_board")).status_code == 403
