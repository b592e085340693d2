"""Contacts, their consent, and the profile of persons in charge."""

import datetime as dt

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from customers.models import Contact, Observation
from customers.services import contacts, personal
from customers.tests.factories import make_basis, make_contact, make_customer, make_observation
from portcrm.accounts.roles import Role
from portcrm.accounts.tests.factories import make_user
from portcrm.audit.models import AuditEvent
from portcrm.clock import port_today
from portcrm.editing import EditConflict
from portcrm.errors import RuleBroken
from portcrm.tests.at_once import at_once

pytestmark = pytest.mark.django_db


@pytest.fixture
def keeper():
    return make_user(Role.MARKETING)


def test_the_first_contact_is_the_first_to_turn_to_until_another_takes_its_place(keeper):
    customer = make_customer()

    first = contacts.add_contact(customer=customer, name="演示联系人 01", by=keeper)
    contacts.add_contact(customer=customer, name="演示联系人 02", is_primary=True, by=keeper)

    assert list(customer.contacts.values_list("name", "is_primary")) == [("演示联系人 02", True), ("演示联系人 01", False)]
    contacts.edit_contact(contact=first, changes={"is_primary": True}, seen={}, by=keeper)
    assert list(customer.contacts.values_list("name", "is_primary")) == [("演示联系人 01", True), ("演示联系人 02", False)]


def test_an_address_occurs_once_among_a_customers_contacts(keeper):
    customer = make_customer()
    contacts.add_contact(customer=customer, name="甲", email="desk@example.invalid", by=keeper)

    with pytest.raises(RuleBroken) as refusal:
        contacts.add_contact(customer=customer, name="乙", email="DESK@example.invalid", by=keeper)
    elsewhere = contacts.add_contact(customer=make_customer(), name="丙", email="desk@example.invalid", by=keeper)

    assert refusal.value.field == "email"
    assert list(customer.contacts.values_list("name", flat=True)) == ["甲"]
    assert elsewhere.email == "desk@example.invalid"


@pytest.mark.database
def test_the_database_refuses_the_same_address_twice():
    contact = make_contact(email="desk@example.invalid")

    with pytest.raises(IntegrityError, match="an_address_occurs_once"), transaction.atomic():
        make_contact(customer=contact.customer, email="Desk@example.invalid")


def test_only_people_who_are_there_have_an_address_and_agree_are_reachable(keeper):
    reachable = make_contact()
    make_contact(email="")
    contacts.contact_left(contact=make_contact(), by=keeper)
    contacts.withdraw_consent(contact=make_contact(), by=keeper)

    assert list(Contact.objects.reachable()) == [reachable]


def test_withdrawing_twice_keeps_the_first_moment_and_agreeing_again_ends_it(keeper):
    contact = contacts.withdraw_consent(contact=make_contact(), by=keeper)
    first = contact.consent_withdrawn_at

    contacts.withdraw_consent(contact=contact, by=keeper)
    assert contact.consent_withdrawn_at == first

    contacts.give_consent(contact=contact, source="电话确认", by=keeper)
    assert (contact.consent_withdrawn_at, contact.consent_source, contact.may_be_written_to) == (None, "电话确认", True)


def test_agreement_without_saying_how_is_no_agreement(keeper):
    contact = contacts.withdraw_consent(contact=make_contact(), by=keeper)

    with pytest.raises(RuleBroken):
        contacts.give_consent(contact=contact, source=" ", by=keeper)

    contact.refresh_from_db()
    assert contact.may_be_written_to is False


def test_two_editors_of_a_position_are_shown_both(keeper):
    contact = make_contact(position="经理")
    contacts.edit_contact(contact=contact, changes={"position": "总监"}, seen={"position": "经理"}, by=keeper)

    with pytest.raises(EditConflict) as refusal:
        contacts.edit_contact(contact=contact, changes={"position": "主管"}, seen={"position": "经理"}, by=keeper)

    assert [(one.theirs, one.yours) for one in refusal.value.conflicts] == [("总监", "主管")]


def test_many_contacts_are_added_with_the_same_keys_as_one(keeper):
    customer = make_customer()
    (key,) = contacts.add_contacts(rows=[{"customer": customer, "name": "演示 甲", "email": "a@example.invalid"}], by=keeper)

    assert Contact.objects.get(pk=key).search_key == make_contact(name="演示 甲", name_en="", email="a@example.invalid").search_key


