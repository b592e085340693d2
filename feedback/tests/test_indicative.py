"""Figures of few answers are called so, by a word with its reason, also where the wave as a whole has enough."""

import re

import pytest
from django.urls import reverse

from feedback.enums import Aspect
from feedback.models import Wave
from feedback.services.results import compute_results
from feedback.tests.factories import ROLE, make_form, make_invitation, make_pair, make_response, make_wave_of
from portcrm.accounts.roles import Role
from portcrm.accounts.services import system_user
from portcrm.accounts.tests.factories import make_user
from portcrm.clock import now

pytestmark = pytest.mark.django_db
MARK = ' <small class="muted" title="Fewer than 6 answers: a direction, not a fact.">indicative</small>'


@pytest.fixture
def desk(client, settings):
    settings.INDICATIVE_BELOW = 6
    client.force_login(make_user(Role.MANAGER, language="en"))
    client.cookies["django_language"] = "en"
    return client


def a_wave(answers: int) -> Wave:
    """All rate "many", all but one "few", what they expect and see of "wish", and say their role."""
    wish = make_pair("wish", wished=Aspect.EXPECTATION, judged=Aspect.PERCEPTION)
    wave = make_wave_of(make_form([{"key": "overall"}], [{"key": "many"}], [{"key": "few"}], wish, [ROLE]))
    for _one in range(answers - 1):
        said = {"wish-expectation": 5, "wish-perception": 3, "role": "clerk"}
        make_response(invitation=make_invitation(wave=wave), many=4, few=3, **said)
    make_response(invitation=make_invitation(wave=wave), many=4)
    compute_results(wave_id=wave.pk, at=now(), by=system_user())
    return wave


def marked(html: str, row: str) -> list[bool]:
    """Of each cell of the first row that begins so, whether the mark stands in it."""
    cells = re.findall(r"<td[^>]*>(.*?)</td>", html.split(f">{row}</th>", 1)[1].split("</tr>", 1)[0], re.DOTALL)
    return [MARK in cell for cell in cells]


def test_a_large_wave_marks_the_questions_groups_gaps_and_choices_of_few(desk):
    wave = a_wave(6)

    html = desk.get(reverse("feedback:wave", args=[wave.pk])).content.decode()
    items = desk.get(reverse("feedback:wave_items", args=[wave.pk])).json()["table"]["rows"]

    assert "Indicative:" not in html
    assert (marked(html, "Part 2"), marked(html, "Part 3")) == ([False, False, False], [False, True, False])
    assert marked(html, "Part 4") == [True, False, False, False]  # its gap
    assert f"5 people answered.{MARK}" in html
    assert {row[0]: row[3] for row in items} == {"Question many": 6, "Question few": "5, indicative", "Row wish": "5, indicative"}


def test_a_figure_of_few_is_called_so_on_its_card(desk):
    wave = make_wave_of(make_form([{"key": "overall"}, {"key": "recommend", "kind": "recommend", "minimum": 0, "maximum": 10}]))
    for recommend in (9, 9, 9, 9, 9, None):
        make_response(invitation=make_invitation(wave=wave), overall=4, **({"recommend": recommend} if recommend else {}))
    compute_results(wave_id=wave.pk, at=now(), by=system_user())

    html = desk.get(reverse("feedback:wave", args=[wave.pk])).content.decode()

    assert html.count("indicative: fewer than 6 answers") == 1
    assert "indicative: fewer" in html.split(">Recommendation<", 1)[1].split(">Promoters", 1)[0]


def test_a_small_wave_says_it_once_for_all_its_figures(desk):
    html = desk.get(reverse("feedback:wave", args=[a_wave(5).pk])).content.decode()

    assert (html.count("Indicative: 5 answers"), MARK in html, "indicative: fewer" in html) == (1, False, False)


def test_the_page_of_whoever_leads_marks_waves_and_questions(desk):
    small, large = a_wave(5), a_wave(6)

    html = desk.get(reverse("feedback:overview")).content.decode()

    assert marked(html, f"{small.name_en}</a>") == [False, False, True, False, False]
    assert marked(html, f"{large.name_en}</a>") == [False] * 5
    assert (marked(html, "Question few"), marked(html, "Question many")) == ([True, False, False], [False] * 3)


def test_a_customer_with_many_answers_shows_which_questions_few_of_them_rated(desk):
    wave = make_wave_of(make_form([{"key": "overall"}, {"key": "few"}]))
    first = make_invitation(wave=wave)
    for number in range(6):
        asked = first if number == 0 else make_invitation(wave=wave, customer=first.customer)
        make_response(invitation=asked, overall=4, **({"few": 2} if number else {}))

    html = desk.get(reverse("feedback:customer_opinions", args=[first.customer_id])).content.decode()

    assert (marked(html, "Question overall"), marked(html, "Question few")) == ([False, False], [True, False])
