"""Facts nobody has confirmed in time come back to the account manager, and only once."""

import datetime as dt

import pytest
from django.urls import reverse

from customers.enums import FollowUpKind, Part, Tier
from customers.models import Contact, Customer, FollowUp, TransactionStatus
from customers.services.care import pick_customer, return_customer
from customers.services.care_of_many import CareMove, move_care
from customers.services.contacts import contact_left, edit_contact, verify_contact
from customers.services.customers import assign_customer, edit_customer
from customers.services.employments import move_contact
from customers.services.erasing import erase_person
from customers.services.followups import close_follow_up
from customers.services.parts import add_assessment, edit_traits, verify_part
from customers.services.verifying import open_verifications
from customers.tasks import nightly
from customers.tests.factories import make_assessment, make_contact, make_customer
from portcrm.accounts.models import User
from portcrm.accounts.roles import Role
from portcrm.accounts.services import system_user
from portcrm.accounts.tests.factories import make_user
from portcrm.clock import port_today
from portcrm.tests.at_once import at_once

pytestmark = pytest.mark.django_db

TODAY = dt.date(2026, 11, 24)
OLD = dt.date(2024, 1, 31)  # out of date in every tier and part


@pytest.fixture
def manager():
    return make_user(Role.MARKETING, name="王 经办", language="en")


def ask(on: dt.date = TODAY) -> int:
    return open_verifications(today=on, by=system_user())


def asked() -> list[str]:
    return list(FollowUp.objects.order_by("pk").values_list("title", flat=True))


def make_old(manager: User, **fields) -> Customer:
    return make_customer(**{"account_manager": manager, "recorded_on": OLD} | fields)


def test_basic_data_out_of_date_is_asked_about_once(manager):
    customer = make_old(manager)

    assert [ask(), ask(), ask(TODAY + dt.timedelta(days=30))] == [1, 0, 0]

    task = FollowUp.objects.get()
    assert (task.title, task.owner, task.customer) == ("Confirm “Basic data”: last confirmed on 2024-01-31", manager, customer)
    assert (task.kind, task.due_on) == (FollowUpKind.VERIFY, dt.date(2026, 12, 8))
    assert task.reason_url == f"{customer.get_absolute_url()}?tab=file"


def test_whoever_picks_a_customer_out_of_the_pool_is_asked_about_what_is_still_out_of_date(manager):
    customer, colleague = make_old(manager), make_user(Role.OPERATIONS, language="en")
    ask()
    return_customer(customer=customer, reason="调岗", by=manager)

    assert ask() == 0
    pick_customer(customer=customer, by=colleague)

    assert [ask(), ask()] == [1, 0]
    assert list(FollowUp.objects.order_by("pk").values_list("owner", "state")) == [(manager.pk, "dropped"), (colleague.pk, "open")]


def test_a_file_put_into_the_pool_with_many_is_asked_about_again_too(manager):
    customer, colleague, by = make_old(manager), make_user(Role.OPERATIONS), system_user()
    ask()
    Customer.objects.update(account_manager=None)
    move_care(moves=[CareMove(customer.pk, manager.pk, None)], note="", by=by)
    Customer.objects.update(account_manager=colleague)

    assert ask() == 1
    assert FollowUp.objects.open().get().owner == colleague


def test_what_a_manager_dropped_is_not_asked_of_them_again(manager):
    make_old(manager)
    ask()
    close_follow_up(follow_up=FollowUp.objects.get(), by=manager, state="dropped")

    assert ask() == 0


def test_every_part_is_asked_about_and_of_assessments_the_latest_alone(manager):
    customer = make_old(manager)
    edit_traits(customer=customer, changes={"outlook": "扩建"}, seen={}, by=manager, recorded_on=OLD)
    TransactionStatus.objects.create(customer=customer, recorded_by=manager, recorded_on=OLD)
    make_assessment(customer=customer, assessed_on=dt.date(2023, 1, 1), recorded_on=dt.date(2023, 1, 1), scale=1)
    make_assessment(customer=customer, assessed_on=OLD, recorded_on=OLD, scale=2)

    ask()

    parts = ("Basic data", "Business status", "Traits", "Transaction status")
    assert sorted(asked()) == [f"Confirm “{part}”: last confirmed on 2024-01-31" for part in parts]


def test_tiers_and_parts_have_days_of_their_own(manager, settings):
    settings.FRESH_DAYS = {tier: dict.fromkeys(Part.values, 100) for tier in Tier.values} | {
        "key": {"basics": 10, "traits": 30, "business": 1, "transactions": 1}
    }
    since = TODAY - dt.timedelta(days=20)
    make_customer(account_manager=manager, recorded_on=since)
    key = make_customer(account_manager=manager, recorded_on=since, tier="key", is_key_account=True)
    edit_traits(customer=key, changes={"outlook": "扩建"}, seen={}, by=manager, recorded_on=since)

    ask()

    assert list(FollowUp.objects.values_list("customer", "title")) == [(key.pk, "Confirm “Basic data”: last confirmed on 2026-11-04")]


