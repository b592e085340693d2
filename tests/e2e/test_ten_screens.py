"""Twelve screens on the demo data: no accessibility fault, nothing wider than the window, a quiet console.

PORTCRM_SCREENSHOTS=folder also writes their pictures in both languages (docs/screenshots are made so).
"""

import os
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.core.management import call_command
from django.urls import reverse

from customers.models import Customer
from feedback.enums import ComplaintState, Occasion, WaveState
from feedback.models import Complaint, Invitation, Wave
from feedback.services.links import invitation_url
from marketing.models import RankingRow
from portcrm.accounts.models import User
from tests.e2e.screen import Screen
from tests.e2e.walking import load_reference_data

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
DESK, PHONE = 1440, 360
VIEWS = (
    ("zh-hans", "light", DESK),
    ("zh-hans", "dark", DESK),
    ("zh-hans", "light", PHONE),
    ("en", "light", DESK),
    ("en", "light", PHONE),
    ("en", "dark", PHONE),
)


@pytest.fixture
def demo(settings, tmp_path):
    settings.PORTCRM_DEMO = True
    settings.PORTCRM_STATE = tmp_path
    load_reference_data()
    call_command("demo", verbosity=0)


def screens_of_the_demo(address: str, language: str) -> dict[str, str]:
    """Name and path of each, with the demo's own records."""
    row = RankingRow.objects.order_by("-run__as_of", "rank").first()
    customer = Customer.objects.get(pk=row.customer_id)
    wave = Wave.objects.filter(state=WaveState.CLOSED, programme__occasion=Occasion.PERIOD).latest("opens_at")
    complaint = Complaint.objects.filter(state=ComplaintState.ANSWERED).first()
    invitation = Invitation.objects.filter(wave__state=WaveState.OPEN, response=None).first()
    return {
        "today": reverse("pages:home"),
        "customers": reverse("customers:customer_list"),
        "customer": customer.get_absolute_url(),
        "ledger": reverse("cargo:shipment_list"),
        "leads": reverse("cargo:lead_board"),
        "explorer": reverse("cargo:explorer"),
        "annual-task": reverse("cargo:target_board"),
        "wave": reverse("feedback:wave", args=[wave.pk]),
        "complaint": reverse("feedback:complaint", args=[complaint.pk]),
        "ranking": reverse("marketing:newest_ranking"),
        "dashboard": reverse("marketing:dashboard"),
        "opinion-form": f"{invitation_url(invitation.public_id).removeprefix(address)}?lang={language}",
    }


def faults(screen: Screen) -> list[str]:
    """What the checker finds on the open page, one line each."""
    found = Axe().run(screen.page).response["violations"]
    return [f"{fault['id']}: {node['target']} {node.get('failureSummary', '')[:200]}" for fault in found for node in fault["nodes"]]


def take_picture(screen: Screen, name: str, language: str) -> None:
    """Into the folder PORTCRM_SCREENSHOTS names, if it does; the customers' form as on a phone."""
    folder = os.environ.get("PORTCRM_SCREENSHOTS")
    if folder:
        screen.page.wait_for_timeout(600)  # charts draw themselves
        screen.page.screenshot(path=Path(folder) / f"{name}-{language[:2]}.png")


def test_twelve_screens_have_no_accessibility_fault_in_either_language_theme_or_size(screen, demo, settings):
    settings.PORTCRM_SITE_URL = screen.address
    manager = User.objects.get(email="manager@portcrm.invalid")
    found = {}

    for language, theme, width in VIEWS:
        screen.sign_in(manager, language=language, theme=theme)
        for name, path in screens_of_the_demo(screen.address, language).items():
            screen.open(path, width=width)
            problems = faults(screen) + ([f"{screen.overflow()} px too wide"] if screen.overflow() > 0 else [])
            if problems:
                found[f"{name} {language} {theme} {width}"] = problems
            if theme == "light" and width == (PHONE if name == "opinion-form" else DESK):
                take_picture(screen, name, language)

    assert not found, "\n".join(f"{screen_}: {problem}" for screen_, problems in found.items() for problem in problems)
