"""Whoever may not read answers cannot reckon one from what is shown: on no page, chart or list, in no export, not by the API."""

import datetime as dt

import pytest
from django.urls import reverse

from customers.tests.factories import make_contact, make_customer
from feedback.enums import WaveState
from feedback.models import Wave
from feedback.queries.waves import newest_counted, rated_items, trend
from feedback.services.results import compute_results
from feedback.tests.factories import make_invitation, make_response, make_wave
from portcrm.accounts.roles import Role
from portcrm.accounts.services import system_user
from portcrm.accounts.tests.factories import make_user
from portcrm.clock import now

pytestmark = pytest.mark.django_db
TELLING = ("2.00", "−100", "-100", "1.0")


def closed_wave(*answers: dict, days_ago: int = 15) -> Wave:
    wave = make_wave()
    for one in answers:
        contact = make_contact(customer=make_customer())
        make_response(invitation=make_invitation(wave=wave, contact=contact), **one)
    Wave.objects.filter(pk=wave.pk).update(state=WaveState.CLOSED, closed_at=now() - dt.timedelta(days=days_ago))
    compute_results(wave_id=wave.pk, at=now(), by=system_user())
    return Wave.objects.get(pk=wave.pk)


def running_wave(*answers: dict) -> Wave:
    wave = closed_wave(*answers)
    Wave.objects.filter(pk=wave.pk).update(state=WaveState.OPEN, closed_at=None)
    return Wave.objects.get(pk=wave.pk)


def seen(client, wave: Wave) -> dict:
    """What the pages, charts and the API say of the wave."""
    rows = client.get(reverse("feedback:wave_items", args=[wave.pk])).json()["table"]["rows"]
    points = client.get(reverse("feedback:question_trend_chart", args=[wave.pk]) + "?question=rate_level").json()["table"]["rows"]
    pages = {
        name: client.get(address).content.decode()
        for name, address in (
            ("wave", reverse("feedback:wave", args=[wave.pk])),
            ("list", reverse("feedback:wave_list")),
            ("panel", reverse("feedback:panel")),
        )
    }
    api = client.get(f"/api/v1/feedback/waves/{wave.pk}/").json()["result"]
    trends = client.get(reverse("feedback:trend_chart") + f"?programme={wave.programme_id}").json()["table"]["rows"]
    return {"items": rows, "points": points, "trend": trends, "api": api} | pages


@pytest.fixture
def administrator(client):
    client.force_login(make_user(Role.ADMIN, language="en"))
    client.cookies["django_language"] = "en"
    return client


UNHAPPY = {"overall": 2, "rate_level": 1, "recommend": 0}


@pytest.mark.parametrize(("make", "number"), [(closed_wave, 4), (running_wave, 6)])
def test_a_small_or_a_running_wave_tells_nothing_to_who_may_not_read_answers(administrator, make, number):
    found = seen(administrator, make(*[UNHAPPY] * number))

    assert (found["items"], found["points"], found["trend"], found["api"]) == ([], [], [], None)
    assert [(name, figure) for name in ("wave", "list", "panel") for figure in TELLING if f">{figure}<" in found[name]] == []
    assert "The figures are kept back" in found["wave"]


def test_a_wave_that_still_takes_answers_from_paper_tells_nothing_either(administrator):
    """One typed in tomorrow beside what was shown today would tell what it says."""
    found = seen(administrator, closed_wave(*[UNHAPPY] * 6, days_ago=13))

    assert (found["items"], found["trend"], found["api"]) == ([], [], None)
    assert "The figures are kept back" in found["wave"]


def test_a_closed_wave_of_enough_answers_is_shown_without_its_small_figures(administrator):
    """Six answered, four of them recommend, four rated the rates and six the schedule."""
    wave = closed_wave(*[UNHAPPY | {"schedule_reliability": 3}] * 4, *[{"overall": 2, "schedule_reliability": 3}] * 2)

    found = seen(administrator, wave)

    assert [row[:2] for row in found["items"]] == [["Schedule reliability", 3.0]]
    assert found["points"] == []
    assert (found["api"]["overall_mean"], found["api"]["recommend"], found["api"]["detractors"]) == (2.0, None, 0)
    assert found["trend"] == [[wave.name_en, 6, "2.00", None]]
    assert "2.00" in found["wave"]
    assert "−100" not in found["wave"]
    assert reverse("feedback:response_list") not in found["wave"]
    assert wave.result.recommend == -1


def test_who_reads_answers_sees_every_figure(client):
    client.force_login(make_user(Role.AUDITOR, language="en"))
    client.cookies["django_language"] = "en"

    found = seen(client, running_wave(UNHAPPY))

    assert (found["api"]["overall_mean"], found["api"]["recommend"]) == (2.0, -1.0)
    assert [row[:2] for row in found["items"]] == [["Rate level", 1.0]]
    assert [row[1] for row in found["points"]] == [1.0]
    assert "−100" in found["wave"]


def test_the_latest_wave_a_reader_may_see_stands_on_the_home_page():
    older = closed_wave(*[{"overall": 4, "rate_level": 4}] * 5)
    Wave.objects.filter(pk=older.pk).update(opens_at=now() - dt.timedelta(days=90))
    newer = running_wave(*[UNHAPPY | {"overall": 1}] * 6)
    administrator, manager = make_user(Role.ADMIN), make_user(Role.MANAGER)

    assert (newest_counted(administrator), newest_counted(manager)) == (older, newer)
    assert [one.mean for one in rated_items(administrator, older)] == [4.0, 4.0]
    assert (rated_items(administrator, newer), trend(administrator, newer.programme)) == ([], [])


def test_an_export_of_waves_holds_no_figures_for_who_may_not_read_answers(administrator):
    running_wave(UNHAPPY)

    sheet = administrator.get(reverse("feedback:wave_list") + "?export=csv")

    assert "Satisfaction" not in b"".join(sheet.streaming_content if sheet.streaming else [sheet.content]).decode("utf-8-sig")
