"""Three deadlines of a complaint: how long, met once, standing still for the customer, escalated once."""

import datetime as dt
import threading

import pytest
from django.db import connection
from django.urls import reverse

from customers.tests.factories import make_customer
from feedback.models import Complaint, ComplaintClock
from feedback.services.clocks import acknowledge, go_on, wait_for_customer
from feedback.services.closing import close_complaint
from feedback.services.complaints import answer_complaint, assign_complaint, edit_complaint
from feedback.services.escalating import escalate, take_step
from feedback.services.findings import record_finding
from feedback.services.limits import limit_of
from feedback.tests.factories import make_complaint, make_staff
from portcrm.accounts.roles import Role
from portcrm.accounts.services import system_user
from portcrm.accounts.tests.factories import make_user
from portcrm.clock import now, port_zone
from portcrm.errors import RuleBroken
from portcrm.notices.models import Notice
from portcrm.outbox.models import OutgoingEmail

pytestmark = pytest.mark.django_db


def at(text: str) -> dt.datetime:
    return dt.datetime.fromisoformat(text).replace(tzinfo=port_zone())


MONDAY = at("2026-11-23 10:00")


def clocks(complaint: Complaint) -> dict[str, dt.datetime]:
    return dict(complaint.clocks.values_list("kind", "due_at"))


def met(complaint: Complaint) -> dict[str, dt.datetime | None]:
    return dict(complaint.clocks.values_list("kind", "met_at"))


def assigned(**fields) -> Complaint:
    owner = make_user(Role.OPERATIONS)
    return assign_complaint(complaint=make_complaint(**{"at": MONDAY} | fields), owner=owner, at=MONDAY, by=make_staff())


@pytest.mark.parametrize(
    ("severity", "due"),
    [
        ("normal", ("2026-11-23 15:30", "2026-11-30 10:00", "2026-12-07 10:00")),
        ("serious", ("2026-11-23 12:00", "2026-11-26 10:00", "2026-12-07 10:00")),
        ("urgent", ("2026-11-23 11:00", "2026-11-24 10:00", "2026-11-30 10:00")),
    ],
)
def test_how_long_each_step_may_take_follows_from_the_severity(severity, due):
    complaint = make_complaint(at=MONDAY, severity=severity)

    assert clocks(complaint) == dict(zip(("acknowledge", "first_answer", "decision"), map(at, due), strict=True))
    assert complaint.due_on == at(due[2]).date()


def test_the_port_sets_limits_of_its_own(settings):
    settings.COMPLAINT_LIMITS = "decision=20c urgent.acknowledge=15m"

    assert [limit_of("decision", "normal"), limit_of("acknowledge", "urgent"), limit_of("acknowledge", "normal")] == [
        (20, "c"), (15, "m"), (240, "m"),
    ]  # fmt: skip


def test_a_limit_nobody_can_read_is_refused(settings):
    settings.COMPLAINT_LIMITS = "answer=3b"

    with pytest.raises(ValueError, match="answer"):
        limit_of("decision", "normal")


def test_each_deadline_is_met_by_its_step_and_stays_met_when_the_case_is_taken_up_again():
    complaint, later = assigned(), MONDAY + dt.timedelta(days=1)

    answer_complaint(complaint=complaint, answer="第一次", at=later, by=complaint.owner)
    assign_complaint(complaint=complaint, owner=complaint.owner, at=later, by=make_staff())
    answer_complaint(complaint=complaint, answer="第二次", at=later + dt.timedelta(days=1), by=complaint.owner)
    record_finding(complaint=complaint, changes={"decision": "赔付"}, at=later + dt.timedelta(days=2), by=complaint.owner)

    assert met(complaint) == {"acknowledge": later, "first_answer": later, "decision": later + dt.timedelta(days=2)}


def test_closing_ends_every_deadline():
    complaint = close_complaint(complaint=make_complaint(at=MONDAY), outcome="withdrawn", word="agreed", at=now(), by=make_staff())

    assert None not in met(complaint).values()


def test_the_receipt_is_acknowledged_by_telephone_or_by_the_mail_that_was_sent():
    told, mailed = make_complaint(at=MONDAY), make_complaint(at=MONDAY, reporter_email="li@customer.invalid")
    acknowledge(complaint=told, at=MONDAY + dt.timedelta(minutes=5), by=make_staff())
    OutgoingEmail.objects.update(state="sent", settled_at=MONDAY + dt.timedelta(minutes=2))

    escalate(at=MONDAY + dt.timedelta(minutes=10), by=system_user())

    assert met(told)["acknowledge"] == MONDAY + dt.timedelta(minutes=5)
    assert met(mailed)["acknowledge"] == MONDAY + dt.timedelta(minutes=2)
    with pytest.raises(RuleBroken):
        acknowledge(complaint=told, at=now(), by=make_staff())


