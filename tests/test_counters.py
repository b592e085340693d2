"""What a counter says is what the list behind its link holds, and "today" in a list is the port's, whoever reads it."""

import datetime as dt
import re
from html import unescape

import pytest
from django.conf import settings
from django.urls import reverse

from cargo.tests.factories import make_lead
from customers.enums import CustomerStatus
from customers.models import TransactionStatus
from customers.tests.factories import make_customer, make_follow_up
from customers.views.customer_list import PRESETS
from feedback.models import Complaint
from feedback.tests.factories import make_complaint
from portcrm.accounts.roles import Role
from portcrm.accounts.tests.factories import make_user
from portcrm.clock import now, port_today

pytestmark = pytest.mark.django_db
LIST = reverse("customers:customer_list")
FOLLOW_UPS = reverse("customers:follow_up_list")
BULK = reverse("bulk:choose", args=["customers.customer"])
# Just after midnight of the 27th in Shanghai; in New York it is noon of the 26th.
MOMENT = dt.datetime(2026, 11, 26, 16, 30, tzinfo=dt.UTC)


@pytest.fixture
def manager(client):
    manager = make_user(Role.MANAGER)
    client.force_login(manager)
    return manager


def links_with_numbers(page: str) -> list[tuple[str, int]]:
    """Every link of a page that shows a number and nothing else."""
    return [(unescape(address), int(number)) for address, number in re.findall(r'<a [^>]*?href="([^"]+)"[^>]*>(\d+)</a>', page)]


def held_by(client, address: str) -> int:
    return client.get(address).context["listing"].count.value


def test_the_counters_of_the_home_page_are_the_lists_behind_them(client, manager):
    for _number in range(3):
        make_complaint()
    make_complaint(at=now() - dt.timedelta(days=60))

    panels = [address for _panel, address in client.get(reverse("pages:home")).context["panels"]]
    counters = [pair for address in panels for pair in links_with_numbers(client.get(address).content.decode())]

    assert sorted(number for _address, number in counters) == [0, 1, 4]  # due today, overdue, open
    assert [held_by(client, address) for address, _number in counters] == [number for _address, number in counters]


@pytest.fixture
def customers(manager):
    """Customers of which each view of the list holds some and leaves out some."""
    late = make_customer(name_zh="逾期", status="existing", account_manager=manager, open_complaints=1)
    TransactionStatus.objects.create(customer=late, credit_exposure=50, overdue_amount=50, recorded_by=manager, recorded_on=port_today())
    make_customer(name_zh="重点", status="existing", is_key_account=True, recorded_on=port_today())
    make_customer(name_zh="大户", status="prospect", tonnes_12m=settings.KEY_ACCOUNT_TONNES, recorded_on=port_today())
    make_customer(name_zh="旧档", status="lost", recorded_on=dt.date(2001, 1, 1))


@pytest.mark.parametrize("preset", PRESETS, ids=lambda preset: preset.key)
def test_each_view_of_the_customer_list_counts_what_it_holds_wherever_it_is_counted(client, customers, preset):
    rows = client.get(f"{LIST}?{preset.query}").context["listing"].rows
    exact = client.get(f"{LIST}?{preset.query}&exact=1").context["listing"].count.value
    for_all = client.get(f"{BULK}?{preset.query}&all=1&action=edit").context["count"]

    assert 0 < len(rows) < 4
    assert (exact, for_all) == (len(rows), len(rows))


@pytest.mark.parametrize("query", ["", "q=重点", "mine=True", *(preset.query for preset in PRESETS)])
def test_the_number_above_a_column_of_the_board_is_the_list_it_leads_to(client, customers, query):
    shown = []
    for status in CustomerStatus.values:
        column = client.get(f"{reverse('customers:board_lane', args=[status])}?{query}").content.decode()
        shown += links_with_numbers(column)

    assert len(shown) == (1 if "status=" in query else len(CustomerStatus))  # a column the list leaves out leads nowhere
    assert [held_by(client, address) for address, _number in shown] == [number for _address, number in shown]


def test_the_day_of_a_list_is_the_ports_for_a_reader_in_another_zone(client, monkeypatch):
    port, fresh = dt.date(2026, 11, 27), dt.timedelta(days=settings.FRESH_DAYS["standard"]["basics"])
    reader = make_user(Role.MARKETING, time_zone="America/New_York")
    client.force_login(reader)
    for name, recorded in (("今日起过期", port - fresh - dt.timedelta(days=1)), ("明日才过期", port - fresh)):
        customer = make_customer(name_zh=name, recorded_on=recorded)
        make_follow_up(customer=customer, title=f"{name}的任务", due_on=recorded + fresh, owner=reader)
    make_complaint(at=MOMENT - dt.timedelta(days=60))
    Complaint.objects.update(due_on=port - dt.timedelta(days=1))
    monkeypatch.setattr("portcrm.clock.now", lambda: MOMENT)

    stale = [row.name_zh for row in client.get(LIST, {"stale": "True"}).context["listing"].rows]
    overdue = [row.title for row in client.get(FOLLOW_UPS, {"overdue": "True"}).context["listing"].rows]
    unanswered = held_by(client, f"{reverse('feedback:complaint_list')}?overdue=true")

    assert (stale, overdue, unanswered) == (["今日起过期"], ["今日起过期的任务"], 1)


def test_the_number_above_a_stage_of_the_lead_board_is_its_list(client, manager):
    for _number in range(3):
        make_lead(owner=manager)

    shown = links_with_numbers(client.get(reverse("cargo:lead_board")).content.decode())

    assert sum(number for _address, number in shown) == 3
    assert [held_by(client, address) for address, _number in shown] == [number for _address, number in shown]
