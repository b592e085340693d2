"""A cargo lead is recorded, edited, moved; of two people at once one wins and nothing is lost."""

import datetime as dt
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction
from django.utils import translation

from cargo.enums import LeadStage, LostReason
from cargo.models import Lead
from cargo.services.leads import create_lead, edit_lead, move_lead
from cargo.tests.factories import make_cargo_class, make_lead, make_unit
from customers.tests.factories import make_channel, make_customer
from portcrm.accounts.tests.factories import make_user
from portcrm.audit.queries import field_changes
from portcrm.editing import EditConflict
from portcrm.errors import RuleBroken

pytestmark = pytest.mark.django_db

TODAY = dt.date(2026, 11, 23)


def test_a_lead_begins_as_new_and_its_tonnes_follow_the_printed_factor():
    by = make_user(name="王 市场")

    lead = make_lead(by=by, today=TODAY, quantity=Decimal("1.5"), unit=make_unit("wt"))

    assert (lead.stage, lead.stage_changed_on, lead.tonnes, lead.teu) == (LeadStage.NEW, TODAY, Decimal(15000), None)
    assert [(change.kind, change.actor) for change in field_changes(lead)] == [("insert", "王 市场")]


def test_boxes_give_teu_and_no_tonnes():
    lead = make_lead(quantity=Decimal(40), unit=make_unit("box40"), cargo_class=make_cargo_class("17"), form="container")

    assert (lead.tonnes, lead.teu) == (None, Decimal(80))


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"party_name": " "}, "party_name"),
        ({"quantity": None}, "quantity"),
        ({"quantity": Decimal(0)}, "quantity"),
    ],
)
def test_a_lead_needs_somebody_and_a_quantity_with_its_unit(wrong, field):
    with pytest.raises(RuleBroken) as refusal:
        make_lead(**wrong)

    assert (refusal.value.field, Lead.objects.count()) == (field, 0)


@pytest.mark.parametrize("name", ["ready_on", "plan_from", "plan_until"])
@pytest.mark.parametrize("day", [dt.date(1989, 12, 31), dt.date(2101, 1, 1), dt.date.max])
def test_days_of_cargo_lie_in_the_years_we_know(name, day):
    lead = make_lead()

    for write in (lambda: make_lead(**{name: day}), lambda: edit_lead(lead=lead, changes={name: day}, seen={}, by=make_user())):
        with pytest.raises(RuleBroken) as refusal:
            write()
        assert refusal.value.field == name


@pytest.mark.parametrize(
    ("unit", "most"),
    [("t", Decimal(10_000_000_000)), ("wt", Decimal(1_000_000)), ("box40", Decimal(5_000_000_000))],
)
def test_a_quantity_beyond_all_cargo_is_refused_by_what_it_comes_to(unit, most):
    lead = make_lead(quantity=most, unit=make_unit(unit))

    with pytest.raises(RuleBroken) as refusal:
        edit_lead(lead=lead, changes={"quantity": most + Decimal("0.001")}, seen={}, by=make_user())

    assert refusal.value.field == "quantity"


def test_a_lead_comes_through_a_cargo_channel():
    with pytest.raises(RuleBroken) as refusal:
        make_lead(channel=make_channel(family="service"))

    assert refusal.value.field == "channel"


def test_a_lead_is_moved_with_its_day_and_its_mover():
    lead, mover = make_lead(today=dt.date(2026, 11, 1)), make_user(name="李 跟进")

    moved = move_lead(lead=lead, to=LeadStage.QUOTING, today=TODAY, by=mover)

    assert (moved.stage, moved.stage_changed_on, moved.version) == (LeadStage.QUOTING, TODAY, 2)
    changes = {change.field: (change.after, change.actor) for change in field_changes(lead) if change.kind == "update"}
    assert changes["stage_changed_on"] == ("2026-11-23", "李 跟进")


def test_of_two_who_move_the_same_card_the_first_wins_and_the_second_is_told():
    lead = make_lead()
    seen_by_first, seen_by_second = Lead.objects.get(pk=lead.pk), Lead.objects.get(pk=lead.pk)
    move_lead(lead=seen_by_first, to=LeadStage.VERIFIED, today=TODAY, by=make_user())

    with translation.override("en"), pytest.raises(RuleBroken, match="moved this lead meanwhile"):
        move_lead(lead=seen_by_second, to=LeadStage.LOST, reason=LostReason.PRICE, today=TODAY, by=make_user())

    lead.refresh_from_db()
    assert (lead.stage, lead.lost_reason) == (LeadStage.VERIFIED, "")


