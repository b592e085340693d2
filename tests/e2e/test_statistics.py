"""Pages of trade statistics in a real browser: they fit on a desk and on a phone and have no accessibility fault."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.urls import reverse
from playwright.sync_api import expect

from cargo.models import StatisticSeries
from cargo.tests.factories import make_series
from portcrm.accounts.roles import Role
from portcrm.accounts.tests.factories import make_user
from tests.e2e.walking import load_reference_data

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
DESK, PHONE = 1440, 360
BULLETIN = "演示市2024年5月港口生产快报\n1.演示港 万吨 100 120 1 1\n2.近港 亿桶 50 10 1 1\n"


@pytest.fixture
def marketer():
    load_reference_data()
    return make_user(Role.MARKETING, name="演示市场")


@pytest.fixture
def series(marketer) -> StatisticSeries:
    """Fourteen months, one of them revised."""
    months = {f"{2025 + number // 12}-{number % 12 + 1:02d}": 1_000_000 + 10_000 * number for number in range(14)}
    made = make_series(months=months, by=marketer)
    make_series(months={"2026-01": 1_234_567}, by=marketer)
    return made


def faults(page) -> list[str]:
    return [f"{fault['id']}: {fault['nodes'][0]['html'][:160]}" for fault in Axe().run(page).response["violations"]]


@pytest.mark.parametrize("width", [DESK, PHONE])
def test_the_pages_of_statistics_fit_and_have_no_accessibility_fault(screen, marketer, series, width):
    screen.sign_in(marketer, theme="dark" if width == PHONE else "light")
    pages = [
        reverse("cargo:statistic_list"),
        reverse("cargo:figure_list"),
        series.get_absolute_url(),
        reverse("exchange:import_upload", args=["statistics"]),
        reverse("cargo:bulletin_upload"),
    ]

    found = {}
    for address in pages:
        page = screen.open(address, width=width)
        if (seen := (screen.overflow(), faults(page))) != (0, []):
            found[address] = seen

    assert found == {}


@pytest.mark.parametrize("width", [DESK, PHONE])
def test_a_bulletin_taken_in_tells_what_is_odd_without_a_fault(screen, marketer, width):
    screen.sign_in(marketer, theme="dark" if width == DESK else "light")
    page = screen.open(reverse("cargo:bulletin_upload"), width=width)

    page.fill("[name=source]", "演示统计局")
    page.fill("textarea", BULLETIN)
    page.click("#form .btn-primary")

    expect(page.locator("#main")).to_contain_text("2024")
    assert StatisticSeries.objects.count() == 4
    assert (screen.overflow(), faults(page)) == (0, [])
