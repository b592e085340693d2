"""What the demo and the sample run put into an empty database."""

import random

import pytest

from customers.demo import seed
from customers.models import (
    BusinessAssessment,
    Commitment,
    Contact,
    Contract,
    Customer,
    FollowUp,
    Interaction,
    Observation,
    PriceTerm,
    ReceivablesStatement,
)
from customers.samples import sample_customers
from portcrm.accounts.roles import Role
from portcrm.accounts.tests.factories import make_department, make_user

LEDGER = """port,period,company,qty_kbbl,shipments
X,1986-01,A & B CO,1,1
X,1986-02,A & B CO,1,1
X,1986-01,A B CO,1,1
"""

pytestmark = pytest.mark.django_db


@pytest.fixture
def users():
    department = make_department()
    return {role.value: make_user(role, department=department) for role in Role}


def test_the_demo_fills_every_part_of_the_file_through_the_services(users, monkeypatch):
    monkeypatch.setattr(seed, "FIRMS", 40)

    seed.seed_customers(random.Random(7), users, lambda text: None)

    assert Customer.objects.count() == 40
    for model in (BusinessAssessment, Commitment, Contact, Contract, FollowUp, Interaction, Observation, PriceTerm):
        assert model.objects.exists(), model
    assert ReceivablesStatement.objects.get().agrees
    assert Customer.objects.exclude(traits=None).exclude(transactions=None).count() == 30
    assert set(Contact.objects.values_list("email", flat=True).filter(email__endswith="@demo.invalid")) == set(
        Contact.objects.values_list("email", flat=True)
    )


def test_the_same_seed_makes_the_same_firms():
    first, again = (seed.invented_firms(random.Random(7), 50) for _ in range(2))

    assert first == again
    assert len({firm.name_zh for firm in first}) == 50


@pytest.mark.samples
def test_the_sample_companies_come_in_once_however_often_the_step_runs(users, samples):
    for _ in range(2):
        sample_customers(samples, users["manager"], lambda text: None)

    assert Customer.objects.exclude(name_zh="").count() == 351
    assert Customer.objects.filter(name_zh="").count() == 631
    assert Contact.objects.reachable().count() == Contact.objects.values("email").distinct().count() == 631


def test_importers_get_one_role_mailbox_each(users, tmp_path):
    for name, text in (
        ("companies/cn_port_related_companies.txt", "棹川(上海)航运有限公司\n棹川（上海）航运有限公司\n"),
        ("companies/cn_listed_companies_first300_gbk.csv", ",TS代码,股票代码,股票名称,行业\n0,0,0,演示股份,水运\n"),
        ("clv/us_ports_oil_importers_monthly.csv", LEDGER),
    ):
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(text.encode("gbk" if "gbk" in name else "utf-8"))

    sample_customers(tmp_path, users["manager"], lambda text: None)

    assert set(Customer.objects.values_list("name_zh", "name_en", "business_scope")) == {
        ("棹川(上海)航运有限公司", "", ""),
        ("演示股份", "", "水运"),
        ("", "A & B CO", ""),
        ("", "A B CO", ""),
    }
    assert list(Contact.objects.order_by("customer__name_en").values_list("email", flat=True)) == [
        "survey@a-b-co.invalid",
        "survey@a-b-co-2.invalid",
    ]
