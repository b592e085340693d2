"""People who work for several companies stand in the network of each."""

import datetime as dt

import pytest
from django.urls import reverse

from customers.tests.factories import make_acquaintance, make_contact, make_customer, make_relation
from customers.tests.test_network import LATELY, LONG_AGO, around, lines, works_beside
from portcrm.accounts.roles import Role
from portcrm.accounts.tests.factories import make_user

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("in_english")]


@pytest.fixture
def keeper():
    return make_user(Role.MARKETING, name="王 经办", name_en="Wang", language="en")


def test_a_person_of_several_companies_has_a_line_to_each_and_is_near_through_any(keeper):
    centre, far, second = make_customer(name_en="Centre"), make_customer(name_en="Far"), make_customer(name_en="Second")
    make_relation(from_customer=centre, to_customer=second)
    contact = make_contact(customer=far, name_en="Demo Contact 07")
    works_beside(contact, centre, second, since=LATELY)
    make_acquaintance(contact=contact, user=keeper)

    network = around(centre, keeper, depth=1)
    farther = around(centre, keeper, depth=2)

    assert [line for line in lines(network) if line[1] == "works_at"] == [
        ("Demo Contact 07", "works_at", "Centre"), ("Demo Contact 07", "works_at", "Second")
    ]  # fmt: skip
    assert {node.label: node.steps for node in network.nodes.values()}["Demo Contact 07"] == 1
    assert [line for line in lines(farther) if line[1] == "works_at"] == [
        ("Demo Contact 07", "works_at", "Centre"), ("Demo Contact 07", "works_at", "Second")
    ]  # fmt: skip
    assert ("Wang", "knows", "Demo Contact 07") in lines(network)


def test_a_company_somebody_works_for_beside_is_drawn_as_it_was_on_the_day(keeper):
    centre = make_customer(name_en="Centre")
    (job,) = works_beside(make_contact(name_en="Demo Contact 07"), centre, since=LONG_AGO, until=LATELY)

    before = around(centre, keeper, day=LATELY - dt.timedelta(days=1)).links
    after = around(centre, keeper, day=LATELY).links

    assert [(link.first.label, link.second.label, link.since, link.until) for link in before if link.kind == "works_at"] == [
        ("Demo Contact 07", "Centre", job.since, job.until)
    ]
    assert after == []


def test_whoever_left_the_main_company_is_drawn_where_they_still_work(keeper):
    centre, main = make_customer(name_en="Centre"), make_customer(name_en="Main")
    make_relation(from_customer=centre, to_customer=main)
    works_beside(make_contact(customer=main, name_en="Demo Contact 07", left_on=LONG_AGO), centre)

    assert [line for line in lines(around(centre, keeper)) if line[1] == "works_at"] == [("Demo Contact 07", "works_at", "Centre")]


def test_the_tab_tells_of_people_who_work_for_the_firm_beside_another_and_lets_one_note_them(client, keeper):
    centre, main = make_customer(), make_customer(name_en="Main Company")
    contact = make_contact(customer=main, name_en="Demo Contact 07", position_en="Director")
    works_beside(contact, centre)
    client.force_login(keeper)

    client.post(reverse("customers:acquaintance_add", args=[centre.pk]), {"contact": contact.pk, "user": keeper.pk, "closeness": 4})
    told = client.get(reverse("customers:network_tab", args=[centre.pk])).context["acquaintances"]

    assert [(row.contact, row.closeness) for row in told] == [(contact, 4)]


def people_of(network) -> list[tuple[str, str, str]]:
    return [line for line in lines(network) if line[1] == "works_at"]


def test_nobody_is_drawn_at_a_firm_before_the_day_they_came_to_it(keeper):
    centre = make_customer(name_en="Centre")
    make_contact(customer=centre, name_en="Demo Contact 07", here_since=LATELY)

    drawn = [people_of(around(centre, keeper, day=day)) for day in (LATELY - dt.timedelta(days=1), LATELY)]

    assert drawn == [[], [("Demo Contact 07", "works_at", "Centre")]]


def test_before_that_day_somebody_is_drawn_where_an_employment_says_so(keeper):
    first, second = make_customer(name_en="First"), make_customer(name_en="Second")
    make_relation(from_customer=first, to_customer=second, since=None)
    contact = make_contact(customer=second, name_en="Demo Contact 07", here_since=LATELY)
    works_beside(contact, first, until=LATELY)
    before = LATELY - dt.timedelta(days=1)

    drawn = [people_of(around(first, keeper, day=day)) for day in (before, LATELY)]
    works_beside(contact, second, until=LATELY)

    assert drawn == [[("Demo Contact 07", "works_at", "First")], [("Demo Contact 07", "works_at", "Second")]]
    assert ("Demo Contact 07", "works_at", "Second") in people_of(around(second, keeper, day=before))


def test_the_page_of_a_day_draws_nobody_who_came_later(client, keeper):
    centre = make_customer(name_en="Centre")
    make_contact(customer=centre, name_en="Demo Contact 07", here_since=LATELY)
    client.force_login(keeper)

    pages = [
        client.get(reverse("customers:network_tab", args=[centre.pk]), {"day": day.isoformat()}).content.decode()
        for day in (LATELY - dt.timedelta(days=1), LATELY)
    ]

    assert ["Demo Contact 07" in page for page in pages] == [False, True]
