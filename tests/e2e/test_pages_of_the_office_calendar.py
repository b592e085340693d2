"""The office calendar, the code lists and the questionnaires fit on a desk and on a phone, and nothing has to be scrolled sideways."""

import datetime as dt

import pytest
from django.urls import reverse

from customers.tests.factories import make_office_day
from portcrm.accounts.roles import Role
from portcrm.accounts.tests.factories import make_user
from portcrm.clock import port_today
from tests.e2e.screen import DESK, PHONE, faults
from tests.e2e.walking import load_reference_data

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
# What is wider than the place it has: a page that fits may still hide half of a table or a row of tabs.
CUT_OFF = """() => [...document.querySelectorAll('.table-wrap:has(.list-table), .list-tabs')]
    .filter(one => one.scrollWidth > one.clientWidth + 1).map(one => one.className)"""

LONG = "防台停工，下午三点半起各窗口停止办公"


@pytest.fixture
def pages() -> list[str]:
    load_reference_data()
    year = port_today().year
    row = make_office_day(day=dt.date(year, 11, 23), kind="hours", hours="08:30-12:00 13:30-15:30", reason=LONG)
    make_office_day(day=dt.date(year, 11, 28), kind="usual", reason="调休上班")
    return [
        *(reverse(f"customers:{name}") for name in ("office_days", "office_day_create", "office_days_paste", "reference_home")),
        f"{reverse('customers:office_days')}?year={year + 1}",
        reverse("customers:office_day_edit", args=[row.pk]),
        reverse("cargo:reference_home"),
        reverse("feedback:questionnaire_list"),
    ]


@pytest.mark.parametrize(("width", "theme"), [(DESK, "dark"), (PHONE, "light")])
def test_nothing_is_cut_off_and_nothing_is_at_fault(screen, pages, width, theme):
    screen.sign_in(make_user(Role.ADMIN, Role.MANAGER), theme=theme)

    found = {}
    for address in pages:
        page = screen.open(address, width=width)
        cut = page.evaluate(CUT_OFF) if width == PHONE else []
        if (seen := (screen.overflow(), faults(page), cut)) != (0, [], []):
            found[address] = seen

    assert found == {}
