"""A person named in a lead without a customer file, or on the sheet of a meeting, is told of it and forgotten there."""

import datetime as dt

import pytest

from cargo.models import CargoMeeting, Lead
from cargo.services.forgetting_leads import erase_from_leads, leads_about
from cargo.services.leads import edit_lead
from cargo.services.meetings import hold_meeting
from cargo.tests.factories import make_lead
from customers.tests.factories import make_customer
from portcrm.accounts.services import system_user
from portcrm.accounts.tests.factories import make_user
from portcrm.audit.personal_data import Person, personal_data
from portcrm.audit.queries import event_model_of

pytestmark = pytest.mark.django_db

MONTH = dt.date(2026, 10, 1)
SEVEN = Person(
    "customers.contact", 1, names=("演示联系人 07",), addresses=("seven@demo.invalid",), numbers=("0574-88015300",),
    sole_names=("演示联系人 07",),
)  # fmt: skip
WORDS = ("演示联系人 07", "seven@demo.invalid", "88015300")


def stored(*models) -> str:
    """All that is kept of these models, today's rows and past states."""
    return str([list(rows.objects.values()) for model in models for rows in (model, event_model_of(model))])


def told(person: Person) -> list[int]:
    return [len(one.rows) for one in leads_about(person)]


@pytest.mark.parametrize("field", ["party_name", "party_contact", "source_note", "introducer_name", "equipment"])
@pytest.mark.parametrize("word", ["演示联系人 07", "Seven@demo.invalid", "0574-88015300"])
def test_a_person_is_told_of_a_lead_and_forgotten_in_it_and_its_history(field, word):
    lead = make_lead(**{field: f"问 {word}"})

    before = leads_about(SEVEN)
    changed = erase_from_leads(person=SEVEN, by=make_user())

    assert [len(one.rows) for one in before] == [1, 0]
    assert f"问 {word}" in before[0].rows[0].values()
    assert changed >= 2
    assert (told(SEVEN), [one for one in WORDS if one in stored(Lead).lower()]) == ([0, 0], [])
    lead.refresh_from_db()
    assert (getattr(lead, field), lead.quantity, lead.stage) == ("问 〔已抹除〕", 5000, "new")


@pytest.mark.parametrize("changes", [{"party_contact": ""}, {"party_contact": "", "customer": True}])
def test_what_a_lead_said_before_is_told_and_forgotten_too(changes):
    lead = make_lead(party_contact="演示联系人 07")
    if "customer" in changes:
        changes = changes | {"customer": make_customer()}
    edit_lead(lead=lead, changes=changes, seen={}, by=system_user())

    before = told(SEVEN)
    erase_from_leads(person=SEVEN, by=make_user())

    assert (before, "演示联系人 07" in stored(Lead)) == ([1, 0], False)


@pytest.mark.parametrize("field", ["to_decide", "decided"])
def test_a_person_is_told_of_a_meeting_and_forgotten_in_it_and_its_history(field):
    hold_meeting(month=MONTH, changes={field: "请 演示联系人 07 来访，0574-88015300"}, seen={field: ""}, by=system_user())

    before = told(SEVEN)
    erase_from_leads(person=SEVEN, by=make_user())

    meeting = CargoMeeting.objects.get()
    assert (before, getattr(meeting, field)) == ([0, 1], "请 〔已抹除〕 来访，〔已抹除〕")
    assert [one for one in WORDS if one in stored(CargoMeeting)] == []


def test_a_name_others_bear_too_leaves_leads_and_meetings_alone():
    make_lead(party_contact="演示联系人 07")
    hold_meeting(month=MONTH, changes={"decided": "演示联系人 07"}, seen={"decided": ""}, by=system_user())
    shared = Person("customers.contact", 1, names=("演示联系人 07",), numbers=("123456",))

    assert (told(shared), erase_from_leads(person=shared, by=make_user())) == ([0, 0], 0)


def test_forgetting_a_person_asks_leads_and_meetings():
    assert "leads" in {data.key for data in personal_data()}
