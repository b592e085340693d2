import datetime as dt
from importlib import import_module
from uuid import uuid4

import pytest
from django.apps import apps
from django.db import IntegrityError, transaction
from django.urls import reverse

from customers.tests.factories import make_contact
from feedback.enums import SkipReason, WaveState
from feedback.models import SurveyRules, Wave
from feedback.queries.rules import fewest_shown, survey_rules
from feedback.services.audience import Rest
from feedback.services.opinions import standing
from feedback.services.results import compute_results
from feedback.services.sending_times import SendingTimes
from feedback.services.survey_rules import edit_survey_rules
from feedback.services.sweeping import close_past_waves
from feedback.services.waves import start_wave
from feedback.tests.factories import make_invitation, make_programme, make_staff, make_wave
from portcrm.accounts.roles import Role
from portcrm.accounts.services import system_user
from portcrm.accounts.tests.factories import make_user
from portcrm.clock import port_zone
from portcrm.errors import RuleBroken
from portcrm.memo import reading_once

pytestmark = pytest.mark.django_db
NOON = dt.datetime(2026, 11, 23, 12, tzinfo=port_zone())


def change(**fields) -> SurveyRules:
    return edit_survey_rules(fields=fields, seen={}, by=make_user(Role.ADMIN))


def test_until_somebody_changes_a_rule_the_environment_holds(settings):
    settings.SURVEY_REST_DAYS, settings.SURVEYS_A_YEAR, settings.SURVEY_CONTACTS_OF_A_COMPANY = 45, 3, 2

    assert Rest.from_settings() == Rest(45, 3, 2)
    change(rest_days=60)
    settings.SURVEYS_A_YEAR = 12

    assert Rest.from_settings() == Rest(60, 3, 2)


def test_a_changed_rule_spares_whom_it_names():
    contact = make_contact()
    make_invitation(contact=contact, invited_on=NOON.date() - dt.timedelta(days=40))
    change(rest_days=60)

    wave = start_wave(programme=make_programme(), at=NOON, request_key=uuid4(), by=make_staff())

    assert list(wave.skips.values_list("contact", "reason")) == [(contact.pk, SkipReason.ASKED_RECENTLY)]


def test_mails_leave_in_the_hours_kept_on_screen():
    change(send_from=13, send_until=15)

    times = SendingTimes.from_settings(at=NOON)

    assert times.first_moment(NOON) == NOON.replace(hour=13)
    assert times.reason(NOON.replace(hour=14)) == ""


def test_rules_are_read_once_and_not_by_everybody_who_asks(django_assert_num_queries):
    change(rest_days=60)

    with django_assert_num_queries(1), reading_once():
        assert [survey_rules().rest_days for _time in range(5)] == [60] * 5


def test_a_rule_holds_from_the_next_request_or_job_on():
    with reading_once():
        assert survey_rules().rest_days == 30
    change(rest_days=60)

    with reading_once():
        assert survey_rules().rest_days == 60


@pytest.mark.parametrize(("before", "after", "again"), [(5, 10, {5, 8}), (10, 6, {5, 8}), (5, 6, {5})])
def test_only_waves_whose_groups_may_change_are_counted_again(monkeypatch, before, after, again):
    change(hide_below=before)
    waves = {}
    for number in (5, 8, 12):
        wave = make_wave(hide_below=number)
        compute_results(wave_id=wave.pk, at=NOON, by=system_user())
        waves[wave.pk] = number
    make_wave()  # not counted yet
    counted = []
    monkeypatch.setattr("feedback.services.survey_rules.enqueue", lambda _task, wave_id: counted.append(waves[wave_id]))

    change(hide_below=after)

    assert set(counted) == again
    assert len(counted) == len(again)


def test_waves_older_than_their_own_rules_keep_those_of_the_environment(settings):
    settings.SURVEY_GRACE_HOURS, settings.HIDE_GROUPS_BELOW = 36, 9
    older, newer = make_wave(grace_hours=None, hide_below=5), make_wave(grace_hours=0, hide_below=7)

    import_module("feedback.migrations.0038_rules_of_older_waves").keep_the_rules_they_began_with(apps, None)
    settings.HIDE_GROUPS_BELOW = 2
    lax = make_wave(grace_hours=None)
    import_module("feedback.migrations.0038_rules_of_older_waves").keep_the_rules_they_began_with(apps, None)

    kept = dict(Wave.objects.values_list("pk", "hide_below"))
    assert (kept[older.pk], kept[newer.pk], kept[lax.pk]) == (9, 7, 5)
    assert list(Wave.objects.order_by("pk").values_list("grace_hours", flat=True)) == [36, 0, 36]


