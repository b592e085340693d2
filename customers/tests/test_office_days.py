"""The office calendar: dates the port decides on come before the week and the public calendar, on the page and in what is reckoned."""

import datetime as dt

import pytest
from django.db import IntegrityError
from django.urls import reverse
from django.utils.translation import override

from customers.forms.office_day import PasteDaysForm
from customers.models import OfficeDay
from customers.queries.office_days import days_of_year, lacks_swapped_days
from customers.services.office_days import Pasted, add_office_day, edit_office_day, remove_office_day, take_in_days
from customers.services.reading_days import read_days_of
from customers.tests.factories import make_office_day
from portcrm.accounts.roles import Role
from portcrm.accounts.tests.factories import make_user
from portcrm.business_days import business_days_later, is_business_day, public_exceptions
from portcrm.clock import now
from portcrm.errors import RuleBroken
from portcrm.memo import reading_once
from portcrm.service_hours import deadline, port_hours

pytestmark = pytest.mark.django_db
# In 2026 the public calendar of China closes 1 to 7 October and lets Saturday 10 October be worked; 21 November is an ordinary Saturday.
HOLIDAY, SWAPPED, SATURDAY, MONDAY = dt.date(2026, 10, 5), dt.date(2026, 10, 10), dt.date(2026, 11, 21), dt.date(2026, 11, 23)


@pytest.fixture
def admin(client):
    person = make_user(Role.ADMIN, language="en")
    client.force_login(person)
    return person


def said(year: int = 2026) -> dict[dt.date, tuple[str, str, bool]]:
    return {line.day: (line.kind, line.hours, line.row is not None) for line in days_of_year(make_user(Role.ADMIN), year)}


def form_of(**fields) -> dict[str, str]:
    return {"day": "2026-11-23", "kind": "closed", "hours": "", "reason": ""} | fields


def test_the_ports_word_comes_before_week_and_public_calendar():
    make_office_day(day=HOLIDAY, kind="usual")
    make_office_day(day=SWAPPED, kind="closed")
    make_office_day(day=SATURDAY, kind="hours", hours="09:00-11:00")
    make_office_day(day=MONDAY, kind="closed")

    days = [is_business_day(day) for day in (HOLIDAY, SWAPPED, SATURDAY, MONDAY)]
    hours = port_hours()

    assert days == [True, False, True, False]
    assert [is_business_day(day, country="CN") for day in (HOLIDAY, SWAPPED, SATURDAY, MONDAY)] == [False, True, False, True]
    assert hours.hours_of(HOLIDAY) == ((dt.time(8, 30), dt.time(12)), (dt.time(13, 30), dt.time(17, 30)))
    assert hours.hours_of(SATURDAY) == ((dt.time(9), dt.time(11)),)
    assert hours.hours_of(SWAPPED) == hours.hours_of(MONDAY) == ()
    assert business_days_later(dt.date(2026, 11, 20), 2) == dt.date(2026, 11, 24)  # Friday: Saturday and Tuesday


def test_deadlines_run_by_the_ports_dates():
    friday = dt.datetime(2026, 11, 20, 17, tzinfo=port_hours().zone)
    make_office_day(day=SATURDAY, kind="hours", hours="09:00-11:00")
    make_office_day(day=MONDAY, kind="closed")

    # Half an hour on Friday, two hours on Saturday; the rest on Tuesday.
    assert deadline(friday, 210, "m") == dt.datetime(2026, 11, 24, 9, 30, tzinfo=friday.tzinfo)
    assert deadline(friday, 2, "b") == dt.datetime(2026, 11, 24, 17, tzinfo=friday.tzinfo)
    assert deadline(friday, 2, "b", own={}) == dt.datetime(2026, 11, 24, 17, tzinfo=friday.tzinfo)
    assert deadline(friday, 3, "c") == dt.datetime(2026, 11, 23, 17, tzinfo=friday.tzinfo)


def test_the_calendar_is_read_once_in_a_request(django_assert_num_queries):
    make_office_day(day=MONDAY)

    with django_assert_num_queries(1), reading_once():
        business_days_later(MONDAY, 30)
        deadline(now(), 300, "m")
    with django_assert_num_queries(1):
        business_days_later(MONDAY, 30)


