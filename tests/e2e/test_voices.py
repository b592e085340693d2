"""Suggestions, opinions heard and seminars in a real browser: from the public page to what others read, on a phone and at a desk."""

import pytest
from django.core.cache import cache
from django.urls import reverse
from playwright.sync_api import expect

from customers.tests.factories import make_customer
from feedback.models import HeardOpinion, Suggestion
from feedback.services.links import invitation_token, suggestion_token
from feedback.services.seminars import add_topic
from feedback.services.suggestions import adopt_suggestion, consider_suggestion, decline_suggestion
from feedback.tests.factories import (
    make_decision,
    make_guest,
    make_heard,
    make_published,
    make_response,
    make_seminar,
    make_staff,
    make_suggestion,
)
from portcrm.clock import now, port_today
from tests.e2e.screen import DESK, PHONE, Screen, faults

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture(autouse=True)
def _empty_cache():
    cache.clear()


@pytest.fixture
def staff():
    return make_staff(language="en", name="演示客服 01", name_en="Demo service 01")


@pytest.mark.parametrize(("width", "scripts"), [(PHONE, True), (DESK, False)], ids=["phone with scripts", "desk without scripts"])
def test_a_suggestion_goes_from_the_public_page_to_what_others_read(new_context, live_server, staff, width, scripts):
    context = new_context(viewport={"width": width, "height": 800}, java_script_enabled=scripts)
    customer, page = context.new_page(), context.new_page()
    customer.goto(f"{live_server.url}/o/suggestion/?lang=en")
    customer.locator("label:has(input[name=group][value=transport])").click()
    customer.get_by_label("What do you suggest?").fill("Open gate 2 at night.")
    customer.get_by_label("Your company").fill("Donghai")
    customer.get_by_role("button", name="Send the suggestion").click()
    expect(customer.locator("h1")).to_contain_text("JY-")
    suggestion = Suggestion.objects.get()
    desk = Screen(page, live_server.url, scripts=scripts)
    desk.sign_in(staff, language="en")

    page.goto(live_server.url + suggestion.get_absolute_url())
    page.locator("#adopt-did_en").fill("Gate 2 is open at night.")
    page.get_by_role("button", name="Adopt the suggestion").click()
    page.locator("#publish-said_en").fill("Collecting at night takes too long.")
    page.get_by_role("button", name="Publish", exact=True).click()
    expect(page.get_by_role("button", name="Take the publication back")).to_be_visible()
    customer.reload()
    expect(customer.get_by_text("Collecting at night takes too long.")).to_be_visible()
    page.get_by_role("button", name="Take the publication back").click()
    expect(page.get_by_role("button", name="Publish", exact=True)).to_be_visible()
    customer.reload()
    expect(customer.get_by_text("Collecting at night takes too long.")).to_have_count(0)

    assert (desk.complaints, desk.overflow()) == ([], 0)


def test_an_opinion_is_written_down_on_the_customer_page(screen, staff):
    customer = make_customer()
    screen.sign_in(staff, language="en")
    page = screen.open(f"{customer.get_absolute_url()}?tab=opinions", width=PHONE)

    page.get_by_label("What was said").fill("Rates rise too fast")
    page.get_by_role("button", name="Write down", exact=True).click()
    expect(page.get_by_role("link", name="Rates rise too fast")).to_be_visible()

    heard = HeardOpinion.objects.get()
    assert (heard.customer, heard.group, heard.tone) == (customer, "transport", "wish")


@pytest.fixture
def paths(staff) -> list[str]:
    """Pages of suggestions in every state and of opinions heard, and what strangers read."""
    customer = make_customer()
    heard = make_heard(customer=customer, tone="criticism", service_item="rate_level")
    new = make_suggestion(customer=customer, heard=heard)
    considered = consider_suggestion(suggestion=make_suggestion(), owner=staff, at=now(), by=staff)
    adopted = adopt_suggestion(suggestion=make_suggestion(reporter_email="x@customer.invalid"), did_zh="开放", at=now(), by=staff)
    declined = decline_suggestion(suggestion=make_suggestion(), reason="没有场地。", at=now(), by=staff)
    published = make_published()
    response = make_response(comment="希望夜间开闸")
    seminar = make_guest(seminar=make_seminar(held_on=port_today())).seminar
    topic = add_topic(seminar=seminar, name_zh="夜间开闸", by=staff)
    make_heard(customer=customer, topic=topic)
    make_decision(seminar=seminar, customer=customer)
    of_seminar = ("seminar", "seminar_edit", "seminar_topic", "seminar_guest", "seminar_opinion", "seminar_decision", "seminar_attendance")
    return [
        *(reverse(f"feedback:{name}", args=[seminar.pk]) for name in of_seminar),
        *(reverse(f"feedback:{name}") for name in ("seminar_list", "seminar_create")),
        *(one.get_absolute_url() for one in (new, considered, adopted, declined, published, heard, response)),
        *(reverse(f"feedback:{name}") for name in ("suggestion_list", "suggestion_create", "heard_list", "heard_create", "overview")),
        reverse("feedback:said_and_done"),
        reverse("feedback:suggestion_edit", args=[new.pk]),
        reverse("feedback:heard_edit", args=[heard.pk]),
        f"{customer.get_absolute_url()}?tab=opinions",
        reverse("opinion:suggestion"),
        reverse("opinion:suggestion_receipt", args=[suggestion_token(declined.public_id)]),
        reverse("opinion:thanks", args=[invitation_token(response.invitation.public_id)]),
    ]


@pytest.mark.parametrize(("width", "theme", "language"), [(DESK, "light", "en"), (PHONE, "dark", "zh-hans")])
def test_every_page_fits_and_has_no_accessibility_fault(screen, staff, paths, width, theme, language):
    screen.sign_in(staff, theme=theme, language=language)

    found = {}
    for path in paths:
        page = screen.open(path, width=width)
        if (seen := (screen.overflow(), faults(page))) != (0, []):
            found[path] = seen

    assert found == {}
