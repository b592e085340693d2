"""Every number of a wave leads to the rows behind it, and there are as many of them as it says."""

import datetime as dt
import re

import pytest
from django.urls import reverse

from customers.tests.factories import make_contact, make_customer
from feedback.models import Wave
from feedback.queries.waves import trend
from feedback.services.results import compute_results
from feedback.tests.factories import make_invitation, make_programme, make_response, make_staff, make_wave
from portcrm.accounts.services import system_user
from portcrm.clock import now

pytestmark = pytest.mark.django_db
DAY = dt.timedelta(days=1)


@pytest.fixture
def desk(client):
    client.force_login(make_staff(language="en"))
    client.cookies["django_language"] = "en"
    return client


def answer(wave, **answers):
    customer = answers.pop("customer", None) or make_customer()
    return make_response(invitation=make_invitation(wave=wave, contact=make_contact(customer=customer)), **answers)


def count(wave) -> Wave:
    compute_results(wave_id=wave.pk, at=now(), by=system_user())
    return Wave.objects.get(pk=wave.pk)


def rows_behind(desk, address: str) -> int:
    html = desk.get(address.replace("&amp;", "&")).content.decode()
    return int(re.search(r"(\d+) results?\b", html).group(1))


def figure(html: str, label: str) -> tuple[str, str]:
    """Address and value of a figure on the page."""
    found = re.search(rf'figure-label">{re.escape(label)}</span>\s*<a class="figure-value" href="([^"]+)">([^<]+)', html)
    return found.group(1), found.group(2)


def a_wave() -> Wave:
    """Seven answers: satisfaction 5 5 4 3 2 2 1, recommended 10 9 8 7 6 0 and once not at all."""
    wave = make_wave()
    for place, (overall, recommend) in enumerate(((5, 10), (5, 9), (4, 8), (3, 7), (2, 6), (2, 0), (1, None))):
        said = {} if recommend is None else {"recommend": recommend}
        customer = make_customer(tier="key" if place < 5 else "major", is_key_account=place < 5)
        answer(wave, customer=customer, overall=overall, rate_level=overall if place else "na", **said)
    answer(make_wave(), overall=5, recommend=10, rate_level=5)
    return count(wave)


@pytest.mark.parametrize(
    ("label", "rows"),
    [
        ("Answers", 7), ("Response rate", 7), ("Satisfaction", 7), ("Each customer once", 7), ("Share of 4 and 5", 3),
        ("Recommendation", 6), ("Promoters (9–10)", 2), ("Detractors (0–6)", 2),
    ],
)  # fmt: skip
def test_a_figure_opens_as_many_answers_as_it_rests_on(desk, label, rows):
    html = desk.get(reverse("feedback:wave", args=[a_wave().pk])).content.decode()

    address, _value = figure(html, label)

    assert rows_behind(desk, address) == rows


def test_an_item_and_a_group_open_their_answers(desk):
    wave = a_wave()

    chart = desk.get(reverse("feedback:wave_items", args=[wave.pk])).json()["table"]
    html = desk.get(reverse("feedback:wave", args=[wave.pk])).content.decode()

    assert [row[0] for row in chart["rows"]] == ["Rate level"]
    assert (rows_behind(desk, chart["links"][0]), chart["rows"][0][3]) == (6, 6)
    groups = re.findall(r'<a href="([^"]+section=transport[^"]*|[^"]+key_account=[^"]*)">(\d+)</a>', html)
    assert [(rows_behind(desk, address), int(number)) for address, number in groups] == [(6, 6)]


@pytest.mark.parametrize(
    ("query", "rows"),
    [
        ("item=rate_level", 7),
        ("item=rate_level&score_min=4", 3),
        ("score_max=1", 2),
        ("not_applicable=rate_level", 1),
        ("section=transport", 7),
        ("tier=major", 2),
        ("key_account=true", 5),
        ("type=carrier forwarder", 1),
        ("region=null", 9),
    ],
)
def test_answers_are_found_by_question_rating_and_kind_of_customer(desk, query, rows):
    a_wave()
    answer(make_wave(), customer=make_customer(types=["forwarder", "carrier"]), overall=3)

    assert rows_behind(desk, f"{reverse('feedback:response_list')}?{query}") == rows


