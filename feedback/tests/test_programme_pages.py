import datetime as dt

import pytest
from django.urls import reverse

from customers.tests.factories import make_contact
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


@pytest.mark.parametrize("people", [1, 3])
def test_the_page_that_starts_a_wave_needs_the_same_few_queries_however_many_it_names(desk, django_assert_max_num_queries, people):
    programme = make_programme()
    for _number in range(people):
        make_contact()
        make_contact(email="")

    with django_assert_max_num_queries(14):  # with opt-outs, addresses whose mails came back, and the office calendar
        html = read(desk, "programme_start", programme.pk)

    assert html.count("<tr><td") == 2 * people


def test_the_month_of_a_wave_is_the_ports(desk):
    wave = make_wave(opens_at=dt.datetime(2026, 10, 31, 17, tzinfo=dt.UTC), closes_at=now() + dt.timedelta(days=1))
    make_response(invitation=make_invitation(wave=wave), overall=4)
    compute_results(wave_id=wave.pk, at=now(), by=system_user())

    trend = desk.get(reverse("feedback:trend_chart")).json()

    assert trend["option"]["xAxis"]["data"] == ["2026-11"]