@pytest.mark.parametrize("fields", [{"account_manager": None}, {"status": "lost"}, {"verified_on": dt.date(2026, 11, 1)}])
def test_nobody_is_asked_about_a_file_without_a_manager_a_lost_customer_or_a_fresh_file(manager, fields):
    if "verified_on" in fields:
        fields |= {"verified_by": manager}
    make_old(manager, **fields)

    assert ask() == 0


def test_a_manager_who_has_left_is_not_asked(manager):
    make_old(manager)
    User.objects.filter(pk=manager.pk).update(is_active=False)

    assert ask() == 0


def test_nobody_has_more_open_than_they_will_read_and_heavy_tiers_go_first(manager, settings):
    settings.VERIFY_AT_ONCE = 2
    colleague = make_user(Role.OPERATIONS, language="en")
    standard = [make_old(manager, recorded_on=OLD - dt.timedelta(days=number)) for number in range(3)]
    key = make_old(manager, tier="key", is_key_account=True)
    theirs = make_old(colleague)

    ask()

    assert set(FollowUp.objects.values_list("customer", flat=True)) == {key.pk, standard[2].pk, theirs.pk}
    assert ask() == 0
    close_follow_up(follow_up=FollowUp.objects.get(customer=key), by=manager)
    ask()
    assert list(FollowUp.objects.open().filter(owner=manager).values_list("customer", flat=True)) == [standard[2].pk, standard[1].pk]


def test_confirming_the_part_closes_what_asked_for_it_and_asks_anew_when_it_is_old_again(manager):
    customer = make_old(manager)
    edit_traits(customer=customer, changes={"outlook": "扩建"}, seen={}, by=manager, recorded_on=OLD)
    ask()

    verify_part(customer=customer, part=Part.BASICS, by=manager)

    open_titles = list(FollowUp.objects.open().values_list("title", flat=True))
    closed = FollowUp.objects.exclude(state="open").get()
    assert open_titles == ["Confirm “Traits”: last confirmed on 2024-01-31"]
    assert (closed.closed_by, closed.state) == (manager, "done")
    ask(port_today() + dt.timedelta(days=366))
    assert f"Confirm “Basic data”: last confirmed on {port_today()}" in asked()


def test_a_new_assessment_answers_the_question_and_an_older_one_told_later_does_not(manager):
    customer = make_old(manager, verified_on=TODAY, verified_by=manager)
    make_assessment(customer=customer, assessed_on=OLD, recorded_on=OLD, scale=2)
    ask()

    add_assessment(customer=customer, assessed_on=OLD - dt.timedelta(days=9), by=manager, scale=1)
    assert FollowUp.objects.open().count() == 1

    add_assessment(customer=customer, assessed_on=OLD + dt.timedelta(days=9), by=manager, scale=3)
    assert FollowUp.objects.open().count() == 0


def test_the_night_asks_and_the_new_manager_is_the_one_asked(manager):
    customer, successor = make_old(manager), make_user(Role.MARKETING)
    assign_customer(customer=customer, changes={"account_manager": successor}, by=manager)

    nightly()

    assert list(FollowUp.objects.values_list("owner", "opened_by")) == [(successor.pk, system_user().pk)]


def test_files_to_confirm_are_a_view_of_the_follow_ups(client, manager):
    make_old(manager)
    ask()
    client.force_login(manager)

    address = reverse("customers:follow_up_list") + "?kind=verify&mine=True&state=open&view=verify"

    page = client.get(address).content.decode()
    assert "Confirm “Basic data”: last confirmed on 2024-01-31" in page
    assert "Files to confirm" in page


@pytest.mark.database
@pytest.mark.django_db(transaction=True)
def test_two_nights_at_once_ask_once():
    manager = make_user(Role.MARKETING)
    for _number in range(5):
        make_old(manager)

    at_once(ask, ask)

    assert FollowUp.objects.count() == 5


def make_person(customer: Customer, on: dt.date, **fields) -> Contact:
    return make_contact(customer=customer, recorded_on=on, **fields)


