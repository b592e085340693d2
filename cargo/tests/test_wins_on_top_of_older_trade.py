"""What a customer shipped before a lead was won does not bear the win out; what came on top of it does."""

import datetime as dt
from decimal import Decimal

import pytest
from django.urls import reverse

from cargo.enums import LeadStage
from cargo.models import ExpectedFlow, Lead
from cargo.services.expected import agree_flow, confirm_wins
from cargo.services.leads import move_lead
from cargo.tests.factories import make_lead, make_months
from customers.models import Customer
from customers.tests.factories import make_customer
from portcrm.accounts.roles import Role
from portcrm.accounts.services import system_user
from portcrm.accounts.tests.factories import make_user

pytestmark = pytest.mark.django_db

WON_ON = dt.date(2026, 3, 10)


def make_won(customer: Customer, *, today: dt.date = WON_ON) -> Lead:
    """100 t of inbound coal a month for twelve months from the month it is won in."""
    lead = make_lead(today=today, customer=customer, quantity=Decimal(100), rhythm="monthly")
    return move_lead(lead=lead, to=LeadStage.WON, today=today, by=system_user())


def coal(customer: Customer, figures: dict[str, int]) -> None:
    make_months(figures, customer=customer, cargo_class_id="01", form="dry_bulk", direction="inbound")


def every_month(first: str, count: int, tonnes: int) -> dict[str, int]:
    year, month = map(int, first.split("-"))
    return {f"{year + (month - 1 + n) // 12}-{(month - 1 + n) % 12 + 1:02d}": tonnes for n in range(count)}


def judged(lead: Lead, today: dt.date) -> tuple:
    confirm_wins(today=today, by=system_user())
    flow = ExpectedFlow.objects.get(lead=lead)
    return flow.state, flow.due, flow.gross, flow.base, flow.handled


@pytest.mark.parametrize(
    ("now", "expected"),
    [
        (500, ("short", 200, 1000, 1000, 0)),  # as much as before: nothing came of the lead
        (450, ("short", 200, 900, 1000, 0)),
        (579, ("short", 200, 1158, 1000, 158)),
        (580, ("confirmed", 200, 1160, 1000, 160)),  # 80 % of 2 × 100 t on top of 2 × 500 t
    ],
)
def test_only_what_is_more_than_in_the_same_months_of_the_year_before_counts(now, expected):
    customer = make_customer()
    coal(customer, every_month("2025-03", 12, 500) | every_month("2026-03", 2, now))

    assert judged(make_won(customer), dt.date(2026, 5, 2)) == expected


def test_cargo_that_only_moved_from_one_month_to_the_next_is_not_more():
    customer = make_customer()
    coal(customer, {"2025-03": 100, "2025-04": 300, "2026-03": 300, "2026-04": 100})

    assert judged(make_won(customer), dt.date(2026, 5, 2)) == ("short", 200, 400, 400, 0)


def test_a_month_without_cargo_this_year_is_told_against_one_with_more():
    customer = make_customer()
    coal(customer, {"2025-03": 400, "2025-04": 400, "2026-04": 900})

    assert judged(make_won(customer), dt.date(2026, 5, 2)) == ("short", 200, 900, 800, 100)


@pytest.mark.parametrize(("running", "expected"), [(499, ("confirmed", 100, 600, 500, 100)), (510, ("confirmed", 100, 1110, 1000, 110))])
def test_the_running_month_is_counted_once_it_has_reached_its_base(running, expected):
    customer = make_customer()
    coal(customer, every_month("2025-03", 12, 500) | {"2026-03": 600, "2026-04": running})

    assert judged(make_won(customer), dt.date(2026, 4, 28)) == expected


def test_a_season_is_compared_with_the_same_season():
    customer = make_customer()
    coal(customer, {"2025-09": 900, "2025-12": 50, "2026-03": 120, "2026-04": 100})  # the autumn before is no base of a spring

    assert judged(make_won(customer), dt.date(2026, 5, 2)) == ("confirmed", 200, 220, 0, 220)


def test_a_renewal_is_borne_out_by_the_trade_it_continues():
    customer = make_customer()
    coal(customer, every_month("2025-03", 14, 100))
    lead = make_won(customer)

    agree_flow(
        lead=lead, tonnes_a_month=Decimal(100), teu_a_month=None, first_month=WON_ON, last_month=dt.date(2027, 2, 1), continues=True,
        today=WON_ON, by=system_user(),
    )  # fmt: skip

    assert judged(lead, dt.date(2026, 5, 2)) == ("confirmed", 200, 200, 0, 200)


def test_a_renewal_and_a_lead_on_top_of_it_share_the_cargo():
    customer = make_customer()
    coal(customer, every_month("2025-03", 12, 100) | {"2026-03": 230, "2026-04": 230})
    on_top, renewal = make_won(customer), make_won(customer)
    ExpectedFlow.objects.filter(lead=renewal).update(continues=True)

    # 100 t before, 100 t of each lead: the first has 130 t on top, the second what the first was not agreed to bring
    assert judged(on_top, dt.date(2026, 5, 2)) == ("confirmed", 200, 460, 200, 260)
    assert judged(renewal, dt.date(2026, 5, 2)) == ("confirmed", 200, 460, 0, 260)


