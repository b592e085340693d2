"""The explorer answers while one chooses, keeps the question in the address, and fits a phone."""

import datetime as dt

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from cargo.tests.factories import make_port, make_shipment
from customers.tests.factories import make_customer
from portcrm.accounts.roles import Role
from portcrm.accounts.tests.factories import make_user
from tests.e2e.screen import DESK, PHONE, faults

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def reader():
    houston, dalian = make_port("USHOU").pk, make_port("CNDLC").pk
    for number, quantity in enumerate((1200, 800, 40)):
        make_shipment(
            customer=make_customer(name_zh=f"演示客户 {number:02d}"),
            handled_on=dt.date(2026, 1 + number, 9),
            quantity=quantity,
            origin_id=houston,
            destination_id=dalian,
            cargo_class_id=("02", "11", "03")[number],
        )
    return make_user(Role.OPERATIONS)


def test_a_choice_is_answered_at_once_and_stays_in_the_address(screen, reader):
    screen.sign_in(reader)
    page = screen.open(f"{reverse('cargo:explorer')}?start=2026-01&end=2026-06")
    expect(page.locator(".pivot tbody tr")).to_have_count(3)

    page.select_option("#id_down", "lane")
    expect(page.locator(".pivot tbody tr")).to_have_count(1)
    page.reload()
    expect(page.locator(".pivot tfoot td").last).to_have_text("2,040")
    page.select_option("#id_across", "year")
    page.select_option("#id_down", "year")
    expect(page.locator("#pivot .field-errors")).to_have_count(1)
    page.select_option("#id_down", "lane")
    page.locator(".pivot tbody th a").click()
    expect(page.locator("#lane-customers tbody tr")).to_have_count(3)

    assert faults(page) == []


@pytest.mark.parametrize(("width", "theme"), [(DESK, "light"), (PHONE, "dark")])
def test_explorer_flow_and_vessel_fit_and_have_no_accessibility_fault(screen, reader, width, theme):
    screen.sign_in(reader, theme=theme)
    ends = [make_port(code).pk for code in ("USHOU", "CNDLC")]
    make_shipment(vessel="演示轮 03", voyage="2601W", handled_on=dt.date(2026, 1, 9))
    found = []

    for address in (
        f"{reverse('cargo:explorer')}?down=customer",
        reverse("cargo:lane", args=ends),
        f"{reverse('cargo:vessel')}?name=演示轮 03",
    ):
        page = screen.open(address, width=width)
        found.append((screen.overflow(), faults(page)))

    assert found == [(0, [])] * 3
