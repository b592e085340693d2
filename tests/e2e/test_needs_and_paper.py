"""Needs and concerns in a real browser: the radar, the form by keyboard, talking points while recording, and the way to the paper.

PORTCRM_SCREENSHOTS=folder also writes pictures of the pages.
"""

import datetime as dt

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from customers.models import Customer, DepartmentView
from customers.tests.factories import make_customer, make_interaction, make_view
from portcrm.accounts.roles import Role
from portcrm.accounts.tests.factories import make_department, make_user
from tests.e2e.test_ten_screens import DESK, PHONE, faults, take_picture
from tests.e2e.walking import load_reference_data

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
VIEWS = (("zh-hans", "light", DESK), ("zh-hans", "dark", PHONE), ("en", "dark", DESK), ("en", "light", PHONE))


@pytest.fixture
def marketing():
    load_reference_data()
    return make_department(code="marketing", name_zh="市场部", name_en="Marketing")


@pytest.fixture
def keeper(marketing):
    return make_user(Role.MARKETING, name="演示用户 01", name_en="Demo User 01", department=marketing)


@pytest.fixture
def customer(marketing, keeper) -> Customer:
    operations = make_department(code="operations", name_zh="操作部", name_en="Operations")
    firm = make_customer(name_zh="东港煤炭贸易有限公司", name_en="Donggang Coal Trading", account_manager=keeper)
    concerns = ("freight_payment", "cost_accounting", "way_into_port", "container_supply", "inspection_clearance", "schedule_punctuality",
                "transshipment", "competence", "cargo_safety")  # fmt: skip
    needs = ("freight_rate", "transport_reliability", "delivery_time", "door_to_door", "cargo_quality", "customs_efficiency", "edi_level",
             "cargo_network")  # fmt: skip
    make_view(
        dict(zip((*concerns, *needs), (3, 4, 2, 5, 3, 5, 2, 3, 4, 5, 4, 4, 2, 3, 4, 5, 3), strict=True)),
        dict(zip(needs, (4, 3, 2, 2, 4, 4, 2, 3), strict=True)),
        customer=firm, department=marketing, standing=4, outlook=3, note="愿意把增量放在本港，前提是箱源有保证",
    )  # fmt: skip
    make_view(dict(zip(concerns, (3, 4, 3, 4, 3, 2, 2, 4, 4), strict=True)), customer=firm, department=operations, standing=3)
    make_view({"schedule_punctuality": 3}, customer=firm, department=marketing, viewed_on=dt.date(2026, 2, 3))
    return firm


def test_the_radar_is_drawn_and_the_page_holds_without_a_fault_in_both_languages_themes_and_sizes(screen, keeper, customer):
    found = {}

    for language, theme, width in VIEWS:
        screen.sign_in(keeper, language=language, theme=theme)
        for name, path in {
            "needs": f"{customer.get_absolute_url()}?tab=needs",
            "needs-form": reverse("customers:view_add", args=[customer.pk, keeper.department_id]),
            "paper": reverse("paper:paper_order", args=["file-card", customer.pk]),
        }.items():
            page = screen.open(path, width=width)
            if name == "needs":
                expect(page.locator("#concerns-chart canvas")).to_be_visible()
                expect(page.locator("#needs-chart canvas")).to_be_visible()
            problems = faults(screen) + ([f"{screen.overflow()} px too wide"] if screen.overflow() > 0 else [])
            if problems:
                found[f"{name} {language} {theme} {width}"] = problems
            take_picture(screen, f"{name}-{theme}-{width}", language)

    assert found == {}


def test_the_radar_says_what_it_shows_and_holds_the_same_figures_as_a_table(screen, keeper, customer):
    screen.sign_in(keeper, language="en")
    page = screen.open(f"{customer.get_absolute_url()}?tab=needs")
    chart = page.locator("#concerns-chart")

    expect(chart.locator(".chart-title")).to_have_text("Departments differ most on Schedule punctuality: Marketing sees 5, Operations 2")
    expect(chart.locator(".chart-note")).to_contain_text("n = 18")
    chart.locator("summary").click()
    chart.get_by_role("button", name="Show as table").click()

    expect(chart.locator("tbody tr").nth(5)).to_contain_text("Schedule punctuality52apart")


def test_a_view_is_recorded_by_keyboard_alone(screen, keeper, customer):
    screen.sign_in(keeper, language="en")
    page = screen.open(reverse("customers:view_add", args=[customer.pk, keeper.department_id]))

    page.get_by_label("Overall cargo safety · Weight for the customer").focus()
    page.keyboard.press("5")
    page.keyboard.press("Tab")
    page.keyboard.type("上月破包一票")
    page.keyboard.press("Control+Enter")

    page.wait_for_url(lambda url: "tab=needs" in url)
    expect(page.locator("#said-cargo_safety li").first).to_contain_text("上月破包一票")
    score = DepartmentView.objects.latest("pk").scores.get()
    assert (score.matter, score.score) == ("cargo_safety", 5)


def test_talking_points_stand_in_the_form_while_a_visit_is_recorded(screen, keeper, customer):
    screen.sign_in(keeper, language="en")
    page = screen.open(customer.get_absolute_url())

    page.get_by_text("Record a call, a visit or a message").click()
    expect(page.get_by_label("Subject")).to_be_in_viewport()  # what is written comes first
    page.locator("#composer summary", has_text="Talking points for a visit").click()

    expect(page.locator("#composer #talking-points")).to_contain_text("Take down box types")


def test_a_visit_of_the_timeline_leads_to_its_report_and_the_browser_prints_it(screen, keeper, customer):
    make_interaction(customer=customer, kind="visit", subject="季度走访", recorded_by=keeper)
    screen.sign_in(keeper, language="en")
    page = screen.open(customer.get_absolute_url())

    page.get_by_role("link", name="Visit · 季度走访").click()
    page.get_by_role("link", name="Print the report").click()
    page.get_by_label("Chinese").check()
    with page.expect_popup() as opened:
        page.get_by_role("button", name="Print from the browser").click()

    expect(opened.value.locator(".paper-kind")).to_have_text("走访报告")
    expect(opened.value.locator("h1")).to_have_text("东港煤炭贸易有限公司")