def test_a_running_wave_keeps_the_grace_it_began_with():
    change(grace_hours=48)
    wave = start_wave(programme=make_programme(), at=NOON, request_key=uuid4(), by=make_staff())
    older = make_wave(opens_at=NOON, closes_at=wave.closes_at)  # of before rules were kept with waves
    change(grace_hours=0)
    later = wave.closes_at + dt.timedelta(hours=47)

    assert standing(make_invitation(wave=wave), at=later, begun=True).takes_answers
    assert not standing(make_invitation(wave=older), at=later, begun=True).takes_answers
    assert close_past_waves(at=later, by=system_user()) == 1
    assert close_past_waves(at=later + dt.timedelta(hours=1), by=system_user()) == 1
    assert set(Wave.objects.values_list("state", flat=True)) == {WaveState.CLOSED}


def test_a_wave_never_shows_smaller_groups_than_when_it_began():
    change(hide_below=12)
    strict = start_wave(programme=make_programme(), at=NOON, request_key=uuid4(), by=make_staff())
    plain = make_wave()
    assert (fewest_shown(strict), fewest_shown(plain)) == (12, 12)

    change(hide_below=5)

    assert (fewest_shown(strict), fewest_shown(plain)) == (12, 5)


@pytest.mark.parametrize(
    ("wrong", "field"),
    [({"hide_below": 4}, "hide_below"), ({"send_from": 17, "send_until": 9}, "send_until"), ({"times_a_year": 0}, "times_a_year")],
)
def test_a_rule_out_of_range_is_refused_and_nothing_is_kept(wrong, field):
    with pytest.raises(RuleBroken) as refusal:
        change(**wrong)

    assert refusal.value.field == field
    assert SurveyRules.objects.count() == 0


@pytest.mark.database
def test_the_database_shows_no_group_below_five():
    change(rest_days=30)

    with pytest.raises(IntegrityError, match="survey_rules_never_show_a_group_below_five"), transaction.atomic():
        SurveyRules.objects.update(hide_below=4)


@pytest.mark.parametrize(("role", "status"), [(Role.ADMIN, 200), (Role.MANAGER, 200), (Role.SERVICE, 403), (Role.AUDITOR, 403)])
def test_administrators_and_managers_keep_the_rules(client, role, status):
    client.force_login(make_user(role))

    assert client.get(reverse("feedback:survey_rules")).status_code == status
    client.post(reverse("feedback:survey_rules"), FORM | {"rest_days": 60})

    assert SurveyRules.objects.filter(rest_days=60).exists() == (status == 200)


FORM = {
    "rest_days": 30, "times_a_year": 4, "contacts_of_a_company": 3, "send_from": 9, "send_until": 17, "grace_hours": 24,
    "indicative_below": 30, "hide_below": 5,
}  # fmt: skip


def test_a_change_is_in_the_history_and_beside_what_somebody_else_changed_meanwhile(client):
    client.force_login(make_user(Role.MANAGER, language="en"))
    seen = client.get(reverse("feedback:survey_rules")).context["form"].as_seen()
    change(rest_days=90)

    conflict = client.post(reverse("feedback:survey_rules"), FORM | {"seen": seen, "rest_days": 10})
    other = client.post(reverse("feedback:survey_rules"), FORM | {"seen": seen, "rest_days": 30, "times_a_year": 6})

    assert (conflict.status_code, other.status_code) == (409, 302)
    assert SurveyRules.objects.values_list("rest_days", "times_a_year").get() == (90, 6)


def test_the_page_says_that_nobody_has_changed_a_rule_yet(client):
    client.force_login(make_user(Role.ADMIN, language="en"))
    client.cookies["django_language"] = "en"
    before = client.get(reverse("feedback:survey_rules")).content.decode()
    change(rest_days=31)
    after = client.get(reverse("feedback:survey_rules")).content.decode()

    assert "Nobody has changed them yet" in before
    assert "Nobody has changed them yet" not in after
