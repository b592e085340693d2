"""A person works for several companies at once and moves between them; the way stays on record."""

import datetime as dt

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from customers.models import Contact, Employment
from customers.queries.person import career_of, people_of
from customers.services import contacts, employments
from customers.services.interactions import log_interaction
from customers.tests.factories import DAY, make_contact, make_customer
from portcrm.accounts.roles import Role
from portcrm.accounts.tests.factories import make_user
from portcrm.audit.queries import rows_as_of
from portcrm.clock import start_of_day
from portcrm.errors import RuleBroken
from portcrm.tests.at_once import at_once

pytestmark = pytest.mark.django_db


@pytest.fixture
def keeper():
    return make_user(Role.MARKETING)


def stations(found) -> list[tuple]:
    return [(one.contact.pk, one.row.position, one.is_main) for one in found]


def test_a_second_company_shows_the_person_among_its_people(keeper):
    contact, second = make_contact(position="经理"), make_customer()
    employments.add_employment(contact=contact, customer=second, position="顾问", roles=["finance"], since=DAY, by=keeper)

    here, gone = people_of(keeper, second)

    assert (stations(here), gone) == ([(contact.pk, "顾问", False)], [])
    assert stations(people_of(keeper, contact.customer)[0]) == [(contact.pk, "经理", True)]


def test_an_employment_that_ended_stands_among_those_who_worked_there(keeper):
    contact, second = make_contact(), make_customer()
    row = employments.add_employment(contact=contact, customer=second, position="顾问", since=DAY, by=keeper)
    employments.end_employment(employment=row, until=DAY + dt.timedelta(days=1), by=keeper)

    here, gone = people_of(keeper, second)

    assert (here, stations(gone), gone[0].until) == ([], [(contact.pk, "顾问", False)], DAY + dt.timedelta(days=1))
    with pytest.raises(RuleBroken):
        employments.end_employment(employment=row, until=DAY, by=keeper)


def test_moving_closes_one_employment_and_opens_another(keeper):
    first, second = make_customer(), make_customer()
    contact = make_contact(customer=first, position="经理", roles=["in_charge"], here_since=dt.date(2020, 1, 1), is_primary=True)

    moved = employments.move_contact(contact=contact, to=second, on=DAY, position="总监", email="new@example.invalid", by=keeper)

    assert (moved.customer, moved.position, moved.here_since, moved.email, moved.is_primary) == (
        second,
        "总监",
        DAY,
        "new@example.invalid",
        True,
    )
    before = Employment.objects.get()
    assert (before.customer, before.position, before.roles, before.since, before.until) == (
        first, "经理", ["in_charge"], dt.date(2020, 1, 1), DAY,
    )  # fmt: skip
    assert [(one.customer, one.until) for one in career_of(keeper, moved)] == [(second, None), (first, DAY)]


def test_agreement_to_be_written_to_goes_along_and_so_does_its_withdrawal(keeper):
    willing, unwilling = make_contact(), contacts.withdraw_consent(contact=make_contact(), by=keeper)

    for contact in (willing, unwilling):
        employments.move_contact(contact=contact, to=make_customer(), on=DAY, by=keeper)

    assert list(Contact.objects.reachable()) == [willing]


def test_moving_to_the_second_company_makes_it_the_main_one(keeper):
    first, second = make_customer(), make_customer()
    contact = make_contact(customer=first)
    employments.add_employment(contact=contact, customer=second, position="顾问", since=dt.date(2024, 5, 1), by=keeper)

    moved = employments.move_contact(contact=contact, to=second, on=DAY, by=keeper)

    assert (moved.customer, moved.position, moved.here_since) == (second, "顾问", dt.date(2024, 5, 1))
    assert [(row.customer_id, row.until) for row in Employment.objects.all()] == [(first.pk, DAY)]


def test_who_leaves_the_main_company_is_known_at_the_other_one(keeper):
    contact, second = make_contact(), make_customer()
    employments.add_employment(contact=contact, customer=second, by=keeper)

    left = contacts.contact_left(contact=contact, by=keeper)

    assert (left.customer, left.left_on) == (second, None)


def test_who_had_left_comes_back_elsewhere_with_the_days_kept(keeper):
    contact, second = make_contact(left_on=dt.date(2026, 3, 31)), make_customer()

    moved = employments.move_contact(contact=contact, to=second, on=DAY, by=keeper)

    assert (moved.left_on, moved.here_since, Employment.objects.get().until) == (None, DAY, dt.date(2026, 3, 31))


