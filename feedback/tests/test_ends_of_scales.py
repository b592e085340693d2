"""An interval is drawn and written as far as its scale goes; stored and compared it keeps its length."""

import re

import pytest
from django.urls import reverse

from feedback.analysis.intervals import on_scale
from feedback.models import Response, Wave
from feedback.queries.satisfaction import item_means
from feedback.queries.waves import rated_items
from feedback.services.results import compute_results
from feedback.tests.factories import make_form, make_invitation, make_response, make_staff, make_wave, make_wave_of
from portcrm.accounts.services import system_user
from portcrm.clock import now

MEAN = r"Question (\w+)</th><td[^>]*>(?:<a[^>]*>)?([^<]+?)(?:</a>)? ?<"  # with or without its answers behind it


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


@pytest.mark.django_db
def test_a_mean_of_seven_is_never_read_as_one_of_five(client):
    """5 of 7 is 4/6 of the way up, 4 of 5 is 3/4: the longer scale has the higher number and is the poorer one."""
    form = make_form([{"key": "overall", "required": True}, {"key": "long", "maximum": 7}, {"key": "short"}])
    wave = counted(make_wave_of(form), *({"overall": 4, "long": 5, "short": 4} for _answer in range(5)))
    customer = wave.responses.first().customer
    client.force_login(make_staff(language="en"))

    overview = client.get(reverse("feedback:overview")).content.decode()
    items = client.get(reverse("feedback:wave_items", args=[wave.pk])).json()
    opinions = client.get(reverse("feedback:customer_opinions", args=[customer.pk])).content.decode()

    assert re.findall(MEAN, overview) == [
        ("long", "5.00 / 7"),
        ("short", "4.00 / 5"),
    ]
    assert sorted(re.findall(MEAN, opinions)) == [
        ("long", "5.00 / 7"),
        ("overall", "4.00 / 5"),
        ("short", "4.00 / 5"),
    ]
    assert [row[:2] for row in items["table"]["rows"]] == [["Question short", "4.00 / 5"], ["Question long", "5.00 / 7"]]
    assert (items["option"]["series"][0]["data"], items["option"]["xAxis"]["max"]) == ([75, 67], 100)
    assert items["title"] == "Best: Question short. Most to do: Question long (5.00 / 7)"
    assert [one.item.key for one in rated_items(make_staff(), wave)] == ["overall", "short", "long"]


@pytest.mark.django_db
def test_a_question_whose_scale_was_changed_is_averaged_on_each_apart():
    first = make_form([{"key": "service"}], key="changed")
    second = make_form([{"key": "service", "maximum": 7}], key="changed", number=2)
    for version, marks in ((first, (2, 4)), (second, (7, 5))):
        wave = make_wave_of(version)
        for mark in marks:
            make_response(invitation=make_invitation(wave=wave), service=mark)

    means = item_means(Response.objects.all())

    assert sorted((float(one.mean), one.item.maximum, one.n) for one in means) == [(3.0, 5, 2), (6.0, 7, 2)]
