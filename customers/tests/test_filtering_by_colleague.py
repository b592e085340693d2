"""Lists are narrowed to any colleague who stands on their rows; those who have left come last and are marked."""

import pytest
from django.urls import reverse

from customers.filters import BalanceFilter, ContractFilter, CustomerFilter, FollowUpFilter, InteractionFilter, MergeFilter, VisitFilter
from customers.tests.factories import make_customer, make_follow_up, make_interaction, make_visit
from portcrm.accounts.choosing import ColleagueFilter
from portcrm.accounts.roles import Role
from portcrm.accounts.services import system_user
from portcrm.accounts.tests.factories import make_user

pytestmark = pytest.mark.django_db

BY_COLLEAGUE = [
    *((CustomerFilter, name) for name in ("account_manager", "team", "recorded_by", "verified_by")),
    *((FollowUpFilter, "owner"), (InteractionFilter, "recorded_by"), (VisitFilter, "visitor"), (MergeFilter, "merged_by")),
]


@pytest.fixture
def left():
    return make_user(Role.MARKETING, name="阿 离", is_active=False)


@pytest.mark.parametrize(("filters", "name"), BY_COLLEAGUE)
def test_every_such_filter_offers_everybody_and_says_who_has_left(keeper, left, filters, name):
    field = filters().form.fields[name]

    offered = [str(label) for _key, label in field.choices]

    assert isinstance(filters.base_filters[name], ColleagueFilter)
    assert offered[-1] == "阿 离（账号已停用）"
    assert keeper.label in offered[:-1]
    assert system_user().label not in offered


def test_filters_of_balances_and_contracts_are_the_same():
    found = {name: filters for each in (BalanceFilter, ContractFilter) for name, filters in each.base_filters.items()}

    assert isinstance(found["account_manager"], ColleagueFilter)


def test_the_records_of_somebody_who_left_are_found_and_the_chip_says_it(client, keeper, left):
    customer = make_customer(name_zh="棹川航运有限公司", account_manager=left)
    make_customer(account_manager=keeper), make_follow_up(customer=customer, owner=left), make_visit(customer=customer, visitor=left)
    make_interaction(customer=customer, recorded_by=left), make_interaction()
    client.force_login(keeper)
    asked = {
        "customer_list": "account_manager", "follow_up_list": "owner", "visit_list": "visitor", "interaction_list": "recorded_by",
    }  # fmt: skip

    lists = [client.get(reverse(f"customers:{name}"), {field: left.pk}).context["listing"] for name, field in asked.items()]

    assert [[chip.text for chip in listing.chips] for listing in lists] == [["阿 离（账号已停用）"]] * 4
    assert [len(listing.rows) for listing in lists] == [1] * 4


def test_the_week_of_somebody_who_left_is_shown(client, keeper, left):
    visit = make_visit(visitor=left)
    client.force_login(keeper)

    page = client.get(reverse("customers:visit_week"), {"of": left.pk, "week": visit.planned_for.isoformat()})

    assert page.context["visitor"] == left
    assert "阿 离（账号已停用）</option>" in page.content.decode()
    assert visit.customer.name_zh in page.content.decode()
