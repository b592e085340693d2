"""The probability of a lead is the share of won leads among the closed ones that stood where it stands, with its basis beside it."""

import datetime as dt
from decimal import Decimal
from importlib import import_module
from types import SimpleNamespace

import pytest
from django.apps import apps
from django.db import connection
from django.urls import reverse

from cargo.enums import LeadStage
from cargo.models import Lead, LeadMove, LeadOutlook, StageOdds
from cargo.queries.odds import pipeline
from cargo.services.leads import edit_lead, move_lead
from cargo.services.outlooks import estimate_leads
from cargo.tests.factories import make_cargo_class, make_lead, make_unit
from customers.tests.factories import make_channel, make_customer
from portcrm.accounts.roles import Role
from portcrm.accounts.services import system_user
from portcrm.accounts.tests.factories import make_user
from portcrm.errors import RuleBroken

pytestmark = pytest.mark.django_db

TODAY = dt.date(2026, 11, 23)


@pytest.fixture
def visits():
    return make_channel(family="cargo", key="visits", name_en="Visits")


@pytest.fixture
def fairs():
    return make_channel(family="cargo", key="fairs", name_en="Fairs")


def make_closed(*, won: int, lost: int, through=(LeadStage.QUOTING,), **fields) -> None:
    """Leads that went through these stages and were won or lost."""
    by = system_user()
    for number in range(won + lost):
        lead = make_lead(customer=make_customer(), **fields)
        for stage in through:
            lead = move_lead(lead=lead, to=stage, today=TODAY, by=by)
        if number < won:
            move_lead(lead=lead, to=LeadStage.WON, today=TODAY, by=by)
        else:
            move_lead(lead=lead, to=LeadStage.LOST, reason="price", today=TODAY, by=by)


def make_quoting(**fields) -> Lead:
    return move_lead(lead=make_lead(**fields), to=LeadStage.QUOTING, today=TODAY, by=system_user())


def estimated(lead: Lead) -> tuple:
    outlook = LeadOutlook.objects.get(lead=lead)
    return outlook.scope, outlook.won, outlook.closed, outlook.probability


@pytest.fixture
def staff(client):
    client.force_login(make_user(Role.MARKETING, language="en"))
    client.cookies["django_language"] = "en"
    return client


def test_the_narrowest_group_with_enough_closed_leads_gives_the_share(settings, visits, fairs):
    settings.LEAD_ODDS_LEAST = 4
    coal, ore = make_cargo_class("01"), make_cargo_class("03")
    make_closed(won=3, lost=1, channel=visits, cargo_class=coal)
    make_closed(won=0, lost=3, channel=visits, cargo_class=ore)
    make_closed(won=1, lost=2, channel=fairs, cargo_class=coal)
    leads = {
        "exact": make_quoting(channel=visits, cargo_class=coal),
        "channel": make_quoting(channel=visits, cargo_class=ore),
        "class": make_quoting(channel=fairs, cargo_class=coal),
        "stage": make_quoting(channel=fairs, cargo_class=ore),
    }

    estimate_leads(today=TODAY, by=system_user())

    assert {name: estimated(lead) for name, lead in leads.items()} == {
        "exact": ("exact", 3, 4, Decimal("0.7000")),  # 3.5 of 5
        "channel": ("channel", 3, 7, Decimal("0.4375")),  # 3.5 of 8
        "class": ("class", 4, 7, Decimal("0.5625")),  # 4.5 of 8
        "stage": ("stage", 4, 10, Decimal("0.4091")),  # 4.5 of 11
    }


def test_only_leads_that_passed_through_the_stage_count(visits):
    make_closed(won=2, lost=0, through=(), channel=visits)
    make_closed(won=0, lost=1, through=(LeadStage.QUOTING, LeadStage.VERIFIED, LeadStage.QUOTING), channel=visits)
    make_quoting(channel=visits)
    new, quoting = make_lead(channel=visits), make_quoting(channel=visits)

    estimate_leads(today=TODAY, by=system_user())

    assert (estimated(new)[1:3], estimated(quoting)[1:3]) == ((2, 3), (0, 1))


def test_a_lead_that_came_back_is_not_closed(visits):
    lead = move_lead(lead=make_lead(channel=visits), to=LeadStage.LOST, reason="price", today=TODAY, by=system_user())
    move_lead(lead=lead, to=LeadStage.NEW, today=TODAY, by=system_user())

    estimate_leads(today=TODAY, by=system_user())

    assert (StageOdds.objects.count(), estimated(lead)) == (0, ("", 0, 0, None))


def test_few_leads_make_neither_nothing_nor_certainty(staff, visits):
    make_closed(won=0, lost=1, channel=visits)
    lead = make_quoting(channel=visits)
    estimate_leads(today=TODAY, by=system_user())

    page = staff.get(lead.get_absolute_url()).content.decode()

    assert estimated(lead)[3] == Decimal("0.2500")
    assert "<strong>25%</strong> – 0 of 1 leads that reached “Quoting”" in page
    assert "few leads yet" in page


def test_the_page_names_the_leads_behind_the_share(staff, settings, visits):
    settings.LEAD_ODDS_LEAST = 2
    make_closed(won=1, lost=1, channel=visits, cargo_class=make_cargo_class("01"))
    lead = make_quoting(channel=visits, cargo_class=make_cargo_class("01"))
    estimate_leads(today=TODAY, by=system_user())

    page = staff.get(lead.get_absolute_url()).content.decode()
    api = staff.get(f"/api/v1/cargo/leads/{lead.pk}/").json()

    said = "1 of 2 leads that reached “Quoting”, by “Visits”, in “Coal”"
    assert f"<strong>50%</strong> – {said}" in page
    assert "few leads yet" not in page
    assert (Decimal(str(api["probability"])), api["probability_basis"]) == (Decimal("0.5"), said)


