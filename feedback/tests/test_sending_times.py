import datetime as dt
from uuid import uuid4

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils.translation import override

from customers.tests.factories import make_contact
from feedback.models import Invitation, Programme, QuietPeriod, Wave
from feedback.services import last_look
from feedback.services.invitations import write_mails
from feedback.services.sending_times import SendingTimes
from feedback.services.sweeping import run_due_programmes
from feedback.services.waves import start_wave
from feedback.tests.factories import make_invitation, make_programme, make_quiet_period, make_staff, make_wave
from portcrm.accounts.roles import Role
from portcrm.accounts.services import system_user
from portcrm.accounts.tests.factories import make_user
from portcrm.clock import port_today, port_zone
from portcrm.outbox.kinds import NotYet
from portcrm.outbox.models import OutgoingEmail
from portcrm.outbox.tests.factories import reason_to_withhold

pytestmark = pytest.mark.django_db
DAY = dt.timedelta(days=1)


def port(text: str) -> dt.datetime:
    return dt.datetime.fromisoformat(text).replace(tzinfo=port_zone())


def write(wave, at) -> OutgoingEmail:
    write_mails(wave_id=wave.pk, at=at, by=system_user())
    return OutgoingEmail.objects.get()


@pytest.mark.parametrize(
    ("at", "leaves", "reason"),
    [
        ("2026-11-24 10:30", "2026-11-24 10:30", ""),
        ("2026-11-24 09:00", "2026-11-24 09:00", ""),
        ("2026-11-24 08:59", "2026-11-24 09:00", "Outside the sending hours."),
        ("2026-11-24 17:00", "2026-11-25 09:00", "Outside the sending hours."),
        ("2026-11-27 23:59", "2026-11-30 09:00", "Outside the sending hours."),  # a Friday
        ("2026-11-28 10:00", "2026-11-30 09:00", "Weekend or public holiday."),  # a Saturday
        ("2026-10-01 00:01", "2026-10-08 09:00", "Weekend or public holiday."),  # the National Day holidays last a week
        ("2026-10-10 10:00", "2026-10-10 10:00", ""),  # a Saturday worked in exchange
    ],
)
def test_mails_leave_in_the_hours_of_business_days(at, leaves, reason):
    times = SendingTimes(9, 17)

    assert times.first_moment(port(at)) == port(leaves)
    with override("en"):
        assert times.reason(port(at)) == reason


def test_quiet_periods_are_waited_for_one_after_the_other(settings):
    settings.SURVEY_SEND_HOURS = {"from": 8, "until": 12}
    make_quiet_period(first_day=dt.date(2026, 11, 23), last_day=dt.date(2026, 11, 25))
    make_quiet_period(first_day=dt.date(2026, 11, 26), last_day=dt.date(2026, 11, 27))
    make_quiet_period(first_day=dt.date(2026, 11, 2), last_day=dt.date(2026, 11, 3))

    times = SendingTimes.from_settings(at=port("2026-11-23 10:00"))

    with override("en"):
        assert times.reason(port("2026-11-23 10:00")) == "Quiet period."
    assert times.first_moment(port("2026-11-23 10:00")) == port("2026-11-30 08:00")


def test_hours_that_end_before_they_begin_still_let_mails_leave(settings):
    settings.SURVEY_SEND_HOURS = {"from": 17, "until": 9}

    times = SendingTimes.from_settings(at=port("2026-11-24 10:00"))

    assert times.reason(times.first_moment(port("2026-11-24 10:00"))) == ""


def test_a_programme_due_on_a_holiday_writes_to_nobody_before_the_first_working_morning():
    make_contact()
    make_programme(next_run_on=dt.date(2026, 10, 1), days_open=14)

    run_due_programmes(at=port("2026-10-01 00:01"), by=system_user())

    wave = Wave.objects.get()
    mail = write(wave, port("2026-10-01 00:02"))
    assert (wave.planned_on, wave.sends_from) == (dt.date(2026, 10, 1), port("2026-10-08 09:00"))
    assert mail.not_before == port("2026-10-08 09:00")
    assert wave.closes_at == port("2026-10-22 18:00")
    assert list(Invitation.objects.values_list("invited_on", flat=True)) == [dt.date(2026, 10, 1)]


def test_a_wave_started_by_hand_keeps_to_the_hours_unless_somebody_wants_it_at_once():
    make_contact()
    programme, by, saturday = make_programme(), make_staff(), port("2026-11-28 10:00")

    wave = start_wave(programme=programme, at=saturday, request_key=uuid4(), by=by)
    mail = write(wave, saturday)
    Invitation.objects.all().delete()
    OutgoingEmail.objects.all().delete()
    at_once = start_wave(programme=programme, at=saturday, request_key=uuid4(), any_hour=True, by=by)

    assert mail.not_before == port("2026-11-30 09:00")
    assert (at_once.sends_from, write(at_once, saturday).not_before) == (saturday, None)


def test_a_queue_that_drains_into_the_evening_goes_on_the_next_working_morning(monkeypatch):
    invitation = make_invitation(wave=make_wave(any_hour=False))
    mail = write(invitation.wave, port("2026-11-27 16:00"))
    monkeypatch.setattr(last_look, "now", lambda: port("2026-11-27 17:30"))

    with pytest.raises(NotYet) as wait:
        reason_to_withhold(mail)

    assert wait.value.until == port("2026-11-30 09:00")