def test_cargo_an_older_lead_brought_is_trade_there_was_when_a_newer_one_is_won():
    customer = make_customer()
    coal(customer, every_month("2025-03", 12, 100) | every_month("2026-03", 12, 200) | {"2027-03": 300})
    older = make_won(customer)
    ExpectedFlow.objects.filter(lead=older).update(last_month=dt.date(2028, 2, 1))
    newer = make_won(customer, today=dt.date(2027, 3, 10))

    assert judged(newer, dt.date(2027, 3, 31)) == ("confirmed", 0, 300, 200, 100)


def test_in_the_second_year_the_year_before_the_lead_is_still_what_it_is_compared_with():
    customer = make_customer()
    coal(customer, every_month("2025-03", 12, 100) | every_month("2026-03", 14, 200))
    lead = make_won(customer)
    ExpectedFlow.objects.filter(lead=lead).update(last_month=dt.date(2028, 2, 1))

    assert judged(lead, dt.date(2027, 5, 2)) == ("confirmed", 1400, 2800, 1400, 1400)


@pytest.fixture
def staff(client):
    client.force_login(make_user(Role.MARKETING, language="en"))
    client.cookies["django_language"] = "en"
    return client


def test_the_page_states_the_rule_and_leads_to_the_rows_of_both_years(staff):
    customer = make_customer()
    coal(customer, every_month("2025-03", 12, 500) | {"2026-03": 580, "2026-04": 575})
    lead = make_won(customer)
    confirm_wins(today=dt.date(2026, 5, 2), by=system_user())

    page = staff.get(lead.get_absolute_url()).content.decode()
    series = f"customer={customer.pk}&cargo_class=01&direction=inbound"
    behind = [
        sum(row.quantity for row in staff.get(f"{reverse('cargo:shipment_list')}?{series}&{days}").context["listing"].rows)
        for days in (
            "handled_on_after=2026-03-01&handled_on_before=2026-04-30",
            "handled_on_after=2025-03-01&handled_on_before=2025-04-30",
        )
    ]

    assert "handled_on_after=2025-03-01&amp;handled_on_before=2025-04-30" in page
    assert "Only what is more than in the same months of the year before counts" in page
    assert behind == [1155, 1000]
    assert ">1,000 t</a>" in page


def test_the_page_says_where_the_ledger_does_not_reach_back(staff):
    whole, part = make_customer(), make_customer()
    coal(part, {"2025-06": 10, "2026-03": 200})
    lead = make_won(part)
    confirm_wins(today=dt.date(2026, 3, 31), by=system_user())
    before = staff.get(lead.get_absolute_url()).content.decode()
    coal(whole, {"2025-03": 1})
    confirm_wins(today=dt.date(2026, 4, 1), by=system_user())

    after = staff.get(lead.get_absolute_url()).content.decode()
    said = "does not reach back"
    assert (said in before, said in after) == (True, False)


def test_the_form_keeps_whether_trade_is_continued(staff):
    lead = make_won(make_customer())
    url = reverse("cargo:lead_agreed", args=[lead.pk])

    staff.post(url, {"tonnes_a_month": "55", "first_month": "2026-04-15", "last_month": "2026-06-01", "continues": "on"})

    assert ExpectedFlow.objects.get().continues is True
    assert staff.get(url).context["form"].initial["continues"] is True


@pytest.mark.parametrize("first", [dt.date(2026, 3, 1), dt.date(2026, 8, 1)])  # a running month below its base, a month to come
def test_before_anything_is_counted_the_page_shows_no_figure_and_leads_to_no_rows(staff, first):
    customer = make_customer()
    coal(customer, every_month("2025-03", 12, 500) | {"2026-03": 450})
    lead = make_won(customer)
    ExpectedFlow.objects.filter(lead=lead).update(first_month=first)
    confirm_wins(today=dt.date(2026, 3, 20), by=system_user())

    page = staff.get(lead.get_absolute_url()).content.decode()

    assert ExpectedFlow.objects.get().counted_until is None
    assert (page.count("not counted yet"), "handled_on_after" in page) == (2, False)


def test_a_base_taken_twice_is_explained_and_leads_to_no_rows_that_are_half_of_it(staff):
    customer = make_customer()
    coal(customer, every_month("2025-03", 12, 100) | every_month("2026-03", 14, 200))
    lead = make_won(customer)
    ExpectedFlow.objects.filter(lead=lead).update(last_month=dt.date(2028, 2, 1))
    said, pages = "from the thirteenth month on", []
    for today in (dt.date(2027, 2, 28), dt.date(2027, 5, 2)):  # twelve months counted, fourteen
        confirm_wins(today=today, by=system_user())
        pages.append(staff.get(lead.get_absolute_url()).content.decode())

    a_year = "handled_on_after=2025-03-01&amp;handled_on_before=2026-02-28"
    assert [(said in page, a_year in page, ">1,200 t</a>" in page) for page in pages] == [(False, True, True), (True, False, False)]
    assert "1,400 t" in pages[1]


def test_the_page_of_a_renewal_does_not_speak_of_what_is_taken_off(staff):
    lead = make_won(make_customer())
    said = "before the year before is taken off", "nothing is taken off for the year before"
    usual = staff.get(lead.get_absolute_url()).content.decode()
    ExpectedFlow.objects.update(continues=True)

    renewal = staff.get(lead.get_absolute_url()).content.decode()

    assert [[words in page for words in said] for page in (usual, renewal)] == [[True, False], [False, True]]
