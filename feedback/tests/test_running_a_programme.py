import datetime as dt
import threading
from uuid import uuid4

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils.translation import override

from customers.enums import ContactRole, CustomerStatus, Tier
from customers.tests.factories import make_contact, make_customer
from feedback.enums import Period, SkipReason, WaveState
from feedback.forms.programme import ProgrammeForm
from feedback.models import Invitation, Wave, WaveSkip
from feedback.services import audience
from feedback.services.periods import next_run, one_period_later, period_key
from feedback.services.programmes import edit_programme
from feedback.services.sweeping import close_past_waves, run_due_programmes
from feedback.services.waves import close_wave, pause_wave, resume_wave, run_programme, start_wave
from feedback.tests.factories import make_programme, make_staff, make_wave, unpublish
from portcrm.accounts.models import User
from portcrm.accounts.roles import Role
from portcrm.accounts.services import system_user
from portcrm.accounts.tests.factories import make_user
from portcrm.clock import port_zone
from portcrm.errors import RuleBroken

JANUARY = dt.date(2026, 1, 1)
NOON = dt.datetime(2026, 11, 23, 12, tzinfo=port_zone())


@pytest.mark.django_db
def test_a_due_programme_opens_a_wave_named_after_its_period_and_plans_the_next():
    programme = make_programme(name_zh="客户意见征询", name_en="Customer opinions", next_run_on=dt.date(2026, 11, 1), days_open=14)

    wave = run_programme(programme_id=programme.pk, at=NOON, by=system_user())

    programme.refresh_from_db()
    assert (wave.period_key, wave.name_zh, wave.name_en) == ("2026-Q4", "客户意见征询 · 2026年第4季度", "Customer opinions · Q4 2026")
    assert wave.closes_at == dt.datetime(2026, 12, 7, 18, tzinfo=port_zone())
    assert programme.next_run_on == dt.date(2027, 2, 1)


@pytest.mark.django_db
def test_a_programme_that_is_not_due_opens_nothing():
    programme = make_programme(next_run_on=dt.date(2026, 11, 24))

    assert run_programme(programme_id=programme.pk, at=NOON, by=system_user()) is None
    assert Wave.objects.count() == 0


@pytest.mark.django_db
def test_missed_periods_are_not_made_up_for_in_a_burst():
    programme = make_programme(next_run_on=dt.date(2026, 2, 1))

    run_programme(programme_id=programme.pk, at=NOON, by=system_user())
    run_programme(programme_id=programme.pk, at=NOON, by=system_user())

    programme.refresh_from_db()
    assert list(Wave.objects.values_list("period_key", flat=True)) == ["2026-Q4"]
    assert programme.next_run_on == dt.date(2027, 2, 1)


@pytest.mark.database
@pytest.mark.django_db
def test_the_database_refuses_a_second_wave_of_one_period():
    programme = make_programme()
    make_wave(programme=programme, period_key="2026-Q4")

    with pytest.raises(IntegrityError, match="programme_runs_once_a_period"), transaction.atomic():
        make_wave(programme=programme, period_key="2026-Q4")


@pytest.mark.database
@pytest.mark.django_db(transaction=True)
def test_two_schedulers_at_once_open_one_wave():
    programme, opened = make_programme(next_run_on=dt.date(2026, 11, 1)), []
    actor, barrier = system_user(), threading.Barrier(2)

    def run():
        barrier.wait(timeout=10)
        opened.append(run_programme(programme_id=programme.pk, at=NOON, by=actor))
        connection.close()

    callers = [threading.Thread(target=run) for _caller in range(2)]
    for caller in callers:
        caller.start()
    for caller in callers:
        caller.join(timeout=20)

    assert sorted(wave is None for wave in opened) == [False, True]
    assert Wave.objects.count() == 1


