"""Every figure of the annual task is the sum of the ledger rows it leads to: followed link by link and added up there."""

import datetime as dt
import re
from decimal import Decimal
from html import unescape

import pytest
from django.core.cache import cache
from django.db import connection
from django.urls import reverse

from cargo.models import Shipment
from cargo.services.ledger import correct_shipment
from cargo.tests.factories import load_reference, make_months, make_shipment, make_targets
from cargo.views import completion as completion_views
from cargo.views import meetings as meeting_views
from customers.tests.factories import make_customer
from portcrm.accounts.roles import Role
from portcrm.accounts.tests.factories import make_user

pytestmark = pytest.mark.django_db
TODAY = dt.date(2026, 4, 20)  # March is the last whole month
BOARD = reverse("cargo:target_board")
FIGURE = re.compile(r'<a href="(/cargo/shipments/\?[^"]+)">([+−]?[\d,]+)</a>')
SUM = """
    SELECT coalesce(sum(tonnes), 0) FROM cargo_shipment row
    JOIN customers_customer customer ON customer.id = row.customer_id
    WHERE cargo_class_id = %(class)s AND handled_on >= %(first)s AND handled_on < %(next)s
      AND (%(manager)s::bigint IS NULL OR customer.account_manager_id = %(manager)s)
"""


@pytest.fixture(autouse=True)
def _today(monkeypatch):
    cache.clear()
    load_reference()
    monkeypatch.setattr(completion_views, "port_today", lambda: TODAY)
    monkeypatch.setattr(meeting_views, "port_today", lambda: TODAY)


@pytest.fixture
def reader(client):
    user = make_user(Role.MANAGER, language="en")
    client.force_login(user)
    client.cookies["django_language"] = "en"
    return user


@pytest.fixture
def keeper(reader):
    """The account manager of one of two customers; coal and oil, in and out, one row corrected and one taken back."""
    keeper = make_user(Role.MARKETING)
    ours, other = make_customer(account_manager=keeper), make_customer()
    months = [f"{year}-{month:02d}" for year in (2025, 2026) for month in range(1, 13) if (year, month) < (2026, 5)]
    for step, (customer, code, direction) in enumerate(
        [(ours, "01", "inbound"), (ours, "02", "outbound"), (other, "01", "inbound"), (other, "01", "outbound")], start=1
    ):
        figures = {month: 100 * step + 7 * number for number, month in enumerate(months)}
        make_months(figures, customer=customer, cargo_class_id=code, direction=direction)
    wrong, typo = (
        make_shipment(customer=customer, cargo_class_id="01", handled_on=dt.date(2026, 2, 28), quantity=quantity)
        for customer, quantity in ((ours, 5000), (other, 900))
    )
    correct_shipment(shipment=wrong, reason="吨数录错", by=reader, quantity=Decimal(500), tonnes=Decimal(500))
    correct_shipment(shipment=typo, reason="重复录入", by=reader)
    make_targets({("01", None): 9000, ("02", None): 4000})
    return keeper


def followed(client, path: str) -> dict[str, tuple[Decimal, Decimal]]:
    """By address: the figure on the page, and what the rows behind it add up to."""
    found = {}
    for address, figure in FIGURE.findall(client.get(path).content.decode()):
        found[address] = (Decimal(figure.replace(",", "").replace("−", "-").lstrip("+")), tonnes_behind(client, unescape(address)))
    return found


def tonnes_behind(client, address: str) -> Decimal:
    """Of all pages of the list."""
    tonnes = Decimal(0)
    while address:
        listing = client.get(address).context["listing"]
        tonnes += sum(row.tonnes for row in listing.rows)
        address = listing.next_url
    return tonnes


@pytest.mark.parametrize("query", ["", "?month=2", "?month=2&spring=apart", "?month=1", "?direction=outbound", "?year=2025"])
def test_the_figures_of_the_board_are_the_sums_of_their_rows(client, keeper, query):
    found = followed(client, f"{BOARD}{query}")

    assert len(found) >= 5
    assert {address: figure for address, (figure, _rows) in found.items()} == {address: rows for address, (_figure, rows) in found.items()}


def test_the_figures_of_a_class_and_of_an_account_manager_are_the_sums_of_their_rows(client, keeper):
    for path in (
        reverse("cargo:target_class", args=["01"]),
        f"{reverse('cargo:target_class', args=['all'])}?manager={keeper.pk}",
        f"{BOARD}?manager={keeper.pk}",
        reverse("cargo:meeting", args=["2026-02"]),
    ):
        found = followed(client, path)

        assert len(found) >= 4, path
        assert [(address, pair) for address, pair in found.items() if pair[0] != pair[1]] == []


def handled(first: str, after: str, *, cargo_class: str = "01", manager=None) -> Decimal:
    with connection.cursor() as cursor:
        cursor.execute(SUM, {"class": cargo_class, "first": first, "next": after, "manager": manager and manager.pk})
        return cursor.fetchone()[0]


@pytest.mark.parametrize("of_manager", [False, True])
def test_the_shares_of_a_class_are_those_of_its_rows(client, keeper, of_manager):
    """January and February together, March against February and the year before; of the port and of an account manager."""
    whose = keeper if of_manager else None
    query = f"&manager={keeper.pk}" if of_manager else ""
    make_targets({("01", month): 1000 + month for month in range(1, 13)}, **({"manager_id": keeper.pk} if of_manager else {}))
    spring, before = handled("2026-01-01", "2026-03-01", manager=whose), handled("2025-01-01", "2025-03-01", manager=whose)
    february, march = handled("2026-02-01", "2026-03-01", manager=whose), handled("2026-03-01", "2026-04-01", manager=whose)

    def line(asked: str):
        return client.get(f"{BOARD}?year=2026{query}{asked}").context["found"].every["01"]

    merged, third = line("&month=2"), line("&month=3&spring=apart")

    assert (merged.month.handled, merged.month.before) == (spring, before)
    assert (merged.month.growth, merged.month.completion) == ((spring - before) / before, spring / 2003)
    assert (third.month.handled, third.month_on_month) == (march, (march - february) / february)
    assert third.cumulative.completion == (spring + march) / 3006
    assert Shipment.objects.filter(is_reversal=True).count() == 2
