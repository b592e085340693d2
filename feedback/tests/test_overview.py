"""The page of whoever leads: each programme's latest wave, where to act, whose turn it is."""

import datetime as dt
import re

import pytest
from django.urls import reverse

from customers.models import FollowUp
from customers.tests.factories import make_contact, make_customer
from feedback.models import Complaint, Wave
from feedback.services.complaints import assign_complaint
from feedback.services.results import compute_results
from feedback.tests.factories import make_complaint, make_invitation, make_programme, make_response, make_staff, make_wave
from portcrm.accounts.roles import Role
from portcrm.accounts.services import system_user
from portcrm.accounts.tests.factories import make_user
from portcrm.clock import now

pytestmark = pytest.mark.django_db
DAY = dt.timedelta(days=1)


@pytest.fixture
def desk(client):
    client.force_login(make_user(Role.MANAGER, language="en"))
    client.cookies["django_language"] = "en"
    return client


def a_wave(programme, *answers: dict, days: int = 1) -> Wave:
    wave = make_wave(programme=programme, name_en=f"{programme.name_en} · {days}", opens_at=now() - days * DAY, closes_at=now() + DAY)
    for one in answers:
        contact = make_contact(customer=make_customer())
        make_response(invitation=make_invitation(wave=wave, contact=contact), **one)
    compute_results(wave_id=wave.pk, at=now(), by=system_user())
    return wave


def read(desk) -> str:
    return desk.get(reverse("feedback:overview")).content.decode()


def text_of(html: str, heading: str) -> list[list[str]]:
    """The rows of the table under a heading, as words."""
    table = html.split(f">{heading}<", 1)[1].split("</table>", 1)[0].split("<tbody>", 1)[1]
    cells = [re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", row, re.DOTALL) for row in table.split("</tr>") if "<t" in row]
    return [[re.sub(r"<[^>]+>", "", cell).strip() for cell in row] for row in cells]


def test_each_programme_stands_with_its_latest_wave_and_the_step_since_the_one_before(desk):
    rising, alone = make_programme(name_en="Rising"), make_programme(name_en="Alone")
    a_wave(rising, *[{"overall": 3, "recommend": 3}] * 12, days=90)
    a_wave(rising, *[{"overall": 4, "recommend": 10}] * 12, days=5)
    a_wave(alone, *[{"overall": 2, "recommend": 8}] * 6, days=9)

    assert text_of(read(desk), "Latest wave of each programme") == [
        ["Rising · 5", "12", "100%", "4.00 indicative", "+100 indicative", "+200, clearly better"],
        ["Alone · 9", "6", "100%", "2.00 indicative", "0 indicative", "–"],
    ]


def test_the_five_poorest_questions_of_the_latest_wave_come_first_with_their_answers(desk):
    said = {"rate_level": 2, "documents": 5, "space_supply": 1, "cargo_tracking": 3, "equipment": 4, "after_sales": 4}
    wave = a_wave(make_programme(), *[{"overall": 4} | said] * 5)

    html = read(desk)

    assert [row[:2] for row in text_of(html, "Most to do")] == [
        ["Space supply", "1.00 / 5 indicative"], ["Rate level", "2.00 / 5 indicative"], ["Cargo tracking", "3.00 / 5 indicative"],
        ["After-sales service", "4.00 / 5 indicative"],
        ["Transport and packing equipment", "4.00 / 5 indicative"],
    ]  # fmt: skip
    assert f"{reverse('feedback:response_list')}?wave={wave.pk}&amp;item=space_supply" in html


def test_low_scores_and_complaints_stand_by_whose_turn_it_is(desk):
    keeper = make_staff(name="Keeper")
    contact = make_contact(customer=make_customer(name_en="Low Marks Ltd"))
    make_response(invitation=make_invitation(contact=contact, assignee=keeper), overall=1)
    FollowUp.objects.update(due_on=dt.date(2020, 1, 2))
    late = assign_complaint(complaint=make_complaint(), owner=keeper, at=now(), by=keeper)
    Complaint.objects.filter(pk=late.pk).update(received_on=dt.date(2020, 1, 1), due_on=dt.date(2020, 1, 10))
    assign_complaint(complaint=make_complaint(), owner=keeper, at=now(), by=keeper)
    make_complaint()

    html = read(desk)

    assert [(row[0], row[2]) for row in text_of(html, "Low scores to follow up")] == [("Low Marks Ltd", keeper.label)]
    assert text_of(html, "Complaints not closed yet, by owner") == [[keeper.label, "2", "1"], ["Nobody yet", "1", "0"]]
    for address, number in re.findall(r'<a href="([^"]+complaints/\?[^"]+)">(\d+)</a>', html):
        listed = desk.get(address.replace("&amp;", "&")).content.decode()
        assert number == "0" or f"{number} result" in listed


def test_who_may_not_read_answers_sees_neither_names_nor_small_figures(client):
    client.force_login(make_user(Role.ADMIN, language="en"))
    client.cookies["django_language"] = "en"
    contact = make_contact(customer=make_customer(name_en="Low Marks Ltd"))
    wave = make_wave()
    make_response(invitation=make_invitation(contact=contact, wave=wave), overall=1, rate_level=1)
    make_complaint(subject="foreign case")
    compute_results(wave_id=wave.pk, at=now(), by=system_user())

    html = read(client)

    assert [word for word in ("Low Marks Ltd", "1.00", "Nobody yet", "response_list") if word in html] == []
    assert "No counted answers yet." in html


@pytest.mark.parametrize("rows", [1, 3])
def test_the_page_needs_at_most_twelve_queries(desk, django_assert_max_num_queries, rows):
    for _number in range(rows):
        programme = make_programme()
        a_wave(programme, {"overall": 1}, *[{"overall": 3, "recommend": 5}] * 5, days=50)
        a_wave(programme, {"overall": 1}, *[{"overall": 3, "recommend": 5}] * 5)
        assign_complaint(complaint=make_complaint(), owner=make_staff(), at=now(), by=make_staff())

    with django_assert_max_num_queries(12):
        read(desk)
