"""Cargo heard of twice is noticed before it is saved, listed, and joined; a company without a file gets one."""

import datetime as dt

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from cargo.enums import LeadStage
from cargo.models import Lead
from cargo.queries.twins import twin_pairs
from cargo.services.joining import join_leads, open_file_for_lead
from cargo.services.leads import move_lead
from cargo.services.outlooks import estimate_leads
from cargo.tests.factories import make_lead, make_port
from cargo.tests.test_seeing_leads import form_data
from customers.models import Customer
from customers.naming import search_keys
from customers.tests.factories import make_customer
from portcrm.accounts.roles import Role
from portcrm.accounts.services import system_user
from portcrm.accounts.tests.factories import make_user
from portcrm.audit.queries import field_changes
from portcrm.errors import RuleBroken
from portcrm.pages.tests.opening import opened

pytestmark = pytest.mark.django_db

TODAY = dt.date(2026, 11, 23)


def make_firm(name_zh: str) -> Customer:
    """A file with the keys its name is recognised by."""
    return make_customer(name_zh=name_zh, match_key=search_keys(name_zh=name_zh, name_en="").match_key)


@pytest.fixture
def marketer():
    return make_user(Role.MARKETING, language="en")


@pytest.fixture
def staff(client, marketer):
    client.force_login(marketer)
    client.cookies["django_language"] = "en"
    return client


@pytest.mark.parametrize(
    ("fields", "alike"),
    [
        ({"party_name": "示范煤炭有限公司"}, True),
        ({"party_name": "示范煤炭股份有限公司"}, True),
        ({"party_name": "示范焦炭有限公司"}, False),
        ({"direction": "outbound"}, False),
        ({"ready_on": dt.date(2027, 1, 31)}, True),
        ({"ready_on": dt.date(2027, 2, 1)}, False),
        ({"origin": "AUNTL"}, True),
        ({"origin": "BRSSZ"}, False),
    ],
)
def test_leads_are_alike_by_company_class_and_direction_unless_route_or_time_differ(marketer, fields, alike):
    make_lead(party_name="示范煤炭有限公司", ready_on=dt.date(2026, 12, 31), origin=make_port("AUNTL"))
    if "origin" in fields:
        fields = fields | {"origin": make_port(fields["origin"])}
    make_lead(**{"party_name": "示范煤炭有限公司"} | fields)

    assert len(twin_pairs(marketer)) == alike


def test_a_company_named_in_one_lead_and_filed_in_the_other_is_one(marketer):
    older = make_lead(party_name="示范煤炭公司")
    newer = make_lead(customer=make_firm("示范煤炭有限公司"))

    assert [(pair.older, pair.newer) for pair in twin_pairs(marketer)] == [(older, newer)]


def test_a_similar_lead_is_shown_once_before_another_is_saved(staff):
    known = make_lead(party_name="演示货主 31", origin=make_port("AUNTL"))

    warned = staff.post(reverse("cargo:lead_create"), form_data())
    after_warning = Lead.objects.count()
    staff.post(reverse("cargo:lead_create"), form_data(confirmed="1"))

    assert (warned.status_code, after_warning, Lead.objects.count()) == (422, 1, 2)
    assert warned.context["found"] == [known]
    assert known.get_absolute_url() in warned.content.decode()


@pytest.mark.parametrize(
    ("typed", "is_told"),
    [
        ({"party_name": "示范煤炭公司", "cargo_class": "01"}, True),
        ({"party_name": "示范煤炭公司"}, False),
        ({"cargo_class": "01"}, False),
        ({"party_name": "示范煤炭公司", "cargo_class": "01", "origin": "AUNTL", "direction": "inbound"}, True),
        ({"party_name": "示范煤炭公司", "cargo_class": "01", "origin": "BRSSZ"}, False),
        ({"party_name": "示范煤炭公司", "cargo_class": "01", "direction": "outbound"}, False),
        ({"party_name": "示范煤炭公司", "cargo_class": "no class", "ready_on": "some day"}, False),
    ],
)
def test_while_somebody_types_a_similar_lead_is_told_as_far_as_the_form_says(staff, typed, is_told):
    known = make_lead(party_name="示范煤炭有限公司", origin=make_port("AUNTL"))
    if "origin" in typed:
        typed = typed | {"origin": make_port(typed["origin"]).pk}

    answer = staff.get(reverse("cargo:lead_similar"), typed, headers={"HX-Request": "true"})

    assert [one.pk for one in answer.context["found"]] == [known.pk] * is_told
    assert (known.get_absolute_url() in answer.content.decode(), "save again" in answer.content.decode()) == (is_told, False)


