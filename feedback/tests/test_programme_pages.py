import datetime as dt

import pytest
from django.urls import reverse

from feedback.services.results import compute_results
from feedback.tests.factories import make_invitation, make_programme, make_response, make_staff, make_wave
from portcrm.accounts.models import User
from portcrm.accounts.roles import Role
from portcrm.accounts.services import system_user
from portcrm.clock import now

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk(client):
    client.force_login(make_staff(language="en"))
    client.cookies["django_language"] = "en"
    return client


def read(desk, name, *args) -> str:
    answer = desk.get(reverse(f"feedback:{name}", args=args))
    assert answer.status_code == 200
    return answer.content.decode()


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"is_active": False}, "The account of the person responsible is closed."),
        ({"roles": [Role.ADMIN]}, "The person responsible may not read contacts."),
    ],
)
def test_the_programmes_say_why_one_of_them_asks_nobody(desk, change, why):
    programme = make_programme()
    assert "Name somebody else" not in read(desk, "programme_list")

    User.objects.filter(pk=programme.owner_id).update(**change)

    assert why in read(desk, "programme_list")
    assert why in read(desk, "programme_start", programme.pk)


def test_the_month_of_a_wave_is_the_ports(desk):
    wave = make_wave(opens_at=dt.datetime(2026, 10, 31, 17, tzinfo=dt.UTC), closes_at=now() + dt.timedelta(days=1))
    make_response(invitation=make_invitation(wave=wave), overall=4)
    compute_results(wave_id=wave.pk, at=now(), by=system_user())

    trend = desk.get(reverse("feedback:trend_chart")).json()

    assert trend["option"]["xAxis"]["data"] == ["2026-11"]
