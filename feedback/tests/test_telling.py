"""Who is told of complaints and low scores, when, and that nobody's case is dropped."""

import datetime as dt

import pytest
from django.urls import reverse

from customers.tests.factories import make_customer
from feedback.enums import ComplaintState
from feedback.models import Complaint
from feedback.services.complaints import answer_complaint, assign_complaint
from feedback.services.left_behind import complaints_of, return_ownerless
from feedback.services.telling import tell_deadlines
from feedback.tests.factories import make_complaint, make_invitation, make_response, make_staff
from portcrm.accounts.leaving import left_behind_by
from portcrm.accounts.roles import Role
from portcrm.accounts.services import close_account, system_user
from portcrm.accounts.tests.factories import make_user
from portcrm.clock import now, port_zone
from portcrm.notices.models import Notice

pytestmark = pytest.mark.django_db
MONDAY = dt.datetime(2026, 11, 23, 10, tzinfo=port_zone())  # due ten business days later, on Monday 7 December


def told(kind: str) -> list[int]:
    return list(Notice.objects.filter(kind=kind).order_by("recipient").values_list("recipient", flat=True))


def given_to(owner, **fields) -> Complaint:
    return assign_complaint(complaint=make_complaint(**fields), owner=owner, at=now(), by=make_staff())


def test_a_new_complaint_is_told_to_those_who_assign_and_to_the_account_manager():
    service, manager, account_manager = make_staff(), make_user(Role.MANAGER), make_user(Role.MARKETING)
    make_user(Role.OPERATIONS)

    make_complaint(customer=make_customer(account_manager=account_manager), by=system_user())

    assert told("complaint.received") == [service.pk, manager.pk, account_manager.pk]


def test_who_recorded_it_is_not_told_and_who_gets_it_is():
    service, owner = make_staff(), make_user(Role.OPERATIONS)
    complaint = make_complaint(by=service)

    assign_complaint(complaint=complaint, owner=owner, at=now(), by=service)

    assert (told("complaint.received"), told("complaint.assigned")) == ([], [owner.pk])


def test_what_one_takes_oneself_is_no_news():
    service = make_staff()

    assign_complaint(complaint=make_complaint(by=service), owner=service, at=now(), by=service)

    assert told("complaint.assigned") == []


def test_the_account_manager_hears_of_the_answer():
    account_manager, owner = make_user(Role.MARKETING), make_staff()
    complaint = given_to(owner, customer=make_customer(account_manager=account_manager))

    answer_complaint(complaint=complaint, answer="已处理。", at=now(), by=owner)

    assert told("complaint.answered") == [account_manager.pk]


@pytest.mark.parametrize(
    ("day", "due", "late"),
    [
        (dt.date(2026, 12, 3), 0, 0),
        (dt.date(2026, 12, 4), 1, 0),  # the Friday before
        (dt.date(2026, 12, 7), 1, 0),
        (dt.date(2026, 12, 8), 0, 2),
    ],
)
def test_the_owner_is_told_the_business_day_before_and_then_of_each_day_it_is_late(day, due, late):
    owner, manager = make_user(Role.OPERATIONS), make_user(Role.MANAGER)
    given_to(owner, at=MONDAY)

    for _run in range(2):
        tell_deadlines(today=day, by=system_user())

    assert told("complaint.due") == [owner.pk] * due
    assert told("complaint.overdue") == [owner.pk, manager.pk][:late]


def test_a_late_case_without_an_owner_is_told_to_those_who_assign():
    service = make_staff()
    make_complaint(at=MONDAY, by=system_user())

    tell_deadlines(today=dt.date(2026, 12, 8), by=system_user())

    assert told("complaint.overdue") == [service.pk]


def test_a_low_score_is_told_at_once_and_leads_to_the_answer():
    account_manager = make_user(Role.MARKETING)
    response = make_response(invitation=make_invitation(assignee=account_manager), overall=1, recommend=2)

    notice = Notice.objects.get(kind="opinion.low")

    assert (notice.recipient, notice.url) == (account_manager, response.get_absolute_url())


def test_a_case_of_a_closed_account_goes_back_and_those_who_assign_are_told(client):
    owner, service = make_user(Role.OPERATIONS), make_staff(language="en")
    complaint = given_to(owner)
    sentence = complaints_of(owner)
    assert sentence in left_behind_by(owner)
    close_account(person=owner, by=make_user(Role.ADMIN))

    taken = [return_ownerless(today=MONDAY.date(), by=system_user()) for _run in range(2)]

    complaint.refresh_from_db()
    client.force_login(service)
    listed = client.get(reverse("feedback:complaint_list"), {"ownerless": "true"}).content.decode()
    assert taken == [1, 0]
    assert (complaint.state, complaint.owner, complaint.notes.count()) == (ComplaintState.NEW, None, 1)
    assert service.pk in told("complaint.ownerless")
    assert complaint.number in listed


def test_a_case_of_somebody_who_lost_the_role_goes_back_too():
    owner = make_user(Role.OPERATIONS)
    complaint = given_to(owner)
    owner.roles = [Role.AUDITOR]
    owner.save()

    return_ownerless(today=MONDAY.date(), by=system_user())

    complaint.refresh_from_db()
    assert complaint.owner is None


def test_an_answered_case_goes_to_somebody_who_can_close_it():
    owner, manager = make_user(Role.OPERATIONS), make_user(Role.MANAGER)
    complaint = answer_complaint(complaint=given_to(owner), answer="已处理。", at=now(), by=owner)
    close_account(person=owner, by=make_user(Role.ADMIN))

    return_ownerless(today=MONDAY.date(), by=system_user())

    complaint.refresh_from_db()
    assert (complaint.state, complaint.owner) == (ComplaintState.ANSWERED, manager)


def test_cases_of_those_who_work_on_stay_where_they_are():
    complaint = given_to(make_user(Role.OPERATIONS))

    assert return_ownerless(today=MONDAY.date(), by=system_user()) == 0
    assert list(Complaint.objects.ownerless()) == []
    assert Complaint.objects.get().owner == complaint.owner
