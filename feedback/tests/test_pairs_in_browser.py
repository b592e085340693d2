"""Pairs, choices and questions after an answer in a real browser: phone and desk, with scripts and without."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.core.cache import cache
from django.urls import reverse
from playwright.sync_api import expect

from feedback.models import Response
from feedback.services.links import invitation_token
from feedback.tests.factories import make_form, make_invitation, make_pair, make_wave_of

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
WIDTHS = [{"width": 360, "height": 760}, {"width": 1440, "height": 900}]


@pytest.fixture(autouse=True)
def _empty_cache():
    cache.clear()


@pytest.fixture
def invitation():
    version = make_form(
        [*make_pair("rate", allows_na=True), *make_pair("t1", wished="expectation", judged="perception", maximum=7)],
        [
            {"key": "overall"},
            {"key": "why", "kind": "comment", "only_if": "overall", "only_if_at_most": 2},
            {"key": "role", "kind": "single", "options": ["manager", "clerk"]},
            {"key": "modes", "kind": "multiple", "options": ["road", "rail", "barge"]},
        ],
    )
    return make_invitation(wave=make_wave_of(version), language="en")


def pick(page, group, name) -> None:
    """Click the face of a point: the input itself lies under it."""
    page.get_by_role("group", name=group, exact=True).get_by_role("radio", name=name, exact=True).check(force=True)


@pytest.mark.parametrize("width", WIDTHS, ids=["phone", "desk"])
@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "none"])
def test_pairs_and_choices_are_answered_by_their_names(browser, live_server, invitation, width, scripts):
    context = browser.new_context(viewport=width, java_script_enabled=scripts)
    page = context.new_page()
    page.goto(live_server.url + reverse("opinion:form", args=[invitation_token(invitation.public_id)]))

    for number in (1, 2):
        if scripts:
            assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
            assert Axe().run(page).response["violations"] == []
        if number == 1:
            pick(page, "Row rate – Importance", "5")
            pick(page, "Row rate – Performance", "2")
            pick(page, "Row t1 – Expected of an excellent port", "7")
            page.get_by_role("button", name="Next").click()
            page.wait_for_url("**/2/**")
    why = page.get_by_label("Question why")
    if scripts:
        expect(why).to_be_hidden()
    page.locator("label:has(input[name='q-overall'][value='2'])").click()
    expect(why).to_be_visible()
    why.fill("Too slow")
    page.locator("label", has_text="Option clerk").click()
    page.locator("label", has_text="Option road").click()
    page.locator("label", has_text="Option barge").click()
    page.get_by_role("button", name="Send my answers").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Thank you")
    context.close()

    assert Response.objects.get().versions.get().answers == {
        "rate-importance": 5, "rate": 2, "t1-expectation": 7, "overall": 2, "why": "Too slow", "role": "clerk", "modes": ["road", "barge"],
    }  # fmt: skip


def test_what_is_ticked_is_saved_at_once_and_taken_back_again(browser, live_server, invitation):
    context = browser.new_context(viewport=WIDTHS[0])
    page = context.new_page()
    page.goto(live_server.url + reverse("opinion:form_page", args=[invitation_token(invitation.public_id), 2]))

    for option in ("road", "rail", "road"):
        with page.expect_response("**/save/**"):
            page.locator("label", has_text=f"Option {option}").click()
    expect(page.get_by_role("status")).to_contain_text("Saved")
    context.close()

    invitation.refresh_from_db()
    assert invitation.draft.answers == {"modes": ["rail"]}
