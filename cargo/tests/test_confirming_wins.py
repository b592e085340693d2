"""A won lead is confirmed by the ledger, or falls short of what was agreed."""

import datetime as dt
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from cargo.enums import LeadStage
from cargo.models import ExpectedFlow, Lead
from cargo.services.expected import agree_flow, confirm_wins
from cargo.services.leads import edit_lead, move_lead
from cargo.tests.factories import make_lead, make_shipment, make_unit
from customers.services.merging import merge_customers
from customers.tests.factories import make_customer
from portcrm.accounts.roles import Role
from portcrm.accounts.services import system_user
from portcrm.accounts.tests.factories import make_user
from portcrm.errors import RuleBroken

pytestmark = pytest.mark.django_db

WON_ON = dt.date(2026, 3, 10)


def make_won(**fields) -> Lead:
    """1,200 t of inbound coal a year, won in March 2026: 100 t a month until February 2027."""
    defaults = {"customer": fields.get("customer") or make_customer(), "quantity": Decimal(1200), "rhythm": "yearly"}
    lead = make_lead(today=WON_ON, **defaults | fields)
    return move_lead(lead=lead, to=LeadStage.WON, today=WON_ON, by=system_user())


def handle(lead: Lead, day: dt.date, tonnes: int, **fields) -> None:
    how = {"cargo_class_id": lead.cargo_class_id, "form": lead.form_id, "direction": lead.direction}
    make_shipment(customer=lead.customer, handled_on=day, quantity=tonnes, **how | fields)


def result(lead: Lead) -> tuple:
    flow = ExpectedFlow.objects.get(lead=lead)
    return flow.state, flow.due, flow.handled


@pytest.mark.parametrize(
    ("fields", "agreed"),
    [
        ({"rhythm": "yearly"}, (100, None, "2026-03-01", "2027-02-01")),
        ({"rhythm": "monthly"}, (1200, None, "2026-03-01", "2027-02-01")),
        ({"rhythm": "once", "ready_on": dt.date(2026, 5, 20)}, (1200, None, "2026-05-01", "2026-05-01")),
        ({"rhythm": "once", "ready_on": dt.date(2026, 1, 20)}, (1200, None, "2026-03-01", "2026-03-01")),
        ({"rhythm": "monthly", "unit": "box40"}, (None, 2400, "2026-03-01", "2027-02-01")),
    ],
)
def test_winning_writes_down_what_the_lead_promises(fields, agreed):
    if "unit" in fields:
        fields = fields | {"unit": make_unit(fields["unit"])}

    flow = ExpectedFlow.objects.get(lead=make_won(**fields))

    assert (flow.tonnes_a_month, flow.teu_a_month, str(flow.first_month), str(flow.last_month), flow.state) == (*agreed, "awaited")


def test_a_lead_without_quantity_promises_nothing_until_somebody_says_what_was_agreed():
    lead = make_won(quantity=None, unit=None)
    before = ExpectedFlow.objects.count()

    agree_flow(
        lead=lead, tonnes_a_month=Decimal(70), teu_a_month=None, first_month=dt.date(2026, 4, 9), last_month=dt.date(2026, 6, 30),
        today=WON_ON, by=system_user(),
    )  # fmt: skip

    flow = ExpectedFlow.objects.get()
    assert (before, flow.amount, str(flow.first_month), str(flow.last_month)) == (0, 70, "2026-04-01", "2026-06-01")


@pytest.mark.parametrize(
    ("today", "tonnes", "expected"),
    [
        (dt.date(2026, 3, 31), 0, ("awaited", 0, 0)),
        (dt.date(2026, 3, 31), 80, ("confirmed", 0, 80)),  # 80 % of a month before it has ended
        (dt.date(2026, 5, 2), 160, ("confirmed", 200, 160)),
        (dt.date(2026, 5, 2), 159, ("short", 200, 159)),
        (dt.date(2028, 1, 1), 959, ("short", 1200, 959)),  # the twelve months are over
        (dt.date(2028, 1, 1), 960, ("confirmed", 1200, 960)),
    ],
)
def test_the_ledger_decides_by_what_was_due(today, tonnes, expected):
    lead = make_won()
    if tonnes:
        handle(lead, dt.date(2026, 3, 20), tonnes)

    confirm_wins(today=today, by=system_user())

    assert result(lead) == expected


