import datetime as dt
import threading

import pytest
from django.db import IntegrityError, connection, transaction
from django.urls import reverse

from cargo.services.ledger import correct_shipment
from cargo.tests.factories import make_shipment
from customers.enums import ContactRole
from customers.tests.factories import make_contact
from feedback.enums import ComplaintOutcome, ComplaintState, Occasion, Period, SkipReason, WaveState
from feedback.models import Complaint, Invitation, OccasionMark, Programme, Wave, WaveSkip
from feedback.services import occasions
from feedback.services.closing import close_complaint
from feedback.services.complaints import answer_complaint, assign_complaint
from feedback.services.occasions import run_occasion
from feedback.services.programmes import create_programme, edit_programme
from feedback.services.sweeping import run_due_programmes, run_occasions
from feedback.tests.factories import make_complaint, make_invitation, make_programme, make_response, make_staff, make_version
from portcrm.accounts.roles import Role
from portcrm.accounts.services import system_user
from portcrm.accounts.tests.factories import make_user
from portcrm.clock import port_zone
from portcrm.notices.models import Notice

BEGIN = dt.date(2026, 11, 10)
DAY = dt.timedelta(days=1)


def at(day: dt.date) -> dt.datetime:
    return dt.datetime.combine(day, dt.time(8), tzinfo=port_zone())


def make_planned(on: dt.date = BEGIN, **fields) -> Programme:
    """A programme that begins on that day."""
    defaults = {"name_zh": "作业后回访", "questionnaire": make_version().questionnaire, "owner": make_staff()}
    return create_programme(fields=defaults | fields, on=on, by=make_staff())


def after_shipments(number: int, **fields) -> Programme:
    return make_planned(occasion=Occasion.SHIPMENTS, after_shipments=number, **fields)


def handle(customer, *days: dt.date) -> list:
    return [make_shipment(customer=customer, handled_on=day) for day in days]


def asked() -> list[tuple]:
    return list(Invitation.objects.order_by("pk").values_list("contact", "invited_on"))


def rested() -> None:
    """As if all had been asked long ago."""
    Invitation.objects.update(invited_on=BEGIN - 300 * DAY)


@pytest.mark.django_db
def test_a_customer_is_asked_once_enough_was_handled_since_the_programme_began():
    busy, quiet = make_contact(), make_contact()
    programme = after_shipments(3)
    handle(busy.customer, BEGIN - DAY, BEGIN, BEGIN + DAY)  # the first lies before the programme
    handle(quiet.customer, BEGIN)
    today = BEGIN + 5 * DAY

    assert run_occasions(at=at(today), by=system_user()) == 0
    handle(busy.customer, BEGIN + 3 * DAY)
    assert run_occasions(at=at(today), by=system_user()) == 1
    assert run_occasions(at=at(today), by=system_user()) == 0
    assert run_occasions(at=at(today + DAY), by=system_user()) == 0

    assert asked() == [(busy.pk, today)]
    mark = OccasionMark.objects.get()
    assert (mark.programme, mark.customer, mark.reference, mark.handled) == (programme, busy.customer, "2026-11-10#1", 3)


@pytest.mark.django_db
def test_the_count_goes_on_over_the_months_and_asks_again_after_as_many_more():
    contact = make_contact()
    after_shipments(2)
    handle(contact.customer, BEGIN, dt.date(2026, 12, 3))
    assert run_occasions(at=at(dt.date(2026, 12, 4)), by=system_user()) == 1
    rested()

    handle(contact.customer, dt.date(2026, 12, 8))
    assert run_occasions(at=at(dt.date(2026, 12, 9)), by=system_user()) == 0
    handle(contact.customer, dt.date(2027, 1, 8))
    assert run_occasions(at=at(dt.date(2027, 1, 9)), by=system_user()) == 1

    assert list(OccasionMark.objects.values_list("reference", "handled")) == [("2026-11-10#1", 2), ("2026-11-10#2", 4)]


