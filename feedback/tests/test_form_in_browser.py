"""The customer's form in a real browser, on a phone, with scripts and without."""

import re

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.core.cache import cache
from django.urls import reverse
from playwright.sync_api import expect

from feedback.models import Draft, Response
from feedback.services.links import complaint_token, invitation_token, opt_out_token
from feedback.services.waves import close_wave
from feedback.tests.factories import make_complaint, make_invitation, make_opt_out, make_response, make_staff
from portcrm.clock import now

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
PHONE = {"width": 360, "height": 760}


@pytest.fixture(autouse=True)
def _empty_cache():
    cache.clear()


@pytest.fixture
def invitation():
    return make_invitation(language="en")


def form(live_server, invitation, query="") -> str:
    return live_server.url + reverse("opinion:form", args=[invitation_token(invitation.public_id)]) + query


def choose(page, key, value) -> None:
    page.locator(f"label:has(input[name='q-{key}'][value='{value}'])").click()


def answer_all_pages(page) -> None:
    choose(page, "schedule_reliability", 4)
    page.get_by_role("button", name="Next").click()
    choose(page, "cargo_tracking", "na")
    page.get_by_role("button", name="Next").click()
    page.get_by_role("button", name="Next").click()
    choose(page, "overall", 5)
    choose(page, "recommend", 9)
    page.get_by_label("What else would you like to tell us?").fill("More sailings, please.")
    page.get_by_role("button", name="Send my answers").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Thank you")


@pytest.mark.parametrize("scripts", [True, False])
def test_a_phone_answers_the_whole_form_with_and_without_scripts(browser, live_server, invitation, scripts):
    context = browser.new_context(viewport=PHONE, java_script_enabled=scripts)
    page = context.new_page()
    page.goto(form(live_server, invitation))

    answer_all_pages(page)
    context.close()

    response = Response.objects.get()
    assert (response.overall, response.recommend, response.comment) == (5, 9, "More sailings, please.")
    assert dict(response.answers.values_list("item__key", "score")) == {
        "schedule_reliability": 4, "cargo_tracking": None, "overall": 5, "recommend": 9,
    }  # fmt: skip


def test_a_choice_is_saved_at_once_and_found_again_on_another_device(browser, live_server, invitation):
    phone, desk = browser.new_context(viewport=PHONE), browser.new_context()
    page = phone.new_page()
    page.goto(form(live_server, invitation))

    choose(page, "rate_level", 2)
    expect(page.get_by_role("status")).to_have_text(re.compile(r"Saved \d\d:\d\d"))
    other = desk.new_page()
    other.goto(form(live_server, invitation))

    expect(other.locator("input[name='q-rate_level'][value='2']")).to_be_checked()
    phone.close()
    desk.close()
    assert Draft.objects.get().answers == {"rate_level": 2}


def test_a_lost_connection_is_said_and_made_good_for(browser, live_server, invitation):
    context = browser.new_context(viewport=PHONE)
    page = context.new_page()
    page.goto(form(live_server, invitation))
    page.route("**/save/**", lambda route: route.abort())

    choose(page, "rate_level", 3)
    expect(page.get_by_role("status")).to_have_text("Not saved yet. Your answers stay on this page.")
    page.unroute("**/save/**")
    page.goto(form(live_server, invitation))
    expect(page.get_by_role("status")).to_have_text(re.compile("Saved"))
    context.close()

    assert Draft.objects.get().answers == {"rate_level": 3}


def test_a_double_click_on_send_stores_one_version(browser, live_server, invitation):
    context = browser.new_context(viewport=PHONE)
    page = context.new_page()
    page.goto(live_server.url + reverse("opinion:form_page", args=[invitation_token(invitation.public_id), 4]))
    choose(page, "overall", 4)

    page.get_by_role("button", name="Send my answers").dblclick()
    expect(page.get_by_role("heading", level=1)).to_have_text("Thank you")
    context.close()

    assert Response.objects.get().versions.count() == 1


