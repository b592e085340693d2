"""When the office calendar changes, deadlines that run go with it, and what was told stays told."""

import datetime as dt
import threading

import pytest
from django.db import connection

from customers.models import OfficeDay
from customers.services.office_days import add_office_day, remove_office_day, take_in_days
from customers.tests.factories import make_office_day
from feedback.models import Complaint, ComplaintNote
from feedback.services.clocks import go_on, wait_for_customer
from feedback.services.closing import close_complaint
from feedback.services.complaints import assign_complaint
from feedback.services.reckoning import reckon_clocks
from feedback.tests.factories import make_complaint, make_staff
from portcrm.accounts.roles import Role
from portcrm.accounts.services import system_user
from portcrm.accounts.tests.factories import make_user
from portcrm.clock import port_zone

pytestmark = pytest.mark.django_db


def at(text: str) -> dt.datetime:
    return dt.datetime.fromisoformat(text).replace(tzinfo=port_zone())


MONDAY, TUESDAY = at("2026-11-23 10:00"), dt.date(2026, 11, 24)
# Of an ordinary case that came on that Monday at ten: four office hours, five and ten business days.
USUAL = ("2026-11-23 15:30", "2026-11-30 10:00", "2026-12-07 10:00")


def due(complaint: Complaint) -> tuple[str, ...]:
    found = dict(complaint.clocks.values_list("kind", "due_at"))
    moments = (found[kind].astimezone(port_zone()) for kind in ("acknowledge", "first_answer", "decision"))
    return tuple(f"{moment:%Y-%m-%d %H:%M}" for moment in moments)


def notes(complaint: Complaint) -> list[str]:
    return list(ComplaintNote.objects.filter(complaint=complaint).values_list("text", flat=True))


def say(day: dt.date, kind: str = "closed", hours: str = "", on: str = "2026-11-23 11:00") -> OfficeDay:
    return add_office_day(fields={"day": day, "kind": kind, "hours": hours, "reason": ""}, at=at(on), by=make_user(Role.ADMIN))


def test_a_new_holiday_moves_running_deadlines_and_each_case_notes_how():
    complaint = make_complaint(at=MONDAY)

    say(TUESDAY)

    complaint.refresh_from_db()
    assert due(complaint) == ("2026-11-23 15:30", "2026-12-01 10:00", "2026-12-08 10:00")
    assert complaint.due_on == dt.date(2026, 12, 8)
    moved = ("首次答复: 2026-11-30 10:00 → 2026-12-01 10:00", "处理决定: 2026-12-07 10:00 → 2026-12-08 10:00")
    assert notes(complaint) == ["\n".join(["办公日历有变动。", *moved])]


def test_a_day_worked_in_exchange_brings_deadlines_forward_and_shorter_hours_put_minutes_off():
    complaint = make_complaint(at=MONDAY)

    say(dt.date(2026, 11, 28), "usual")
    say(dt.date(2026, 11, 23), "hours", "09:00-12:00")

    assert due(complaint) == ("2026-11-24 10:30", "2026-11-28 10:00", "2026-12-04 10:00")


def test_a_date_taken_out_again_brings_the_deadlines_back():
    complaint = make_complaint(at=MONDAY)

    remove_office_day(row=say(TUESDAY), at=MONDAY, by=make_user(Role.ADMIN))

    assert due(complaint) == USUAL


def test_a_list_moves_each_deadline_once(django_assert_max_num_queries):
    complaint = make_complaint(at=MONDAY)
    for _case in range(5):
        make_complaint(at=MONDAY)
    days = [{"day": dt.date(2026, 11, number), "kind": "closed", "hours": "", "reason": ""} for number in (24, 25, 26)]
    by = make_user(Role.ADMIN)

    with django_assert_max_num_queries(30):
        take_in_days(days=days, at=MONDAY, by=by)

    assert due(complaint) == ("2026-11-23 15:30", "2026-12-03 10:00", "2026-12-10 10:00")
    assert [len(notes(case)) for case in Complaint.objects.all()] == [1] * 6


def test_what_is_past_or_met_or_closed_keeps_what_it_was_told():
    late, done = make_complaint(at=MONDAY), make_complaint(at=MONDAY)
    close_complaint(complaint=done, outcome="withdrawn", word="agreed", at=at("2026-11-23 11:00"), by=make_staff())

    say(TUESDAY, on="2026-12-01 09:00")

    assert due(late) == (*USUAL[:2], "2026-12-08 10:00")  # the decision alone is still to come
    assert (due(done), notes(done)) == (USUAL, notes(done))
    assert not any("办公日历" in text for text in notes(done))


def test_no_deadline_is_past_from_one_moment_to_the_next():
    complaint = make_complaint(at=MONDAY)

    say(dt.date(2026, 11, 28), "usual", on="2026-11-29 09:00")

    assert due(complaint) == (USUAL[0], USUAL[1], "2026-12-04 10:00")  # the first answer was due on Saturday then, a day ago


def test_a_day_somebody_chose_stays():
    complaint = make_complaint(at=MONDAY)
    assign_complaint(complaint=complaint, owner=make_user(Role.OPERATIONS), due_on=dt.date(2026, 12, 3), at=MONDAY, by=make_staff())

    say(TUESDAY)

    complaint.refresh_from_db()
    assert due(complaint) == ("2026-11-23 15:30", "2026-12-01 10:00", "2026-12-03 10:00")
    assert complaint.due_on == dt.date(2026, 12, 3)


def test_pauses_are_reckoned_by_the_new_calendar_too():
    complaint = make_complaint(at=MONDAY)
    wait_for_customer(complaint=complaint, reason="照片", at=at("2026-11-23 11:00"), by=make_staff())

    say(TUESDAY, on="2026-11-30 12:00")  # past the first answer's day, but the case stands still
    go_on(complaint=complaint, at=at("2026-11-30 14:00"), by=make_staff())
    after_waiting = due(complaint)
    say(dt.date(2026, 12, 1), on="2026-11-30 15:00")

    # While we waited, Wednesday, Thursday, Friday and Monday began.
    assert after_waiting[1:] == ("2026-12-07 10:00", "2026-12-14 10:00")
    assert due(complaint)[1:] == ("2026-12-08 10:00", "2026-12-15 10:00")


def test_run_again_it_moves_nothing_and_without_a_change_it_looks_at_nothing(django_assert_num_queries):
    complaint, new = make_complaint(at=MONDAY), {TUESDAY: ()}
    make_office_day(day=TUESDAY)

    first = reckon_clocks(before={}, after=new, at=MONDAY, by=system_user())
    again = reckon_clocks(before={}, after=new, at=MONDAY, by=system_user())

    assert (first, again, len(notes(complaint))) == (2, 0, 1)
    assert reckon_clocks(before=new, after=new, at=MONDAY, by=system_user()) == 0


@pytest.mark.django_db(transaction=True)
def test_two_administrators_change_the_calendar_one_after_the_other():
    complaint, by = make_complaint(at=MONDAY), make_user(Role.ADMIN)
    start = threading.Barrier(2)

    def change(day: dt.date) -> None:
        start.wait()
        add_office_day(fields={"day": day, "kind": "closed", "hours": "", "reason": ""}, at=MONDAY, by=by)
        connection.close()

    threads = [threading.Thread(target=change, args=[dt.date(2026, 11, number)]) for number in (24, 25)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert due(complaint) == ("2026-11-23 15:30", "2026-12-02 10:00", "2026-12-09 10:00")
