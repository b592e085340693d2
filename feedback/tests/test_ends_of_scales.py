"""An interval is drawn and written as far as its scale goes; stored and compared it keeps its length."""

import pytest
from django.urls import reverse

from feedback.analysis.intervals import on_scale
from feedback.models import Wave
from feedback.services.results import compute_results
from feedback.tests.factories import make_form, make_invitation, make_response, make_staff, make_wave, make_wave_of
from portcrm.accounts.services import system_user
from portcrm.clock import now


def counted(wave: Wave, *marks: dict) -> Wave:
    """These and 27 who are silent. Six of 33 give 1 and five times 5: the mean is 4.33; t(0.975, 5) = 2.571, the deviation 1.633 and the
    correction for 6 of 33, the root of 27/32, make the interval 2.76 to 5.91."""
    for _silent in range(27):
        make_invitation(wave=wave)
    for answers in marks:
        make_response(invitation=make_invitation(wave=wave), **answers)
    compute_results(wave_id=wave.pk, at=now(), by=system_user())
    wave.refresh_from_db()
    return wave


def test_the_ends_lie_on_the_scale_and_an_interval_within_it_is_left_alone():
    assert on_scale(1.46, 7.2, (1, 5)) == (1.46, 5)
    assert on_scale(-0.5, 7.9, (1, 7)) == (1, 7)
    assert on_scale(3.1, 4.2, (1, 5)) == (3.1, 4.2)
    assert on_scale(None, None, (1, 5)) == (None, None)


@pytest.mark.django_db
def test_pages_and_pictures_of_a_wave_show_no_mark_that_nobody_can_give(client):
    wave = counted(make_wave(), *({"overall": mark, "rate_level": mark, "schedule_reliability": mark} for mark in (1, 5, 5, 5, 5, 5)))
    client.force_login(make_staff(language="en"))

    page = client.get(wave.get_absolute_url()).content.decode()
    items = client.get(reverse("feedback:wave_items", args=[wave.pk])).json()
    address = reverse("feedback:question_trend_chart", args=[wave.pk])
    trends = [client.get(address, {"question": key}).json() for key in ("rate_level", "group:transport")]

    assert round(wave.result.overall_high, 2) == 5.91
    assert "95 % interval 2.76 to 5.00" in page
    assert "2.76 – 5.00" in items["table"]["rows"][0]
    assert [trend["table"]["rows"][0][2].endswith(" – 5.00") for trend in trends] == [True, True]
    assert [trend["option"]["series"][2]["data"] for trend in trends] == [[5], [5]]


@pytest.mark.django_db
def test_a_scale_to_seven_ends_at_seven(client):
    form = make_form([{"key": "overall", "required": True}, {"key": "service", "maximum": 7}])
    wave = counted(make_wave_of(form), *({"overall": 4, "service": mark} for mark in (5, 7, 7)))
    client.force_login(make_staff(language="en"))

    items = client.get(reverse("feedback:wave_items", args=[wave.pk])).json()

    assert "3.57 – 7.00" in items["table"]["rows"][0]