@pytest.mark.database
@pytest.mark.django_db(transaction=True)
def test_two_programmes_at_once_ask_the_same_person_once():
    contact = make_contact()
    first, second = (make_programme(next_run_on=dt.date(2026, 11, 1)) for _programme in range(2))
    actor = system_user()

    def run_second():
        run_programme(programme_id=second.pk, at=NOON, by=actor)
        connection.close()

    other = threading.Thread(target=run_second)
    with transaction.atomic():
        run_programme(programme_id=first.pk, at=NOON, by=actor)
        other.start()
        while other.is_alive() and not somebody_waits():
            other.join(timeout=0.05)
    other.join(timeout=20)

    assert list(Invitation.objects.values_list("wave__programme", "contact")) == [(first.pk, contact.pk)]
    assert list(WaveSkip.objects.values_list("wave__programme", "reason")) == [(second.pk, SkipReason.ASKED_RECENTLY)]


def somebody_waits() -> bool:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_locks JOIN pg_database ON pg_database.oid = pg_locks.database"
            " WHERE locktype = 'advisory' AND NOT granted AND datname = current_database()"
        )
        return cursor.fetchone()[0] > 0


@pytest.mark.django_db
def test_only_the_contacts_a_programme_is_meant_for_are_asked():
    key_account = make_customer(status=CustomerStatus.EXISTING, tier=Tier.KEY, is_key_account=True)
    asked = make_contact(customer=key_account, roles=[ContactRole.OPERATIONS])
    make_contact(customer=key_account, roles=[ContactRole.FINANCE])
    make_contact(customer=make_customer(status=CustomerStatus.PROSPECT), roles=[ContactRole.OPERATIONS])
    programme = make_programme(
        customer_statuses=[CustomerStatus.EXISTING], customer_tiers=[Tier.KEY], contact_roles=[ContactRole.OPERATIONS]
    )

    wave = start_wave(programme=programme, at=NOON, request_key=uuid4(), by=make_staff())

    assert list(wave.invitations.values_list("contact", "address", "invited_on")) == [(asked.pk, asked.email, NOON.date())]


@pytest.mark.django_db
def test_a_double_click_on_start_opens_one_wave():
    programme, key, by = make_programme(), uuid4(), make_staff()

    first = start_wave(programme=programme, at=NOON, request_key=key, by=by)
    second = start_wave(programme=programme, at=NOON, request_key=key, by=by)

    assert first == second
    assert Wave.objects.count() == 1


@pytest.mark.django_db
def test_a_questionnaire_without_a_published_version_is_not_sent():
    programme = make_programme()
    unpublish(programme.questionnaire)

    with pytest.raises(RuleBroken):
        start_wave(programme=programme, at=NOON, request_key=uuid4(), by=make_staff())
    assert Wave.objects.count() == 0


@pytest.mark.django_db
@pytest.mark.parametrize("change", [{"is_active": False}, {"roles": [Role.ADMIN]}])
def test_without_somebody_who_may_read_contacts_nobody_is_asked_and_the_period_stays_due(change):
    contact = make_contact()
    stuck = make_programme(next_run_on=dt.date(2026, 11, 1))
    sound = make_programme(next_run_on=dt.date(2026, 11, 1))
    User.objects.filter(pk=stuck.owner_id).update(**change)

    with pytest.raises(RuleBroken):
        start_wave(programme=stuck, at=NOON, request_key=uuid4(), by=make_staff())
    assert run_due_programmes(at=NOON, by=system_user()) == 1

    stuck.refresh_from_db()
    assert stuck.next_run_on == dt.date(2026, 11, 1)
    assert list(Wave.objects.values_list("programme", "invitations__contact")) == [(sound.pk, contact.pk)]

    User.objects.filter(pk=stuck.owner_id).update(is_active=True, roles=[Role.SERVICE])
    assert run_due_programmes(at=NOON, by=system_user()) == 1


