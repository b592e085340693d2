"""The candidates' desk by keys alone: one decision after the other without a page being loaded again."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.urls import reverse

from cargo.models import Candidate
from cargo.tests.factories import load_reference, make_candidate
from customers.models import Channel, Customer
from customers.tests.factories import make_channel, make_customer
from portcrm.accounts.roles import Role
from portcrm.accounts.tests.factories import make_user

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
PHONE = {"width": 360, "height": 780}


@pytest.fixture(autouse=True)
def _ready(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "media"
    load_reference()
    for key, family in (("booking_note", "customer"), ("shipper_plan", "cargo")):
        Channel.objects.filter(key=key).exists() or make_channel(key=key, family=family)


def focus(page, name: str) -> None:
    page.locator("#company-title", has_text=name).wait_for()


def test_candidates_are_decided_by_key_one_after_the_other(screen):
    make_customer(name_en="Delta Metals International")
    for number, name in enumerate(("ALPHA STEEL LTD", "BRAVO WIRE LTD", "CHARLIE PLATE LTD", "DELTA METALS LTD", "ECHO COIL LTD")):
        make_candidate(name=name, kg=90_000 - 10_000 * number)
    screen.sign_in(make_user(Role.MARKETING), language="en")
    page = screen.open(reverse("cargo:candidate_desk"))
    page.evaluate("window.sameDocument = true")

    focus(page, "ALPHA STEEL LTD")
    page.keyboard.press("a")
    focus(page, "BRAVO WIRE LTD")
    page.keyboard.press("i")
    focus(page, "CHARLIE PLATE LTD")
    page.keyboard.press("Shift+I")
    focus(page, "DELTA METALS LTD")
    page.keyboard.press("m")
    focus(page, "ECHO COIL LTD")
    page.keyboard.press("z")
    focus(page, "DELTA METALS LTD")
    page.keyboard.press("j")
    focus(page, "ECHO COIL LTD")
    page.keyboard.press("k")
    focus(page, "DELTA METALS LTD")
    assert page.evaluate("document.activeElement.id") == "company-title"

    assert page.evaluate("window.sameDocument")
    assert page.locator(".toast-note").count() <= 1  # notes of ten decisions in a row would cover the desk
    assert page.url.endswith(f"/cargo/candidates/{Candidate.objects.get(name='DELTA METALS LTD').pk}/")
    assert list(Candidate.objects.order_by("name").values_list("name", "state")) == [
        ("ALPHA STEEL LTD", "accepted"), ("BRAVO WIRE LTD", "ignored"), ("CHARLIE PLATE LTD", "ignored"), ("DELTA METALS LTD", "open"),
        ("ECHO COIL LTD", "open"),
    ]  # fmt: skip
    assert list(Customer.objects.order_by("pk").values_list("name_en", "leads__tonnes")) == [
        ("Delta Metals International", None), ("ALPHA STEEL LTD", 90),
    ]  # fmt: skip


def test_another_file_is_found_and_merged_into_by_keys(screen):
    make_customer(name_en="Harbour Feed Company", short_name="Feed")
    make_candidate(name="ALPHA STEEL LTD", kg=90_000)
    make_candidate(name="BRAVO WIRE LTD", kg=80_000)
    screen.sign_in(make_user(Role.MARKETING), language="en")
    page = screen.open(reverse("cargo:candidate_desk"))

    focus(page, "ALPHA STEEL LTD")
    page.keyboard.press("f")
    page.keyboard.type("Harbour", delay=20)
    page.locator(".ts-dropdown .option", has_text="Harbour Feed").wait_for()
    page.keyboard.press("Enter")
    page.keyboard.press("Shift+L")
    page.keyboard.press("m")
    focus(page, "BRAVO WIRE LTD")
    page.keyboard.press("f")
    page.keyboard.press("Escape")
    page.keyboard.press("i")
    page.get_by_text("Nothing waits for a decision").wait_for()

    assert list(Candidate.objects.order_by("name").values_list("state", "customer__short_name", "lead__tonnes")) == [
        ("merged", "Feed", 90), ("ignored", None, None),
    ]  # fmt: skip


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_desk_fits_a_phone_and_a_wide_screen_and_has_no_faults_of_access(screen, theme):
    make_customer(name_en="Sample Metals International")
    make_candidate(name="SAMPLE METALS AND EXTRAORDINARILY LONG NAMED TRADING LTD", goods="HOT ROLLED COILS IN BUNDLES " * 4)
    make_candidate(kg=1_000)
    screen.sign_in(make_user(Role.MARKETING), theme=theme)

    page = screen.open(reverse("cargo:candidate_desk"), **PHONE)
    widths = [screen.overflow()]
    screen.open(reverse("cargo:candidate_desk"))
    widths.append(screen.overflow())
    faults = [one["id"] for one in Axe().run(page).response["violations"]]

    assert (widths, faults) == ([0, 0], [])
