"""The opinions tab of a customer: its waves beside all customers, and what became of its low marks."""

import datetime as dt
import re

import pytest
from django.urls import reverse

from customers.tests.factories import make_contact, make_customer
from feedback.services.results import compute_results
from feedback.tests.factories import make_complaint, make_invitation, make_programme, make_response, make_staff, make_wave
from portcrm.accounts.services import system_user
from portcrm.clock import now

pytestmark = pytest.mark.django_db
DAY = dt.timedelta(days=1)


@pytest.fixture
def desk(client):
    client.force_login(make_staff(language="en"))
    client.cookies["django_language"] = "en"
    return client


def answer(wave, customer, **answers):
    return make_response(invitation=make_invitation(wave=wave, contact=make_contact(customer=customer)), **answers)


def two_waves(customer, *, others: int = 1):
    programme = make_programme()
    waves = []
    for days, mark in ((100, 2), (1, 4)):
        wave = make_wave(programme=programme, opens_at=now() - days * DAY, closes_at=now() + DAY)
        answer(wave, customer, overall=3, schedule_reliability=mark, documents=5)
        for _number in range(others):
            answer(wave, make_customer(), overall=5, schedule_reliability=1)
        compute_results(wave_id=wave.pk, at=now(), by=system_user())
        waves.append(wave)
    return waves


def cells(html: str, label: str) -> list[str]:
    return re.findall(rf'data-label="{label}">(?:<a[^>]*>)?([^<]*)', html)


def test_each_wave_stands_with_its_groups_beside_all_customers(desk):
    mine = make_customer()
    first, second = two_waves(mine)

    html = desk.get(reverse("feedback:customer_opinions", args=[mine.pk])).content.decode()

    table = html.split(">From wave to wave<", 1)[1].split("</table>", 1)[0]
    assert re.findall(r">([^<]+)</a></th>", table) == [second.name_en, first.name_en]
    assert (cells(table, "Satisfaction"), cells(table, "All customers")) == (["3.00", "3.00"], ["4.00", "4.00"])
    assert (cells(table, "Transport service"), cells(table, "Information service")) == (["4.00", "2.00"], ["5.00", "5.00"])


def test_the_tab_says_what_became_of_this_customers_low_marks(desk):
    mine = make_customer()
    two_waves(mine)

    html = desk.get(reverse("feedback:customer_opinions", args=[mine.pk])).content.decode()

    table = html.split(">What became of the low marks<", 1)[1].split("</table>", 1)[0]
    assert (cells(table, "Then"), cells(table, "Now")) == (["2.00"], ["4.00"])
    assert re.findall(r'<th scope="row">([^<]+)', table) == ["Schedule reliability"]


@pytest.mark.parametrize("others", [1, 3])
def test_the_tab_needs_at_most_nineteen_queries(desk, django_assert_max_num_queries, others):
    mine = make_customer()
    two_waves(mine, others=others)

    with django_assert_max_num_queries(19):
        desk.get(reverse("feedback:customer_opinions", args=[mine.pk]), headers={"HX-Request": "true", "HX-Target": "tab-panel"})


def test_opinions_and_complaints_stand_in_the_one_timeline(desk):
    mine, other = make_customer(), make_customer()
    answer(make_wave(), mine, overall=2, recommend=4, comment="the gate is slow")
    make_complaint(customer=mine, subject="late berth")
    make_complaint(customer=other, subject="foreign case")

    html = desk.get(reverse("pages:timeline", args=["customers.customer", mine.pk])).content.decode()

    assert "Opinion: satisfaction 2, recommendation 4" in html
    assert "the gate is slow" in html
    assert "late berth" in html
    assert "foreign case" not in html
