"""A second click while the first is on its way sends nothing; afterwards, and on coming back, the form can be sent again."""

import pytest
from playwright.sync_api import expect

from customers.models import Interaction
from customers.tests.factories import make_customer
from portcrm.accounts.roles import Role
from portcrm.accounts.tests.factories import make_user

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
# Counts what would leave the page, and keeps it from leaving: an answer that never comes.
COUNT_SENDINGS = "window.sendings = 0; window.addEventListener('submit', (event) => { window.sendings += 1; event.preventDefault(); })"
COME_BACK = "window.dispatchEvent(new PageTransitionEvent('pageshow', {persisted: true}))"


def hold_posts(page) -> list:
    """From now on the answers to what is posted wait in this list."""
    held = []
    page.route("**/*", lambda route: held.append(route) if route.request.method == "POST" else route.continue_())
    return held


def save_twice(page) -> None:
    """Ctrl Enter twice, as fast as a program can."""
    page.keyboard.press("Control+Enter")
    page.keyboard.press("Control+Enter")


def wait_for(page, held: list, number: int) -> None:
    while len(held) < number:
        page.wait_for_timeout(20)


def test_a_form_in_place_is_sent_once_and_again_after_the_answer(screen):
    screen.sign_in(make_user(Role.SERVICE))
    customer = make_customer()
    page = screen.open(customer.get_absolute_url())
    page.locator(".composer-open").click()
    page.locator("#composer #id_subject").fill("催询对账单")
    held, button = hold_posts(page), page.locator("#composer .btn-primary")

    save_twice(page)
    wait_for(page, held, 1)
    expect(button).to_have_attribute("aria-disabled", "true")
    held[0].fulfill(status=409, headers={"HX-Reswap": "none"})
    expect(button).not_to_have_attribute("aria-disabled", "true")
    page.locator("#composer #id_subject").focus()
    save_twice(page)
    wait_for(page, held, 2)
    held[1].continue_()
    expect(page.locator(".composer-open")).to_be_visible()

    assert len(held) == 2
    assert Interaction.objects.count() == 1


def test_a_page_of_one_form_is_sent_once_and_again_on_coming_back(screen, gallery):
    screen.sign_in(make_user(Role.MANAGER))
    page = screen.open("/gallery/form/")
    button = page.locator("#form .btn-primary")
    page.evaluate(COUNT_SENDINGS)
    page.locator("#id_name").focus()

    save_twice(page)
    expect(button).to_have_attribute("aria-disabled", "true")
    sent_by_two_clicks = page.evaluate("window.sendings")
    page.evaluate(COME_BACK)
    expect(button).not_to_have_attribute("aria-disabled", "true")
    save_twice(page)

    assert (sent_by_two_clicks, page.evaluate("window.sendings")) == (1, 2)