@pytest.mark.parametrize("typed", ["演示", "yanshi", "演示联系人丁", "ding.desk"])
def test_a_contact_is_found_by_name_pinyin_or_address(typed):
    wanted = make_contact(name="演示联系人丁", name_en="", email="ding.desk@example.invalid")
    make_contact(name="别人", name_en="Other", email="other@example.invalid")

    assert list(Contact.objects.search(typed)) == [wanted]


def test_reading_a_profile_is_written_down(keeper):
    observation = make_observation(text="喜欢围棋")

    seen = personal.read_profile(contact=observation.contact, by=keeper)

    event = AuditEvent.objects.get()
    assert seen == [observation]
    assert (event.action, event.actor_id, event.record_pk, event.detail) == (
        "contact.read_profile",
        keeper.pk,
        str(observation.contact_id),
        {"observations": 1},
    )


@pytest.mark.parametrize("role", [Role.OPERATIONS, Role.SERVICE, Role.ADMIN, Role.AUDITOR])
def test_other_roles_read_nothing_of_a_profile(role):
    stranger, observation = make_user(role), make_observation(text="喜欢围棋")

    assert personal.read_profile(contact=observation.contact, by=stranger) == []
    assert list(Observation.objects.visible_to(stranger)) == []
    assert AuditEvent.objects.count() == 0


def test_observations_stand_side_by_side_with_author_and_day(keeper):
    contact = make_basis().contact
    for day, text in ((1, "急躁"), (2, "沉稳")):
        personal.add_observation(
            contact=contact, aspect="temperament", text=text, purpose="visit", observed_on=dt.date(2026, 5, day), by=keeper
        )

    assert [(one.text, one.author) for one in contact.observations.all()] == [("沉稳", keeper), ("急躁", keeper)]


def test_a_withdrawn_observation_leaves_the_profile_but_not_the_record(keeper):
    observation = make_observation()

    personal.withdraw_observation(observation=observation, by=keeper)

    assert personal.read_profile(contact=observation.contact, by=keeper) == []
    assert (observation.withdrawn_by, observation.withdrawn_on) == (keeper, port_today())


@pytest.mark.database
@pytest.mark.django_db(transaction=True)
def test_two_people_who_choose_another_first_contact_at_once_queue():
    """Each would hold the contact they make the first one and wait for the other's."""
    customer, by = make_customer(), make_user(Role.MARKETING)
    pair = [make_contact(customer=customer) for _number in range(2)]

    def choose(contact):
        return lambda: contacts.edit_contact(contact=contact, changes={"is_primary": True}, seen={}, by=by).pk

    for _round in range(10):
        assert at_once(choose(pair[0]), choose(pair[1])) == [pair[0].pk, pair[1].pk]
        assert Contact.objects.filter(customer=customer, is_primary=True).count() == 1


def test_a_person_is_confirmed_as_it_was_read(client):
    keeper, contact = make_user(Role.MARKETING, name="甲经办"), make_contact(position="单证主管")
    client.force_login(keeper)
    url = reverse("customers:contact_change", args=[contact.pk, "verify"])
    assert f'action="{url}"' in client.get(contact.get_absolute_url()).content.decode()

    contacts.edit_contact(contact=contact, changes={"position": "经理"}, seen={}, by=make_user(Role.MANAGER))
    refused = client.post(url, {"version": contact.version})
    contact.refresh_from_db()
    assert (refused.status_code, contact.verified_on) == (409, None)

    client.post(url, {"version": contact.version})

    contact.refresh_from_db()
    assert (contact.verified_by, contact.verified_on) == (keeper, port_today())
    assert "甲经办" in client.get(contact.get_absolute_url()).content.decode()


def test_nobody_who_has_left_is_confirmed():
    keeper, contact = make_user(Role.MARKETING), make_contact(left_on=port_today())

    with pytest.raises(RuleBroken):
        contacts.verify_contact(contact=contact, by=keeper)

    contact.refresh_from_db()
    assert contact.verified_on is None


def test_customer_service_confirms_no_contact(client):
    contact = make_contact()
    client.force_login(make_user(Role.SERVICE))

    response = client.post(reverse("customers:contact_change", args=[contact.pk, "verify"]))

    contact.refresh_from_db()
    assert (response.status_code, contact.verified_on) == (403, None)
    assert "change/verify" not in client.get(contact.get_absolute_url()).content.decode()
