"""What customers owe, as their pages and the list of all show it."""

import datetime as dt
from decimal import Decimal

import pytest
from django.urls import reverse
from django.utils import translation

from customers.queries.receivables import owed_by
from customers.services.parts import edit_transactions
from customers.services.receivables import renew_balances
from customers.tests.factories import make_balance, make_credit, make_customer, make_receivable
from portcrm.accounts.roles import Role
from portcrm.accounts.tests.factories import make_user
from portcrm.errors import RuleBroken

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


def test_two_pages_tell_the_same_of_who_is_overdue(client, settler):
    """The customers with overdue payments are those of the receivables list and those it says it does not hold."""
    named = make_balance(not_due=0, days_60=100, overdue_total=100, oldest_due_on=dt.date(2026, 10, 1)).customer
    make_credit(customer=named, credit_exposure=100, overdue_amount=100)
    typed = make_credit(credit_exposure=50, overdue_amount=40, credit_as_of=dt.date(2026, 9, 1)).customer
    make_credit(credit_exposure=50, overdue_amount=0)
    client.force_login(settler)

    def customers(query: str) -> set:
        return set(client.get(reverse("customers:customer_list") + query).context["listing"].rows)

    listed = client.get(reverse("customers:balance_list") + "?overdue=True")
    filed = {row.customer for row in listed.context["listing"].rows}

    assert (customers("?overdue=True"), filed, customers("?overdue_typed=True")) == ({named, typed}, {named}, {typed})
    assert f'<a href="{reverse("customers:customer_list")}?overdue_typed=True">One more customer</a>' in listed.content.decode()


def test_where_credit_notes_outweigh_what_is_owed_no_page_calls_it_overdue(client, settler):
    balance = make_balance(not_due=-150, days_60=100, overdue_total=100, open_total=-50, oldest_due_on=dt.date(2026, 10, 1))
    make_credit(customer=balance.customer, credit_exposure=0, overdue_amount=0)
    client.force_login(settler)

    lists = [client.get(reverse(f"customers:{name}") + "?overdue=True") for name in ("customer_list", "balance_list")]

    assert [list(answer.context["listing"].rows) for answer in lists] == [[], []]


def test_a_typed_figure_is_marked_with_its_day_and_one_of_a_file_is_not(client, settler):
    typed = make_credit(credit_exposure=50, overdue_amount=40, credit_as_of=dt.date(2026, 9, 1)).customer
    filed = make_balance(not_due=0, days_60=100, overdue_total=100, oldest_due_on=dt.date(2026, 10, 1)).customer
    make_credit(customer=filed, credit_exposure=100, overdue_amount=100, credit_as_of=dt.date(2026, 9, 1))
    client.force_login(settler)

    def pages(customer) -> str:
        tab = client.get(reverse("customers:terms_tab", args=[customer.pk])).content.decode()
        return client.get(customer.get_absolute_url()).content.decode() + tab

    assert ["typed by hand, 2026-09-01" in pages(typed), pages(typed).count("typed by hand")] == [True, 2]
    assert "typed by hand" not in pages(filed)


def test_the_list_of_a_group_marks_a_typed_figure_and_none_of_a_file(client, settler):
    head = make_customer()
    typed, filed, calm = (make_customer(parent=head) for _firm in range(3))
    make_balance(customer=filed, not_due=0, days_60=100, overdue_total=100, oldest_due_on=dt.date(2026, 10, 1))
    for firm, overdue in ((typed, 40), (filed, 100), (calm, 0)):
        make_credit(customer=firm, credit_exposure=100, overdue_amount=overdue, credit_as_of=dt.date(2026, 9, 1))
    client.force_login(settler)

    page = client.get(reverse("customers:group", args=[head.pk]), {"columns": "name,overdue_amount"})

    column = page.context["listing"].columns[1]
    shown = {row.pk: str(column.html(row)) for row in page.context["listing"].rows}
    assert [shown[firm.pk].startswith(amount) for firm, amount in ((typed, "¥40.00 <"), (filed, "¥100.00"), (calm, "¥0.00"))] == [True] * 3
    assert [firm.pk for firm in (head, typed, filed, calm) if "typed by hand" in shown[firm.pk]] == [typed.pk]
    assert page.content.decode().count("typed by hand") == 1


def test_what_a_file_says_is_not_typed_over(settler):
    filed = make_balance().customer
    make_credit(customer=filed, credit_exposure=100, overdue_amount=0)
    edit = {"customer": filed, "seen": {}, "by": settler}

    with pytest.raises(RuleBroken) as refusal:
        edit_transactions(changes={"credit_exposure": 100, "overdue_amount": 30}, **edit)
    edit_transactions(changes={"credit_exposure": 100, "credit_limit": 500}, **edit)

    filed.transactions.refresh_from_db()
    assert refusal.value.field == "overdue_amount"
    assert (filed.transactions.overdue_amount, filed.transactions.credit_limit) == (0, 500)
