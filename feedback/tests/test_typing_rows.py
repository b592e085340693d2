"""Pairs typed in from paper: rows of numbers for the keyboard, errors at their row, nothing lost."""

import re

import pytest
from django.test import Client

from feedback.models import Response
from feedback.tests.factories import make_form, make_invitation, make_pair, make_staff, make_wave_of
from feedback.tests.test_typing_in import page_of, sheet

pytestmark = pytest.mark.django_db
HALVES = {"wished": "expectation", "judged": "perception", "maximum": 7}


@pytest.fixture
def desk():
    client = Client()
    client.force_login(make_staff(language="en"))
    return client


@pytest.fixture
def invitation():
    """Two rows expected and seen (a perception may be not applicable), one that is weighed, and the overall question."""
    wished, seen = make_pair("t1", **HALVES)
    page = [wished, seen | {"allows_na": True}, *make_pair("t2", **HALVES), *make_pair("rate")]
    return make_invitation(wave=make_wave_of(make_form(page, [{"key": "overall"}])))


def html_after(desk, invitation, status=200, **answers):
    answer = desk.post(page_of(invitation), sheet(**answers) | {"go": "look"}, headers={"accept-language": "en"})
    assert answer.status_code == status
    return answer.content.decode()


def field(html: str, key: str) -> str:
    return re.search(rf'<input[^>]*name="q-{key}"[^>]*>', html)[0]


def test_neighbouring_pairs_of_one_kind_are_one_table_with_a_number_field_for_each_scale(desk, invitation):
    html = desk.get(page_of(invitation), headers={"accept-language": "en"}).content.decode()

    tables = re.findall(r'<table class="rows">.*?</table>', html, re.DOTALL)
    fields = [re.findall(r'name="q-([^"]+)" value="" type="text" inputmode="numeric"', table) for table in tables]
    assert fields == [["t1-expectation", "t1-perception", "t2-expectation", "t2-perception"], ["rate-importance", "rate"]]
    assert 'aria-label="Row t1 – Seen at our port"' in field(html, "t1-perception")
    assert html.count('type="radio" name="q-overall"') == 6  # with "no answer"
    assert [("0 stands for" in table) for table in re.split("<table", html)[:2]] == [True, False]


def test_numbers_are_stored_as_answers_and_0_as_not_applicable(desk, invitation):
    marks = {"t1-expectation": "7", "t1-perception": "0", "t2-expectation": " 6 ", "t2-perception": "５", "rate": "3"}

    desk.post(page_of(invitation), sheet(**marks))

    stored = Response.objects.get().versions.get().answers
    assert stored == {"t1-expectation": 7, "t1-perception": "na", "t2-expectation": 6, "t2-perception": 5, "rate": 3}


def test_a_wrong_number_is_told_at_its_row_and_nothing_is_lost(desk, invitation):
    marks = {"t1-expectation": "8", "t1-perception": "0", "t2-expectation": "0", "t2-perception": "x", "rate": "6", "rate-importance": "4"}

    answer = desk.post(page_of(invitation), sheet(**marks), headers={"accept-language": "en"})

    html = answer.content.decode()
    assert (answer.status_code, Response.objects.count()) == (422, 0)
    assert {key: f'value="{text}"' in field(html, key) for key, text in marks.items()} == dict.fromkeys(marks, True)
    wrong = ["t1-expectation", "t2-expectation", "t2-perception", "rate"]
    assert [key for key in marks if "aria-invalid" in field(html, key)] == wrong
    assert [re.search(rf'id="error-q-{key}">([^<]*)<', html)[1] for key in wrong] == [
        "Expected of an excellent port: A number from 1 to 7.",
        "Expected of an excellent port: A number from 1 to 7.",
        "Seen at our port: A number from 1 to 7.",
        "Performance: A number from 1 to 5.",
    ]


def test_enter_without_a_script_stores_nothing_and_leads_on_to_the_next_number(desk, invitation):
    html = html_after(desk, invitation, **{"t1-expectation": "7", "t1-perception": "0"})

    assert not Response.objects.exists()
    assert ["autofocus" in field(html, key) for key in ("t1-expectation", "t1-perception", "t2-expectation")] == [False, False, True]
    assert ['value="7"' in field(html, "t1-expectation"), 'value="0"' in field(html, "t1-perception")] == [True, True]
    assert html.index('name="go" value="look"') < html.index('name="go" value="next"')  # Enter presses the first button


def test_enter_without_a_script_says_at_once_what_is_wrong(desk, invitation):
    html = html_after(desk, invitation, 422, **{"t1-expectation": "9"})

    assert "aria-invalid" in field(html, "t1-expectation")