def test_a_running_wave_says_its_response_rate_and_that_it_is_indicative(desk):
    wave = make_wave()
    answer(wave)
    make_invitation(wave=wave)
    count(wave)

    html = desk.get(reverse("feedback:wave", args=[wave.pk])).content.decode()

    assert figure(html, "Response rate")[1].strip() == "50%"
    assert "1 of 2 people reached" in html
    assert "Indicative: 1 answers" in html


def two_waves(before: int, after: int) -> tuple[Wave, Wave]:
    """Twelve customers rate one question in two waves of one programme, half of them a point better."""
    programme = make_programme()
    customers = [make_customer() for _number in range(12)]
    waves = []
    for days, low in ((100, before), (1, after)):
        wave = make_wave(programme=programme, opens_at=now() - days * DAY, closes_at=now() + DAY)
        for place, customer in enumerate(customers):
            answer(wave, customer=customer, overall=4, recommend=8, claims_efficiency=low + place % 2)
        waves.append(count(wave))
    return waves


def test_the_trend_holds_the_waves_of_one_programme_alone(desk):
    first, second = two_waves(2, 2)
    other = make_wave()
    answer(other, overall=1, recommend=0)
    count(other)

    mine = desk.get(reverse("feedback:trend_chart") + f"?programme={first.programme_id}").json()
    page = desk.get(reverse("feedback:wave", args=[second.pk])).content.decode()

    assert [row[0] for row in mine["table"]["rows"]] == [first.name_en, second.name_en]
    assert mine["note"] == first.programme.name_en
    assert trend(make_staff(), other.programme) == [other]
    assert f"{reverse('feedback:trend_chart')}?programme={first.programme_id}" in page
    assert desk.get(reverse("feedback:trend_chart") + "?programme=0").status_code == 404


@pytest.mark.parametrize(
    ("before", "after", "title"),
    [
        (1, 3, "Rose clearly from 1.50 to 3.50"),
        (3, 1, "Fell clearly from 3.50 to 1.50"),
        (2, 2, "From 2.50 to 2.50, which may be chance"),
    ],
)
def test_a_question_is_followed_from_wave_to_wave(desk, before, after, title):
    _first, second = two_waves(before, after)

    chart = desk.get(reverse("feedback:question_trend_chart", args=[second.pk]) + "?question=claims_efficiency").json()
    group = desk.get(reverse("feedback:question_trend_chart", args=[second.pk]) + "?question=group:transport").json()

    assert chart["title"] == title
    assert [row[1] for row in chart["table"]["rows"]] == [before + 0.5, after + 0.5]
    assert [row[1] for row in group["table"]["rows"]] == [before + 0.5, after + 0.5]


def test_low_marks_are_counted_on_the_page_and_listed_behind_it(desk):
    """Of twelve, six gave 2 (low, at most 2) and six gave 3; next time each gives one more."""
    _first, second = two_waves(2, 3)

    html = desk.get(reverse("feedback:wave", args=[second.pk])).content.decode()

    for label, number in (("Low marks the time before", 6), ("Better", 6), ("The same", 0), ("Worse", 0), ("Not rated again", 0)):
        address, value = figure(html, label)
        assert (label, int(value)) == (label, number)
        assert number == 0 or rows_behind(desk, address) == number
    listed = desk.get(reverse("feedback:wave_loop", args=[second.pk])).content.decode()
    assert "Claims efficiency" in listed


@pytest.mark.parametrize("rows", [1, 3])
def test_the_list_of_low_marks_needs_at_most_twelve_queries(desk, django_assert_max_num_queries, rows):
    programme = make_programme()
    before = make_wave(programme=programme, opens_at=now() - 100 * DAY, closes_at=now() + DAY)
    for _number in range(rows):
        answer(before, overall=1)
    after = count(make_wave(programme=programme))

    with django_assert_max_num_queries(12):
        html = desk.get(reverse("feedback:wave_loop", args=[after.pk])).content.decode()

    assert html.count("<tr>") == rows + 1
