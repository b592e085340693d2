"""A lead nobody works on is marked, listed, and asked about once."""

import datetime as dt

import pytest
from django.urls import reverse

from cargo.enums import LeadStage
from cargo.models import Lead
from cargo.services.leads import edit_lead, move_lead
from cargo.services.stillness import ask_about_stale_leads
from cargo.tests.factories import make_lead
from customers.models import FollowUp
from customers.tests.factories import make_customer
from portcrm.accounts.roles import Role
from portcrm.accounts.services import system_user
from portcrm.accounts.tests.factories import make_user
from portcrm.clock import port_today

pytestmark = pytest.mark.django_db

TODAY = dt.date(2026, 11, 23)


def days_ago(number: int) -> dt.date:
    return TODAY - dt.timedelta(days=number)


@pytest.mark.parametrize(
    ("worked_on", "fields", "stale"),
    [
        (days_ago(7), {}, False),
        (days_ago(8), {}, True),
        (days_ago(8), {"next_step_on": TODAY}, False),
        (days_ago(8), {"next_step_on": days_ago(1)}, True),
    ],
)
def test_a_new_lead_is_still_after_a_week_unless_its_next_step_lies_ahead(worked_on, fields, stale):
    lead = make_lead(today=worked_on, **fields)

    assert (lead.is_stale_on(TODAY), list(Lead.objects.stale(TODAY)) == [lead]) == (stale, stale)


def test_each_stage_has_its_own_patience(settings):
    settings.LEAD_STALE_DAYS = {"new": 1, "verified": 1, "quoting": 5, "negotiating": 1}
    patient = move_lead(lead=make_lead(), to=LeadStage.QUOTING, today=days_ago(5), by=system_user())
    closed = move_lead(lead=make_lead(), to=LeadStage.LOST, reason="price", today=days_ago(50), by=system_user())
    tried = move_lead(lead=make_lead(), to=LeadStage.QUOTING, today=days_ago(6), by=system_user())

    assert list(Lead.objects.stale(TODAY)) == [tried]
    assert [lead.is_stale_on(TODAY) for lead in (patient, closed, tried)] == [False, False, True]


def test_who_is_in_charge_is_asked_once_about_each_stillness():
    owner = make_user(Role.MARKETING, language="zh-hans")
    lead = make_lead(customer=make_customer(), owner=owner, today=days_ago(20))
    make_lead(owner=owner, today=days_ago(20))  # no file to put a follow-up into
    make_lead(customer=make_customer(), today=days_ago(20))  # nobody to ask

    asked = [ask_about_stale_leads(today=TODAY, by=system_user()) for _night in range(2)]

    follow_up = FollowUp.objects.get()
    assert asked == [1, 0]
    assert (follow_up.owner, follow_up.customer, follow_up.reason_url) == (owner, lead.customer, lead.get_absolute_url())
    assert follow_up.title == f"货源 {lead.number}（煤炭）自 2026-11-03 起无人跟进"


def test_work_on_the_lead_answers_the_question_and_a_new_stillness_asks_anew():
    owner = make_user(Role.MARKETING)
    lead = make_lead(customer=make_customer(), owner=owner, today=days_ago(20))
    ask_about_stale_leads(today=TODAY, by=system_user())

    edit_lead(lead=lead, changes={"goods": "焦煤"}, seen={}, by=owner)
    first = list(FollowUp.objects.values_list("state", flat=True))
    ask_about_stale_leads(today=port_today() + dt.timedelta(days=8), by=system_user())

    assert first == ["done"]
    assert sorted(FollowUp.objects.values_list("state", flat=True)) == ["done", "open"]


def test_a_question_that_holds_no_more_is_dropped_in_the_night(settings):
    lead = make_lead(customer=make_customer(), owner=make_user(Role.MARKETING), today=days_ago(20))
    ask_about_stale_leads(today=TODAY, by=system_user())
    settings.LEAD_STALE_DAYS = {"new": 90}

    ask_about_stale_leads(today=TODAY, by=system_user())

    assert [(row.state, row.customer) for row in FollowUp.objects.all()] == [("dropped", lead.customer)]


def test_one_person_is_not_asked_about_everything_at_once(settings):
    settings.VERIFY_AT_ONCE = 2
    owner = make_user(Role.MARKETING)
    for number in range(3):
        make_lead(customer=make_customer(), owner=owner, today=days_ago(20 + number))

    asked = [ask_about_stale_leads(today=TODAY, by=system_user()) for _night in range(2)]

    assert asked == [2, 0]


def test_still_leads_are_listed_marked_and_stand_on_the_start_page(client):
    me = make_user(Role.MARKETING, language="en")
    client.force_login(me)
    client.cookies["django_language"] = "en"
    long_ago = port_today() - dt.timedelta(days=30)
    make_lead(party_name="Still Ltd", owner=me, today=long_ago)
    make_lead(party_name="Colleagues Ltd", owner=make_user(Role.MARKETING), today=long_ago)
    make_lead(party_name="Lively Ltd", owner=me, today=port_today())

    rows = client.get(f"{reverse('cargo:lead_list')}?state=stale&sort=still").context["listing"].rows
    panel = client.get(reverse("cargo:panel_leads"))
    board = client.get(reverse("cargo:lead_board")).content.decode()

    assert [row.party_name for row in rows] == ["Still Ltd", "Colleagues Ltd"]
    assert [lead.party_name for lead in panel.context["stale"]] == ["Still Ltd"]
    assert board.count("30 days without work on it") == 2
