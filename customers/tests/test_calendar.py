"""The calendar people subscribe to, read back with a parser."""

import datetime as dt

import pytest
from django.urls import reverse
from icalendar import Calendar

from customers.models import CalendarFeed
from customers.queries.calendar import calendar_of
from customers.services.calendars import open_calendar
from customers.tests.factories import make_contact, make_customer, make_follow_up, make_visit
from portcrm.accounts.roles import Role
from portcrm.accounts.tests.factories import make_user
from portcrm.clock import now, port_today

pytestmark = pytest.mark.django_db
DAY = dt.timedelta(days=1)


@pytest.fixture
def keeper():
    return make_user(Role.MARKETING, language="en")


def feed(client, token, **headers):
    client.logout()
    return client.get(reverse("customers:calendar_feed", args=[token]), **headers)


def events(body: bytes) -> dict[str, object]:
    return {str(event["summary"]): event for event in Calendar.from_ical(body).walk("VEVENT")}


def test_a_program_without_log_in_reads_my_open_follow_ups_and_visits_and_nothing_else(client, keeper):
    customer = make_customer(name_zh="远海航运", name_en="Far Sea Shipping")
    mine = make_follow_up(owner=keeper, customer=customer, title="Send the offer", detail="secret terms")
    make_follow_up(owner=keeper, title="closed", state="done", closed_by=keeper, closed_at=now())
    make_follow_up(owner=make_user(), title="of somebody else")
    visit = make_visit(visitor=keeper, customer=customer, planned_for=port_today(), purpose="Space", talking_points="secret points")
    visit.contacts.add(make_contact(customer=customer, name="演示联系人 07"))
    make_visit(visitor=make_user(), planned_for=port_today(), purpose="of somebody else")
    make_visit(visitor=keeper, planned_for=port_today() - 40 * DAY, purpose="long ago")

    response = feed(client, open_calendar(by=keeper))

    found = events(response.content)
    assert response["Content-Type"] == "text/calendar; charset=utf-8"
    assert set(found) == {"Send the offer · Far Sea Shipping", "Visit: Far Sea Shipping · Space"}
    assert str(found["Send the offer · Far Sea Shipping"]["url"]).endswith(reverse("customers:follow_up", args=[mine.pk]))
    assert [word in response.content.decode() for word in ("secret", "演示联系人")] == [False, False]


def test_a_follow_up_is_a_whole_day_that_leaves_one_free_and_rings_before(keeper):
    make_follow_up(owner=keeper, title="Offer", customer=make_customer(name_en="A"), due_on=dt.date(2026, 12, 1), remind_days=3)

    (event,) = events(calendar_of(keeper, today=dt.date(2026, 11, 23))).values()

    (alarm,) = event.walk("VALARM")
    assert (event["dtstart"].dt, event["dtend"].dt, str(event["transp"])) == (dt.date(2026, 12, 1), dt.date(2026, 12, 2), "TRANSPARENT")
    assert event["dtstart"].params["VALUE"] == "DATE"
    assert dt.datetime.combine(event["dtstart"].dt, dt.time()) + alarm["trigger"].dt == dt.datetime(2026, 11, 28, 9)


def test_the_hour_of_a_visit_is_the_ports_whatever_zone_the_reader_lives_in(keeper):
    keeper.time_zone = "America/New_York"
    make_visit(visitor=keeper, planned_for=dt.date(2026, 12, 1), starts_at=dt.time(7, 30), minutes=90)

    (event,) = events(calendar_of(keeper, today=dt.date(2026, 11, 23))).values()

    assert event["dtstart"].dt == dt.datetime(2026, 11, 30, 23, 30, tzinfo=dt.UTC)
    assert event["dtend"].dt - event["dtstart"].dt == dt.timedelta(minutes=90)


def test_long_chinese_lines_are_folded_by_bytes_and_signs_escaped(keeper):
    title = "报价；, \\ 舱位\n" + "港" * 60
    make_follow_up(owner=keeper, title=title, customer=make_customer(name_zh="", name_en="A, B; C"))

    body = calendar_of(keeper, today=port_today())

    lines = body.split(b"\r\n")
    assert max(len(line) for line in lines) <= 75
    assert b"\n" not in body.replace(b"\r\n", b"")
    (summary,) = events(body)
    assert summary == f"{' '.join(title.split())} · A, B; C"


def test_an_unchanged_calendar_is_not_sent_again(client, keeper):
    make_follow_up(owner=keeper)
    token = open_calendar(by=keeper)
    first = feed(client, token)

    again = feed(client, token, HTTP_IF_NONE_MATCH=first["ETag"])
    make_follow_up(owner=keeper)
    changed = feed(client, token, HTTP_IF_NONE_MATCH=first["ETag"])

    assert (first.status_code, again.status_code, again.content, changed.status_code) == (200, 304, b"", 200)


def test_a_new_address_ends_the_old_one_and_only_a_digest_is_kept(client, keeper):
    make_follow_up(owner=keeper, title="Offer")
    old, new = open_calendar(by=keeper), open_calendar(by=keeper)

    assert [feed(client, token).status_code for token in (old, new, "abc")] == [404, 200, 404]
    assert new not in str(list(CalendarFeed.objects.values()))


def test_an_ended_address_a_closed_account_and_lost_rights_read_nothing(client, keeper):
    make_follow_up(owner=keeper, title="Offer")
    token = open_calendar(by=keeper)
    keeper.roles = [Role.ADMIN]
    keeper.save()
    without_rights = feed(client, token)
    keeper.roles, keeper.is_active = [Role.MARKETING], False
    keeper.save()
    closed = feed(client, token)
    keeper.is_active = True
    keeper.save()

    client.force_login(keeper)
    client.post(reverse("customers:calendar_end"))

    assert [answer.status_code for answer in (without_rights, closed, feed(client, token))] == [404] * 3
    assert b"Offer" not in without_rights.content + closed.content


def test_the_address_is_shown_once_by_the_answer_that_makes_it(client, keeper):
    client.force_login(keeper)
    url = reverse("customers:calendar")

    made = client.post(url)
    later = client.get(url).content.decode()

    address = made.context["address"]
    assert (address in made.content.decode(), address in later, CalendarFeed.objects.get().user) == (True, False, keeper)
    assert client.get(address.partition("://")[2].partition("/")[1] + address.partition("://")[2].partition("/")[2]).status_code == 200


def test_a_program_that_asks_too_often_waits(client, keeper, settings):
    settings.CALENDAR_READS_AN_HOUR = 2
    token = open_calendar(by=keeper)

    assert [feed(client, token).status_code for _ in range(3)] == [200, 200, 429]
