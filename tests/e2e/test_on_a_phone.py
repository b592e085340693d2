"""A phone's window of 360 px: what matters is in sight, nothing runs into anything else, a finger can hit what it aims at."""

import pytest
from django.urls import reverse

from customers.tests.factories import make_customer, make_follow_up
from portcrm.accounts.roles import Role
from portcrm.accounts.tests.factories import make_user
from tests.e2e.walking import load_reference_data

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
PHONE = {"width": 360, "height": 780}
TOUCHED = ".btn, summary, select, .form-control, .tab, .chip-choice, td .form-check-input"
SMALL = """touched => [...document.querySelector("main").querySelectorAll(touched)]
  .filter(one => one.checkVisibility() && one.getBoundingClientRect().height < 40)
  .map(one => `${one.className} ${one.getBoundingClientRect().height}`)"""
LABELS = """() => [...document.querySelectorAll(".list-table tbody td[data-label]")]
  .map(cell => [cell.dataset.label, cell.clientHeight, parseFloat(getComputedStyle(cell, "::before").height)])
  .filter(([label, cell, line]) => line > 0)"""


@pytest.fixture
def keeper():
    load_reference_data()
    return make_user(Role.MARKETING, name="甲经办", name_en="Demo marketing staff 03")


@pytest.fixture
def customer(keeper):
    customer = make_customer(
        name_zh="溯舟远洋运输股份有限公司", name_en="Suzhou Ocean Transport Joint-Stock Company Ltd", account_manager=keeper,
        tier="key", is_key_account=True, types=["carrier", "forwarder", "ship_agent"],
    )  # fmt: skip
    make_follow_up(customer=customer, owner=keeper, title="Send the new tariff")
    return customer


def test_the_head_of_a_customer_leaves_most_of_the_screen_to_what_follows(screen, keeper, customer):
    screen.sign_in(keeper, language="en")
    page = screen.open(customer.get_absolute_url(), **PHONE)

    tabs = page.get_by_role("tablist").bounding_box()

    assert tabs["y"] + tabs["height"] < PHONE["height"] * 0.45
    page.locator(".page-actions summary").click()
    page.locator(".page-actions").get_by_role("link", name="Plan a follow-up").click()
    page.wait_for_url("**/follow-ups/new/")


def test_the_chosen_tab_of_a_customer_is_in_sight(screen, keeper, customer):
    screen.sign_in(keeper)

    page = screen.open(f"{customer.get_absolute_url()}?tab=history", **PHONE)

    tab = page.locator("#tab-history").bounding_box()
    assert tab["x"] >= 0
    assert tab["x"] + tab["width"] <= PHONE["width"]


def test_open_matters_come_before_the_long_timeline(screen, keeper, customer):
    screen.sign_in(keeper)

    page = screen.open(customer.get_absolute_url(), **PHONE)

    assert page.locator(".record-aside").bounding_box()["y"] < page.locator(".record-main").bounding_box()["y"]


def test_a_label_of_two_lines_does_not_run_into_the_next_row(screen, keeper, customer):
    screen.sign_in(keeper, language="en")

    page = screen.open(reverse("customers:customer_list"), **PHONE)

    rows = page.evaluate(LABELS)
    assert max(line for _label, _cell, line in rows) > 30  # one of them has two lines
    assert [label for label, cell, line in rows if cell < line] == []


@pytest.mark.parametrize("part", ["list", "overview", "contacts", "network", "care"])
def test_a_finger_can_hit_what_it_aims_at(screen, keeper, customer, part):
    screen.sign_in(keeper)
    path = reverse("customers:customer_list") if part == "list" else f"{customer.get_absolute_url()}?tab={part}"

    page = screen.open(path, **PHONE)

    assert page.evaluate(SMALL, TOUCHED) == []
    assert screen.overflow() <= 0
