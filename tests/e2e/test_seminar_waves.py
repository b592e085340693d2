"""Asking those who came to a seminar, in a real browser: from its page to the wave and back, on a phone and at a desk."""

import pytest
from django.core.cache import cache
from django.urls import reverse
from playwright.sync_api import expect

from feedback.models import Wave
from feedback.services.questionnaires import load_shipped_questionnaires
from feedback.services.seminar_waves import ask_guests
from feedback.services.seminars import note_attendance
from feedback.tests.factories import make_guest, make_seminar, make_staff
from portcrm.clock import now, port_today
from tests.e2e.screen import DESK, PHONE, faults

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture(autouse=True)
def _forms_and_empty_cache(transactional_db):
    cache.clear()
    load_shipped_questionnaires(on=port_today())


@pytest.fixture
def staff():
    return make_staff(language="en", name="演示客服 01", name_en="Demo service 01")


def make_held(staff):
    """A seminar of today: one guest came, one has come without an address, one stayed away."""
    seminar = make_seminar(held_on=port_today(), name_zh="货主座谈会", name_en="Round table", place="三号会议室")
    guests = [make_guest(seminar=seminar), make_guest(seminar=seminar, email=""), make_guest(seminar=seminar)]
    replies = {guest.pk: "coming" for guest in guests}
    note_attendance(seminar=seminar, replies=replies, came={guest.pk for guest in guests[:2]}, at=now(), by=staff)
    return seminar


def test_the_button_of_a_seminar_starts_its_wave_and_the_page_leads_to_the_figures(screen, live_server, staff):
    seminar = make_held(staff)
    screen.sign_in(staff, language="en")
    page = screen.open(seminar.get_absolute_url(), width=PHONE)

    page.get_by_role("link", name="Ask those who came").click()
    expect(page.get_by_text("No e-mail address").first).to_be_visible()
    page.get_by_role("button", name="Ask 1 contact").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Feedback on seminars · Round table")
    page.get_by_role("link", name="Round table", exact=True).click()

    expect(page.get_by_text("1 asked, 0 answered")).to_be_visible()
    expect(page.get_by_role("link", name="Ask those who came")).to_have_count(0)
    page.get_by_role("link", name="What those who came think of it").click()
    page.wait_for_url(f"**{Wave.objects.get().get_absolute_url()}")


@pytest.mark.parametrize(("width", "theme", "language"), [(DESK, "dark", "en"), (PHONE, "light", "zh-hans")])
def test_every_page_fits_and_has_no_accessibility_fault(screen, staff, width, theme, language):
    planned, held, asked = make_guest().seminar, make_held(staff), make_held(staff)
    wave = ask_guests(seminar=asked, at=now(), by=staff)
    screen.sign_in(staff, theme=theme, language=language)
    paths = [
        *(reverse("feedback:seminar_ask", args=[one.pk]) for one in (planned, held)),
        *(one.get_absolute_url() for one in (held, asked, wave)),
        reverse("feedback:programme_list"),
        reverse("feedback:programme_edit", args=[wave.programme_id]),
    ]

    found = {}
    for path in paths:
        page = screen.open(path, width=width)
        if (seen := (screen.overflow(), faults(page))) != (0, []):
            found[path] = seen

    assert found == {}