def test_deadlines_stand_still_while_we_wait_for_the_customer_and_a_note_says_how_they_moved():
    complaint = make_complaint(at=MONDAY)
    wait_for_customer(complaint=complaint, reason="照片", at=at("2026-11-23 11:00"), by=make_staff())

    go_on(complaint=complaint, at=at("2026-11-25 09:00"), by=make_staff())

    complaint.refresh_from_db()
    # Of the four office hours one had passed; of the days, Tuesday and Wednesday began while we waited.
    assert clocks(complaint) == {
        "acknowledge": at("2026-11-25 12:00"),
        "first_answer": at("2026-12-02 10:00"),
        "decision": at("2026-12-09 10:00"),
    }
    assert complaint.due_on == dt.date(2026, 12, 9)
    assert "2026-12-07 10:00 → 2026-12-09 10:00" in complaint.notes.get().text


def test_a_case_that_waits_is_neither_overdue_nor_escalated():
    complaint = make_complaint(at=MONDAY)
    wait_for_customer(complaint=complaint, reason="照片", at=MONDAY, by=make_staff())

    assert escalate(at=MONDAY + dt.timedelta(days=60), by=system_user()) == 0
    assert not Complaint.objects.overdue(dt.date(2027, 2, 1)).exists()


@pytest.mark.parametrize(
    "step",
    [
        lambda case: go_on(complaint=case, at=now(), by=make_staff()),
        lambda case: wait_for_customer(complaint=case, reason=" ", at=now(), by=make_staff()),
        lambda case: [wait_for_customer(complaint=case, reason="照片", at=now(), by=make_staff()) for _time in range(2)],
    ],
)
def test_a_pause_that_is_not_possible_is_refused(step):
    complaint = make_complaint()

    with pytest.raises(RuleBroken):
        step(complaint)


def test_another_severity_counts_the_deadlines_anew():
    complaint = make_complaint(at=MONDAY)

    edit_complaint(complaint=complaint, changes={"severity": "urgent"}, by=make_staff())

    complaint.refresh_from_db()
    assert clocks(complaint)["decision"] == at("2026-11-30 10:00")
    assert complaint.due_on == dt.date(2026, 11, 30)


def test_a_deadline_moved_by_hand_moves_the_decision():
    complaint = make_complaint(at=MONDAY)

    edit_complaint(complaint=complaint, changes={"due_on": dt.date(2026, 12, 18)}, by=make_staff())

    assert clocks(complaint)["decision"] == at("2026-12-18 10:00")


@pytest.mark.parametrize(
    ("moment", "level", "told"),
    [
        ("2026-11-28 10:00", 0, set()),  # 5 of 7 days
        ("2026-11-29 10:00", 1, {"owner"}),
        ("2026-11-30 10:00", 2, {"owner", "manager"}),
        ("2026-12-03 00:30", 3, {"owner", "manager", "account manager"}),
    ],
)
def test_a_first_answer_that_stays_out_is_told_to_more_and_more_people(moment, level, told):
    account_manager, manager = make_user(Role.MARKETING), make_user(Role.MANAGER)
    complaint = assigned(customer=make_customer(account_manager=account_manager))
    people = {complaint.owner_id: "owner", manager.pk: "manager", account_manager.pk: "account manager"}
    ComplaintClock.objects.exclude(kind="first_answer").update(met_at=MONDAY)

    for _run in range(2):
        escalate(at=at(moment), by=system_user())

    found = list(Notice.objects.filter(kind="complaint.escalated").values_list("recipient", flat=True))
    assert ComplaintClock.objects.get(kind="first_answer").level == level
    assert sorted(people[pk] for pk in found) == sorted(told)


@pytest.mark.database
@pytest.mark.django_db(transaction=True)
def test_of_two_workers_one_takes_the_step():
    complaint = assigned()
    clock, barrier, taken, by = complaint.clocks.get(kind="first_answer"), threading.Barrier(2), [], system_user()

    def work():
        barrier.wait(timeout=10)
        taken.append(take_step(clock=clock, level=2, at=now(), by=by))
        connection.close()

    workers = [threading.Thread(target=work) for _worker in range(2)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join(timeout=20)

    assert sorted(taken) == [False, True]
    assert complaint.notes.count() == 1


def test_the_desk_waits_and_goes_on(client):
    complaint = make_complaint()
    client.force_login(make_staff(language="en"))
    client.cookies["django_language"] = "en"

    client.post(reverse("feedback:complaint_acknowledge", args=[complaint.pk]))
    client.post(reverse("feedback:complaint_wait", args=[complaint.pk]), {"reason": "a photo of the dent"})
    waiting = client.get(complaint.get_absolute_url()).content.decode()
    client.post(reverse("feedback:complaint_go_on", args=[complaint.pk]))

    assert "a photo of the dent" in waiting
    assert "Stands still" in waiting
    assert not complaint.pauses.filter(until_at=None).exists()
    assert met(complaint)["acknowledge"] is not None
