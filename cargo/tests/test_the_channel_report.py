"""What each information channel brought: archives, leads, wins, tonnes and margin, each with the rows behind it."""

import datetime as dt
import json
from decimal import Decimal

import pytest

from cargo.models import Lead
from cargo.services.joining import join_leads
from cargo.tests.factories import make_lead, make_shipment
from customers.models import Customer
from customers.tests.factories import make_channel, make_customer
from portcrm.accounts.roles import Role
from portcrm.accounts.services import system_user
from portcrm.accounts.tests.factories import make_user

pytestmark = pytest.mark.django_db

PERSON = 1  # the user; the session lies in the cache
REPORT, MARCH = "/cargo/channels/", {"start": "2026-03-01", "end": "2026-03-31"}


@pytest.fixture
def staff(client):
    client.force_login(make_user(Role.MANAGER, language="en"))
    client.cookies["django_language"] = "en"
    return client


def opened(channel, day: dt.date, **fields) -> Customer:
    """A customer whose file was opened on this day."""
    customer = make_customer(channel=channel, **fields)
    Customer.objects.filter(pk=customer.pk).update(created_at=dt.datetime.combine(day, dt.time(9), dt.UTC))
    return customer


def told(channel, day: dt.date, **fields) -> Lead:
    """A lead recorded on this day."""
    lead = make_lead(channel=channel, **fields)
    Lead.objects.filter(pk=lead.pk).update(recorded_at=dt.datetime.combine(day, dt.time(9), dt.UTC))
    return lead


def lines(answer) -> dict[str, tuple]:
    return {
        row.name: (row.line.archives, row.line.leads, row.line.won, row.line.lead_tonnes, row.line.tonnes, row.line.margin)
        for row in answer.context["rows"]
    }


def test_who_may_not_see_revenue_sees_no_report(client):
    client.force_login(make_user())
    make_shipment(customer=make_customer(channel=make_channel(name_en="SECRET CHANNEL")))

    answers = [client.get(REPORT), client.get(f"{REPORT}tonnes/")]

    assert [answer.status_code for answer in answers] == [403, 403]
    assert [answer for answer in answers if b"SECRET CHANNEL" in answer.content] == []


def test_each_channel_has_what_it_brought_in_the_period(staff):
    fair, press = make_channel(name_en="Fair"), make_channel(name_en="Press", family="cargo")
    march, april = dt.date(2026, 3, 15), dt.date(2026, 4, 2)
    firm = opened(fair, march)
    opened(fair, april)
    make_shipment(customer=firm, handled_on=march, quantity=100)  # revenue 1,000, cost 600
    make_shipment(customer=firm, handled_on=march, quantity=50, revenue=Decimal(300), cost=Decimal(100))
    make_shipment(customer=firm, handled_on=april, quantity=999)
    told(press, march, quantity=Decimal(2000))
    told(press, april)
    won = told(press, dt.date(2026, 1, 5), customer=opened(None, dt.date(2026, 1, 2)))
    Lead.objects.filter(pk=won.pk).update(stage="won", stage_changed_on=march)

    answer = staff.get(REPORT, MARCH)

    assert lines(answer) == {
        "Fair": (1, 0, 0, 0, 150, 600),
        "Press": (0, 1, 1, 2000, 0, None),
    }


def test_every_figure_leads_to_the_rows_behind_it(staff):
    fair, march = make_channel(name_en="Fair", family="cargo"), dt.date(2026, 3, 15)
    firm = opened(fair, march)
    make_shipment(customer=firm, handled_on=march)
    make_shipment(customer=opened(None, march), handled_on=march)
    make_shipment(customer=firm, handled_on=dt.date(2026, 5, 1))
    lead = told(fair, march)
    won = told(fair, dt.date(2026, 1, 1), customer=firm)
    Lead.objects.filter(pk=won.pk).update(stage="won", stage_changed_on=march)

    found = {row.name: row for row in staff.get(REPORT, MARCH).context["rows"]}

    def shown(address: str) -> list[int]:
        return [one.pk for one in staff.get(address).context["listing"].rows]

    assert shown(found["Fair"].archives_url) == [firm.pk]
    assert shown(found["Fair"].leads_url) == [lead.pk]
    assert shown(found["Fair"].won_url) == [won.pk]
    assert [len(shown(found[name].cargo_url)) for name in ("Fair", "No channel")] == [1, 1]
    assert len(shown(found["No channel"].archives_url)) == 1


