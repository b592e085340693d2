"""Pages of cargo leads: board, list, record, form; with and without JavaScript."""

import datetime as dt
from decimal import Decimal

import pytest
from django.urls import reverse

from cargo.enums import LeadStage, LostReason
from cargo.models import Lead
from cargo.queries.leads import CARDS, board_columns
from cargo.queries.timeline import handled_months, lead_moves
from cargo.services.leads import edit_lead, move_lead
from cargo.tests.factories import make_cargo_class, make_lead, make_port, make_shipment, make_unit
from customers.tests.factories import make_channel, make_customer
from portcrm.accounts.roles import Role
from portcrm.accounts.tests.factories import make_user
from portcrm.clock import port_today
from portcrm.pages.tests.opening import opened

pytestmark = pytest.mark.django_db

TODAY = dt.date(2026, 11, 23)
PERSON = 1  # the user; the session lies in the cache


@pytest.fixture
def marketer():
    return make_user(Role.MARKETING, language="en", name_en="Demo Marketer")


@pytest.fixture
def staff(client, marketer):
    client.force_login(marketer)
    client.cookies["django_language"] = "en"
    return client


def form_data(**changes) -> dict:
    data = {
        "party_name": "演示货主 31",
        "channel": make_channel(family="cargo").pk,
        "cargo_class": make_cargo_class("01").pk,
        "form": "dry_bulk",
        "direction": "inbound",
        "trade_kind": "foreign",
        "quantity": "12",
        "unit": make_unit("wt").pk,
        "rhythm": "yearly",
        "origin": make_port("AUNTL").pk,
        "rival_port": make_port("CNTAO").pk,
    }
    return data | changes


def test_the_board_counts_all_and_shows_the_most_urgent_first():
    for number in range(CARDS + 2):
        make_lead(next_step_on=TODAY - dt.timedelta(days=number))
    make_lead(next_step_on=None)

    new, *_others = board_columns(Lead.objects.all())

    assert (new.count, new.capped, new.more, len(new.cards)) == (CARDS + 3, False, True, CARDS)
    days = [card.next_step_on for card in new.cards]
    assert days == sorted(days)
    assert days[0] == TODAY - dt.timedelta(days=CARDS + 1)


@pytest.mark.parametrize("count", [1, 3])
def test_the_board_costs_the_same_with_one_lead_and_with_three(staff, django_assert_num_queries, count):
    for _ in range(count):
        make_lead(customer=make_customer())

    # the pipeline, first cards of all stages, their rows, their counts, pins of the sidebar
    with django_assert_num_queries(PERSON + 5):
        staff.get(reverse("cargo:lead_board"))


@pytest.mark.parametrize(("chosen", "shown"), [("", 3), ("?owner=me", 1), ("?owner=nobody", 1), ("?owner=somebody", 3)])
def test_the_board_is_of_everybody_of_oneself_or_of_nobody(staff, marketer, chosen, shown):
    for owner in (marketer, make_user(Role.MARKETING), None):
        make_lead(owner=owner)

    answer = staff.get(f"{reverse('cargo:lead_board')}{chosen}")

    new, *_others = answer.context["columns"]
    assert (new.count, len(new.cards)) == (shown, shown)
    assert sum(group.leads for group in answer.context["pipeline"].classes) == shown


def test_a_card_moved_on_ones_own_board_leaves_ones_own_board(staff, marketer):
    mine = make_lead(owner=marketer)
    make_lead()
    url = f"{reverse('cargo:lead_move', args=[mine.pk])}?owner=me"

    answer = staff.post(url, {"stage": "quoting", "seen": "new"}, headers={"HX-Request": "true", "HX-Target": "board"})

    assert [column.count for column in answer.context["columns"]] == [0, 0, 1, 0, 0, 0]
    assert f"{url}" in answer.content.decode()


def test_a_card_is_moved_without_javascript_and_one_is_back_on_the_board(staff):
    lead = make_lead()
    board = reverse("cargo:lead_board")

    answer = staff.post(reverse("cargo:lead_move", args=[lead.pk]), {"stage": "quoting", "seen": "new", "next": board})

    lead.refresh_from_db()
    assert (answer.status_code, answer.url, lead.stage) == (302, board, LeadStage.QUOTING)