@pytest.mark.django_db
def test_a_programme_that_fails_keeps_no_other_from_running(monkeypatch, caplog):
    broken, sound = make_programme(next_run_on=dt.date(2026, 11, 1)), make_programme(next_run_on=dt.date(2026, 11, 1))
    choose = audience.choose

    def fail_once(contacts, **rules):
        if Wave.objects.get().programme == broken:
            raise ValueError("the audience of this programme")
        return choose(contacts, **rules)

    monkeypatch.setattr(audience, "choose", fail_once)

    assert run_due_programmes(at=NOON, by=system_user()) == 1
    assert [wave.programme for wave in Wave.objects.all()] == [sound]
    assert f"feedback.programme_failed {broken.pk}" in caplog.text


@pytest.mark.django_db
def test_a_wave_is_paused_resumed_and_closed_once_each():
    wave, stale, by = make_wave(), None, make_staff()
    stale = Wave.objects.get(pk=wave.pk)

    assert pause_wave(wave=wave, by=by).state == WaveState.PAUSED
    with pytest.raises(RuleBroken):
        pause_wave(wave=stale, by=by)
    assert resume_wave(wave=wave, by=by).state == WaveState.OPEN
    assert close_wave(wave=wave, at=NOON, by=by).state == WaveState.CLOSED
    with pytest.raises(RuleBroken):
        close_wave(wave=stale, at=NOON, by=by)


@pytest.mark.django_db
def test_a_wave_closes_by_itself_when_time_and_grace_are_over(settings):
    settings.SURVEY_GRACE_HOURS = 24
    over = make_wave(opens_at=NOON - dt.timedelta(days=20), closes_at=NOON - dt.timedelta(hours=25))
    in_grace = make_wave(opens_at=NOON - dt.timedelta(days=20), closes_at=NOON - dt.timedelta(hours=23))

    assert close_past_waves(at=NOON, by=system_user()) == 1
    assert close_past_waves(at=NOON, by=system_user()) == 0

    over.refresh_from_db()
    in_grace.refresh_from_db()
    assert (over.state, in_grace.state) == (WaveState.CLOSED, WaveState.OPEN)


@pytest.mark.parametrize(
    ("period", "key", "next_day"),
    [
        (Period.MONTH, "2026-M11", dt.date(2026, 12, 30)),
        (Period.QUARTER, "2026-Q4", dt.date(2027, 2, 28)),
        (Period.HALF_YEAR, "2026-H2", dt.date(2027, 5, 30)),
        (Period.YEAR, "2026-Y1", dt.date(2027, 11, 30)),
    ],
)
def test_periods_have_a_key_and_a_next_day(period, key, next_day):
    day = dt.date(2026, 11, 30)

    assert (period_key(day, period), one_period_later(day, period, day_of_month=30)) == (key, next_day)


def test_the_next_run_lies_after_today():
    day = dt.date(2026, 11, 23)

    assert next_run(dt.date(2025, 1, 15), Period.QUARTER, day_of_month=15, asked=day, after=day) == dt.date(2027, 1, 15)


@pytest.mark.django_db
def test_a_plan_for_the_31st_comes_back_to_the_31st_until_somebody_names_another_day():
    programme, days = make_programme(period=Period.MONTH, next_run_on=dt.date(2026, 1, 31)), []

    for _month in range(4):
        programme.refresh_from_db()
        days.append(programme.next_run_on)
        noon = dt.datetime.combine(programme.next_run_on, dt.time(12), tzinfo=port_zone())
        run_programme(programme_id=programme.pk, at=noon, by=system_user())

    assert days == [dt.date(2026, 1, 31), dt.date(2026, 2, 28), dt.date(2026, 3, 31), dt.date(2026, 4, 30)]

    edit_programme(programme=programme, fields={"next_run_on": dt.date(2026, 5, 15), "days_open": 7}, seen={}, on=JANUARY, by=make_staff())
    run_programme(programme_id=programme.pk, at=dt.datetime(2026, 5, 15, 12, tzinfo=port_zone()), by=system_user())
    programme.refresh_from_db()
    assert programme.next_run_on == dt.date(2026, 6, 15)


