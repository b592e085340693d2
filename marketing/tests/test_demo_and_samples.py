"""What `./run` and `./run real_data` show of rankings."""

import csv
import datetime as dt
import random
from collections import defaultdict
from decimal import Decimal

import pytest

from cargo.services.ledger import record_shipments
from cargo.tests.factories import make_line
from customers.models import Customer
from customers.tests.factories import make_customer
from marketing.demo.rankings import KEY_ACCOUNTS, seed_rankings
from marketing.models import RankingQuantity, RankingRow, RankingRun, ValueModel
from marketing.samples.rankings import rank_sample_years
from marketing.tests.factories import make_business
from marketing.value.windows import last_month_end
from portcrm.accounts.roles import Role
from portcrm.accounts.services import system_user
from portcrm.accounts.tests.factories import make_user
from portcrm.clock import port_today

pytestmark = pytest.mark.django_db


def test_the_demo_ranks_three_month_ends_and_makes_the_top_of_the_last_one_key_accounts():
    for number in range(KEY_ACCOUNTS + 2):
        make_business(make_customer(), 100 + number, port_today() - dt.timedelta(days=120))
    users = {Role.MANAGER: make_user(Role.MANAGER), Role.MARKETING: make_user(Role.MARKETING)}

    seed_rankings(random.Random(1), users, lambda text: None)

    newest = RankingRun.objects.first()
    assert [run.as_of for run in RankingRun.objects.complete()][0] == last_month_end(port_today()) == newest.as_of
    assert RankingRun.objects.complete().count() == 3
    assert ValueModel.objects.in_force().get().in_force_by == users[Role.MANAGER]
    key = set(Customer.objects.filter(is_key_account=True).values_list("pk", flat=True))
    assert key == set(RankingRow.objects.filter(run=newest, position__lte=KEY_ACCOUNTS).values_list("customer", flat=True))
    assert not Customer.objects.filter(is_key_account=True, account_manager=None).exists()


@pytest.mark.samples
def test_the_sample_importers_are_ranked_by_quantity_and_say_no_cost_data(samples):
    said = []
    customers, lines = {}, []
    monthly = defaultdict(lambda: [Decimal(0), 0])
    with (samples / "clv" / "us_ports_oil_importers_monthly.csv").open(encoding="utf-8") as file:
        for row in csv.DictReader(file):
            if row["period"] >= "2015-01":
                sums = monthly[row["company"], row["period"]]
                sums[0] += Decimal(row["qty_kbbl"])
                sums[1] += int(row["shipments"])
    for (company, period), (quantity, lots) in monthly.items():
        customer = customers.get(company) or customers.setdefault(company, make_customer(name_en=company))
        on = dt.date.fromisoformat(f"{period}-01")
        money = {"revenue": None, "cost": None}
        lines.append(make_line(customer_id=customer.pk, quantity=quantity, lots=lots, unit_id="kbbl", handled_on=on, **money))
    record_shipments(lines=lines, by=system_user())

    rank_sample_years(samples, by=system_user(), say=said.append)

    leaders = RankingQuantity.objects.filter(run__as_of=dt.date(2017, 12, 31), unit="kbbl", position__lte=3)
    assert list(leaders.values_list("rank", "customer__name_en", "quantity")) == [
        (1, "VALERO MARKETING & SUPPLY CO", Decimal(201_838)),
        (2, "PHILLIPS 66 CO", Decimal(176_662)),
        (3, "EXXONMOBIL OIL CORP", Decimal(165_657)),
    ]
    notes = [note["code"] for note in RankingRun.objects.get(as_of=dt.date(2017, 12, 31)).notes]
    assert ("no_contribution_data" in notes, "no_revenue_data" in notes) == (True, True)
    assert any("无成本数据" in line for line in said)
    assert [run.reconciliations.get().agrees for run in RankingRun.objects.all()] == [True, True]
