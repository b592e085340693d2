"""A won lead becomes a contract in its customer's file, prefilled from what the lead says."""

import datetime as dt
from decimal import Decimal

import pytest
from django.urls import reverse

from cargo.enums import LeadStage
from cargo.models import CargoClass, ExpectedFlow, Lead
from cargo.services.joining import open_file_for_lead
from cargo.services.lead_contracts import draw_up_contract, link_contract
from cargo.services.leads import edit_lead, move_lead
from cargo.tests.factories import make_lead, make_own_class, make_port, make_unit
from customers.models import Commitment, Contract
from customers.services.merging import merge_customers
from customers.tests.factories import make_contract, make_customer
from portcrm.accounts.roles import Role
from portcrm.accounts.services import system_user
from portcrm.accounts.tests.factories import make_user
from portcrm.audit.queries import field_changes
from portcrm.errors import RuleBroken

pytestmark = pytest.mark.django_db
WON_ON = dt.date(2026, 3, 10)
TERMS = {"title": "煤炭装卸合同", "kind": "annual", "valid_from": dt.date(2026, 3, 1), "valid_until": dt.date(2027, 2, 28)}


def make_won(**fields) -> Lead:
    """1,200 t of inbound coal a year, won in March 2026: 100 t a month until February 2027."""
    defaults = {"customer": fields.get("customer") or make_customer(), "quantity": Decimal(1200), "rhythm": "yearly"}
    lead = make_lead(today=WON_ON, **defaults | fields)
    return move_lead(lead=lead, to=LeadStage.WON, today=WON_ON, by=system_user())


@pytest.fixture
def marketer():
    return make_user(Role.MARKETING, language="en")


@pytest.fixture
def staff(client, marketer):
    client.force_login(marketer)
    client.cookies["django_language"] = "en"
    return client


def sent(form, **changes) -> dict:
    """What a browser sends of a form that somebody completes."""
    values = {name: form[name].value() for name in form.fields}
    return {name: value for name, value in values.items() if value not in (None, False)} | changes


def test_the_form_begins_with_customer_class_quantity_and_period_of_the_lead(staff):
    lead = make_won(origin=make_port("AUNTL"), goods="动力煤", source_note="煤炭订货会")

    form = staff.get(reverse("cargo:lead_contract", args=[lead.pk])).context["form"]

    shown = form.initial
    assert (str(shown["valid_from"]), str(shown["valid_until"]), shown["kind"]) == ("2026-03-01", "2027-02-28", "annual")
    assert (shown["promised_class"], shown["promised_tonnes"], shown["promised_teu"]) == ("01", 1200, None)
    assert shown["title"] == f"Coal · 动力煤 · Inbound · {make_port('AUNTL').name_en}"
    assert shown["source_reference"].startswith(lead.number)


def test_saved_it_stands_in_the_file_with_the_promised_cargo_and_the_lead_leads_to_it(staff, marketer):
    lead = make_won()
    url = reverse("cargo:lead_contract", args=[lead.pk])
    form = staff.get(url).context["form"]

    answer = staff.post(url, sent(form, number="HT-2026-7"))

    lead.refresh_from_db()
    contract, promised = Contract.objects.get(), Commitment.objects.get()
    assert (answer.url, lead.contract, contract.customer) == (contract.get_absolute_url(), contract, lead.customer)
    assert (contract.number, str(contract.valid_until), contract.recorded_by) == ("HT-2026-7", "2027-02-28", marketer)
    assert (promised.contract, promised.cargo_class, promised.tonnes, promised.teu) == (contract, "01", 1200, None)
    assert contract.get_absolute_url() in staff.get(lead.get_absolute_url()).content.decode()
    assert {change.actor_pk for change in field_changes(lead) if change.field == "contract"} == {marketer.pk}


def test_a_form_with_a_fault_comes_back_and_keeps_nothing(staff):
    lead = make_won()
    make_contract(customer=lead.customer, number="HT-1")
    url = reverse("cargo:lead_contract", args=[lead.pk])
    form = staff.get(url).context["form"]

    without = staff.post(url, sent(form))
    twice = staff.post(url, sent(form, number="HT-1"))

    assert [(answer.status_code, list(answer.context["form"].errors)) for answer in (without, twice)] == [(422, ["number"])] * 2
    assert (Contract.objects.count(), Commitment.objects.count(), Lead.objects.get().contract) == (1, 0, None)


@pytest.mark.parametrize(
    ("fields", "period", "promised"),
    [
        ({"rhythm": "monthly", "quantity": Decimal(10)}, ("2026-03-01", "2027-02-28"), (120, None)),
        ({"rhythm": "once", "ready_on": dt.date(2026, 5, 20)}, ("2026-05-01", "2026-05-31"), (1200, None)),
        ({"rhythm": "monthly", "quantity": Decimal(3), "unit": "box40"}, ("2026-03-01", "2027-02-28"), (None, 72)),
        (
            {"quantity": None, "unit": None, "plan_from": dt.date(2026, 4, 1), "plan_until": dt.date(2026, 9, 30)},
            ("2026-04-01", "2026-09-30"),
            (None, None),
        ),
    ],
)
def test_period_and_quantity_are_those_agreed_on_or_of_the_plan(staff, fields, period, promised):
    if fields.get("unit"):
        fields = fields | {"unit": make_unit(fields["unit"])}
    lead = make_won(**fields)

    shown = staff.get(reverse("cargo:lead_contract", args=[lead.pk])).context["form"].initial

    assert (str(shown["valid_from"]), str(shown["valid_until"])) == period
    assert (shown.get("promised_tonnes"), shown.get("promised_teu")) == promised


