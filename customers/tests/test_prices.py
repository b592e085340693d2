"""Price terms: a new price ends the older one, later ones stay, wrong ones are withdrawn; nothing is overwritten."""

import datetime as dt
from decimal import Decimal

import pytest
from django.db import IntegrityError, InternalError, transaction
from django.urls import reverse

from customers.models import PriceTerm
from customers.queries.terms import Terms, terms_entries
from customers.services.prices import set_price, withdraw_price
from customers.tests.factories import make_contract, make_customer, make_price
from portcrm.accounts.roles import Role
from portcrm.accounts.tests.factories import make_user
from portcrm.clock import port_today, start_of_day
from portcrm.errors import RuleBroken
from portcrm.pages.queries.timeline import read_timeline
from portcrm.pages.registry import Wanted
from portcrm.tests.at_once import at_once

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("in_english")]
JANUARY, JULY, OCTOBER = dt.date(2026, 1, 1), dt.date(2026, 7, 1), dt.date(2026, 10, 1)


@pytest.fixture
def keeper(client):
    keeper = make_user(Role.MARKETING, language="en")
    client.force_login(keeper)
    return keeper


def agreed(customer, keeper, **fields) -> PriceTerm:
    given = {"service": "handling", "unit": "tonne", "rate": Decimal("20.5"), "valid_from": JANUARY} | fields
    return set_price(customer=customer, by=keeper, **given)


def spans(customer) -> list[tuple]:
    rows = PriceTerm.objects.filter(customer=customer).order_by("valid_from", "pk")
    return [(row.rate, row.valid_from, row.valid_until) for row in rows]


def test_a_new_price_ends_the_older_one_the_day_before(keeper):
    customer = make_customer()
    agreed(customer, keeper)

    agreed(customer, keeper, rate=Decimal(22), valid_from=JULY)

    assert spans(customer) == [(Decimal("20.5"), JANUARY, dt.date(2026, 6, 30)), (Decimal(22), JULY, None)]


def test_prices_of_other_things_and_other_customers_stay(keeper):
    customer, other = make_customer(), make_customer()
    for fields in ({"cargo_class": "03"}, {"unit": "teu"}, {"detail": "重箱"}, {"service": "storage"}):
        agreed(customer, keeper, **fields)
    agreed(other, keeper)

    agreed(customer, keeper, valid_from=JULY)

    assert set(PriceTerm.objects.filter(valid_from=JANUARY).values_list("valid_until", flat=True)) == {None}


def test_a_price_agreed_for_later_stays_and_the_new_one_must_end_before_it(keeper):
    customer = make_customer()
    agreed(customer, keeper, valid_from=OCTOBER, rate=Decimal(30))

    with pytest.raises(RuleBroken, match="Another price begins on 2026-10-01") as refusal:
        agreed(customer, keeper, valid_from=JULY)
    agreed(customer, keeper, valid_from=JULY, valid_until=dt.date(2026, 9, 30))

    assert refusal.value.field == "valid_until"
    assert spans(customer) == [(Decimal("20.5"), JULY, dt.date(2026, 9, 30)), (Decimal(30), OCTOBER, None)]


def test_a_second_price_from_the_same_day_is_refused_until_the_first_is_withdrawn(keeper):
    customer = make_customer()
    wrong = agreed(customer, keeper, rate=Decimal(205))

    with pytest.raises(RuleBroken, match="from this day on already"):
        agreed(customer, keeper)
    withdraw_price(price=wrong, reason="小数点打错", by=keeper)
    agreed(customer, keeper)

    assert spans(customer) == [(Decimal(205), JANUARY, None), (Decimal("20.5"), JANUARY, None)]
    assert list(PriceTerm.objects.standing().values_list("rate", flat=True)) == [Decimal("20.5")]
    with pytest.raises(RuleBroken, match="withdrawn already"):
        withdraw_price(price=wrong, reason="再来一次", by=keeper)


def test_a_price_takes_the_ports_currency_unless_another_is_given(keeper, settings):
    settings.PORT_CURRENCY = "CNY"
    customer = make_customer()

    prices = [agreed(customer, keeper), agreed(customer, keeper, detail="外贸", currency="usd")]

    assert [price.currency for price in prices] == ["CNY", "USD"]


@pytest.mark.parametrize(
    ("fields", "field"),
    [({"rate": Decimal(-1)}, "rate"), ({"valid_until": dt.date(2025, 1, 1)}, "valid_until"), ({"currency": "人民币"}, "currency")],
)
def test_what_cannot_be_is_refused_beside_its_field(keeper, fields, field):
    with pytest.raises(RuleBroken) as refusal:
        agreed(make_customer(), keeper, **fields)

    assert refusal.value.field == field


def test_a_price_does_not_belong_to_another_customers_contract(keeper):
    with pytest.raises(RuleBroken, match="another customer's") as refusal:
        agreed(make_customer(), keeper, contract=make_contract())

    assert refusal.value.field == "contract"