def test_cargo_recorded_twice_counts_once_in_figures_and_list(staff):
    press, march = make_channel(name_en="Press", family="cargo"), dt.date(2026, 3, 15)
    kept, other = told(press, march, quantity=Decimal(2000)), told(press, march, quantity=Decimal(2000))
    join_leads(kept=kept, other=other, today=march, by=system_user())

    row = next(row for row in staff.get(REPORT, MARCH).context["rows"] if row.name == "Press")
    behind = staff.get(row.leads_url).context["listing"].rows
    twice = staff.get("/cargo/leads/?twice=true").context["listing"].rows

    assert (row.line.leads, row.line.lead_tonnes, row.line.leads_without_tonnes) == (1, 2000, 0)
    assert ([one.pk for one in behind], [one.pk for one in twice]) == ([kept.pk], [other.pk])


def test_margin_without_data_is_no_zero_and_rows_without_it_are_counted(staff):
    fair, press = make_channel(name_en="Fair"), make_channel(name_en="Press")
    march = dt.date(2026, 3, 15)
    make_shipment(customer=opened(fair, march), handled_on=march, cost=None)
    make_shipment(customer=opened(press, march), handled_on=march)
    make_shipment(customer=opened(press, march), handled_on=march, revenue=None)

    found = {row.name: row.line for row in staff.get(REPORT, MARCH).context["rows"]}

    assert (found["Fair"].margin, found["Fair"].rows_without_margin) == (None, 1)
    assert (found["Press"].margin, found["Press"].rows_without_margin) == (400, 1)


@pytest.mark.parametrize("count", [1, 3])
def test_the_report_costs_the_same_with_one_channel_and_with_three(staff, django_assert_num_queries, count):
    for _number in range(count):
        channel = make_channel(family="cargo")
        make_shipment(customer=make_customer(channel=channel), handled_on=dt.date(2026, 3, 1))
        make_lead(channel=channel)

    # channels, archives, leads, cargo, pins of the sidebar
    with django_assert_num_queries(PERSON + 5):
        staff.get(REPORT, MARCH)


def test_the_picture_names_the_channel_with_most_cargo_and_its_share(staff):
    march = dt.date(2026, 3, 15)
    for name, quantity in (("Fair", 300), ("Press", 100)):
        make_shipment(customer=opened(make_channel(name_en=name), march), handled_on=march, quantity=quantity)

    chart = json.loads(staff.get(f"{REPORT}tonnes/", MARCH).content)

    assert (chart["title"], chart["n"]) == ("Fair: 75.0% of the tonnes, more than any other channel", 2)
    assert chart["table"]["rows"] == [["Fair", 300.0, 1], ["Press", 100.0, 1]]


@pytest.mark.parametrize(
    "asked", [{"start": "2026-05-01", "end": "2026-03-01"}, {"start": "x", "end": "9999-12-31"}, {"start": "2026-01-01"}]
)
def test_a_period_that_is_none_says_so_and_shows_the_usual_one(staff, asked):
    answer = staff.get(REPORT, asked)

    assert (answer.status_code, bool(answer.context["form"].errors), len(answer.context["period"].months)) == (200, True, 12)


def test_channels_that_brought_nothing_are_named_below_the_table(staff):
    make_channel(name_en="Quiet fair")
    make_shipment(customer=opened(make_channel(name_en="Press"), dt.date(2026, 3, 15)), handled_on=dt.date(2026, 3, 15))

    answer = staff.get(REPORT, MARCH)

    assert list(lines(answer)) == ["Press"]
    assert "Quiet fair" in answer.context["silent"]
    assert "Press" not in answer.context["silent"]