def test_without_closed_leads_none_is_told(staff):
    page = staff.get(make_lead().get_absolute_url()).content.decode()

    assert "No closed lead has reached this stage yet, so no probability is told." in page


def test_a_lead_that_moves_or_changes_its_channel_is_told_the_share_of_where_it_stands_now(settings, visits, fairs):
    settings.LEAD_ODDS_LEAST = 2
    make_closed(won=2, lost=0, channel=visits)
    make_closed(won=0, lost=2, channel=fairs)
    estimate_leads(today=TODAY, by=system_user())

    lead = make_quoting(channel=visits)
    first = estimated(lead)[1:3]
    edit_lead(lead=lead, changes={"channel": fairs}, seen={}, by=system_user())
    then = estimated(lead)[1:3]
    move_lead(lead=lead, to=LeadStage.LOST, reason="price", today=TODAY, by=system_user())

    assert (first, then, LeadOutlook.objects.filter(lead=lead).count()) == ((2, 2), (0, 2), 0)


def test_the_night_counts_the_same_twice(visits):
    make_closed(won=1, lost=2, channel=visits)
    make_quoting(channel=visits)
    rows = ("stage", "channel", "cargo_class", "won", "closed")

    counted = estimate_leads(today=TODAY, by=system_user())
    first = sorted(StageOdds.objects.values_list(*rows), key=str)
    estimate_leads(today=TODAY, by=system_user())

    assert (counted, sorted(StageOdds.objects.values_list(*rows), key=str)) == (1, first)
    assert len(first) == 8  # two stages, each by channel and class, by channel, by class, altogether


def test_of_two_movers_only_the_first_leaves_a_step():
    lead = make_lead()
    early, late = Lead.objects.get(pk=lead.pk), Lead.objects.get(pk=lead.pk)
    move_lead(lead=early, to=LeadStage.VERIFIED, today=TODAY, by=system_user())

    with pytest.raises(RuleBroken):
        move_lead(lead=late, to=LeadStage.QUOTING, today=TODAY, by=system_user())

    assert list(lead.moves.values_list("from_stage", "to_stage")) == [("", "new"), ("new", "verified")]


def test_the_steps_of_older_leads_are_read_from_their_history(visits):
    make_closed(won=1, lost=1, channel=visits)
    make_lead()
    told = ("lead", "from_stage", "to_stage", "moved_on", "moved_by")
    before = set(LeadMove.objects.values_list(*told))
    LeadMove.objects.all().delete()

    import_module("cargo.migrations.0021_steps_of_leads_so_far").tell_steps(apps, SimpleNamespace(connection=connection))

    assert (len(before), set(LeadMove.objects.values_list(*told))) == (7, before)


def test_the_pipeline_weighs_tonnes_of_a_year_by_stage_and_class(staff, visits):
    coal, boxes = make_cargo_class("01"), make_cargo_class("17")
    make_closed(won=1, lost=2, through=(), channel=visits, cargo_class=coal)  # 1.5 of 4
    estimate_leads(today=TODAY, by=system_user())
    make_lead(channel=visits, cargo_class=coal, quantity=Decimal(1000), rhythm="monthly")
    make_lead(channel=visits, cargo_class=coal, quantity=Decimal(4000))
    make_lead(channel=visits, cargo_class=boxes, form="container", quantity=Decimal(100), unit=make_unit("box40"))
    make_quoting(channel=visits, cargo_class=coal, quantity=Decimal(7000))  # nothing closed in this stage

    found = pipeline(Lead.objects.all())
    page = staff.get(reverse("cargo:lead_board")).content.decode()

    assert [(one.key, one.leads, one.tonnes, one.expected_tonnes, one.expected_teu) for one in found.classes] == [
        ("01", 3, 23000, 6000, 0),
        ("17", 1, 0, 0, 75),
    ]
    assert {stage: (one.tonnes, one.expected_tonnes) for stage, one in found.stages.items()} == {
        "new": (16000, 6000),
        "quoting": (7000, 0),
    }
    assert "state=open&amp;cargo_class=01" in page


def test_the_list_sorts_by_probability_with_the_unknown_last(staff, settings, visits, fairs):
    settings.LEAD_ODDS_LEAST = 1
    make_closed(won=1, lost=0, channel=visits)
    make_closed(won=0, lost=1, channel=fairs)
    make_quoting(party_name="unlikely", channel=fairs)
    make_quoting(party_name="likely", channel=visits)
    unknown = make_lead(party_name="unknown", channel=fairs)
    move_lead(lead=unknown, to=LeadStage.NEGOTIATING, today=TODAY, by=system_user())
    estimate_leads(today=TODAY, by=system_user())

    rows = staff.get(f"{reverse('cargo:lead_list')}?state=open&sort=probability").context["listing"].rows

    assert [row.party_name for row in rows] == ["likely", "unlikely", "unknown"]


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_costs_the_same_with_one_lead_and_with_three(staff, django_assert_num_queries, count):
    for _ in range(count):
        make_lead(customer=make_customer())
    staff.get(reverse("cargo:lead_list"))

    with django_assert_num_queries(3):  # person, rows, pins of the sidebar
        staff.get(f"{reverse('cargo:lead_list')}?columns=who,probability,basis,expected")
