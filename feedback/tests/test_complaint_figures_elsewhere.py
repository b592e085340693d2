"""Figures of complaints beside their page: in the API, on the home page, and of one customer."""

import datetime as dt
import re
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from customers.tests.factories import make_customer
from feedback.models import Complaint
from feedback.queries.complaints import DeskLoad, desk_load
from feedback.queries.customer_complaints import ClaimSum, complaints_of_customer
from feedback.services.clocks import wait_for_customer
from feedback.services.closing import close_complaint
from feedback.services.findings import record_claim, record_finding
from feedback.tests.factories import make_complaint, make_staff
from feedback.tests.test_complaint_figures import compute, three_cases_of_march_and_one_of_april
from portcrm.accounts.roles import Role
from portcrm.accounts.tests.factories import make_user
from portcrm.clock import now, port_today, port_zone

pytestmark = pytest.mark.django_db
API = "/api/v1/feedback/complaint-figures/"
TODAY = dt.date(2026, 11, 20)


def moment(day: dt.date, hour: int = 12) -> dt.datetime:
    return dt.datetime.combine(day, dt.time(hour), tzinfo=port_zone())


def closed(received: dt.date, days: int, *, liability: str = "", **fields) -> Complaint:
    """A case of that day, withdrawn `days` later."""
    case, by = make_complaint(at=moment(received), **fields), make_staff()
    if liability:
        record_finding(complaint=case, changes={"liability": liability}, at=moment(received), by=by)
    ended = moment(received + dt.timedelta(days=days), 0)  # midnight of the port, the day before elsewhere
    return close_complaint(complaint=case, outcome="withdrawn", word="agreed", reason="", at=ended, by=by)


def test_the_api_tells_a_month_as_counted_by_hand(client):
    three_cases_of_march_and_one_of_april()
    compute()
    client.force_login(make_user(Role.AUDITOR))

    (march,) = client.get(f"{API}?period=2026-03&group=all").json()["results"]

    told = {name: march[name] for name in ("period", "ends_on", "group", "received", "answered", "answer_median", "answer_p90")}
    assert told == {
        "period": "2026-03", "ends_on": "2026-03-31", "group": "", "received": 3, "answered": 3, "answer_median": 120.0, "answer_p90": None,
    }  # fmt: skip
    assert (march["first_answer_in_time"], march["first_answer_n"], march["reopened"], march["tonnes"]) == (3, 3, 1, "4000.000")
    assert (march["justified"], march["found"], march["shares"][0]) == (1, 2, {"kind": "cause", "key": "process", "number": 2})
    assert [(one["currency"], one["claimed"], one["paid"], one["days_to_payment"]) for one in march["claims"]] == [
        ("CNY", "500.00", "0.00", None), ("USD", "1000.00", "600.00", 10.0),
    ]  # fmt: skip


def test_the_api_narrows_to_period_span_service_and_begin(client):
    three_cases_of_march_and_one_of_april()
    compute()
    client.force_login(make_staff())

    def received(query: str) -> list[tuple[str, str, int]]:
        return sorted((row["period"], row["group"], row["received"]) for row in client.get(f"{API}?{query}").json()["results"])

    assert received("period=2026&group=all") == [("2026", "", 4)]
    assert received("span=quarter&group=transport") == [("2026-Q1", "transport", 2), ("2026-Q2", "transport", 1)]
    assert received("span=month&starts_on_after=2026-04-01") == [("2026-04", "", 1), ("2026-04", "transport", 1)]
    assert received("period=March") == []


def test_the_api_refuses_who_may_not_read_complaints(client):
    three_cases_of_march_and_one_of_april()
    compute()
    client.force_login(make_user(Role.ADMIN))

    assert client.get(API).status_code == 403


@pytest.mark.parametrize("months", [1, 3])
def test_the_api_asks_three_questions_however_many_figures(client, months):
    for month in range(1, months + 1):
        make_complaint(at=moment(dt.date(2026, month, 5)))
    compute()
    client.force_login(make_staff())
    client.get(API)

    with CaptureQueriesContext(connection) as queries:
        rows = client.get(f"{API}?span=month&group=all").json()["results"]

    asked = [query["sql"] for query in queries if "feedback_" in query["sql"]]
    assert (len(rows), len(asked)) == (months, 3)


def test_the_desk_is_counted_open_overdue_and_due_today():
    staff, today = make_staff(), port_today()
    cases = [make_complaint() for _ in range(5)]
    for case, due in zip(cases, (0, 0, -1, 1, -1), strict=True):
        Complaint.objects.filter(pk=case.pk).update(received_on=today - dt.timedelta(days=9), due_on=today + dt.timedelta(days=due))
    wait_for_customer(complaint=cases[1], reason="照片", at=now(), by=staff)
    close_complaint(complaint=cases[4], outcome="withdrawn", word="agreed", reason="", at=now(), by=staff)

    assert desk_load(staff, on=today) == DeskLoad(open=4, overdue=1, due_today=1)
    assert desk_load(make_user(Role.ADMIN), on=today) == DeskLoad(open=0, overdue=0, due_today=0)