@pytest.mark.django_db
def test_a_correction_that_lowers_the_count_never_asks_twice():
    contact = make_contact()
    after_shipments(2)
    _kept, wrong = handle(contact.customer, BEGIN, BEGIN)
    assert run_occasions(at=at(BEGIN + DAY), by=system_user()) == 1
    rested()

    correct_shipment(shipment=wrong, reason="重复录入", by=make_user(Role.OPERATIONS))
    handle(contact.customer, BEGIN + DAY)  # two again
    assert run_occasions(at=at(BEGIN + 2 * DAY), by=system_user()) == 0
    handle(contact.customer, BEGIN + DAY, BEGIN + DAY)
    assert run_occasions(at=at(BEGIN + 2 * DAY), by=system_user()) == 1


@pytest.mark.django_db
def test_a_row_taken_back_before_anybody_was_asked_does_not_count():
    contact = make_contact()
    after_shipments(2)
    wrong, _kept = handle(contact.customer, BEGIN, BEGIN)
    correct_shipment(shipment=wrong, reason="重复录入", by=make_user(Role.OPERATIONS))

    assert run_occasions(at=at(BEGIN + DAY), by=system_user()) == 0


@pytest.mark.django_db
def test_whoever_rests_is_spared_with_the_reason_and_the_occasion_is_used_up():
    contact = make_contact()
    make_invitation(contact=contact, invited_on=BEGIN - 12 * DAY)
    after_shipments(1)
    handle(contact.customer, BEGIN)

    assert run_occasions(at=at(BEGIN), by=system_user()) == 1
    assert run_occasions(at=at(BEGIN + 60 * DAY), by=system_user()) == 0

    wave = Wave.objects.get(period_key="2026-11-10")
    assert (wave.invited, wave.state) == (0, WaveState.CLOSED)
    assert list(WaveSkip.objects.values_list("wave", "contact", "reason", "last_asked_on")) == [
        (wave.pk, contact.pk, SkipReason.ASKED_RECENTLY, BEGIN - 12 * DAY)
    ]


@pytest.mark.django_db
def test_a_day_has_one_wave_and_who_comes_later_waits_for_the_next():
    early, late = make_contact(), make_contact()
    programme = after_shipments(1)
    handle(early.customer, BEGIN)
    run_occasions(at=at(BEGIN), by=system_user())

    handle(late.customer, BEGIN)
    assert run_occasions(at=at(BEGIN), by=system_user()) == 0
    assert run_occasions(at=at(BEGIN + DAY), by=system_user()) == 1

    assert asked() == [(early.pk, BEGIN), (late.pk, BEGIN + DAY)]
    assert set(programme.waves.values_list("period_key", flat=True)) == {"2026-11-10", "2026-11-11"}


@pytest.mark.django_db
def test_a_programme_that_rested_counts_from_the_day_it_is_taken_up_again():
    contact = make_contact()
    programme = after_shipments(1)
    edit_programme(programme=programme, fields={"is_active": False}, seen={"is_active": True}, on=BEGIN, by=make_staff())
    handle(contact.customer, BEGIN + DAY)
    edit_programme(programme=programme, fields={"is_active": True}, seen={"is_active": False}, on=BEGIN + 5 * DAY, by=make_staff())

    assert run_occasions(at=at(BEGIN + 6 * DAY), by=system_user()) == 0
    handle(contact.customer, BEGIN + 6 * DAY)
    assert run_occasions(at=at(BEGIN + 6 * DAY), by=system_user()) == 1


@pytest.mark.django_db
def test_events_do_not_wait_for_a_day_of_the_calendar_nor_the_calendar_for_events():
    contact = make_contact()
    by_event = after_shipments(1, next_run_on=BEGIN)  # a day left over from before
    by_day = make_programme(next_run_on=BEGIN)
    handle(contact.customer, BEGIN)

    assert run_due_programmes(at=at(BEGIN), by=system_user()) == 1
    assert [wave.programme for wave in Wave.objects.all()] == [by_day]

    rested()
    assert run_occasions(at=at(BEGIN), by=system_user()) == 1
    assert Wave.objects.filter(programme=by_event).count() == 1


# --- after a closed complaint ---


def close(complaint: Complaint, *, on: dt.date, outcome=ComplaintOutcome.EXPLAINED) -> Complaint:
    by, moment = make_staff(), at(on)
    if outcome in (ComplaintOutcome.WITHDRAWN, ComplaintOutcome.DUPLICATE):
        return close_complaint(complaint=complaint, outcome=outcome, word="agreed", at=moment, by=by)
    assign_complaint(complaint=complaint, owner=by, at=moment, by=by)
    answer_complaint(complaint=complaint, answer="已核实并整改。", at=moment, by=by)
    return close_complaint(complaint=complaint, outcome=outcome, word="agreed", at=moment, by=by)


