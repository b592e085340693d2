"""The file as of a day knows the group of that day; its days of change know what was deleted or given away since."""

import datetime as dt
from html import unescape

import pytest
from django.db import connection
from django.urls import reverse

from customers.models import BusinessAssessment, Contact, Customer, CustomerTag, FollowUp, OpenProblem, Relation, Tag
from customers.queries.as_of import MOST_SUBSIDIARIES, FileAsOf
from customers.queries.days_of_change import changes_of_file
from customers.services.contacts import edit_contact
from customers.services.customers import edit_customer
from customers.services.merging import merge_customers
from customers.services.relations import add_relation, end_relation
from customers.services.tags import tag_customer, untag_customer
from customers.tests.factories import make_contact, make_customer, make_follow_up
from portcrm.accounts.roles import Role
from portcrm.accounts.tests.factories import make_user
from portcrm.audit.tests.earlier import told_earlier
from portcrm.clock import port_today

pytestmark = pytest.mark.django_db
TRACKED = (Customer, BusinessAssessment, Contact, CustomerTag, FollowUp, OpenProblem, Relation, Tag)


@pytest.fixture
def keeper():
    return make_user(Role.MANAGER, language="en")


@pytest.fixture
def firm():
    return make_customer(name_zh="东港集团")


def days_ago(number: int) -> dt.date:
    return port_today() - dt.timedelta(days=number)


def an_earlier_time(days: int = 10) -> None:
    """All that was done so far was done that many days ago."""
    told_earlier(*TRACKED, by=dt.timedelta(days=days))


def stood(customer: Customer, day: dt.date, user) -> FileAsOf:
    return FileAsOf(Customer.every.get(pk=customer.pk), day, user)


def below(customer: Customer, day: dt.date, user) -> list[tuple[str, int]]:
    return [(row.name_zh, row.level) for row in stood(customer, day, user).subsidiaries]


def around(customer: Customer, day: dt.date, user) -> tuple[dt.date | None, dt.date | None]:
    file = stood(customer, day, user)
    return file.day_of_change_before, file.day_of_change_after


def put_under(parent: Customer | None, *firms: Customer, by) -> None:
    for firm in firms:
        edit_customer(customer=firm, changes={"parent": parent}, seen={}, by=by)


def test_subsidiaries_are_those_of_the_day_by_the_names_they_had(firm, keeper):
    daughter, sold = make_customer(name_zh="东港煤炭"), make_customer(name_zh="东港化工")
    granddaughter = make_customer(name_zh="东港煤炭码头", parent=daughter)
    put_under(firm, daughter, sold, by=keeper)
    an_earlier_time()
    put_under(None, sold, by=keeper)
    put_under(firm, make_customer(name_zh="东港冷链"), by=keeper)
    edit_customer(customer=granddaughter, changes={"name_zh": "东港散货码头"}, seen={}, by=keeper)

    then, now, before = (below(firm, day, keeper) for day in (days_ago(1), port_today(), days_ago(11)))

    assert then == [("东港煤炭", 1), ("东港化工", 1), ("东港煤炭码头", 2)]
    assert now == [("东港煤炭", 1), ("东港冷链", 1), ("东港散货码头", 2)]
    assert before == []


def test_a_subsidiary_merged_away_since_was_there_then_and_one_moved_by_the_merge_was_not(firm, keeper):
    other = make_customer(name_zh="西港集团")
    twin = make_customer(name_zh="东港煤炭公司", parent=firm)
    daughter = make_customer(name_zh="东港煤炭", parent=firm)
    moved = make_customer(name_zh="西港煤炭", parent=other)
    an_earlier_time()
    merge_customers(kept=daughter, other=twin, take=(), by=keeper)
    merge_customers(kept=firm, other=other, take=(), by=keeper)

    then, now = below(firm, days_ago(1), keeper), below(firm, port_today(), keeper)

    assert then == [("东港煤炭公司", 1), ("东港煤炭", 1)]
    assert now == [("东港煤炭", 1), ("西港煤炭", 1)]
    assert moved.name_zh in [name for name, _level in below(other, days_ago(1), keeper)]


def test_a_circle_of_those_days_ends_where_it_closes(firm, keeper):
    daughter = make_customer(name_zh="东港煤炭", parent=firm)
    Customer.every.filter(pk=firm.pk).update(parent=daughter)

    assert below(firm, port_today(), keeper) == [("东港煤炭", 1)]


def test_the_page_leads_to_the_files_of_the_group_as_of_the_same_day(client, firm, keeper):
    daughter = make_customer(name_zh="东港煤炭", parent=firm)
    an_earlier_time()
    put_under(None, daughter, by=keeper)
    client.force_login(keeper)
    address = reverse("customers:file_as_of", args=[firm.pk])

    then, now = (unescape(client.get(address, {"day": str(day)}).content.decode()) for day in (days_ago(1), port_today()))

    link = f"{reverse('customers:file_as_of', args=[daughter.pk])}?day={days_ago(1)}"
    assert (link in then, "1 level below this firm" in then) == (True, True)
    assert ("东港煤炭" in now, "No firm belonged to this one." in now) == (False, True)


