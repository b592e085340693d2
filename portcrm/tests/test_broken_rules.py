"""A broken rule is told in one place: a page, a toast, or a 409 of the API. What was written is not lost."""

import json

import pytest
from django.test import Client, override_settings
from django.urls import include, path

from portcrm.accounts.tests.factories import make_user
from portcrm.errors import RuleBroken

pytestmark = pytest.mark.django_db
LONG = "客户反映五号泊位堆场的箱子放错了位置，请尽快核实并回复。"


def refuse(request):
    raise RuleBroken("The wave is closed.")


urlpatterns = [path("refuse/", refuse), path("", include("portcrm.urls"))]


@pytest.fixture
def client():
    client = Client()
    client.force_login(make_user())
    with override_settings(ROOT_URLCONF=__name__):
        yield client


def test_a_page_says_the_sentence_and_gives_back_what_was_written(client):
    answer = client.post("/refuse/", {"comment": LONG, "password": "a-password-of-twenty-letters", "short": "abc"})

    page = answer.content.decode()
    assert answer.status_code == 409
    assert "The wave is closed." in page
    assert LONG in page
    assert "a-password-of-twenty-letters" not in page


def test_htmx_gets_a_toast_and_the_page_stays_as_it_is(client):
    answer = client.post("/refuse/", {"comment": LONG}, headers={"HX-Request": "true"})

    assert (answer.status_code, answer["HX-Reswap"], answer.content) == (409, "none", b"")
    assert json.loads(answer["HX-Trigger"])["toast"]["message"] == "The wave is closed."


def test_what_is_written_is_shown_as_text_and_never_as_markup(client):
    answer = client.post("/refuse/", {"comment": "</textarea><script>alert(1)</script> and more"})

    assert "<script>alert" not in answer.content.decode()