def test_the_panel_of_the_desk_opens_the_cases_it_counts_and_is_for_those_who_lead_it(client):
    case = make_complaint(subject="today's case")
    Complaint.objects.filter(pk=case.pk).update(received_on=port_today(), due_on=port_today())
    panel = reverse("feedback:complaint_panel")
    client.force_login(make_user(Role.OPERATIONS))
    refused, home = client.get(panel), client.get("/").content.decode()
    client.force_login(make_staff())

    html = client.get(panel).content.decode()

    assert (refused.status_code, panel in home, panel in client.get("/").content.decode()) == (403, False, True)
    links = [link.replace("&amp;", "&") for link in re.findall(r'class="figure-value" href="([^"]+)">1<', html)]
    assert len(links) == 2  # open, due today
    assert all(case.number in client.get(link).content.decode() for link in links)
    assert case.number not in client.get(links[1].replace(str(port_today()), "2020-01-01")).content.decode()


@pytest.mark.parametrize("cases", [1, 3])
def test_the_panel_of_the_desk_asks_for_complaints_three_times(client, cases):
    for _ in range(cases):
        make_complaint()
    client.force_login(make_staff())

    with CaptureQueriesContext(connection) as queries:
        client.get(reverse("feedback:complaint_panel"), headers={"HX-Request": "true"})

    assert len([query for query in queries if 'FROM "feedback_complaint"' in query["sql"]]) == 3


def test_the_complaints_of_a_customer_are_counted_as_by_hand():
    mine, by = make_customer(), make_staff()
    for received, days, liability in (
        (dt.date(2026, 1, 5), 2, "ours"), (dt.date(2026, 3, 5), 4, "theirs"), (dt.date(2025, 10, 1), 90, "shared"),
        (dt.date(2026, 5, 5), 9, ""), (dt.date(2025, 6, 1), 20, "ours"),  # the last one closed too long ago
    ):  # fmt: skip
        closed(received, days, liability=liability, customer=mine)
    opened = make_complaint(customer=mine, at=moment(dt.date(2026, 6, 1)))
    record_claim(complaint=opened, changes={"claimed": Decimal(900), "currency": "USD"}, by=by)
    paid = {"claimed": Decimal(500), "agreed": Decimal(400), "agreed_on": TODAY, "paid": Decimal(400), "paid_on": TODAY, "currency": "USD"}
    record_claim(complaint=Complaint.objects.get(received_on=dt.date(2026, 3, 5)), changes=paid, by=by)
    record_claim(complaint=Complaint.objects.get(received_on=dt.date(2025, 10, 1)), changes={"claimed": Decimal(7)}, by=by)  # came before
    closed(dt.date(2026, 2, 2), 1, liability="ours", customer=make_customer())

    found = complaints_of_customer(mine, by, today=TODAY)

    assert (found.since, found.open, found.closed, found.days) == (dt.date(2025, 11, 20), 1, 4, 6.5)  # of 2, 4, 9 and 90
    assert (found.found, found.justified) == (3, 2)
    assert found.claims == [ClaimSum("USD", 2, Decimal(1400), Decimal(400))]


def test_two_closed_cases_tell_no_median_and_a_customer_without_complaints_nothing():
    mine = make_customer()
    for _ in range(2):
        closed(dt.date(2026, 10, 1), 3, customer=mine)

    assert complaints_of_customer(mine, make_staff(), today=TODAY).days is None
    assert not complaints_of_customer(make_customer(), make_staff(), today=TODAY).says_something


def test_the_tab_of_a_customer_shows_them_and_each_figure_opens_its_cases(client):
    mine, today = make_customer(), port_today()
    ours = closed(today - dt.timedelta(days=40), 3, liability="ours", customer=mine)
    opened = make_complaint(customer=mine)
    record_claim(complaint=opened, changes={"claimed": Decimal(900), "currency": "USD"}, by=make_staff())
    make_complaint(customer=make_customer())
    client.force_login(make_staff(language="en"))
    client.cookies["django_language"] = "en"

    html = client.get(reverse("feedback:customer_opinions", args=[mine.pk])).content.decode()

    card = html.split('id="complained-title"', 1)[1].split("</section>", 1)[0]
    shown = re.findall(r'class="figure-value" href="([^"]+)">([^<]+)<', card)
    assert [value for _link, value in shown] == ["1", "1", "1", "900"]
    lists = [client.get(link.replace("&amp;", "&")).content.decode() for link, _value in shown]
    assert [(ours.number in listed, opened.number in listed) for listed in lists] == [
        (False, True), (True, False), (True, False), (False, True),
    ]  # fmt: skip


@pytest.mark.parametrize("cases", [1, 3])
def test_the_complaints_of_a_customer_are_one_query(cases):
    mine, staff = make_customer(), make_staff()
    for _ in range(cases):
        closed(dt.date(2026, 10, 1), 3, liability="ours", customer=mine)

    with CaptureQueriesContext(connection) as queries:
        found = complaints_of_customer(mine, staff, today=TODAY)

    assert (found.closed, len(queries)) == (cases, 1)