def test_a_year_shows_the_ports_dates_in_place_of_the_public_ones():
    make_office_day(day=HOLIDAY, kind="usual")
    make_office_day(day=MONDAY, kind="hours", hours="09:00-11:00")

    lines = said()

    assert lines[HOLIDAY] == ("usual", "", True)
    assert lines[MONDAY] == ("hours", "09:00-11:00", True)
    assert lines[dt.date(2026, 10, 1)] == ("closed", "", False)
    assert lines[SWAPPED] == ("usual", "", False)
    assert SATURDAY not in lines
    assert list(lines) == sorted(lines)


@pytest.mark.parametrize(
    ("language", "said"), [("en", "Day off (substituted from 2026-01-04)"), ("zh-hans", "休息日（由 2026-01-04 调休）")]
)
def test_a_swapped_day_is_dated_like_any_day_of_ours(language, said):
    with override(language):
        found = {day: reason for day, _worked, reason in public_exceptions(2026)}

    assert found[dt.date(2026, 1, 2)] == said


def test_a_year_whose_swapped_days_are_not_published_is_told():
    assert (lacks_swapped_days(2026), lacks_swapped_days(2027), lacks_swapped_days(2028)) == (False, True, False)


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"kind": "hours", "hours": ""}, "hours"),
        ({"kind": "hours", "hours": "morning"}, "hours"),
        ({"kind": "hours", "hours": "12:00-09:00"}, "hours"),
        ({"kind": "hours", "hours": "09:00-12:00 11:00-13:00"}, "hours"),
        ({"kind": "closed", "hours": "09:00-12:00"}, "hours"),
        ({"day": dt.date(1999, 12, 31)}, "day"),
        ({"day": HOLIDAY}, "day"),
    ],
)
def test_what_no_calendar_can_hold_is_refused(fields, field):
    make_office_day(day=HOLIDAY)

    with pytest.raises(RuleBroken) as refusal:
        add_office_day(fields={"day": MONDAY, "kind": "closed", "hours": "", "reason": ""} | fields, at=now(), by=make_user())

    assert refusal.value.field == field
    assert OfficeDay.objects.count() == 1


def test_the_database_keeps_hours_to_days_that_have_them():
    with pytest.raises(IntegrityError, match="office_hours_stand_where_they_differ"):
        make_office_day(kind="closed", hours="09:00-11:00")


def test_two_editors_are_told_of_each_other():
    row = make_office_day(day=MONDAY, reason="防台")
    edit_office_day(row=row, fields={"reason": "台风"}, seen={"reason": "防台"}, at=now(), by=make_user())

    with pytest.raises(RuleBroken):
        edit_office_day(row=row, fields={"reason": "停电"}, seen={"reason": "防台"}, at=now(), by=make_user())

    assert OfficeDay.objects.get().reason == "台风"


def test_a_removed_date_is_ordinary_again():
    row = make_office_day(day=MONDAY)

    remove_office_day(row=row, at=now(), by=make_user())

    assert (OfficeDay.objects.count(), is_business_day(MONDAY)) == (0, True)


PASTED = """2027-02-06~2027-02-08 closed 春节
2027年2月14日 上班 调休
2027/2/5，08:30-12:00，除夕前

2027.2.7 休"""


def test_a_pasted_list_is_read_as_people_write_it():
    found = read_days_of(PASTED)

    assert found.faults == []
    assert [tuple(fields.values()) for fields in found.days.values()] == [
        (dt.date(2027, 2, 6), "closed", "", "春节"),
        (dt.date(2027, 2, 7), "closed", "", ""),  # the last word on a date
        (dt.date(2027, 2, 8), "closed", "", "春节"),
        (dt.date(2027, 2, 14), "usual", "", "调休"),
        (dt.date(2027, 2, 5), "hours", "08:30-12:00", "除夕前"),
    ]


@pytest.mark.parametrize(
    "line", ["tomorrow closed", "2027-02-30 closed", "2027-02-06", "2027-02-06 maybe", "2027-02-06 12:00-09:00", "2027-02-08~2027-02-06 休",
             "2027-01-01~2030-01-01 休"],
)  # fmt: skip
def test_a_line_nobody_can_read_is_told_with_its_number(line):
    assert read_days_of(f"2027-01-01 休\n{line}").faults == [(2, line)]


def test_more_than_a_year_at_a_time_is_refused():
    form = PasteDaysForm({"text": "2027-01-01~2027-12-31 休\n2028-01-01~2028-12-31 休"})

    assert form.errors == {"text": ["一次最多 400 天。"]}