def test_from_a_company_that_was_heard_of_to_file_expected_cargo_and_contract():
    by = make_user(Role.MARKETING)
    lead = make_lead(party_name="示范新货主", quantity=Decimal(1200), rhythm="yearly", today=WON_ON, by=by)

    lead = open_file_for_lead(lead=lead, name_zh="示范新货主有限公司", name_en="", by=by)
    lead = move_lead(lead=lead, to=LeadStage.WON, today=WON_ON, by=by)
    contract = draw_up_contract(lead=lead, by=by, promised_class="01", promised_tonnes=Decimal(1200), number="HT-9", **TERMS)

    flow = ExpectedFlow.objects.get()
    assert (flow.lead, flow.customer, flow.tonnes_a_month) == (lead, lead.customer, 100)
    assert (contract.customer.name_zh, Lead.objects.get().contract) == ("示范新货主有限公司", contract)


def test_only_a_won_lead_becomes_a_contract_and_only_once(staff):
    still, won = make_lead(customer=make_customer()), make_won()
    draw_up_contract(lead=won, by=system_user(), number="A", **TERMS)

    for lead in (still, won):
        with pytest.raises(RuleBroken):
            draw_up_contract(lead=lead, by=system_user(), number="B", **TERMS)
        assert staff.get(reverse("cargo:lead_contract", args=[lead.pk])).url == lead.get_absolute_url()

    assert list(Contract.objects.values_list("number", flat=True)) == ["A"]


def test_a_contract_of_the_file_is_named_and_taken_off_again(staff):
    lead = make_won()
    mine, other = make_contract(customer=lead.customer), make_contract()
    url = reverse("cargo:lead_contract_link", args=[lead.pk])

    refused = staff.post(url, {"contract": other.pk})
    staff.post(url, {"contract": mine.pk})
    named = Lead.objects.get().contract
    staff.post(url, {"contract": ""})

    assert (refused.status_code, named, Lead.objects.get().contract) == (422, mine, None)
    with pytest.raises(RuleBroken):
        link_contract(lead=lead, contract=other, by=system_user())


def test_a_lead_with_a_contract_stays_with_its_customer_until_the_contract_is_taken_off():
    lead, other = make_won(), make_customer()
    draw_up_contract(lead=lead, by=system_user(), number="A", **TERMS)

    with pytest.raises(RuleBroken) as refusal:
        edit_lead(lead=lead, changes={"customer": other}, seen={}, by=system_user())
    link_contract(lead=lead, contract=None, by=system_user())
    edited = edit_lead(lead=lead, changes={"customer": other}, seen={}, by=system_user())

    assert (refusal.value.field, edited.customer) == ("customer", other)


def test_lead_and_contract_follow_a_merge_of_files_together():
    lead, kept = make_won(), make_customer()
    contract = draw_up_contract(lead=lead, by=system_user(), number="A", **TERMS)

    merge_customers(kept=kept, other=lead.customer, take=(), by=make_user(Role.MANAGER))

    lead.refresh_from_db(), contract.refresh_from_db()
    assert (lead.customer, lead.contract, contract.customer) == (kept, contract, kept)


def test_a_class_the_port_added_is_promised_like_any_other(staff):
    added = make_own_class()
    lead = make_won(cargo_class=added)
    url = reverse("cargo:lead_contract", args=[lead.pk])
    form = staff.get(url).context["form"]

    staff.post(url, sent(form, number="HT-18"))

    promised = Commitment.objects.get()
    assert (promised.contract.number, promised.cargo_class, promised.tonnes) == ("HT-18", "18", 1200)


def test_a_lead_of_a_class_that_has_gone_out_of_use_still_becomes_a_contract_of_it(staff):
    lead = make_won(cargo_class=make_own_class())
    CargoClass.objects.filter(pk="18").update(is_active=False)
    url = reverse("cargo:lead_contract", args=[lead.pk])

    staff.post(url, sent(staff.get(url).context["form"], number="HT-19"))

    assert Commitment.objects.get().cargo_class == "18"


def test_the_list_finds_won_leads_without_a_contract(staff):
    bare, drawn = make_won(), make_won()
    draw_up_contract(lead=drawn, by=system_user(), number="HT-3", **TERMS)

    rows = staff.get(f"{reverse('cargo:lead_list')}?stage=won&contract=false").context["listing"].rows

    assert [row.pk for row in rows] == [bare.pk]


def test_service_staff_who_keep_no_contracts_are_not_offered_one(client):
    lead = make_won()
    client.force_login(make_user(Role.SERVICE))

    page = client.get(lead.get_absolute_url()).content.decode()
    answer = client.get(reverse("cargo:lead_contract", args=[lead.pk]))

    assert (reverse("cargo:lead_contract", args=[lead.pk]) in page, answer.status_code) == (False, 403)
