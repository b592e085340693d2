import datetime as dt
import threading
from uuid import uuid4

import pytest
from django.db import IntegrityError, connection, transaction

from customers.models import Customer
from customers.tests.factories import make_customer
from feedback.enums import ComplaintOutcome, ComplaintState
from feedback.models import Complaint, ComplaintSeries
from feedback.queries.complaints import counts_by_state, open_by_customer
from feedback.services.closing import close_complaint
from feedback.services.complaints import (
    ComplaintFacts,
    add_note,
    answer_complaint,
    assign_complaint,
    edit_complaint,
    record_complaint,
)
from feedback.services.links import complaint_url
from feedback.services.numbering import next_number
from feedback.tests.factories import make_complaint, make_staff
from portcrm.accounts.roles import Role
from portcrm.accounts.tests.factories import make_user
from portcrm.audit.queries import field_changes
from portcrm.business_days import business_days_later, is_business_day
from portcrm.clock import now, port_zone
from portcrm.errors import RuleBroken
from portcrm.outbox.kinds import personal_link
from portcrm.outbox.models import OutgoingEmail

pytestmark = pytest.mark.django_db
MONDAY = dt.datetime(2026, 11, 23, 10, tzinfo=port_zone())


def assigned(**fields) -> Complaint:
    complaint = make_complaint(**fields)
    return assign_complaint(complaint=complaint, owner=make_staff(), at=now(), by=make_staff())


def answered(**fields) -> Complaint:
    return answer_complaint(complaint=assigned(**fields), answer="已处理。", at=now(), by=make_staff())


def test_numbers_run_on_within_a_year_and_start_anew_with_the_next():
    numbers = [make_complaint(at=MONDAY).number for _case in range(3)]

    assert numbers == ["TS-2026-00001", "TS-2026-00002", "TS-2026-00003"]
    assert next_number(ComplaintSeries, "TS", 2027) == "TS-2027-00001"


@pytest.mark.database
@pytest.mark.django_db(transaction=True)
def test_complaints_that_come_at_once_get_different_numbers():
    staff, barrier, numbers = make_staff(), threading.Barrier(4), []

    def complain():
        barrier.wait(timeout=10)
        numbers.append(make_complaint(by=staff, at=MONDAY).number)
        connection.close()

    callers = [threading.Thread(target=complain) for _caller in range(4)]
    for caller in callers:
        caller.start()
    for caller in callers:
        caller.join(timeout=20)

    assert sorted(numbers) == [f"TS-2026-0000{number}" for number in range(1, 5)]


def test_the_deadline_is_ten_business_days_away(settings):
    settings.COMPLAINT_BUSINESS_DAYS = 10

    assert make_complaint(at=MONDAY).due_on == dt.date(2026, 12, 7)


def test_public_holidays_are_passed_over_and_swapped_workdays_count():
    """China's National Day 2026: 1 to 7 October off, Saturday 10 October worked instead."""
    assert business_days_later(dt.date(2026, 9, 30), 1, country="CN") == dt.date(2026, 10, 8)
    assert is_business_day(dt.date(2026, 10, 10), country="CN")
    assert business_days_later(dt.date(2026, 10, 9), 1, country="CN") == dt.date(2026, 10, 10)
    assert business_days_later(dt.date(2026, 10, 9), 0, country="CN") == dt.date(2026, 10, 9)


def test_the_same_form_sent_twice_is_one_complaint():
    key, staff = uuid4(), make_staff()
    facts = ComplaintFacts(subject="提货等待", description="三个小时")

    first, second = (record_complaint(facts=facts, form_key=key, at=now(), by=staff) for _time in range(2))

    assert first == second
    assert Complaint.objects.count() == 1


def test_whoever_gives_an_address_gets_number_deadline_and_link_by_service_mail():
    complaint = make_complaint(reporter_email="li@customer.invalid", reporter_name="李", language="zh-hans", at=MONDAY)

    mail = OutgoingEmail.objects.get()

    assert (mail.to_address, mail.service_mail, mail.subject) == ("li@customer.invalid", True, f"您的投诉{complaint.number}已收到")
    assert "2026-12-07" in mail.text
    assert personal_link(mail) == complaint_url(complaint.public_id)
    assert complaint_url(complaint.public_id) not in mail.text


def test_without_an_address_no_mail_is_written():
    answered()

    assert OutgoingEmail.objects.count() == 0


def test_a_complaint_goes_its_way_and_each_step_names_who_and_when():
    complaint, staff, owner = make_complaint(), make_staff(), make_user(Role.OPERATIONS)

    complaint = assign_complaint(complaint=complaint, owner=owner, at=now(), by=staff)
    complaint = answer_complaint(complaint=complaint, answer="  已更正。 ", at=now(), by=owner)
    complaint = close_complaint(complaint=complaint, outcome=ComplaintOutcome.REMEDIED, word="agreed", at=now(), by=staff)

    assert (complaint.state, complaint.owner, complaint.answer) == (ComplaintState.CLOSED, owner, "已更正。")
    assert (complaint.answered_by, complaint.closed_by, complaint.outcome) == (owner, staff, ComplaintOutcome.REMEDIED)
    assert {change.action for change in field_changes(complaint)} >= {"投诉结案", "答复投诉", "分派投诉"}


def test_each_answer_is_mailed_once():
    complaint = assigned(reporter_email="li@customer.invalid")

    answer_complaint(complaint=complaint, answer="第一次答复", at=now(), by=make_staff())
    with pytest.raises(RuleBroken):
        answer_complaint(complaint=complaint, answer="第二次点击", at=now(), by=make_staff())

    assert [mail.text.count("第一次答复") for mail in OutgoingEmail.objects.filter(kind="feedback.complaint_answer")] == [1]