@pytest.mark.database
def test_the_database_refuses_a_quiet_period_that_ends_before_it_begins():
    with pytest.raises(IntegrityError, match="quiet_period_ends_after_it_begins"), transaction.atomic():
        make_quiet_period(first_day=dt.date(2026, 11, 23), last_day=dt.date(2026, 11, 22))


@pytest.fixture
def desk(client):
    client.force_login(make_staff(language="en"))
    client.cookies["django_language"] = "en"
    return client


def test_a_quiet_period_is_added_changed_and_removed_on_screen(desk):
    first = port_today() + 3 * DAY
    form = {"name_zh": "", "name_en": "Spring festival", "first_day": str(first), "last_day": str(first + DAY)}

    desk.post(reverse("feedback:quiet_period_create"), form)
    period = QuietPeriod.objects.get()
    listed = desk.get(reverse("feedback:quiet_periods")).content.decode()
    desk.post(reverse("feedback:quiet_period_edit", args=[period.pk]), form | {"last_day": str(first + 5 * DAY)})
    period.refresh_from_db()
    desk.post(reverse("feedback:quiet_period_remove", args=[period.pk]))

    assert "Spring festival" in listed
    assert period.last_day == first + 5 * DAY
    assert QuietPeriod.objects.count() == 0


@pytest.mark.parametrize(
    ("change", "refusal"),
    [
        ({"name_en": ""}, "Give the quiet period a name in one language at least."),
        ({"last_day": "2026-11-01"}, "The period ends before it begins."),
        ({"last_day": "2027-12-31"}, "A quiet period lasts 180 days at most."),
    ],
)
def test_a_quiet_period_without_name_or_end_is_refused_with_its_reason(desk, change, refusal):
    form = {"name_zh": "", "name_en": "Spring festival", "first_day": "2026-12-01", "last_day": "2026-12-05"}

    answer = desk.post(reverse("feedback:quiet_period_create"), form | change)

    assert answer.status_code == 422
    assert refusal in answer.content.decode()
    assert QuietPeriod.objects.count() == 0


def test_who_may_not_send_sees_the_quiet_periods_and_changes_none(client):
    make_quiet_period(name_en="Spring festival", last_day=port_today() + DAY)
    client.force_login(make_user(Role.AUDITOR, language="en"))

    seen = client.get(reverse("feedback:quiet_periods")).content.decode()
    refused = client.get(reverse("feedback:quiet_period_create"))

    assert "Spring festival" in seen
    assert refused.status_code == 403


@pytest.mark.parametrize("rows", [1, 3])
def test_the_quiet_periods_need_at_most_eight_queries(desk, django_assert_max_num_queries, rows):
    for _number in range(rows):
        make_quiet_period(last_day=port_today() + DAY)

    with django_assert_max_num_queries(8):
        html = desk.get(reverse("feedback:quiet_periods")).content.decode()

    assert html.count("<tr>") == rows + 1


def test_the_page_that_starts_a_wave_says_when_its_mails_leave(desk, monkeypatch):
    make_contact()
    programme = make_programme()
    monkeypatch.setattr("feedback.views.programmes.now", lambda: port("2026-11-28 10:00"))

    page = desk.get(reverse("feedback:programme_start", args=[programme.pk])).content.decode()
    desk.post(reverse("feedback:programme_start", args=[programme.pk]), {"request_key": str(uuid4()), "any_hour": "on"})

    assert "Weekend or public holiday." in page
    assert "2026-11-30 09:00" in page
    assert (Wave.objects.get().any_hour, Wave.objects.get().sends_from) == (True, port("2026-11-28 10:00"))


@pytest.mark.parametrize(
    ("change", "refusal"),
    [
        ({"next_run_on": str(dt.date(2025, 1, 15))}, "Choose a day from tomorrow on."),
        ({"next_run_on": "today"}, "Choose a day from tomorrow on."),
    ],
)
def test_a_day_that_would_send_at_once_is_refused(desk, change, refusal):
    data = plan() | {name: str(port_today()) if value == "today" else value for name, value in change.items()}

    answer = desk.post(reverse("feedback:programme_create"), data)

    assert answer.status_code == 422
    assert refusal in answer.content.decode()
    assert Programme.objects.count() == 0


def plan(**fields) -> dict:
    """What the form of a programme sends."""
    programme = make_programme()
    data = {
        "name_zh": "季度征询", "questionnaire": programme.questionnaire_id, "owner": programme.owner_id, "period": "quarter",
        "next_run_on": "", "days_open": "14", "low_overall_at_most": "2", "low_recommend_at_most": "6", "is_active": "on",
        "reminders": "2", "remind_after_days": "5",
    }  # fmt: skip
    programme.delete()
    return data | fields


def test_waking_a_programme_up_asks_for_a_day_that_lies_ahead(desk):
    programme = make_programme(next_run_on=port_today() - 90 * DAY, is_active=False)
    url = reverse("feedback:programme_edit", args=[programme.pk])

    refused = desk.post(url, plan(next_run_on=str(programme.next_run_on)))
    changed = desk.post(url, plan(next_run_on=str(port_today() + DAY)))

    programme.refresh_from_db()
    assert (refused.status_code, changed.status_code) == (422, 302)
    assert (programme.is_active, programme.next_run_on) == (True, port_today() + DAY)


def test_a_resting_programme_shows_the_day_it_has(desk):
    make_programme(next_run_on=dt.date(2027, 3, 4), is_active=False)

    html = desk.get(reverse("feedback:programme_list")).content.decode()

    assert "2027-03-04 (resting)" in html