def complain(contact=None, **fields) -> Complaint:
    contact = contact or make_contact()
    return make_complaint(customer=contact.customer, contact=contact, **fields)


@pytest.mark.django_db
def test_whoever_complained_is_asked_so_many_days_after_the_case_was_closed():
    programme = make_planned(occasion=Occasion.COMPLAINT, days_after_closing=3, contact_roles=[ContactRole.FINANCE])
    contact = make_contact(roles=[ContactRole.OPERATIONS])
    make_contact(customer=contact.customer, roles=[ContactRole.FINANCE])
    case = close(complain(contact), on=BEGIN)

    assert run_occasions(at=at(BEGIN + 2 * DAY), by=system_user()) == 0
    assert run_occasions(at=at(BEGIN + 3 * DAY), by=system_user()) == 1
    assert run_occasions(at=at(BEGIN + 4 * DAY), by=system_user()) == 0

    assert asked() == [(contact.pk, BEGIN + 3 * DAY)]
    assert list(OccasionMark.objects.values_list("programme", "reference")) == [(programme.pk, case.number)]


@pytest.mark.django_db
def test_a_case_that_names_nobody_asks_the_contacts_of_the_programme():
    make_planned(occasion=Occasion.COMPLAINT, days_after_closing=0, contact_roles=[ContactRole.FINANCE])
    asked_one = make_contact(roles=[ContactRole.FINANCE])
    make_contact(customer=asked_one.customer, roles=[ContactRole.OPERATIONS])
    close(make_complaint(customer=asked_one.customer), on=BEGIN)

    assert run_occasions(at=at(BEGIN), by=system_user()) == 1

    assert asked() == [(asked_one.pk, BEGIN)]


@pytest.mark.django_db
def test_nobody_is_asked_about_what_was_withdrawn_doubled_open_or_closed_before_the_programme_began():
    make_planned(occasion=Occasion.COMPLAINT, days_after_closing=1)
    close(complain(), on=BEGIN, outcome=ComplaintOutcome.WITHDRAWN)
    close(complain(), on=BEGIN, outcome=ComplaintOutcome.DUPLICATE)
    close(complain(), on=BEGIN - DAY)
    complain()
    close(make_complaint(company_name="演示公司"), on=BEGIN)  # nobody knows whose it is

    assert run_occasions(at=at(BEGIN + 10 * DAY), by=system_user()) == 0


@pytest.mark.django_db
@pytest.mark.parametrize("score", [1, 5])
def test_an_answer_after_the_closing_leaves_the_case_as_it_is(score):
    make_planned(occasion=Occasion.COMPLAINT, days_after_closing=1)
    case = close(complain(), on=BEGIN)
    before = Complaint.objects.filter(pk=case.pk).values().get()
    run_occasions(at=at(BEGIN + DAY), by=system_user())

    make_response(invitation=Invitation.objects.get(), overall=score, at=at(BEGIN + 2 * DAY))

    assert Complaint.objects.filter(pk=case.pk).values().get() == before
    assert before["state"] == ComplaintState.CLOSED
    assert Complaint.objects.count() == 1


# --- once ---


@pytest.mark.django_db
def test_a_programme_that_asks_once_asks_once():
    contact = make_contact()
    programme = make_planned(occasion=Occasion.ONCE, next_run_on=BEGIN + DAY, period=Period.MONTH)

    assert run_due_programmes(at=at(BEGIN), by=system_user()) == 0
    assert run_due_programmes(at=at(BEGIN + DAY), by=system_user()) == 1
    assert run_due_programmes(at=at(BEGIN + 90 * DAY), by=system_user()) == 0

    programme.refresh_from_db()
    assert programme.next_run_on is None
    assert asked() == [(contact.pk, BEGIN + DAY)]
    assert Wave.objects.get().name_zh == "作业后回访 · 2026-11-11"


# --- nobody twice ---