def test_only_cargo_of_this_customer_class_direction_and_time_counts():
    lead = make_won()
    handle(lead, dt.date(2026, 4, 1), 7)
    handle(lead, dt.date(2025, 2, 28), 1000)
    handle(lead, dt.date(2027, 3, 1), 1000)
    handle(lead, dt.date(2026, 4, 1), 1000, direction="outbound")
    handle(lead, dt.date(2026, 4, 1), 1000, cargo_class_id="02")
    make_shipment(customer=make_customer(), handled_on=dt.date(2026, 4, 1), quantity=1000, cargo_class_id="01", direction="inbound")

    confirm_wins(today=dt.date(2027, 6, 1), by=system_user())

    assert result(lead) == ("short", 1200, 7)


def test_the_night_says_the_same_twice():
    lead = make_won()
    handle(lead, dt.date(2026, 4, 1), 300)

    changed = [confirm_wins(today=dt.date(2026, 6, 1), by=system_user()) for _night in range(2)]

    assert (changed, result(lead)) == ([1, 0], ("confirmed", 300, 300))


def test_the_same_cargo_confirms_the_older_lead_and_only_what_it_leaves_the_next():
    older = make_won()
    newer, later = make_won(customer=older.customer), make_won(customer=older.customer, ready_on=dt.date(2026, 4, 30))
    handle(older, dt.date(2026, 3, 20), 150)  # 100 t a month each: March is agreed twice, April three times
    handle(older, dt.date(2026, 4, 20), 150)

    confirm_wins(today=dt.date(2026, 4, 25), by=system_user())

    assert [result(lead) for lead in (older, newer, later)] == [("confirmed", 100, 300), ("confirmed", 100, 100), ("awaited", 0, 0)]


def test_a_lead_won_later_counts_at_once_what_older_ones_leave():
    older = make_won()
    handle(older, dt.date(2026, 3, 5), 170)

    newer = make_won(customer=older.customer)

    assert result(newer) == ("awaited", 0, 70)


def test_cargo_counted_in_tonnes_is_not_counted_again_in_teu():
    older = make_won(quantity=Decimal(100), rhythm="monthly")
    newer = make_won(customer=older.customer, quantity=Decimal(10), rhythm="monthly", unit=make_unit("box20"))
    handle(older, dt.date(2026, 3, 5), 125, teu=Decimal(10))

    confirm_wins(today=dt.date(2026, 3, 31), by=system_user())

    assert (result(older), result(newer)) == (("confirmed", 0, 125), ("awaited", 0, 2))


def test_the_page_says_that_cargo_is_not_counted_twice(staff):
    assert "only what has not borne out an older lead" in staff.get(make_won().get_absolute_url()).content.decode()


def test_a_lead_that_is_won_no_more_promises_nothing():
    lead = make_won()

    move_lead(lead=lead, to=LeadStage.NEGOTIATING, today=WON_ON, by=system_user())

    assert ExpectedFlow.objects.count() == 0


def test_what_a_lead_promises_follows_its_customer_through_edits_and_merges():
    first, second, kept = make_customer(), make_customer(), make_customer()
    lead = make_won(customer=first)

    edit_lead(lead=lead, changes={"customer": second}, seen={}, by=system_user())
    edited = ExpectedFlow.objects.get().customer
    merge_customers(kept=kept, other=second, take=(), by=make_user(Role.MANAGER))

    assert (edited, ExpectedFlow.objects.get().customer, Lead.objects.get().customer) == (second, kept, kept)


def test_only_of_a_won_lead_something_is_agreed():
    with pytest.raises(RuleBroken, match="只有已成交"):
        agree_flow(
            lead=make_lead(), tonnes_a_month=Decimal(1), teu_a_month=None, first_month=WON_ON, last_month=WON_ON, today=WON_ON,
            by=system_user(),
        )  # fmt: skip


@pytest.mark.database
@pytest.mark.parametrize("wrong", [{"tonnes_a_month": None}, {"last_month": dt.date(2026, 2, 1)}, {"first_month": dt.date(2026, 3, 2)}])
def test_the_database_refuses_what_nobody_can_agree_on(wrong):
    make_won()

    with pytest.raises(IntegrityError), transaction.atomic():
        ExpectedFlow.objects.update(**wrong)


