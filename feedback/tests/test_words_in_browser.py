"""No word is lost in a real browser: without a line, in two windows, on two devices, with far too much text."""

import re

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.core.cache import cache
from django.urls import reverse
from playwright.sync_api import expect

from feedback.models import Complaint, Draft, Response
from feedback.services.links import invitation_token
from feedback.services.opinions import stored_answers
from feedback.services.waves import close_wave
from feedback.tests.factories import make_invitation, make_staff
from portcrm.clock import now

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
PHONE = {"width": 360, "height": 760}
UNSAVED = "Not saved yet. Your answers stay on this page."
OFFLINE = re.compile("There is no connection just now, so nothing was sent.")
SAVED = re.compile(r"Saved \d\d:\d\d")
MINE, THEIRS = "Ten minutes of thought.", "What a colleague wrote."


@pytest.fixture(autouse=True)
def _empty_cache():
    cache.clear()


@pytest.fixture
def invitation():
    return make_invitation(language="en")


@pytest.fixture
def device(browser):
    """Makes browsers that share nothing; the first one is a phone."""
    contexts = []

    def make():
        contexts.append(browser.new_context(viewport=PHONE))
        return contexts[-1].new_page()

    yield make
    for context in contexts:
        context.close()


def last(live_server, invitation) -> str:
    return live_server.url + reverse("opinion:form_page", args=[invitation_token(invitation.public_id), 4])


def first(live_server, invitation) -> str:
    return live_server.url + reverse("opinion:form", args=[invitation_token(invitation.public_id)])


def choose(page, key, value) -> None:
    page.locator(f"label:has(input[name='q-{key}'][value='{value}'])").click()


@pytest.mark.parametrize("button", ["Send my answers", "Back"])
def test_a_button_pressed_without_a_line_stays_on_the_page_and_keeps_the_text(device, live_server, invitation, button):
    page = device()
    page.goto(last(live_server, invitation))
    choose(page, "overall", 4)
    expect(page.get_by_role("status")).to_have_text(SAVED)
    page.context.set_offline(True)
    page.locator("textarea").fill(MINE)
    expect(page.get_by_role("status")).to_have_text(UNSAVED)

    page.get_by_role("button", name=button).click()
    expect(page.get_by_role("status")).to_have_text(OFFLINE)
    page.context.set_offline(False)
    page.goto(last(live_server, invitation))

    expect(page.locator("textarea")).to_have_value(MINE)
    page.get_by_role("button", name="Send my answers").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Thank you")
    assert Response.objects.get().comment == MINE
    assert page.evaluate("localStorage.length") == 0


def test_the_button_works_again_on_the_same_page_once_the_line_is_back(device, live_server, invitation):
    page = device()
    page.goto(last(live_server, invitation))
    page.context.set_offline(True)
    choose(page, "overall", 4)
    page.locator("textarea").fill(MINE)
    page.get_by_role("button", name="Send my answers").click()
    expect(page.get_by_role("status")).to_have_text(OFFLINE)

    page.context.set_offline(False)
    page.get_by_role("button", name="Send my answers").click()

    expect(page.get_by_role("heading", level=1)).to_have_text("Thank you")
    assert (Response.objects.get().overall, Response.objects.get().comment) == (4, MINE)


def test_whoever_can_only_send_the_page_itself_gets_through_with_a_second_press(device, live_server, invitation):
    page = device()
    page.goto(last(live_server, invitation))
    page.route("**/save/**", lambda route: route.abort())
    choose(page, "overall", 4)
    page.locator("textarea").fill(MINE)

    page.get_by_role("button", name="Send my answers").click()
    expect(page.get_by_role("status")).to_have_text(OFFLINE)
    page.get_by_role("button", name="Send my answers").click()

    expect(page.get_by_role("heading", level=1)).to_have_text("Thank you")
    assert Response.objects.get().comment == MINE


def test_a_text_that_is_too_long_is_counted_and_stays_on_the_device(device, live_server, invitation):
    page = device()
    page.goto(last(live_server, invitation))

    page.locator("textarea").fill("x" * 4500)
    expect(page.get_by_role("status")).to_have_text(re.compile("at most 4000 fit"))
    counted = page.locator("#count-q-comment").inner_text()
    page.goto(last(live_server, invitation))

    expect(page.locator("textarea")).to_have_value("x" * 4500)
    assert counted == "4,500 / 4,000"
    page.locator("textarea").fill(MINE)
    expect(page.get_by_role("status")).to_have_text(SAVED)
    assert stored_answers(invitation) == {"comment": MINE}