def test_one_is_not_sent_to_another_site(staff):
    lead = make_lead()

    answer = staff.post(reverse("cargo:lead_move", args=[lead.pk]), {"stage": "quoting", "seen": "new", "next": "https://example.org/"})

    assert answer.url == lead.get_absolute_url()


def test_with_javascript_the_board_alone_comes_back(staff):
    lead = make_lead(party_name="演示货主 77")

    answer = staff.post(
        reverse("cargo:lead_move", args=[lead.pk]),
        {"stage": "verified", "seen": "new"},
        headers={"HX-Request": "true", "HX-Target": "board"},
    )

    html = answer.content.decode()
    assert html.lstrip().startswith('<div class="board" id="board"')
    assert "演示货主 77" in html.split('data-stage="verified"')[1].split('data-stage="quoting"')[0]


def test_a_card_that_somebody_else_moved_stays_where_they_put_it(staff):
    lead = make_lead()
    move_lead(lead=Lead.objects.get(pk=lead.pk), to=LeadStage.NEGOTIATING, today=TODAY, by=make_user())

    answer = staff.post(reverse("cargo:lead_move", args=[lead.pk]), {"stage": "quoting", "seen": "new"})

    lead.refresh_from_db()
    assert (answer.status_code, lead.stage) == (422, LeadStage.NEGOTIATING)
    assert "Somebody else has moved this lead meanwhile." in answer.content.decode()


def test_losing_a_lead_asks_for_the_reason_first(staff):
    lead = make_lead()
    url = reverse("cargo:lead_move", args=[lead.pk])

    asked = staff.post(url, {"stage": "lost", "seen": "new"})
    by_card = staff.post(url, {"stage": "lost", "seen": "new"}, headers={"HX-Request": "true", "HX-Target": "board"})
    staff.post(url, {"stage": "lost", "seen": "new", "reason": "no_berth", "note": "泊位排满"})

    lead.refresh_from_db()
    assert (asked.status_code, list(asked.context["form"].errors)) == (422, ["reason"])
    assert by_card["HX-Redirect"] == f"{url}?stage=lost"
    assert (lead.stage, lead.lost_reason, lead.lost_note) == (LeadStage.LOST, LostReason.NO_BERTH, "泊位排满")


def test_a_lead_is_recorded_from_the_form(staff, marketer):
    answer = staff.post(reverse("cargo:lead_create"), form_data())

    lead = Lead.objects.get()
    assert answer.url == lead.get_absolute_url()
    assert (lead.party_name, lead.tonnes, lead.rhythm, lead.recorded_by) == ("演示货主 31", 120000, "yearly", marketer)
    assert (lead.origin.unlocode, lead.rival_port.unlocode, lead.stage_changed_on) == ("AUNTL", "CNTAO", port_today())


def test_a_lead_sent_twice_is_one_and_both_answers_lead_to_it(staff):
    url = reverse("cargo:lead_create")
    typed = form_data(form_key=opened(staff, url)["form_key"])

    answers = [staff.post(url, typed) for _click in range(2)]
    staff.post(url, typed | {"party_name": "演示货主 32"})

    first, second = Lead.objects.order_by("pk")
    assert [answer.url for answer in answers] == [first.get_absolute_url()] * 2
    assert (first.party_name, second.party_name) == ("演示货主 31", "演示货主 32")


def test_a_form_without_company_or_unit_comes_back_with_what_was_typed(staff):
    answer = staff.post(reverse("cargo:lead_create"), form_data(party_name="", unit=""))

    assert (answer.status_code, sorted(answer.context["form"].errors)) == (422, ["party_name", "quantity"])
    assert answer.context["form"]["quantity"].value() == "12"
    assert Lead.objects.count() == 0


def test_two_editors_of_one_field_see_both_texts(staff):
    lead = make_lead(goods="煤", rhythm="once")
    url = reverse("cargo:lead_edit", args=[lead.pk])
    data = opened(staff, url) | {"goods": "焦煤"}
    edit_lead(lead=lead, changes={"goods": "动力煤"}, seen={}, by=make_user())

    answer = staff.post(url, data)

    lead.refresh_from_db()
    assert (answer.status_code, lead.goods) == (409, "动力煤")
    assert [(one["theirs"], one["yours"]) for one in answer.context["form"].shown_conflicts] == [("动力煤", "焦煤")]
    assert answer.context["form"]["goods"].value() == "焦煤"