@pytest.mark.database
def test_the_database_keeps_one_price_for_one_thing_on_one_day():
    first = make_price(valid_until=OCTOBER)

    with pytest.raises(IntegrityError, match="one_thing_has_one_price_on_one_day"), transaction.atomic():
        make_price(customer=first.customer, valid_from=OCTOBER)

    make_price(customer=first.customer, valid_from=OCTOBER + dt.timedelta(days=1))
    assert PriceTerm.objects.count() == 2


@pytest.mark.database
def test_the_database_lets_nobody_overwrite_a_price():
    price = make_price()

    with pytest.raises(InternalError, match="Cannot update"), transaction.atomic():
        PriceTerm.objects.filter(pk=price.pk).update(rate=1)

    price.refresh_from_db()
    assert price.rate == 20


@pytest.mark.django_db(transaction=True)
@pytest.mark.database
def test_of_two_who_agree_on_a_price_for_one_day_one_is_told(keeper):
    customer = make_customer()

    results = at_once(*(lambda rate=rate: agreed(customer, keeper, rate=Decimal(rate)) for rate in (20, 21)))

    assert sum(isinstance(one, RuleBroken) for one in results) == 1
    assert PriceTerm.objects.count() == 1


def test_a_price_is_agreed_and_withdrawn_on_its_pages(client, keeper):
    customer = make_customer()
    contract = make_contract(customer=customer)
    typed = {
        "service": "handling",
        "unit": "tonne",
        "rate": "18.75",
        "currency": "CNY",
        "valid_from": "2026-01-01",
        "contract": contract.pk,
    }

    made = client.post(reverse("customers:price_set", args=[customer.pk]), typed)
    price = PriceTerm.objects.get()
    shown = client.get(reverse("customers:terms_tab", args=[customer.pk])).content.decode()
    client.post(reverse("customers:price_withdraw", args=[price.pk]), {"reason": "报价未获批准"})
    afterwards = client.get(reverse("customers:terms_tab", args=[customer.pk])).content.decode()

    assert made.url == f"{customer.get_absolute_url()}?tab=terms"
    assert (price.rate, price.contract) == (Decimal("18.75"), contract)
    assert "18.75 CNY" in shown
    assert "报价未获批准" in afterwards


def test_contracts_of_others_are_not_offered(client, keeper):
    customer, other = make_customer(), make_contract()

    form = client.get(reverse("customers:price_set", args=[customer.pk])).context["form"]

    assert other not in form.fields["contract"].queryset


def test_the_tab_shows_prices_of_today_and_to_come_apart_from_earlier_ones(keeper):
    customer, today = make_customer(), port_today()
    day = dt.timedelta(days=1)
    earlier = make_price(customer=customer, valid_from=today - 30 * day, valid_until=today - day)
    now = make_price(customer=customer, valid_from=today, valid_until=today + 9 * day)
    to_come = make_price(customer=customer, valid_from=today + 10 * day)

    terms = Terms(customer, keeper, today)

    assert (terms.prices, terms.earlier_prices) == ([now, to_come], [earlier])


def test_every_price_of_a_long_history_is_on_the_timeline_of_the_customer(keeper):
    customer = make_customer()
    for number in range(120):
        make_price(customer=customer, detail=f"No. {number:03}", valid_from=JANUARY + dt.timedelta(days=number // 2), valid_until=OCTOBER)

    titles, before = [], None
    for _page in range(9):
        found = read_timeline("customers.customer", customer, user=keeper, before=before, wanted=Wanted("terms"))
        titles += [entry.title for entry in found.entries]
        before = found.before
        if before is None:
            break

    assert sorted(title.rpartition("No. ")[2] for title in titles) == [f"{number:03}" for number in range(120)]


def test_a_page_of_the_timeline_reads_no_more_of_the_terms_than_it_shows(client, keeper, django_assert_num_queries):
    customer = make_customer()
    for number in range(3):
        make_price(customer=customer, detail=str(number), valid_from=JANUARY + dt.timedelta(days=number))
        make_contract(customer=customer, valid_from=JULY + dt.timedelta(days=number), valid_until=OCTOBER)

    with django_assert_num_queries(5) as read:
        entries = terms_entries(keeper, customer, start_of_day(JULY + dt.timedelta(days=1)), 2)
    statements = [query["sql"] for query in read.captured_queries]
    page = client.get(reverse("pages:timeline", args=["customers.customer", customer.pk]), {"kind": "terms"}).content.decode()

    assert [entry.at for entry in entries] == [start_of_day(JULY), start_of_day(JANUARY + dt.timedelta(days=2))]
    assert ["LIMIT 2" in statement for statement in statements] == [True] * 5
    assert page.count("Contract · ") == 3