def test_an_answered_case_can_be_taken_up_again():
    complaint = answered()

    complaint = assign_complaint(complaint=complaint, owner=complaint.owner, at=now(), by=make_staff())

    assert (complaint.state, complaint.answered_at, complaint.answered_by) == (ComplaintState.ASSIGNED, None, None)


@pytest.mark.parametrize(
    ("make", "step"),
    [
        (make_complaint, lambda case: answer_complaint(complaint=case, answer="x", at=now(), by=make_staff())),
        (assigned, lambda case: answer_complaint(complaint=case, answer="  ", at=now(), by=make_staff())),
        (make_complaint, lambda case: close_complaint(complaint=case, outcome="remedied", word="agreed", at=now(), by=make_staff())),
        (assigned, lambda case: close_complaint(complaint=case, outcome="explained", word="agreed", at=now(), by=make_staff())),
        (make_complaint, lambda case: edit_complaint(complaint=case, changes={"state": "closed"}, by=make_staff())),
        (make_complaint, lambda case: add_note(complaint=case, text=" ", at=now(), by=make_staff())),
    ],
)
def test_a_step_that_is_not_possible_changes_nothing(make, step):
    complaint = make()
    before = Complaint.objects.values().get(pk=complaint.pk)

    with pytest.raises(RuleBroken):
        step(complaint)

    assert Complaint.objects.values().get(pk=complaint.pk) == before


def test_a_withdrawn_complaint_is_closed_without_an_answer():
    complaint = close_complaint(complaint=make_complaint(), outcome=ComplaintOutcome.WITHDRAWN, word="agreed", at=now(), by=make_staff())

    assert complaint.state == ComplaintState.CLOSED


def test_a_closed_complaint_stays_closed():
    complaint = close_complaint(complaint=answered(), outcome="explained", word="agreed", at=now(), by=make_staff())

    for step in (
        lambda: assign_complaint(complaint=complaint, owner=make_staff(), at=now(), by=make_staff()),
        lambda: close_complaint(complaint=complaint, outcome="remedied", word="agreed", at=now(), by=make_staff()),
        lambda: edit_complaint(complaint=complaint, changes={"subject": "x"}, by=make_staff()),
    ):
        with pytest.raises(RuleBroken):
            step()
    assert Complaint.objects.get().outcome == "explained"


@pytest.mark.database
@pytest.mark.django_db(transaction=True)
def test_of_two_who_close_at_once_one_succeeds():
    complaint, barrier, outcomes = answered(), threading.Barrier(2), []
    closers = [make_staff(), make_staff()]

    def close(by):
        barrier.wait(timeout=10)
        try:
            close_complaint(complaint=complaint, outcome="remedied", word="agreed", at=now(), by=by)
            outcomes.append("closed")
        except RuleBroken:
            outcomes.append("refused")
        connection.close()

    callers = [threading.Thread(target=close, args=[by]) for by in closers]
    for caller in callers:
        caller.start()
    for caller in callers:
        caller.join(timeout=20)

    assert sorted(outcomes) == ["closed", "refused"]


@pytest.mark.database
@pytest.mark.parametrize(
    ("fields", "rule"),
    [
        ({"state": "assigned"}, "complaint_in_work_has_an_owner"),
        ({"state": "closed", "outcome": "remedied"}, "closed_complaint_has_outcome_who_and_when"),
        ({"answered_at": MONDAY}, "complaint_answer_has_who_and_when"),
        ({"due_on": dt.date(2000, 1, 1)}, "complaint_is_due_after_it_came"),
    ],
)
def test_the_database_refuses_half_steps(fields, rule):
    complaint = make_complaint()

    with pytest.raises(IntegrityError, match=rule), transaction.atomic():
        Complaint.objects.filter(pk=complaint.pk).update(**fields)


def test_the_customer_knows_how_many_cases_are_open():
    customer, other = make_customer(), make_customer()
    first, second = make_complaint(customer=customer), make_complaint(customer=customer)
    assert Customer.objects.get(pk=customer.pk).open_complaints == 2

    close_complaint(complaint=first, outcome="withdrawn", word="agreed", at=now(), by=make_staff())
    edit_complaint(complaint=second, changes={"customer": other}, by=make_staff())

    assert [Customer.objects.get(pk=one.pk).open_complaints for one in (customer, other)] == [0, 1]
    assert open_by_customer() == {other.pk: 1}


def test_a_case_is_overdue_from_the_day_after_its_deadline_until_it_is_answered():
    complaint = make_complaint(at=MONDAY)
    due = complaint.due_on

    assert not Complaint.objects.overdue(due).exists()
    assert Complaint.objects.overdue(due + dt.timedelta(days=1)).get() == complaint
    complaint = assign_complaint(complaint=complaint, owner=make_staff(), at=now(), by=make_staff())
    answer_complaint(complaint=complaint, answer="好", at=now(), by=make_staff())
    assert not Complaint.objects.overdue(due + dt.timedelta(days=1)).exists()


def test_every_state_is_counted_even_where_nothing_is():
    make_complaint(at=MONDAY)
    answered(at=MONDAY)

    assert counts_by_state(make_staff(), on=dt.date(2027, 1, 1)) == {"new": 1, "assigned": 0, "answered": 1, "closed": 0, "overdue": 1}
    assert counts_by_state(make_user(Role.ADMIN), on=dt.date(2027, 1, 1))["new"] == 0