@pytest.mark.django_db
@pytest.mark.parametrize("line", ["open_wave", "reached", "_mark"])
def test_a_worker_killed_on_the_way_has_asked_and_marked_nobody(monkeypatch, line):
    contact = make_contact()
    programme = after_shipments(1)
    handle(contact.customer, BEGIN)
    whole = getattr(occasions, line)

    def killed(*args, **named):
        whole(*args, **named)
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(occasions, line, killed)
        with pytest.raises(KeyboardInterrupt):
            run_occasion(programme_id=programme.pk, at=at(BEGIN), by=system_user())
    assert (Wave.objects.count(), Invitation.objects.count(), OccasionMark.objects.count()) == (0, 0, 0)

    assert run_occasions(at=at(BEGIN), by=system_user()) == 1
    assert asked() == [(contact.pk, BEGIN)]


@pytest.mark.database
@pytest.mark.django_db(transaction=True)
def test_two_workers_at_once_ask_once():
    contact, opened = make_contact(), []
    programme = after_shipments(1)
    handle(contact.customer, BEGIN)
    actor, barrier = system_user(), threading.Barrier(2)

    def run():
        barrier.wait(timeout=10)
        opened.append(run_occasion(programme_id=programme.pk, at=at(BEGIN), by=actor))
        connection.close()

    callers = [threading.Thread(target=run) for _caller in range(2)]
    for caller in callers:
        caller.start()
    for caller in callers:
        caller.join(timeout=20)

    assert sorted(wave is None for wave in opened) == [False, True]
    assert (Wave.objects.count(), OccasionMark.objects.count()) == (1, 1)


@pytest.mark.database
@pytest.mark.django_db
def test_the_database_refuses_to_ask_a_customer_twice_on_one_occasion():
    contact = make_contact()
    after_shipments(1)
    handle(contact.customer, BEGIN)
    run_occasions(at=at(BEGIN), by=system_user())
    mark = OccasionMark.objects.get()

    mark.pk = None
    with pytest.raises(IntegrityError, match="occasion_asks_a_customer_once"), transaction.atomic():
        mark.save(force_insert=True)


# --- what people see ---


@pytest.mark.django_db
def test_a_programme_whose_responsible_may_not_see_cargo_asks_nobody_and_is_told_once_a_week(monkeypatch):
    contact = make_contact()
    programme = after_shipments(1)
    handle(contact.customer, BEGIN)
    monkeypatch.setattr("feedback.models.programme.VIEW_SHIPMENT", "cargo.nobody_may")

    for day in range(7):  # 2026-11-10 is a Tuesday: the last is the next Monday
        assert run_occasions(at=at(BEGIN + day * DAY), by=system_user()) == 0

    assert asked() == []
    assert Notice.objects.filter(recipient=programme.owner, kind="programme.blocked").count() == 2


@pytest.fixture
def desk(client):
    client.force_login(make_staff(language="en"))
    client.cookies["django_language"] = "en"
    return client


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"occasion": Occasion.SHIPMENTS, "after_shipments": 20}, "has had 20 handled shipments more, counted from 2026-11-10"),
        ({"occasion": Occasion.COMPLAINT, "days_after_closing": 3}, "3 days after a complaint was closed, from 2026-11-10 on"),
        ({"occasion": Occasion.ONCE, "next_run_on": BEGIN + DAY}, "Once, on a day"),
    ],
)
def test_the_card_of_a_programme_says_when_it_asks(desk, fields, words):
    make_planned(**fields)

    html = desk.get(reverse("feedback:programme_list")).content.decode()

    assert words in html
    assert ("Next wave on" in html) == (fields["occasion"] == Occasion.ONCE)


@pytest.mark.django_db
def test_the_form_plans_a_programme_by_occasion(desk):
    form = {
        "name_en": "After ten shipments", "questionnaire": make_version().questionnaire.pk, "owner": make_staff().pk,
        "occasion": "shipments", "after_shipments": 10, "days_after_closing": 3, "period": "quarter", "days_open": 14,
        "reminders": 0, "remind_after_days": 5, "low_overall_at_most": 2, "low_recommend_at_most": 6, "is_active": "on",
    }  # fmt: skip

    refused = desk.post(reverse("feedback:programme_create"), form | {"after_shipments": 0})
    kept = desk.post(reverse("feedback:programme_create"), form)

    assert (refused.status_code, kept.status_code) == (422, 302)
    programme = Programme.objects.get()
    assert (programme.occasion, programme.after_shipments, programme.by_event) == (Occasion.SHIPMENTS, 10, True)
    assert programme.events_from is not None
