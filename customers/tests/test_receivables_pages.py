"""What customers owe, as their pages and the list of all show it."""

import datetime as dt
from decimal import Decimal

import pytest
from django.urls import reverse
from django.utils import translation

from customers.queries.receivables import owed_by
from customers.services.receivables import renew_balances
from customers.tests.factories import make_balance, make_credit, make_customer, make_receivable
from portcrm.accounts.roles import Role
from portcrm.accounts.tests.factories import make_user

pytestmark = pytest.mark.django_db
AS_OF = dt.date(2026, 10, 31)


@pytest.fixture(autouse=True)
def _ready(settings):
    settings.PORT_CURRENCY = "CNY"
    with translation.override("en"):
        yield


def test_the_page_shows_ages_limit_and_days_of_sales(client, settler):
    debtor = make_credit(customer=make_customer(revenue_12m=3650), credit_limit=500).customer
    make_receivable(customer=debtor, due_on=dt.date(2026, 11, 30), amount=750, as_of=AS_OF)
    make_receivable(customer=debtor, due_on=dt.date(2026, 9, 30), amount=250, as_of=AS_OF)
    renew_balances(customers=[debtor.pk], as_of=AS_OF, source="应收账款.xlsx", by=settler)
    client.force_login(settler)

    owed = owed_by(debtor, user=settler)
    page = client.get(reverse("customers:terms_tab", args=[debtor.pk])).content.decode()

    assert [(age.name, age.total, age.share) for age in owed.ages if age.total] == [
        ("not_due", 750, Decimal("0.75")),
        ("days_60", 250, Decimal("0.25")),
    ]
    assert (owed.beyond_limit, owed.days_of_sales) == (500, 100)
    assert "¥500.00 over the limit" in page
    assert 'x="75.000" y="0" width="25.000"' in page


def test_the_list_is_narrowed_to_who_is_overdue_or_over_the_limit(client, settler):
    within, over = make_credit(credit_limit=200).customer, make_credit(credit_limit=50).customer
    calm, beyond = make_balance(customer=within), make_balance(customer=over)
    late = make_balance(not_due=0, days_60=100, overdue_total=100, oldest_due_on=dt.date(2026, 10, 1))
    client.force_login(settler)

    def shown(query: str) -> list:
        return client.get(reverse("customers:balance_list") + query).context["listing"].rows

    assert (shown("?over_limit=True"), shown("?overdue=True")) == ([beyond], [late])
    assert set(shown("")) == {calm, beyond, late}


@pytest.mark.parametrize("many", [1, 3])
def test_the_list_takes_as_many_queries_for_three_customers_as_for_one(client, settler, django_assert_max_num_queries, many):
    for _number in range(many):
        make_balance(customer=make_credit(credit_limit=10).customer)
    client.force_login(settler)

    with django_assert_max_num_queries(9):
        response = client.get(reverse("customers:balance_list"))

    assert len(response.context["listing"].rows) == many


@pytest.mark.parametrize("role", [Role.MARKETING, Role.OPERATIONS, Role.SERVICE, Role.AUDITOR])
def test_only_a_manager_takes_in_a_file(client, role):
    client.force_login(make_user(role))

    answers = [
        client.get(reverse("exchange:import_upload", args=["receivables"])).status_code,
        client.get(reverse("customers:balance_list")).status_code,
    ]

    assert answers == [403, 200]
