"""The file as of a day has everybody who worked for the firm then, beside another company too."""

import datetime as dt

import pytest
from django.urls import reverse

from customers.models import Contact, Customer, Employment
from customers.queries.as_of import FileAsOf
from customers.services.employments import add_employment, end_employment
from customers.tests.factories import make_contact, make_customer
from portcrm.audit.tests.earlier import told_earlier
from portcrm.clock import port_today

pytestmark = pytest.mark.django_db
A_YEAR, A_DAY = dt.timedelta(days=365), dt.timedelta(days=1)


@pytest.fixture
def customer():
    return make_customer()


@pytest.fixture
def adviser(customer, manager):
    """Works for the firm beside the main company, as we know for a year."""
    contact = make_contact(name="演示联系人 07", name_en="Demo Contact 07", position_en="Director", mobile="000-0777")
    add_employment(
        contact=contact, customer=customer, position="顾问", position_en="Adviser", roles=["finance"], since=port_today() - 2 * A_YEAR,
        by=manager,
    )  # fmt: skip
    told_earlier(Contact, Employment, Customer, by=A_YEAR)
    return contact


def people_on(customer, day: dt.date, user) -> list[tuple[str, str, list[str], bool]]:
    rows = FileAsOf(Customer.objects.for_file().get(pk=customer.pk), day, user).contacts
    return [(row.name, row.position, row.roles, row.is_primary) for row in rows]


def test_whoever_works_for_the_firm_beside_another_company_is_in_it_with_what_they_do_there(customer, adviser, manager):
    Contact.objects.filter(pk=adviser.pk).update(is_primary=True)

    assert people_on(customer, port_today(), manager) == [("演示联系人 07", "顾问", ["finance"], False)]


def test_they_are_there_from_the_day_it_was_known_until_it_ended(customer, adviser, manager):
    today = port_today()
    end_employment(employment=adviser.employments.get(), until=today, by=manager)

    days = (today - A_YEAR - A_DAY, today - A_YEAR, today - A_DAY, today)
    assert [len(people_on(customer, day, manager)) for day in days] == [0, 1, 1, 0]


def test_somebody_whose_main_company_it_is_stands_there_once_and_an_employment_to_come_is_none(customer, adviser, manager):
    Contact.objects.filter(pk=adviser.pk).update(customer=customer)
    later = make_contact()
    Employment.objects.create(contact=later, customer=customer, since=port_today() + A_DAY, recorded_by=manager, recorded_on=port_today())

    assert [name for name, *_rest in people_on(customer, port_today(), manager)] == ["演示联系人 07"]


def test_the_page_of_a_day_shows_them_and_leads_to_the_day_they_came(client, customer, adviser, manager):
    today = port_today()
    client.force_login(manager)
    address = reverse("customers:file_as_of", args=[customer.pk])

    then, before = (client.get(address, {"day": day.isoformat()}) for day in (today - A_DAY, today - A_YEAR - A_DAY))

    told = then.content.decode()
    assert [words in told for words in ("Demo Contact 07", "Adviser", "000-0777", "Director")] == [True, True, True, False]
    assert "Demo Contact 07" not in before.content.decode()


def test_the_day_somebody_began_beside_is_a_day_of_change(customer, manager):
    told_earlier(Customer, by=A_YEAR)
    add_employment(contact=make_contact(), customer=customer, by=manager)

    file = FileAsOf(Customer.objects.for_file().get(pk=customer.pk), port_today() - A_DAY, manager)

    assert file.day_of_change_after == port_today()