def test_nobody_is_told_of_leads_who_may_not_record_them(client):
    make_lead(party_name="示范煤炭有限公司")
    client.force_login(make_user(Role.AUDITOR))

    answer = client.get(reverse("cargo:lead_similar"), {"party_name": "示范煤炭公司", "cargo_class": "01"})

    assert (answer.status_code, "示范煤炭有限公司" in answer.content.decode()) == (403, False)


def test_a_form_sent_twice_does_not_warn_of_what_it_recorded_itself(staff):
    url = reverse("cargo:lead_create")
    typed = form_data(form_key=opened(staff, url)["form_key"])

    answers = [staff.post(url, typed) for _click in range(2)]

    assert [answer.status_code for answer in answers] == [302, 302]
    assert Lead.objects.count() == 1


def test_the_kept_lead_takes_over_what_it_does_not_say_and_both_tell_of_it(staff, marketer):
    kept = make_lead(party_name="示范煤炭", goods="", quantity=None, unit=None, next_step="打电话")
    other = make_lead(party_name="示范煤炭", goods="动力煤", next_step="拜访", plan_no="HT-3")

    answer = staff.post(reverse("cargo:lead_join"), {"kept": kept.pk, "other": other.pk})

    kept.refresh_from_db(), other.refresh_from_db()
    assert answer.url == kept.get_absolute_url()
    assert (kept.goods, kept.quantity, kept.tonnes, kept.next_step, kept.plan_no) == ("动力煤", 5000, 5000, "打电话", "HT-3")
    assert (other.stage, other.lost_reason, other.joined_into) == ("lost", "duplicate", kept)
    assert {change.actor_pk for change in field_changes(other) if change.field == "joined_into"} == {marketer.pk}
    assert kept.get_absolute_url() in staff.get(other.get_absolute_url()).content.decode()


def test_a_quantity_is_taken_over_with_its_rhythm():
    kept = make_lead(party_name="示范煤炭", quantity=None, unit=None)
    other = make_lead(party_name="示范煤炭", rhythm="monthly")

    joined = join_leads(kept=kept, other=other, today=TODAY, by=system_user())

    assert (joined.quantity, joined.unit_id, joined.rhythm) == (5000, "t", "monthly")


def test_a_lead_with_a_quantity_keeps_its_rhythm():
    kept, other = make_lead(rhythm="yearly"), make_lead(rhythm="monthly")

    assert join_leads(kept=kept, other=other, today=TODAY, by=system_user()).rhythm == "yearly"


def test_a_lead_is_joined_without_the_colleague_who_has_left():
    gone = make_user(Role.MARKETING)
    kept, other = make_lead(), make_lead(owner=gone, next_step="拜访")
    gone.is_active = False
    gone.save()

    joined = join_leads(kept=kept, other=other, today=TODAY, by=system_user())

    other.refresh_from_db()
    assert (joined.owner, joined.next_step, other.joined_into, other.owner) == (None, "拜访", kept, gone)


@pytest.mark.parametrize(
    ("own", "taken"),
    [({}, (dt.date(2026, 1, 1), dt.date(2026, 6, 30))), ({"plan_from": dt.date(2027, 1, 1)}, (dt.date(2027, 1, 1), None))],
)
def test_a_plan_is_taken_over_from_its_beginning_to_its_end_or_not_at_all(own, taken):
    kept = make_lead(**own)
    other = make_lead(plan_from=dt.date(2026, 1, 1), plan_until=dt.date(2026, 6, 30))

    joined = join_leads(kept=kept, other=other, today=TODAY, by=system_user())

    assert (joined.plan_from, joined.plan_until) == taken


