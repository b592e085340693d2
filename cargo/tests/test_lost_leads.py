"""Why leads were lost, by reason and class."""

import datetime as dt
from decimal import Decimal

import pytest
from django.urls import reverse

from cargo.enums import LeadStage
from cargo.models import Lead
from cargo.queries.lost import lost_by_reason, lost_lines
from cargo.services.joining import join_leads
from cargo.services.leads import move_lead
from cargo.tests.factories import make_cargo_class, make_lead
from portcrm.accounts.roles import Role
from portcrm.accounts.services import system_user
from portcrm.accounts.tests.factories import make_user

pytestmark = pytest.mark.django_db

FIRST, LAST = dt.date(2026, 1, 1), dt.date(2026, 6, 30)


def make_lost(reason: str, day: dt.date = LAST, **fields) -> Lead:
    return move_lead(lead=make_lead(**fields), to=LeadStage.LOST, reason=reason, today=day, by=system_user())


@pytest.fixture
def losses():
    ore = make_cargo_class("03")
    make_lost("price", FIRST, quantity=Decimal(100))
    make_lost("price", quantity=Decimal(250))
    make_lost("price", cargo_class=ore, quantity=None, unit=None)
    make_lost("no_berth", cargo_class=ore, quantity=Decimal(7))
    make_lost("no_berth", FIRST - dt.timedelta(days=1))
    make_lost("no_berth", LAST + dt.timedelta(days=1))
    join_leads(kept=make_lead(), other=make_lead(), today=LAST, by=system_user())


def test_reasons_are_counted_by_class_within_the_period(losses):
    lines = lost_lines(Lead.objects.all(), FIRST, LAST)

    assert [(one.reason, one.cargo_class, one.leads, one.without_quantity, one.tonnes) for one in lines] == [
        ("price", "01", 2, 0, 350),
        ("no_berth", "03", 1, 0, 7),
        ("price", "03", 1, 1, 0),
    ]
    assert [(one.reason, one.leads, one.tonnes) for one in lost_by_reason(lines)] == [("price", 3, 350), ("no_berth", 1, 7)]


def test_the_figures_of_the_page_lead_to_their_leads(client, losses):
    client.force_login(make_user(Role.AUDITOR))

    page = client.get(f"{reverse('cargo:lost_leads')}?first={FIRST}&last={LAST}").content.decode()
    query = f"stage=lost&lost_reason=price&cargo_class=01&closed_on_after={FIRST}&closed_on_before={LAST}"
    rows = client.get(f"{reverse('cargo:lead_list')}?{query}").context["listing"].rows

    assert f"?{query}".replace("&", "&amp;") in page
    assert sorted(row.quantity for row in rows) == [100, 250]


def test_a_period_that_ends_before_it_begins_is_told_and_the_last_twelve_months_shown(client):
    client.force_login(make_user(Role.AUDITOR))

    answer = client.get(f"{reverse('cargo:lost_leads')}?first=2026-02-01&last=2026-01-01")

    assert (answer.status_code, list(answer.context["form"].errors)) == (200, ["last"])


@pytest.mark.parametrize("count", [1, 3])
def test_the_report_costs_the_same_with_one_lead_and_with_three(client, django_assert_num_queries, count):
    client.force_login(make_user(Role.AUDITOR))
    for _ in range(count):
        make_lost("price")
    client.get(reverse("cargo:lost_leads"))

    with django_assert_num_queries(3):  # person, sums, pins of the sidebar
        client.get(reverse("cargo:lost_leads"))