def test_a_list_has_the_last_word_and_counts_what_it_did():
    make_office_day(day=dt.date(2027, 2, 6), kind="usual")
    make_office_day(day=dt.date(2027, 2, 8), kind="closed", reason="春节")

    done = take_in_days(days=list(read_days_of(PASTED).days.values()), at=now(), by=make_user())

    assert done == Pasted(added=3, changed=1, same=1)
    assert OfficeDay.objects.in_year(2027).count() == 5
    assert OfficeDay.objects.get(day=dt.date(2027, 2, 6)).kind == "closed"


def test_an_administrator_keeps_the_calendar_on_its_pages(client, admin):
    pasted = client.post(reverse("customers:office_days_paste"), {"text": "2026-11-23 closed Typhoon"})
    row = OfficeDay.objects.get()
    page = client.get(reverse("customers:office_days"), {"year": 2026}).content.decode()
    edited = client.post(reverse("customers:office_day_edit", args=[row.pk]), form_of(kind="hours", hours="8:30-12:00"))
    wrong = client.post(reverse("customers:office_day_edit", args=[row.pk]), form_of(kind="hours", hours="08:30-12:00"))
    row.refresh_from_db()
    added = client.post(reverse("customers:office_day_create"), form_of(day="2026-11-21", kind="usual"))
    again = client.post(reverse("customers:office_day_create"), form_of(day="2026-11-21", kind="usual"))
    removed = client.post(reverse("customers:office_day_remove", args=[row.pk]))

    assert pasted["Location"] == added["Location"] == removed["Location"] == "/customers/office-days/?year=2026"
    assert "Typhoon" in page
    assert "National Day" in page
    assert (edited.status_code, wrong.status_code, again.status_code) == (422, 302, 422)
    assert (row.kind, row.hours) == ("hours", "08:30-12:00")
    assert list(OfficeDay.objects.values_list("day", "kind")) == [(SATURDAY, "usual")]


def test_a_list_with_a_fault_saves_nothing_and_names_the_line(client, admin):
    answer = client.post(reverse("customers:office_days_paste"), {"text": "2026-11-23 closed\n2026-11-24 perhaps"})

    assert answer.status_code == 422
    assert "Line 2 cannot be read: 2026-11-24 perhaps" in answer.content.decode()
    assert OfficeDay.objects.count() == 0


@pytest.mark.parametrize("year", ["", "x", "1", "99999", "2027"])
def test_any_year_can_be_asked_for(client, admin, year):
    assert client.get(reverse("customers:office_days"), {"year": year}).status_code == 200


@pytest.mark.parametrize("rows", [1, 3])
def test_the_page_costs_the_same_for_one_date_and_for_three(client, admin, django_assert_num_queries, rows):
    for number in range(rows):
        make_office_day(day=MONDAY + dt.timedelta(days=number))
    address = reverse("customers:office_days")
    client.get(address)

    with django_assert_num_queries(3):
        client.get(address, {"year": 2026})


def test_whoever_keeps_no_lists_is_refused_and_changes_nothing(client):
    row = make_office_day(day=MONDAY, reason="秘密")
    client.force_login(make_user(Role.MANAGER))

    answers = [
        client.get(reverse("customers:office_days")),
        client.post(reverse("customers:office_day_create"), form_of()),
        client.post(reverse("customers:office_day_edit", args=[row.pk]), form_of(reason="x")),
        client.post(reverse("customers:office_day_remove", args=[row.pk])),
        client.post(reverse("customers:office_days_paste"), {"text": "2026-11-24 closed"}),
    ]

    assert [answer.status_code for answer in answers] == [403] * 5
    assert ["秘密" in answer.content.decode() for answer in answers] == [False] * 5
    assert list(OfficeDay.objects.values_list("day", "reason")) == [(MONDAY, "秘密")]


def test_programs_read_the_dates_of_a_year(client):
    make_office_day(day=MONDAY, kind="hours", hours="09:00-11:00", reason="防台")
    make_office_day(day=dt.date(2027, 1, 4))
    client.force_login(make_user(Role.SERVICE))

    answer = client.get("/api/v1/customers/office-days/", {"year": 2026}).json()["results"]
    refused = client.post("/api/v1/customers/office-days/", {"day": "2026-12-01"}, content_type="application/json")
    client.force_login(make_user())
    closed = client.get("/api/v1/customers/office-days/")

    assert [(row["day"], row["kind"], row["hours"], row["reason"]) for row in answer] == [("2026-11-23", "hours", "09:00-11:00", "防台")]
    assert refused.status_code in (403, 405)
    assert closed.status_code == 403
