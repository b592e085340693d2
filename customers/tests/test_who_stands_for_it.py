"""Where the facts of a file come from, who wrote them last, and whether that is what was confirmed."""

import datetime as dt
import re

import pytest
from django.urls import reverse

from customers.models import Customer
from customers.services.customers import edit_customer
from customers.services.parts import edit_part
from customers.tests.factories import make_channel, make_customer
from portcrm.accounts.roles import Role
from portcrm.accounts.tests.factories import make_user
from portcrm.clock import port_today

pytestmark = pytest.mark.django_db
VERIFIED = port_today() - dt.timedelta(days=3)


@pytest.fixture
def old_hand():
    return make_user(Role.OPERATIONS, name="旧 经办")


@pytest.fixture
def customer(old_hand):
    return make_customer(
        recorded_by=old_hand, recorded_on=dt.date(2024, 10, 3), verified_by=old_hand, verified_on=VERIFIED,
        channel=make_channel(name_zh="舱单"), source_reference="2024 年走访记录",
    )  # fmt: skip


def told(client, customer: Customer, section: str = "reach", tab: str = "customer") -> list[str]:
    """What stands under the facts of a section."""
    page = client.get(reverse(f"customers:{tab}", args=[customer.pk])).content.decode()
    footer = re.search(rf'<section id="section-{section}".*?<footer class="provenance">(.*?)</footer>', page, re.DOTALL)[1]
    return [re.sub(r"\s+", " ", text).strip() for text in re.findall(r"<span>(.*?)</span>", footer, re.DOTALL)]


def badge(client, customer: Customer) -> bool:
    return "3天前核实，此后有改动" in client.get(customer.get_absolute_url()).content.decode()


def test_a_confirmed_file_says_its_source_and_who_stands_for_it(client, keeper, customer):
    assert told(client, customer) == [
        "来源： 舱单 · 2024 年走访记录",
        "最近由旧 经办于2024-10-03记录",
        f"旧 经办于{VERIFIED:%Y-%m-%d}核实",
    ]
    assert not badge(client, customer)


def test_a_small_edit_is_told_as_later_than_the_confirmation(client, keeper, customer):
    url = reverse("customers:section_edit", args=[customer.pk, "identity"])
    values = {name: value for name, value in client.get(url).context["form"].initial.items() if value not in (None, "", [])}
    keeper.name = "新 经办"
    keeper.save(update_fields=["name"])

    client.post(url, {"name_zh": customer.name_zh, "name_en": customer.name_en, "channel": values["channel"],
                      "source_reference": values["source_reference"], "short_name": "新简称"})  # fmt: skip

    assert Customer.objects.get().short_name == "新简称"
    assert told(client, customer) == [
        "来源： 舱单 · 2024 年走访记录",
        f"最近由新 经办于{port_today():%Y-%m-%d}记录",
        f"旧 经办于{VERIFIED:%Y-%m-%d}核实，此后有改动",
    ]
    assert badge(client, customer)


def test_confirming_again_settles_it(client, keeper, customer):
    edit_customer(customer=customer, changes={"short_name": "新简称"}, seen={}, by=keeper)

    client.post(reverse("customers:verify", args=[customer.pk, "reach"]))

    assert told(client, customer)[2] == f"{keeper.name}于{port_today():%Y-%m-%d}核实"
    assert not badge(client, customer)


def test_the_parts_tell_it_too(client, keeper, customer):
    edit_part(part="traits", customer=customer, changes={"service_area": "长三角"}, seen={}, by=keeper)
    traits = Customer.objects.get().traits
    traits.verified_by, traits.verified_on = keeper, VERIFIED
    traits.save(update_fields=["verified_by", "verified_on"])

    assert told(client, customer, "traits", "file_tab") == [
        f"最近由{keeper.name}于{port_today():%Y-%m-%d}记录",
        f"{keeper.name}于{VERIFIED:%Y-%m-%d}核实，此后有改动",
    ]