def test_the_form_is_answered_by_keyboard_alone(browser, live_server, invitation):
    context = browser.new_context()
    page = context.new_page()
    page.goto(live_server.url + reverse("opinion:form_page", args=[invitation_token(invitation.public_id), 4]))

    page.locator("input[name='q-overall'][value='1']").focus()
    for key in ("ArrowRight", "ArrowRight", "ArrowRight", "Enter"):
        page.keyboard.press(key)
    expect(page.get_by_role("heading", level=1)).to_have_text("Thank you")
    context.close()

    assert Response.objects.get().overall == 4


def test_an_error_takes_the_focus_and_leads_to_its_field(browser, live_server, invitation):
    context = browser.new_context(viewport=PHONE)
    page = context.new_page()
    page.goto(live_server.url + reverse("opinion:form_page", args=[invitation_token(invitation.public_id), 4]))

    page.get_by_role("button", name="Send my answers").click()
    expect(page.locator("#problems")).to_be_focused()
    page.locator("#problems a").click()

    expect(page.locator("#q-overall")).to_be_focused()
    context.close()


def test_the_page_with_its_files_weighs_at_most_forty_kilobytes_and_asks_no_other_host(browser, live_server, invitation):
    context = browser.new_context(viewport=PHONE)
    page, sizes = context.new_page(), {}
    page.on("response", lambda response: sizes.update({response.url: len(response.body())}))

    page.goto(form(live_server, invitation), wait_until="networkidle")
    context.close()

    assert sum(sizes.values()) <= 40_000
    assert {url.startswith(live_server.url) for url in sizes} == {True}


def public_pages(live_server) -> dict[str, str]:
    """Every kind of page a customer can meet."""
    fresh, thanked, closed = make_invitation(language="en"), make_invitation(), make_invitation(language="en")
    make_response(invitation=thanked, overall=4, comment="好")
    close_wave(wave=closed.wave, at=now(), by=make_staff())
    token = invitation_token(fresh.public_id)
    pages = {
        "form": reverse("opinion:form", args=[token]) + "?a=7",
        "last page": reverse("opinion:form_page", args=[token, 4]),
        "thanks": reverse("opinion:thanks", args=[invitation_token(thanked.public_id)]),
        "closed": reverse("opinion:form", args=[invitation_token(closed.public_id)]),
        "invalid": reverse("opinion:form", args=["cut"]),
        "opting out": reverse("opinion:opt_out", args=[opt_out_token(thanked.public_id)]),
        "opted out": reverse("opinion:opt_out", args=[opt_out_token(make_opt_out().invitation.public_id)]),
        "complaint": reverse("opinion:complaint"),
        "case": reverse("opinion:complaint_status", args=[complaint_token(make_complaint().public_id)]),
    }
    return {name: live_server.url + path for name, path in pages.items()}


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [320, 1440])
def test_no_page_of_the_customers_has_a_fault_or_is_too_wide(browser, live_server, scheme, width):
    context = browser.new_context(viewport={"width": width, "height": 800}, color_scheme=scheme)
    page, found = context.new_page(), {}

    for name, address in public_pages(live_server).items():
        for language in ("zh-hans", "en"):
            page.goto(f"{address}{'&' if '?' in address else '?'}lang={language}")
            faults = [f"{fault['id']} {node['target']}" for fault in Axe().run(page).response["violations"] for node in fault["nodes"]]
            wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
            if faults or wide > 0:
                found[f"{name} {language}"] = (faults, wide)
    context.close()

    assert found == {}


def test_every_target_is_at_least_44_pixels_high(browser, live_server, invitation):
    context = browser.new_context(viewport=PHONE)
    page = context.new_page()
    page.goto(live_server.url + reverse("opinion:form_page", args=[invitation_token(invitation.public_id), 4]))

    choose(page, "recommend", 9)  # from now on it can be taken back

    heights = page.eval_on_selector_all(
        ".face, .buttons button, .languages .link", "all => all.map(one => Math.round(one.getBoundingClientRect().height))"
    )
    context.close()

    assert len(heights) == 5 + 11 + 1 + 2 + 1
    assert min(heights) >= 44