def test_a_move_keeps_to_the_calendar_and_to_free_addresses(keeper):
    contact, taken = make_contact(email="desk@example.invalid", here_since=DAY), make_contact(email="DESK@example.invalid")

    with pytest.raises(RuleBroken) as early:
        employments.move_contact(contact=contact, to=taken.customer, on=DAY - dt.timedelta(days=1), by=keeper)
    with pytest.raises(RuleBroken) as address:
        employments.move_contact(contact=contact, to=taken.customer, on=DAY, by=keeper)

    contact.refresh_from_db()
    assert (early.value.field, address.value.field, Employment.objects.count()) == ("on", "email", 0)
    assert contact.customer != taken.customer


@pytest.mark.database
def test_the_database_refuses_two_open_employments_at_one_company_and_an_end_before_the_beginning(keeper):
    contact, customer = make_contact(), make_customer()
    fields = {"contact": contact, "customer": customer, "recorded_by": keeper, "recorded_on": DAY}
    Employment.objects.create(**fields)

    with pytest.raises(IntegrityError, match="a_person_works_for_a_company_once_at_a_time"), transaction.atomic():
        Employment.objects.create(**fields)
    with pytest.raises(IntegrityError, match="an_employment_ends_after_it_began"), transaction.atomic():
        Employment.objects.create(**fields | {"since": DAY, "until": DAY - dt.timedelta(days=1)})


@pytest.mark.database
@pytest.mark.django_db(transaction=True)
def test_two_people_who_move_a_person_at_once_leave_one_main_company():
    by, contact, customers = make_user(Role.MARKETING), make_contact(), [make_customer(), make_customer()]

    def move(to):
        return lambda: employments.move_contact(contact=contact, to=to, on=DAY, by=by).customer_id

    at_once(*(move(to) for to in customers))

    contact.refresh_from_db()
    closed = Employment.objects.order_by("pk").values_list("customer", flat=True)
    assert len(closed) == 2
    assert {contact.customer_id, closed[1]} == {customer.pk for customer in customers}


def test_somebody_who_works_for_the_customer_too_takes_part_and_a_stranger_does_not(keeper):
    contact, second = make_contact(), make_customer()
    employments.add_employment(contact=contact, customer=second, by=keeper)

    talk = log_interaction(customer=second, kind="call", subject="询价", contacts=[contact], by=keeper)
    with pytest.raises(RuleBroken) as refusal:
        log_interaction(customer=second, kind="call", subject="询价", contacts=[contact, make_contact()], by=keeper)

    assert (list(talk.contacts.all()), refusal.value.field) == ([contact], "contacts")


def test_history_tells_for_whom_a_person_worked_on_a_day(keeper):
    contact, second = make_contact(), make_customer()
    row = employments.add_employment(contact=contact, customer=second, position="顾问", by=keeper)

    assert [one.position for one in rows_as_of(Employment, start_of_day(DAY + dt.timedelta(days=9)), customer=second.pk)] == ["顾问"]
    assert row.recorded_by == keeper


def test_pages_add_end_and_move(client, keeper):
    client.force_login(keeper)
    contact, second, third = make_contact(), make_customer(), make_customer()

    client.post(reverse("customers:employment_add", args=[contact.pk]), {"customer": second.pk, "position": "顾问"})
    row = Employment.objects.get()
    client.post(reverse("customers:employment_end", args=[row.pk]), {"until": "2026-11-23"})
    client.post(reverse("customers:contact_move", args=[contact.pk]), {"to": third.pk, "on": "2026-11-23"})

    contact.refresh_from_db()
    row.refresh_from_db()
    assert (row.customer, row.until, contact.customer) == (second, DAY, third)
    page = client.get(contact.get_absolute_url()).content.decode()
    assert all(customer.label in page for customer in (second, third))


def test_a_move_that_breaks_a_rule_comes_back_with_the_form(client, keeper):
    client.force_login(keeper)
    contact = make_contact()

    response = client.post(reverse("customers:contact_move", args=[contact.pk]), {"to": contact.customer_id, "on": "2026-11-23"})

    assert (response.status_code, list(response.context["form"].errors)) == (422, ["to"])


@pytest.mark.parametrize("role", [Role.SERVICE, Role.AUDITOR])
def test_who_only_reads_moves_nobody(client, role):
    client.force_login(make_user(role))
    contact = make_contact()

    response = client.post(reverse("customers:contact_move", args=[contact.pk]), {"to": make_customer().pk, "on": "2026-11-23"})

    contact.refresh_from_db()
    assert (response.status_code, Employment.objects.count(), contact.here_since) == (403, 0, None)


def test_the_successor_stands_on_the_page(client, keeper):
    client.force_login(keeper)
    successor = make_contact(name="演示联系人 接任", name_en="")
    contact = make_contact(customer=successor.customer)
    contacts.edit_contact(contact=contact, changes={"successor": successor}, seen={}, by=keeper)

    page = client.get(contact.get_absolute_url()).content.decode()

    assert "演示联系人 接任" in page