def test_a_choice_left_behind_on_one_device_undoes_no_later_one_of_another(device, live_server, invitation):
    phone, desk = device(), device()
    phone.goto(first(live_server, invitation))
    phone.route("**/save/**", lambda route: route.abort())
    choose(phone, "rate_level", 3)
    expect(phone.get_by_role("status")).to_have_text(UNSAVED)
    phone.goto("about:blank")
    phone.unroute("**/save/**")
    desk.goto(first(live_server, invitation))
    choose(desk, "rate_level", 5)
    expect(desk.get_by_role("status")).to_have_text(SAVED)

    phone.goto(first(live_server, invitation))
    choose(phone, "sailing_frequency", 2)
    expect(phone.get_by_role("status")).to_have_text(SAVED)
    expect(phone.locator("input[name='q-rate_level'][value='5']")).to_be_checked()
    choose(phone, "schedule_reliability", 2)
    expect(phone.get_by_role("status")).to_have_text(SAVED)
    phone.get_by_role("button", name="Next").click()
    expect(phone.get_by_text("Page 2 of 4")).to_be_visible()

    assert Draft.objects.get().answers == {"rate_level": 5, "sailing_frequency": 2, "schedule_reliability": 2}


def test_texts_of_two_devices_are_both_shown_before_one_of_them_counts(device, live_server, invitation):
    phone, desk = device(), device()
    phone.goto(last(live_server, invitation))
    phone.context.set_offline(True)
    phone.locator("textarea").fill(MINE)
    expect(phone.get_by_role("status")).to_have_text(UNSAVED)
    desk.goto(last(live_server, invitation))
    choose(desk, "overall", 4)
    desk.locator("textarea").fill(THEIRS)
    expect(desk.get_by_role("status")).to_have_text(SAVED)
    desk.get_by_role("button", name="Back").click()
    expect(desk.get_by_text("Page 3 of 4")).to_be_visible()
    phone.context.set_offline(False)

    phone.get_by_role("button", name="Send my answers").click()
    expect(phone.locator("blockquote")).to_have_text(THEIRS)
    expect(phone.locator("textarea")).to_have_value(MINE)
    kept = stored_answers(invitation)
    phone.get_by_role("button", name="Send my answers").click()
    expect(phone.get_by_role("heading", level=1)).to_have_text("Thank you")

    assert kept == {"overall": 4, "comment": THEIRS}
    assert Response.objects.get().comment == MINE


def test_two_windows_of_one_browser_lose_nothing_of_each_other(device, live_server, invitation):
    one = device()
    one.goto(last(live_server, invitation))
    other = one.context.new_page()
    other.goto(last(live_server, invitation))
    one.locator("textarea").fill(MINE)
    expect(one.get_by_role("status")).to_have_text(SAVED)

    choose(other, "overall", 4)
    other.get_by_role("button", name="Send my answers").click()
    expect(other.get_by_role("heading", level=1)).to_have_text("Thank you")

    assert Response.objects.get().comment == MINE


def test_back_and_reload_after_sending_show_what_was_sent_and_send_nothing(device, live_server, invitation):
    page = device()
    page.goto(last(live_server, invitation))
    choose(page, "overall", 4)
    page.locator("textarea").fill(MINE)
    page.get_by_role("button", name="Send my answers").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Thank you")

    page.reload()
    expect(page.get_by_role("heading", level=1)).to_have_text("Thank you")
    page.go_back()
    expect(page.locator("textarea")).to_have_value(MINE)
    page.locator("textarea").fill("A second thought.")
    page.get_by_role("button", name="Send my answers").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Thank you")

    assert list(Response.objects.get().versions.values_list("answers__comment", flat=True)) == [MINE, "A second thought."]


