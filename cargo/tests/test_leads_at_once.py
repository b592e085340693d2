"""A won lead is worked on while its customer's file is joined with another: whoever comes second waits, and both end."""

import datetime as dt
from decimal import Decimal
from threading import Event
from types import ModuleType

import pytest

from cargo.enums import LeadStage
from cargo.models import ExpectedFlow, Lead
from cargo.services import expected, joining, lead_contracts, leads
from cargo.tests.factories import load_reference, make_lead
from cargo.tests.test_candidates_at_once import until_somebody_waits
from customers.models import Contract, Customer, Merge
from customers.services.merging import merge_customers
from customers.tests.factories import make_customer
from portcrm.accounts.services import system_user
from portcrm.tests.at_once import at_once

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.database]
TODAY = dt.date(2026, 3, 10)
TERMS = {"number": "HT-1", "title": "煤炭装卸合同", "kind": "annual", "valid_from": TODAY}
AGREED = {"tonnes_a_month": Decimal(100), "teu_a_month": None, "first_month": TODAY, "last_month": TODAY}


@pytest.fixture(autouse=True)
def _reference():
    load_reference()


def draw_up(lead: Lead, other: Customer) -> object:
    return lead_contracts.draw_up_contract(lead=lead, by=system_user(), **TERMS)


def agree(lead: Lead, other: Customer) -> object:
    return expected.agree_flow(lead=lead, today=TODAY, by=system_user(), **AGREED)


def win(lead: Lead, other: Customer) -> object:
    return leads.move_lead(lead=lead, to=LeadStage.WON, today=TODAY, by=system_user())


def give_away(lead: Lead, other: Customer) -> object:
    return leads.edit_lead(lead=lead, changes={"customer": other}, seen={}, by=system_user())


def join(lead: Lead, other: Customer) -> object:
    twins = [make_lead(customer=other, today=TODAY), make_lead(today=TODAY)]
    return joining.join_leads(kept=twins[1], other=twins[0], today=TODAY, by=system_user())


@pytest.mark.parametrize(("work", "module", "step"), [
    (draw_up, lead_contracts, "add_contract"), (agree, expected, "_judge"), (win, leads, "follow_lead"),
    (give_away, leads, "follow_lead"), (join, joining, "edit_lead"),
])  # fmt: skip
def test_both_end(monkeypatch, work, module: ModuleType, step: str):
    by, kept, other = system_user(), make_customer(), make_customer()
    cargo = {"quantity": None, "unit": None} if work is agree else {"quantity": Decimal(1200), "rhythm": "yearly"}
    lead = make_lead(customer=other, today=TODAY, **cargo)
    if work is not win:
        win(lead, other)
    half_way, original = Event(), getattr(module, step)

    def slowly(*args, **told):
        """What stands before this step is done and held; it goes on once the merge waits, or would have long ago."""
        half_way.set()
        until_somebody_waits()
        return original(*args, **told)

    monkeypatch.setattr(module, step, slowly)

    def merge():
        half_way.wait(timeout=20)
        return merge_customers(kept=kept, other=other, take=(), by=by)

    done, merged = at_once(lambda: work(lead, kept if work is give_away else other), merge)

    assert (type(done), type(merged)) in [(kind, Merge) for kind in (Contract, ExpectedFlow, Lead)]
    assert set(Lead.objects.exclude(customer=None).values_list("customer", flat=True)) == {kept.pk}