def test_a_lost_lead_says_why_and_forgets_it_when_it_comes_back():
    lead = make_lead()
    with pytest.raises(RuleBroken) as refusal:
        move_lead(lead=lead, to=LeadStage.LOST, today=TODAY, by=make_user())

    lost = move_lead(lead=lead, to=LeadStage.LOST, reason=LostReason.RIVAL_NEARER, note="改走邻港", today=TODAY, by=make_user())
    why = (lost.lost_reason, lost.lost_note)
    back = move_lead(lead=lost, to=LeadStage.QUOTING, today=TODAY, by=make_user())

    assert refusal.value.field == "lost_reason"
    assert why == ("rival_nearer", "改走邻港")
    assert (back.lost_reason, back.lost_note) == ("", "")


def test_only_a_lead_of_a_customer_file_can_be_won():
    stranger, known = make_lead(), make_lead(customer=make_customer())

    with pytest.raises(RuleBroken) as refusal:
        move_lead(lead=stranger, to=LeadStage.WON, today=TODAY, by=make_user())
    won = move_lead(lead=known, to=LeadStage.WON, today=TODAY, by=make_user())

    assert (refusal.value.field, won.stage) == ("customer", LeadStage.WON)


def test_two_editors_of_different_fields_both_keep_their_text():
    lead = make_lead(goods="煤", next_step="打电话")
    edit_lead(lead=lead, changes={"goods": "动力煤"}, seen={"goods": "煤", "next_step": "打电话"}, by=make_user())

    edit_lead(lead=lead, changes={"next_step": "上门拜访"}, seen={"goods": "煤", "next_step": "打电话"}, by=make_user())

    lead.refresh_from_db()
    assert (lead.goods, lead.next_step, lead.version) == ("动力煤", "上门拜访", 3)


def test_of_two_editors_of_one_field_the_second_sees_both_texts():
    lead = make_lead(goods="煤")
    edit_lead(lead=lead, changes={"goods": "动力煤"}, seen={"goods": "煤"}, by=make_user())

    with pytest.raises(EditConflict) as refusal:
        edit_lead(lead=lead, changes={"goods": "焦煤"}, seen={"goods": "煤"}, by=make_user())

    assert [(one.field, one.theirs, one.yours) for one in refusal.value.conflicts] == [("goods", "动力煤", "焦煤")]
    lead.refresh_from_db()
    assert lead.goods == "动力煤"


def test_a_program_that_read_an_older_version_is_refused():
    lead = make_lead(goods="煤")
    edit_lead(lead=lead, changes={"goods": "动力煤"}, seen={}, version=1, by=make_user())

    with pytest.raises(RuleBroken) as refusal:
        edit_lead(lead=lead, changes={"goods": "焦煤"}, seen={}, version=1, by=make_user())

    assert refusal.value.field == "version"


def test_a_new_quantity_brings_new_tonnes():
    lead = make_lead(quantity=Decimal(10), unit=make_unit("t"))

    edited = edit_lead(lead=lead, changes={"unit": make_unit("kt")}, seen={}, by=make_user())

    assert edited.tonnes == Decimal(10000)


def test_stages_are_not_edited_past_the_rules():
    with pytest.raises(TypeError, match="not editable: stage"):
        edit_lead(lead=make_lead(), changes={"stage": LeadStage.WON}, seen={}, by=make_user())


@pytest.mark.database
@pytest.mark.parametrize("wrong", [{"stage": "lost"}, {"stage": "won"}, {"quantity": None}, {"party_name": ""}])
def test_the_database_refuses_leads_that_cannot_be(wrong):
    lead = make_lead()

    with pytest.raises(IntegrityError), transaction.atomic():
        Lead.objects.filter(pk=lead.pk).update(**wrong)


def test_an_imported_lead_keeps_the_moment_it_was_heard_of():
    heard = dt.datetime(2026, 9, 1, 1, 30, tzinfo=dt.UTC)

    lead = create_lead(
        today=dt.date(2026, 9, 1),
        recorded_at=heard,
        party_name="演示货主",
        channel=make_channel(family="cargo"),
        cargo_class=make_cargo_class("01"),
        form_id="dry_bulk",
        direction="inbound",
        by=make_user(),
    )

    assert lead.recorded_at == heard