def test_the_people_of_a_company_are_asked_about_once_by_the_one_longest_left_alone(manager):
    customer = make_old(manager, recorded_on=TODAY)
    first, second = make_person(customer, OLD + dt.timedelta(days=5)), make_person(customer, OLD)
    make_person(customer, TODAY)
    make_person(make_old(manager, recorded_on=TODAY), OLD, left_on=OLD)  # who has left is nobody's to confirm

    assert [ask(), ask()] == [1, 0]

    task = FollowUp.objects.get()
    assert (task.title, task.owner) == ("Confirm “Persons in charge”: last confirmed on 2024-01-31", manager)
    assert task.reason_url == f"{customer.get_absolute_url()}?tab=contacts"

    verify_contact(contact=second, by=manager)
    assert (ask(), FollowUp.objects.open().count()) == (0, 1)  # the other one still waits
    verify_contact(contact=first, by=manager)
    assert [FollowUp.objects.open().count(), ask()] == [0, 0]


def correct(person: Contact, by: User) -> None:
    edit_contact(contact=person, changes={"position": "科长"}, seen={"position": person.position}, by=by)


def leave(person: Contact, by: User) -> None:
    contact_left(contact=person, by=by)


def move(person: Contact, by: User) -> None:
    move_contact(contact=person, to=make_customer(), on=TODAY, by=by)


def erase(person: Contact, by: User) -> None:
    erase_person(contact=person, reason="request", by=by)


def confirm(person: Contact, by: User) -> None:
    verify_contact(contact=person, by=by)


CONFIRMED, NOBODY = "已核实。", "已无待核实的负责人。"


@pytest.mark.parametrize(("go", "result"), [(confirm, CONFIRMED), (correct, CONFIRMED), (leave, NOBODY), (move, NOBODY), (erase, NOBODY)])
def test_people_corrected_or_gone_are_no_longer_asked_about_and_those_who_still_wait_are(manager, go, result):
    """That anything was confirmed is said only where somebody said so."""
    customer = make_old(manager, recorded_on=TODAY)
    first, last = make_person(customer, OLD), make_person(customer, OLD)
    ask()

    states = [FollowUp.objects.get().state for person in (first, last) if go(person, manager) is None]

    assert (states, FollowUp.objects.get().result) == (["open", "done"], result)


def test_the_list_of_files_to_confirm_holds_files_with_any_late_part(client, manager):
    fresh = {"account_manager": manager, "recorded_on": TODAY}
    by_part = {part: make_customer(name_zh=part, **fresh) for part in ("traits", "business", "transactions", "persons", "none")}
    by_part["basics"] = make_old(manager)
    edit_traits(customer=by_part["traits"], changes={"outlook": "扩建"}, seen={}, by=manager, recorded_on=OLD)
    make_assessment(customer=by_part["business"], assessed_on=OLD, recorded_on=OLD, scale=1)
    make_assessment(customer=by_part["none"], assessed_on=OLD, recorded_on=OLD, scale=1)
    make_assessment(customer=by_part["none"], assessed_on=TODAY, recorded_on=TODAY, scale=1)
    TransactionStatus.objects.create(customer=by_part["transactions"], recorded_by=manager, recorded_on=OLD)
    make_person(by_part["persons"], OLD)
    client.force_login(manager)

    def listed(asked: str) -> set[int]:
        return {row.pk for row in client.get(reverse("customers:customer_list"), {"stale": asked}).context["listing"].rows}

    parts = ("basics", "traits", "business", "transactions", "persons")
    assert {part: listed(part) for part in parts} == {part: {by_part[part].pk} for part in parts}
    assert listed("True") == {by_part[part].pk for part in parts}


def test_who_may_see_no_contacts_learns_nothing_of_them_by_the_list(manager):
    customer = make_old(manager, recorded_on=TODAY)
    make_person(customer, OLD)

    found = [Customer.objects.late("persons", on=TODAY, reader=reader).count() for reader in (manager, make_user(), None)]

    assert found == [1, 0, 0]


def test_what_is_changed_after_its_confirmation_does_not_read_as_confirmed(client, manager):
    """Neither on a later day nor on the same one."""
    client.force_login(manager)
    same_day, later = make_customer(), make_customer(recorded_on=OLD)
    verify_part(customer=same_day, part=Part.BASICS, by=manager)
    verify_part(customer=later, part=Part.BASICS, by=manager, on=TODAY - dt.timedelta(days=1))

    for customer in (same_day, later):
        edit_customer(customer=customer, changes={"phone": "0598-1"}, seen={"phone": ""}, by=manager)

    texts = [client.get(reverse("customers:file_tab", args=[customer.pk])).content.decode() for customer in (same_day, later)]
    assert [f"confirmed by {manager.name_en}" in text for text in texts] == [False, False]
    same_day.refresh_from_db()
    assert (same_day.verified_on, same_day.verified_by) == (None, None)
    assert f"changed since {manager.name_en} confirmed it" in texts[1]
