"""Typing in from paper and declining by the link, at a desk and on a phone, with scripts and without."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.core.cache import cache
from django.test import Client
from django.urls import reverse
from playwright.sync_api import expect

from customers.tests.factories import make_contact
from feedback.models import Invitation, Response
from feedback.services.links import invitation_token
from feedback.tests.factories import make_invitation, make_response, make_wave
from portcrm.accounts.roles import Role
from portcrm.accounts.tests.factories import make_user
from tests.e2e.screen import DESK, PHONE, faults
from tests.e2e.walking import load_reference_data

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
WITH_AND_WITHOUT = pytest.mark.parametrize(("scripts", "width"), [(True, DESK), (False, PHONE)])


@pytest.fixture(autouse=True)
def _ready():
    cache.clear()
    load_reference_data()


@pytest.fixture
def invitation():
    return make_invitation(wave=make_wave(), contact=make_contact(email="", language="zh-hans"))


def window(browser, live_server, *, scripts, width, user=None):
    context = browser.new_context(viewport={"width": width, "height": 800}, java_script_enabled=scripts, locale="zh-CN")
    if user is not None:
        client = Client()
        client.force_login(user)
        context.add_cookies([{"name": "sessionid", "value": client.cookies["sessionid"].value, "url": live_server.url}])
    return context


def choose(page, key, value) -> None:
    page.locator(f"label:has(input[name='q-{key}'][value='{value}'])").click()


@WITH_AND_WITHOUT
def test_a_paper_is_typed_in_by_its_code(browser, live_server, invitation, scripts, width):
    context = window(browser, live_server, scripts=scripts, width=width, user=make_user(Role.SERVICE))
    page = context.new_page()
    page.goto(live_server.url + reverse("feedback:type_in_code"))
    page.get_by_label("表上的编码").fill(invitation.printed_code.lower())
    page.get_by_role("button", name="打开").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(invitation.customer.label)

    choose(page, "schedule_reliability", 2)
    page.get_by_label("您还有什么意见或建议？").fill("装船等了两天")
    page.get_by_role("button", name="保存并查看").click()
    expect(page.get_by_label("您还有什么意见或建议？")).to_have_value("装船等了两天")
    choose(page, "overall", 3)
    page.get_by_role("button", name="保存，录入下一份").click()
    page.wait_for_url(f"**{reverse('feedback:type_in_code')}")
    context.close()

    stored = Response.objects.get(invitation=invitation)
    assert (stored.overall, stored.comment, stored.channel.key) == (3, "装船等了两天", "paper_form")


@WITH_AND_WITHOUT
def test_somebody_says_by_the_link_that_they_are_not_meant(browser, live_server, invitation, scripts, width):
    context = window(browser, live_server, scripts=scripts, width=width)
    page = context.new_page()
    page.goto(live_server.url + reverse("opinion:form", args=[invitation_token(invitation.public_id)]))
    page.get_by_text("不是您本人，或不想填写？").click()
    page.locator("label:has(input[value='not_me'])").click()
    open_form = (page.evaluate("document.documentElement.scrollWidth"), axe(page) if scripts else [])
    page.get_by_role("button", name="这次不填写").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("已记下")
    noted = (page.evaluate("document.documentElement.scrollWidth"), axe(page) if scripts else [])
    context.close()

    assert (open_form, noted) == ((width, []), (width, []))
    assert Invitation.objects.get(pk=invitation.pk).decline_reason == "not_me"


def axe(page) -> list[str]:
    return [found["id"] for found in Axe().run(page).response["violations"]]


@pytest.mark.parametrize(("width", "theme"), [(DESK, "light"), (PHONE, "dark")])
def test_every_page_of_typing_in_fits_and_has_no_accessibility_fault(screen, invitation, width, theme):
    screen.sign_in(make_user(Role.SERVICE), theme=theme)
    typed = make_response(invitation=make_invitation(wave=invitation.wave, customer=invitation.customer))
    form = reverse("feedback:type_in_form", args=[invitation.pk])
    pages = [
        reverse("feedback:type_in_code"),
        reverse("feedback:type_in_code") + "?code=ABCDE-FGHJK",
        form,
        reverse("feedback:type_in_form", args=[typed.invitation_id]),
        reverse("feedback:wave", args=[invitation.wave_id]),
        reverse("feedback:wave_invitations", args=[invitation.wave_id]),
        reverse("feedback:customer_opinions", args=[invitation.customer_id]),
        reverse("paper:paper_order", args=["opinion-form", invitation.pk]),
    ]

    found = {}
    for address in pages:
        page = screen.open(address, width=width)
        if (seen := (screen.overflow(), faults(page))) != (0, []):
            found[address] = seen
    page = screen.open(form, width=width)
    page.get_by_role("button", name="保存并查看").click()
    page.wait_for_selector(".form-errors")
    found |= {"with problems": seen} if (seen := (screen.overflow(), faults(page))) != (0, []) else {}

    assert found == {}