def test_of_a_large_group_the_nearest_are_shown_and_all_are_counted(client, firm, keeper):
    Customer.every.bulk_create(
        Customer(code=f"T-{number}", name_zh=f"子公司{number}", parent=firm, recorded_by=keeper, recorded_on=port_today())
        for number in range(MOST_SUBSIDIARIES + 2)
    )
    client.force_login(keeper)

    page = client.get(reverse("customers:file_as_of", args=[firm.pk]), {"day": str(port_today())}).content.decode()

    assert f"The nearest {MOST_SUBSIDIARIES} of {MOST_SUBSIDIARIES + 2} are shown." in page
    assert page.count("1 level below this firm") == MOST_SUBSIDIARIES


def test_what_was_deleted_since_changed_the_file_on_its_days(firm, keeper):
    an_earlier_time(10)
    tag_customer(customer=firm, names=["冷链"], by=keeper)
    an_earlier_time(10)
    untag_customer(customer=firm, tags=Tag.objects.all(), by=keeper)

    assert around(firm, days_ago(15), keeper) == (days_ago(20), days_ago(10))
    assert around(firm, days_ago(5), keeper) == (days_ago(10), port_today())


def test_what_went_to_another_file_changed_both_and_afterwards_only_the_other(firm, keeper):
    contact, other = make_contact(customer=firm), make_customer()
    an_earlier_time(10)
    Contact.objects.filter(pk=contact.pk).update(customer=other)
    an_earlier_time(10)
    edit_contact(contact=Contact.objects.get(), changes={"phone": "000-02"}, seen={}, by=keeper)

    assert around(firm, days_ago(15), keeper) == (days_ago(20), days_ago(10))
    assert around(firm, days_ago(5), keeper) == (days_ago(10), None)
    assert around(other, days_ago(15), keeper) == (days_ago(20), days_ago(10))
    assert around(other, days_ago(5), keeper) == (days_ago(10), port_today())


def test_what_happened_to_a_row_at_another_file_before_it_came_changed_only_that_file(firm, keeper):
    other = make_customer()
    contact = make_contact(customer=other)
    an_earlier_time(10)
    edit_contact(contact=contact, changes={"phone": "000-02"}, seen={}, by=keeper)
    an_earlier_time(10)
    Contact.objects.filter(pk=contact.pk).update(customer=firm)

    assert around(firm, days_ago(5), keeper) == (days_ago(20), port_today())
    assert around(other, days_ago(5), keeper) == (days_ago(10), port_today())


def test_a_relation_changes_the_files_of_both_firms_when_it_comes_and_when_it_ends(firm, keeper):
    carrier = make_customer()
    an_earlier_time(10)
    add_relation(customer=firm, bond="ships_with", other=carrier, by=keeper)
    an_earlier_time(10)
    end_relation(relation=Relation.objects.get(), until=port_today(), by=keeper)

    assert [around(one, days_ago(10), keeper) for one in (firm, carrier)] == [(days_ago(20), port_today())] * 2
    assert [around(one, days_ago(5), keeper) for one in (firm, carrier)] == [(days_ago(10), port_today())] * 2


def test_a_subsidiary_changes_its_parents_file_when_it_comes_and_goes_not_when_its_telephone_changes(firm, keeper):
    daughter = make_customer()
    an_earlier_time(10)
    put_under(firm, daughter, by=keeper)
    an_earlier_time(10)
    edit_customer(customer=daughter, changes={"phone": "0411-9"}, seen={}, by=keeper)
    an_earlier_time(10)
    put_under(None, daughter, by=keeper)

    assert around(firm, days_ago(15), keeper) == (days_ago(20), port_today())
    assert around(daughter, days_ago(15), keeper) == (days_ago(20), days_ago(10))


def test_days_on_which_only_a_reminder_of_a_birthday_changed_are_told_to_those_who_may_know(firm, keeper):
    an_earlier_time()
    make_follow_up(customer=firm, owner=make_user(Role.MARKETING), dedupe_key="remember:1")

    after = [around(firm, days_ago(1), reader)[1] for reader in (keeper, make_user(Role.OPERATIONS))]

    assert after == [port_today(), None]


def test_days_on_which_only_contacts_changed_are_told_to_those_who_see_contacts(firm, keeper, monkeypatch):
    an_earlier_time()
    make_contact(customer=firm)
    seen = around(firm, days_ago(1), keeper)
    monkeypatch.setattr("customers.permissions.VIEW_CONTACT", "customers.nobody_has_this")

    assert (seen, around(firm, days_ago(1), keeper)) == ((days_ago(10), port_today()), (days_ago(10), None))


def test_the_days_of_change_are_found_through_indexes(firm, keeper):
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")

    plans = {str(changes.model.__name__): changes.explain() for changes in changes_of_file(firm, keeper)}

    assert [name for name, plan in plans.items() if "Seq Scan" in plan] == []