@pytest.mark.django_db
def test_an_edit_of_something_else_keeps_the_day_of_the_month():
    programme = make_programme(period=Period.MONTH, next_run_on=dt.date(2026, 2, 28), day_of_month=31)

    edit_programme(programme=programme, fields={"next_run_on": dt.date(2026, 2, 28), "days_open": 7}, seen={}, on=JANUARY, by=make_staff())

    programme.refresh_from_db()
    assert (programme.day_of_month, programme.days_open) == (31, 7)


@pytest.mark.django_db
def test_the_form_of_a_programme_offers_who_may_send_and_keeps_an_owner_who_has_left():
    programme, able, stranger = make_programme(), make_staff(), make_user(Role.AUDITOR)
    User.objects.filter(pk=programme.owner_id).update(is_active=False)
    other = make_programme()
    User.objects.filter(pk=other.owner_id).update(is_active=False)

    offered = set(ProgrammeForm(instance=programme, user=programme.owner).fields["owner"].queryset)

    assert {able, programme.owner} <= offered
    assert not {stranger, other.owner} & offered


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("due", "ran", "planned_on", "key"),
    [
        (dt.date(2026, 2, 1), dt.date(2026, 2, 3), dt.date(2026, 2, 1), "2026-Q1"),
        (dt.date(2026, 3, 31), dt.date(2026, 4, 7), dt.date(2026, 3, 31), "2026-Q1"),
        (dt.date(2026, 3, 31), dt.date(2026, 4, 8), dt.date(2026, 4, 8), "2026-Q2"),
        (dt.date(2026, 2, 1), dt.date(2026, 11, 23), dt.date(2026, 11, 23), "2026-Q4"),
    ],
)
def test_a_run_counts_for_its_planned_day_where_it_is_a_week_late_at_most(due, ran, planned_on, key):
    make_contact()
    programme = make_programme(next_run_on=due)

    wave = run_programme(programme_id=programme.pk, at=dt.datetime.combine(ran, dt.time(12), tzinfo=port_zone()), by=system_user())

    assert (wave.planned_on, wave.period_key, wave.invitations.get().invited_on) == (planned_on, key, planned_on)


@pytest.mark.django_db
@pytest.mark.parametrize("first", [dt.date(2026, 2, 1), dt.date(2026, 1, 31), dt.date(2028, 2, 29)])
def test_four_waves_a_year_ask_the_same_people_year_after_year_whatever_shifts_a_run(first):
    contact, programme = make_contact(), make_programme(next_run_on=first)

    for late in (0, 2, 0, 0, 0, 1, 0, 3, 0):
        programme.refresh_from_db()
        at = dt.datetime.combine(programme.next_run_on + dt.timedelta(days=late), dt.time(12), tzinfo=port_zone())
        run_programme(programme_id=programme.pk, at=at, by=system_user())

    assert Invitation.objects.filter(contact=contact).count() == 9
    assert WaveSkip.objects.count() == 0


@pytest.mark.django_db
def test_a_run_so_late_that_it_falls_into_the_next_period_leaves_no_second_one_behind():
    programme = make_programme(next_run_on=dt.date(2026, 3, 20))

    run_programme(programme_id=programme.pk, at=dt.datetime(2026, 4, 10, 12, tzinfo=port_zone()), by=system_user())

    programme.refresh_from_db()
    assert list(Wave.objects.values_list("period_key", flat=True)) == ["2026-Q2"]
    assert programme.next_run_on == dt.date(2026, 9, 20)


@pytest.mark.django_db
def test_a_day_in_a_period_that_was_asked_already_is_refused_with_the_first_free_day():
    programme = make_programme(next_run_on=dt.date(2027, 1, 1))
    make_wave(programme=programme, period_key="2026-Q4")

    fields = {"next_run_on": dt.date(2026, 12, 15)}

    with override("en"), pytest.raises(RuleBroken) as refusal:
        edit_programme(programme=programme, fields=fields, seen={}, on=dt.date(2026, 11, 23), by=make_staff())

    assert str(refusal.value.message) == "Q4 2026 has been asked already. Start a wave by hand, or choose a day from 2027-01-01 on."
    assert refusal.value.field == "next_run_on"