@pytest.mark.parametrize("scripts", [True, False])
def test_a_megabyte_of_chinese_comes_back_with_its_reason(browser, live_server, invitation, scripts):
    context = browser.new_context(viewport=PHONE, java_script_enabled=scripts)
    page = context.new_page()
    page.goto(last(live_server, invitation))
    page.locator("textarea").fill("字" * 333_000)

    page.get_by_role("button", name="Send my answers").click()
    expect(page.locator("#problems")).to_contain_text(
        "This text has 333000 characters; at most 4000 fit. Nothing was cut off.", timeout=60_000
    )

    assert len(page.locator("textarea").input_value()) == 333_000
    context.close()


def test_a_complaint_without_a_line_stays_on_the_device_until_it_has_arrived(device, live_server):
    page, address = device(), f"{live_server.url}/o/complaint/?lang=en"
    page.goto(address)
    page.locator("label:has(input[value='transport'])").click()
    page.get_by_label("In one line").fill("Gate")
    page.get_by_label("What happened?").fill("Four hours at gate 3.")
    page.context.set_offline(True)
    page.get_by_label("Your company").fill("Donghai")
    page.get_by_role("button", name="Send the complaint").click()
    expect(page.get_by_role("status")).to_have_text(OFFLINE)
    page.context.set_offline(False)

    page.goto(address)
    expect(page.get_by_role("status")).to_have_text("What you had written on this device is back.")
    expect(page.get_by_label("What happened?")).to_have_value("Four hours at gate 3.")
    page.get_by_role("button", name="Send the complaint").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(re.compile("TS-"))
    page.goto(address)

    expect(page.get_by_label("What happened?")).to_have_value("")
    assert (Complaint.objects.get().company_name, Complaint.objects.get().description) == ("Donghai", "Four hours at gate 3.")


def test_a_rating_chosen_by_mistake_is_taken_back(device, live_server, invitation):
    page = device()
    page.goto(last(live_server, invitation))
    back = page.locator("label:has(input[name='q-recommend'][value=''])")
    expect(back).to_be_hidden()
    choose(page, "recommend", 9)
    expect(page.get_by_role("status")).to_have_text(SAVED)
    before = stored_answers(invitation)

    back.click()
    choose(page, "overall", 4)
    page.get_by_role("button", name="Back").click()
    expect(page.get_by_text("Page 3 of 4")).to_be_visible()

    assert (before, stored_answers(invitation)) == ({"recommend": 9}, {"overall": 4})


def test_what_is_left_of_a_complaint_can_be_deleted_from_the_device(device, live_server):
    page, address = device(), f"{live_server.url}/o/complaint/?lang=en"
    page.goto(address)
    page.get_by_label("What happened?").fill("Four hours at gate 3.")
    page.goto(address)

    page.get_by_role("button", name="Delete it and start with an empty form").click()

    expect(page.get_by_label("What happened?")).to_have_value("")
    page.reload()
    expect(page.get_by_label("What happened?")).to_have_value("")


def faults_of(page) -> list:
    wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    return [fault["id"] for fault in Axe().run(page).response["violations"]] + (["too wide"] if wide > 0 else [])


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_pages_that_give_words_back_have_no_fault_and_fit_a_small_phone(browser, live_server, invitation, scheme):
    context = browser.new_context(viewport={"width": 320, "height": 760}, color_scheme=scheme)
    page, found = context.new_page(), {}
    page.goto(last(live_server, invitation))
    other = context.new_page()
    other.goto(last(live_server, invitation))
    other.locator("textarea").fill(THEIRS)
    expect(other.get_by_role("status")).to_have_text(SAVED)
    choose(page, "recommend", 3)
    page.locator("textarea").fill(MINE)
    page.get_by_role("button", name="Send my answers").click()
    expect(page.locator("blockquote")).to_have_text(THEIRS)
    found["both texts"] = faults_of(page)

    close_wave(wave=invitation.wave, at=now(), by=make_staff())
    page.get_by_role("button", name="Send my answers").click()
    expect(page.locator("blockquote")).to_have_text(MINE)
    found["closed"] = faults_of(page)
    page.get_by_role("button", name="Take the text over into a complaint").click()
    expect(page.get_by_label("What happened?")).to_have_value(MINE)
    page.goto(f"{live_server.url}/o/complaint/?lang=en")
    expect(page.get_by_role("status")).to_have_text("What you had written on this device is back.")
    found["put back"] = faults_of(page)
    context.close()

    assert found == {"both texts": [], "closed": [], "put back": []}