def test_a_lead_recorded_twice_is_no_lost_one():
    kept, other = make_lead(party_name="示范煤炭"), make_lead(party_name="示范煤炭")
    join_leads(kept=kept, other=other, today=TODAY, by=system_user())

    estimate_leads(today=TODAY, by=system_user())

    assert kept.outlook.closed == 0


def test_a_joined_lead_that_is_opened_again_stands_for_itself():
    kept, other = make_lead(), make_lead()
    join_leads(kept=kept, other=other, today=TODAY, by=system_user())

    back = move_lead(lead=Lead.objects.get(pk=other.pk), to=LeadStage.QUOTING, today=TODAY, by=system_user())

    assert (back.joined_into, back.lost_reason) == (None, "")


def test_closed_leads_and_a_lead_with_itself_are_not_joined():
    kept, closed = make_lead(), make_lead()
    move_lead(lead=closed, to=LeadStage.LOST, reason="price", today=TODAY, by=system_user())

    for other in (kept, closed):
        with pytest.raises(RuleBroken):
            join_leads(kept=kept, other=other, today=TODAY, by=system_user())

    assert Lead.objects.filter(joined_into__isnull=False).count() == 0


def test_nobody_chooses_recorded_twice_as_a_reason():
    with pytest.raises(RuleBroken) as refusal:
        move_lead(lead=make_lead(), to=LeadStage.LOST, reason="duplicate", today=TODAY, by=system_user())

    assert refusal.value.field == "lost_reason"


@pytest.mark.database
def test_the_database_keeps_reason_and_kept_lead_together():
    lead = make_lead()

    with pytest.raises(IntegrityError), transaction.atomic():
        Lead.objects.filter(pk=lead.pk).update(stage="lost", lost_reason="duplicate")


def test_the_page_of_pairs_offers_both_to_whoever_may_edit(client, staff):
    make_lead(party_name="示范煤炭"), make_lead(party_name="示范煤炭")

    mine = staff.get(reverse("cargo:lead_twins")).content.decode()
    client.force_login(make_user(Role.AUDITOR))
    read = client.get(reverse("cargo:lead_twins")).content.decode()

    assert (mine.count('name="kept"'), read.count('name="kept"')) == (2, 0)
    assert "示范煤炭" in read


def test_a_file_is_opened_for_the_company_of_a_lead(staff):
    lead = make_lead(party_name="示范新货主有限公司")

    answer = staff.post(reverse("cargo:lead_file", args=[lead.pk]), {"name_zh": "示范新货主有限公司"})

    lead.refresh_from_db()
    assert answer.url == lead.get_absolute_url()
    assert (lead.customer.name_zh, lead.customer.status, lead.customer.source_reference[:6]) == (
        "示范新货主有限公司",
        "prospect",
        lead.number,
    )


def test_a_likely_file_is_shown_before_another_is_opened(staff):
    firm = make_firm("示范煤炭有限公司")
    lead = make_lead(party_name="示范煤炭公司")
    url = reverse("cargo:lead_file", args=[lead.pk])

    shown = staff.post(url, {"name_zh": "示范煤炭公司"})
    files = Customer.objects.count()
    staff.post(url, {"customer": firm.pk})

    lead.refresh_from_db()
    assert (shown.status_code, [one.customer for one in shown.context["found"]], files) == (422, [firm], 1)
    assert lead.customer == firm


def test_of_two_who_open_a_file_for_one_lead_the_second_opens_none():
    lead = make_lead()
    open_file_for_lead(lead=lead, name_zh="示范甲", name_en="", by=make_user(Role.MARKETING))

    with pytest.raises(RuleBroken):
        open_file_for_lead(lead=lead, name_zh="示范乙", name_en="", by=make_user(Role.MARKETING))

    assert list(Customer.objects.values_list("name_zh", flat=True)) == ["示范甲"]
