import datetime as dt
from uuid import uuid4

import pytest
from django.utils.translation import override

from customers.tests.factories import make_contact
from feedback.models import Programme
from feedback.services.programmes import edit_programme
from feedback.services.sweeping import run_due_programmes
from feedback.services.waves import run_programme, start_wave
from feedback.tests.factories import make_programme, make_staff, make_wave, unpublish
from portcrm.accounts.models import User
from portcrm.accounts.roles import Role
from portcrm.accounts.services import system_user
from portcrm.accounts.tests.factories import make_user
from portcrm.clock import port_zone
from portcrm.notices.models import Notice

pytestmark = pytest.mark.django_db
NOON = dt.datetime(2026, 11, 23, 12, tzinfo=port_zone())


def told(user) -> list[tuple[str, str]]:
    with override("en"):
        return [(notice.kind, notice.sentence) for notice in Notice.objects.filter(recipient=user).order_by("pk")]


def test_a_programme_passed_over_tells_its_owner():
    programme = make_programme(name_en="Customer opinions", next_run_on=dt.date(2026, 11, 23))
    make_wave(programme=programme, period_key="2026-Q4")

    assert run_programme(programme_id=programme.pk, at=NOON, by=system_user()) is None

    assert told(programme.owner) == [
        (
            "programme.passed_over",
            "Customer opinions opened no wave on 2026-11-23: that period has been asked already. Next wave on 2027-02-23.",
        )
    ]


def test_a_stuck_programme_tells_its_owner_once_and_again_when_it_is_due_the_next_time():
    programme = make_programme(name_en="Customer opinions", next_run_on=dt.date(2026, 11, 23))
    unpublish(programme.questionnaire)

    for _sweep in range(2):
        run_due_programmes(at=NOON, by=system_user())
    once = told(programme.owner)
    Programme.objects.update(next_run_on=dt.date(2026, 11, 24))
    run_due_programmes(at=NOON + dt.timedelta(days=1), by=system_user())

    assert once == [
        (
            "programme.stuck",
            "Customer opinions was due on 2026-11-23 and asks nobody: This questionnaire has no published version yet.",
        )
    ]
    assert len(told(programme.owner)) == 2


def test_of_a_programme_whose_owner_has_left_the_managers_hear():
    programme, manager, other = make_programme(next_run_on=dt.date(2026, 11, 23)), make_user(Role.MANAGER), make_user(Role.MARKETING)
    User.objects.filter(pk=programme.owner_id).update(is_active=False)

    run_due_programmes(at=NOON, by=system_user())

    assert [kind for kind, _sentence in told(manager)] == ["programme.stuck"]
    assert told(other) == []


def test_a_wave_that_asks_nobody_tells_the_owner_why():
    programme = make_programme(name_en="Customer opinions", next_run_on=dt.date(2026, 11, 23))
    make_contact(email="")
    make_contact(email="")
    make_contact(consent_withdrawn_at=NOON)

    run_due_programmes(at=NOON, by=system_user())

    assert told(programme.owner) == [
        (
            "programme.nobody",
            "Customer opinions · Q4 2026 has opened and asks nobody: No e-mail address (2), Does not want to be asked (1)",
        )
    ]


def test_a_wave_remembers_who_signed_it_and_how_many_it_invited():
    make_contact()
    programme, later = make_programme(), make_staff()
    wave = start_wave(programme=programme, at=NOON, request_key=uuid4(), by=make_staff())
    signed = programme.owner

    edit_programme(programme=programme, fields={"owner": later}, seen={}, on=NOON.date(), by=later)

    wave.refresh_from_db()
    assert (wave.signed_by, wave.invited) == (signed, 1)
