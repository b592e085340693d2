"""How complete and how fresh the four parts of a file are."""

import datetime as dt

import pytest
from django.urls import reverse

from customers.enums import Part
from customers.models import Traits, TransactionStatus
from customers.queries.completeness import EXPECTED, PartState, part_states, persons_state
from customers.tests.factories import make_assessment, make_contact, make_customer
from portcrm.accounts.roles import Role
from portcrm.accounts.tests.factories import make_user

pytestmark = pytest.mark.django_db
ON = dt.date(2026, 11, 24)


def test_nothing_recorded_is_nothing_known_and_nothing_late():
    states = {state.part: state for state in part_states(make_customer(recorded_on=ON), latest_assessment=None, on=ON)}

    assert states[Part.BASICS].filled == 2  # both names
    assert [(states[part].filled, states[part].days, states[part].late) for part in list(Part)[1:]] == [(0, None, False)] * 3


def test_zero_is_a_fact_and_an_empty_list_is_none():
    customer = make_customer(registered_capital=0, types=[], operation_modes=["agency"], recorded_on=ON)

    basics = part_states(customer, latest_assessment=None, on=ON)[0]

    assert basics.filled == 4


def test_every_part_is_as_late_as_its_tier_allows(settings):
    settings.FRESH_DAYS = settings.FRESH_DAYS | {"key": {"basics": 10, "traits": 20, "business": 30, "transactions": 40}}
    day = ON - dt.timedelta(days=25)
    customer = make_customer(tier="key", is_key_account=True, recorded_on=day)
    Traits.objects.create(customer=customer, outlook="扩建", recorded_by=customer.recorded_by, recorded_on=day)
    TransactionStatus.objects.create(customer=customer, payment_days=30, recorded_by=customer.recorded_by, recorded_on=day)
    assessment = make_assessment(customer=customer, assessed_on=day, recorded_on=day, scale=3)

    states = part_states(customer, latest_assessment=assessment, on=ON)

    assert [(state.filled, state.days, state.late) for state in states][1:] == [(1, 25, True), (1, 25, False), (1, 25, False)]
    assert (states[0].days, states[0].late) == (25, True)


def test_what_is_expected_are_fields_of_the_part():
    assert {part: len(names) for part, names in EXPECTED.items()} == {
        Part.BASICS: 25,
        Part.TRAITS: 8,
        Part.BUSINESS: 12,
        Part.TRANSACTIONS: 11,
    }


def test_the_file_tab_tells_of_each_part(client):
    customer = make_customer(recorded_on=dt.date(2020, 1, 1))
    client.force_login(make_user(Role.MARKETING, language="en"))

    page = client.get(reverse("customers:file_tab", args=[customer.pk])).content.decode()

    assert "2 of 25 facts known" in page
    assert "to be confirmed" in page
    assert page.count("not recorded yet") == 4  # three parts and the persons in charge


def test_the_persons_in_charge_are_as_late_as_the_one_longest_left_alone(settings):
    settings.FRESH_DAYS = settings.FRESH_DAYS | {"standard": settings.FRESH_DAYS["standard"] | {"basics": 20}}
    customer, reader = make_customer(), make_user(Role.MARKETING)
    assert persons_state(customer, reader=reader, on=ON) == PartState(None, 0, 6, None, False)

    make_contact(customer=customer, position="经理", mobile="139", recorded_on=ON)  # name, e-mail and these two
    make_contact(customer=customer, recorded_on=ON - dt.timedelta(days=25))  # name and e-mail
    make_contact(customer=customer, recorded_on=ON - dt.timedelta(days=90), left_on=ON)

    assert persons_state(customer, reader=reader, on=ON) == PartState(None, 6, 12, 25, True)
    assert persons_state(customer, reader=make_user(), on=ON).days is None


def test_the_file_tab_tells_of_the_persons_in_charge_beside_the_parts(client):
    customer = make_customer()
    make_contact(customer=customer, recorded_on=dt.date(2020, 1, 1))
    client.force_login(make_user(Role.MARKETING, language="en"))

    parts = client.get(reverse("customers:file_tab", args=[customer.pk])).context["parts"]

    assert [(state.label, state.filled, state.late) for state in parts][-1] == ("Persons in charge", 2, True)


def test_what_may_rightly_stay_empty_is_told_apart_from_what_is_missing(client):
    customer = make_customer(recorded_on=ON)
    Traits.objects.create(customer=customer, outlook="扩建", recorded_by=customer.recorded_by, recorded_on=ON)
    client.force_login(make_user(Role.MARKETING, language="en"))

    sections = client.get(reverse("customers:file_tab", args=[customer.pk])).context["sections"]
    page = client.get(reverse("customers:file_tab", args=[customer.pk])).content.decode()

    traits = next(one for one in sections if one["section"].key == "traits")
    assert (traits["optional"], "Sales capability in words" in traits["missing"]) == (["Sales capability in words"], False)
    assert len(traits["missing"]) == len(EXPECTED[Part.TRAITS]) - 1
    assert "Optional, not filled in: Sales capability in words" in page