@pytest.fixture
def staff(client):
    client.force_login(make_user(Role.MARKETING, language="en"))
    client.cookies["django_language"] = "en"
    return client


def test_the_page_leads_to_the_rows_behind_the_figure_and_lists_find_what_fell_short(staff):
    short, fine = make_won(), make_won()
    handle(short, dt.date(2026, 4, 1), 7)
    handle(fine, dt.date(2026, 4, 1), 700)
    confirm_wins(today=dt.date(2026, 6, 15), by=system_user())

    page = staff.get(short.get_absolute_url()).content.decode()
    rows = staff.get(f"{reverse('cargo:lead_list')}?confirmation=short").context["listing"].rows
    address = f"customer={short.customer_id}&amp;cargo_class=01&amp;direction=inbound"
    days = "handled_on_after=2026-03-01&amp;handled_on_before=2026-06-30"
    behind = staff.get(f"{reverse('cargo:shipment_list')}?{address}&{days}".replace("&amp;", "&")).context["listing"].rows

    assert f"?{address}&amp;{days}" in page
    assert ([row.quantity for row in behind], [row.pk for row in rows]) == ([7], [short.pk])
    assert "Fallen short" in page


def test_what_was_agreed_is_noted_on_a_form_that_knows_what_is_noted(staff):
    lead = make_won()
    url = reverse("cargo:lead_agreed", args=[lead.pk])

    shown = staff.get(url).context["form"].initial
    answer = staff.post(url, {"tonnes_a_month": "55", "first_month": "2026-04-15", "last_month": "2026-04-01"})
    refused = staff.post(url, {"tonnes_a_month": "", "first_month": "2026-04-15", "last_month": "2026-03-01"})

    flow = ExpectedFlow.objects.get()
    assert shown["tonnes_a_month"] == 100
    assert (answer.url, flow.tonnes_a_month, str(flow.last_month)) == (lead.get_absolute_url(), 55, "2026-04-01")
    assert (refused.status_code, list(refused.context["form"].errors)) == (422, ["last_month"])


@pytest.mark.parametrize("rhythm", ["once", "monthly", "yearly"])
def test_what_is_ready_at_the_end_of_the_years_we_know_is_agreed_until_then_and_shown(staff, rhythm):
    lead = make_won(rhythm=rhythm, ready_on=dt.date(2100, 12, 31))

    answer = staff.get(lead.get_absolute_url())

    flow = ExpectedFlow.objects.get()
    assert (answer.status_code, str(flow.first_month), str(flow.last_month)) == (200, "2100-12-01", "2100-12-01")


@pytest.mark.parametrize("rhythm", ["once", "yearly"])
def test_a_lead_from_before_days_had_bounds_is_won_and_shown(staff, rhythm):
    lead = make_lead(customer=make_customer(), rhythm=rhythm)
    Lead.objects.update(ready_on=dt.date.max)
    lead.refresh_from_db()
    move_lead(lead=lead, to=LeadStage.WON, today=WON_ON, by=system_user())
    ExpectedFlow.objects.update(first_month=dt.date(9999, 12, 1), last_month=dt.date(9999, 12, 1))

    assert staff.get(lead.get_absolute_url()).status_code == 200


def test_what_rounds_to_nothing_a_month_promises_nothing():
    lead = make_won(quantity=Decimal(5), unit=make_unit("kg"))

    assert (lead.stage, ExpectedFlow.objects.count()) == ("won", 0)


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"first_month": "1989-12-31"}, "first_month"),
        ({"last_month": "9999-12-31"}, "last_month"),
        ({"tonnes_a_month": "10000000000.001"}, "tonnes_a_month"),
        ({"teu_a_month": "99999999999"}, "teu_a_month"),
    ],
)
def test_months_and_quantities_beyond_all_cargo_are_refused_in_words(staff, wrong, field):
    lead = make_won()
    said = {"tonnes_a_month": "55", "first_month": "2026-04-15", "last_month": "2026-05-01"}

    answer = staff.post(reverse("cargo:lead_agreed", args=[lead.pk]), said | wrong)

    assert (answer.status_code, list(answer.context["form"].errors)) == (422, [field])
    assert ExpectedFlow.objects.get().amount == 100