def test_auditors_read_leads_and_move_none(client):
    lead = make_lead()
    client.force_login(make_user(Role.AUDITOR))

    board = client.get(reverse("cargo:lead_board")).content.decode()
    refused = client.post(reverse("cargo:lead_move", args=[lead.pk]), {"stage": "quoting", "seen": "new"})

    lead.refresh_from_db()
    assert lead.party_name in board
    assert "<select" not in board
    assert (refused.status_code, lead.stage) == (403, LeadStage.NEW)


def test_administrators_see_no_lead(client):
    lead = make_lead(party_name="Secret Shipper")
    client.force_login(make_user(Role.ADMIN))

    answers = [
        client.get(url)
        for url in (reverse("cargo:lead_board"), reverse("cargo:lead_list"), lead.get_absolute_url(), "/api/v1/cargo/leads/")
    ]

    assert [answer.status_code for answer in answers] == [403] * 4
    assert not any("Secret Shipper" in answer.content.decode() for answer in answers)


@pytest.mark.parametrize(
    ("query", "expected"),
    [("state=open", ["due", "later"]), ("state=due", ["due"]), ("stage=won", ["won"]), ("q=later", ["later"]), ("owner=me", ["due"])],
)
def test_the_list_filters_leads(staff, marketer, query, expected):
    today = port_today()
    make_lead(party_name="due", next_step_on=today - dt.timedelta(days=1), owner=marketer)
    make_lead(party_name="later", next_step_on=today + dt.timedelta(days=9))
    won = make_lead(customer=make_customer(name_en="won", name_zh=""))
    move_lead(lead=won, to=LeadStage.WON, today=today, by=marketer)

    rows = staff.get(f"{reverse('cargo:lead_list')}?{query}").context["listing"].rows

    assert sorted(row.who for row in rows) == expected


def test_the_start_page_names_my_leads_that_are_due_and_nobodys(staff, marketer):
    today = port_today()
    make_lead(party_name="Mine Ltd", owner=marketer, next_step="call", next_step_on=today)
    make_lead(party_name="Nobodys Ltd", next_step="call", next_step_on=today - dt.timedelta(days=3))
    make_lead(party_name="Colleagues Ltd", owner=make_user(Role.MARKETING), next_step="call", next_step_on=today)
    make_lead(party_name="Later Ltd", owner=marketer, next_step="call", next_step_on=today + dt.timedelta(days=30))

    leads = staff.get(reverse("cargo:panel_leads")).context["leads"]

    assert [lead.party_name for lead in leads] == ["Nobodys Ltd", "Mine Ltd"]


def test_the_timeline_of_a_customer_tells_of_its_leads_and_its_months(marketer):
    customer = make_customer()
    lead = make_lead(customer=customer, by=marketer)
    move_lead(lead=lead, to=LeadStage.QUOTING, today=TODAY, by=marketer)
    make_lead(customer=make_customer())
    make_shipment(customer=customer, handled_on=dt.date(2026, 3, 5), quantity=Decimal(10), lots=2)
    make_shipment(customer=customer, handled_on=dt.date(2026, 3, 9), quantity=Decimal(5))

    leads = lead_moves(marketer, customer, None, 10)
    months = handled_months(marketer, customer, None, 10)

    assert len(leads) == 2
    assert [entry.url for entry in leads] == [lead.get_absolute_url()] * 2
    assert [(entry.at.isoformat(), "15" in entry.body, "3" in entry.body) for entry in months] == [
        ("2026-03-01T00:00:00+08:00", True, True)
    ]
    assert handled_months(marketer, customer, months[0].at, 10) == []
    assert lead_moves(make_user(Role.ADMIN), customer, None, 10) == []


@pytest.mark.parametrize(("wrong", "field"), [({"quantity": "999999999999999"}, "quantity"), ({"ready_on": "9999-12-31"}, "ready_on")])
def test_a_form_with_more_than_all_cargo_or_years_comes_back_with_its_field(staff, wrong, field):
    answer = staff.post(reverse("cargo:lead_create"), form_data(**wrong))

    assert (answer.status_code, list(answer.context["form"].errors), Lead.objects.count()) == (422, [field], 0)
