"""Programmes by occasion ask those they are meant for, whatever became of customers, complainants and plans meanwhile."""

import datetime as dt
from uuid import uuid4

import pytest
from django.urls import reverse

from cargo.tests.factories import make_shipment
from customers.enums import ContactRole, CustomerStatus
from customers.models import Contact, Customer, Merge
from customers.services.merging import merge_customers
from customers.services.unmerging import undo_merge
from customers.tests.factories import make_contact, make_customer
from feedback.enums import Occasion
from feedback.models import Invitation, LoopResult, OccasionMark, Programme, Wave
from feedback.services.closing import close_complaint
from feedback.services.complaints import answer_complaint, assign_complaint
from feedback.services.programmes import create_programme
from feedback.services.results import compute_results
from feedback.services.sweeping import run_occasions
from feedback.services.waves import start_wave
from feedback.tests.factories import make_complaint, make_invitation, make_response, make_staff, make_version, make_wave, unpublish
from portcrm.accounts.roles import Role
from portcrm.accounts.services import system_user
from portcrm.accounts.tests.factories import make_user
from portcrm.clock import port_zone
from portcrm.errors import RuleBroken
from portcrm.notices.models import Notice
from portcrm.pages.models import SavedView

pytestmark = pytest.mark.django_db
BEGIN = dt.date(2026, 11, 10)
DAY = dt.timedelta(days=1)


def at(day: dt.date) -> dt.datetime:
    return dt.datetime.combine(day, dt.time(8), tzinfo=port_zone())


def run(day: dt.date) -> int:
    return run_occasions(at=at(day), by=system_user())


def make_planned(occasion: str, **fields) -> Programme:
    """A programme that begins on the first day."""
    defaults = {"name_zh": "作业后回访", "name_en": "After work", "questionnaire": make_version().questionnaire, "owner": make_staff()}
    return create_programme(fields=defaults | {"occasion": occasion} | fields, on=BEGIN, by=make_staff())


def handle(customer, number: int, *, on: dt.date = BEGIN) -> None:
    for _shipment in range(number):
        make_shipment(customer=customer, handled_on=on)


def complain_and_close(contact, *, on: dt.date):
    by, complaint = make_staff(), make_complaint(customer=contact.customer, contact=contact)
    assign_complaint(complaint=complaint, owner=by, at=at(on), by=by)
    answer_complaint(complaint=complaint, answer="已核实并整改。", at=at(on), by=by)
    return close_complaint(complaint=complaint, outcome="explained", word="agreed", at=at(on), by=by)


def asked() -> list[int]:
    return list(Invitation.objects.order_by("pk").values_list("contact", flat=True))


def rested() -> None:
    Invitation.objects.update(invited_on=BEGIN - 300 * DAY)


# --- meant for ---


@pytest.mark.parametrize("narrowed_by", ["status", "tier", "view", "roles"])
def test_a_customer_the_programme_is_not_meant_for_opens_no_wave_and_keeps_its_occasion(narrowed_by):
    owner = make_staff()
    other = make_contact(customer=make_customer(status=CustomerStatus.PROSPECT, tier="standard"), roles=[ContactRole.FINANCE])
    narrowed = {
        "status": {"customer_statuses": [CustomerStatus.EXISTING]},
        "tier": {"customer_tiers": ["key"]},
        "view": {"customer_view": SavedView.objects.create(record="customers.customer", owner=owner, name="重点", query="tier=key")},
        "roles": {"contact_roles": [ContactRole.OPERATIONS]},
    }[narrowed_by]
    make_planned(Occasion.SHIPMENTS, after_shipments=2, owner=owner, **narrowed)
    handle(other.customer, 2)

    assert run(BEGIN) == 0
    assert (Wave.objects.count(), OccasionMark.objects.count()) == (0, 0)

    Customer.objects.update(status=CustomerStatus.EXISTING, tier="key", is_key_account=True)
    Contact.objects.update(roles=[ContactRole.OPERATIONS])
    assert run(BEGIN + DAY) == 1
    assert asked() == [other.pk]


def test_beside_one_it_is_meant_for_the_others_are_neither_asked_nor_marked():
    meant, other = make_contact(), make_contact(customer=make_customer(status=CustomerStatus.PROSPECT))
    Customer.objects.filter(pk=meant.customer_id).update(status=CustomerStatus.EXISTING)
    make_planned(Occasion.SHIPMENTS, after_shipments=1, customer_statuses=[CustomerStatus.EXISTING])
    handle(meant.customer, 1)
    handle(other.customer, 1)

    assert run(BEGIN) == 1

    assert asked() == [meant.pk]
    assert list(OccasionMark.objects.values_list("customer", flat=True)) == [meant.customer_id]


def test_for_a_complainant_who_has_left_the_contacts_of_the_programme_are_asked():
    make_planned(Occasion.COMPLAINT, days_after_closing=1, contact_roles=[ContactRole.FINANCE])
    gone = make_contact(roles=[ContactRole.OPERATIONS])
    successor = make_contact(customer=gone.customer, roles=[ContactRole.FINANCE])
    complain_and_close(gone, on=BEGIN)
    Contact.objects.filter(pk=gone.pk).update(left_on=BEGIN)

    assert run(BEGIN + DAY) == 1

    assert asked() == [successor.pk]


def test_a_programme_that_could_not_ask_for_long_does_not_come_back_to_what_is_long_over():
    make_planned(Occasion.COMPLAINT, days_after_closing=3)
    complain_and_close(make_contact(), on=BEGIN)
    recent = make_contact()
    complain_and_close(recent, on=BEGIN + DAY)

    assert run(BEGIN + 18 * DAY) == 1  # 3 days after the closing, and 14 more

    assert asked() == [recent.pk]


# --- merged files ---


def merged(kept, other, *, on: dt.date) -> Merge:
    merge = merge_customers(kept=kept, other=other, take=(), by=make_user(Role.MARKETING))
    Merge.objects.filter(pk=merge.pk).update(merged_at=at(on) + dt.timedelta(hours=1))
    return merge


def test_two_files_that_were_asked_and_become_one_are_asked_after_as_many_more():
    kept, other = make_contact(), make_contact()
    make_planned(Occasion.SHIPMENTS, after_shipments=3)
    handle(kept.customer, 3)
    handle(other.customer, 4)
    assert run(BEGIN) == 1
    rested()

    merged(kept.customer, other.customer, on=BEGIN)
    handle(kept.customer, 2, on=BEGIN + DAY)
    assert run(BEGIN + DAY) == 0  # 9: asked after 7
    handle(kept.customer, 1, on=BEGIN + DAY)
    assert run(BEGIN + DAY) == 1  # 10
    rested()
    handle(kept.customer, 2, on=BEGIN + 2 * DAY)
    assert run(BEGIN + 2 * DAY) == 0  # 12: the mark at 10 holds those of both
    handle(kept.customer, 1, on=BEGIN + 2 * DAY)
    assert run(BEGIN + 2 * DAY) == 1  # 13

    marks = OccasionMark.objects.filter(customer=kept.customer).order_by("pk").values_list("reference", "handled")
    assert list(marks) == [("2026-11-10#1", 3), ("2026-11-10#2", 10), ("2026-11-10#3", 13)]


def test_a_merge_taken_back_asks_nobody():
    kept, other = make_contact(), make_contact()
    make_planned(Occasion.SHIPMENTS, after_shipments=3)
    handle(kept.customer, 3)
    handle(other.customer, 4)
    assert run(BEGIN) == 1
    rested()
    merge = merged(kept.customer, other.customer, on=BEGIN)

    undo_merge(merge=merge, by=make_user(Role.MARKETING))

    assert run(BEGIN + DAY) == 0
    assert dict(OccasionMark.objects.values_list("customer", "handled")) == {kept.customer_id: 3, other.customer_id: 4}


# --- by hand, and what is compared ---


def test_nobody_starts_a_wave_by_hand_of_a_programme_by_occasion(client):
    make_contact()
    programme = make_planned(Occasion.SHIPMENTS, after_shipments=1)
    client.force_login(make_staff(language="en"))
    client.cookies["django_language"] = "en"
    start = reverse("feedback:programme_start", args=[programme.pk])

    with pytest.raises(RuleBroken):
        start_wave(programme=programme, at=at(BEGIN), request_key=uuid4(), by=make_staff())

    assert client.post(start, {"request_key": str(uuid4())}).status_code == 409
    assert "This programme asks by occasion" in client.get(start).content.decode()
    assert start not in client.get(reverse("feedback:programme_list")).content.decode()
    assert Wave.objects.count() == 0


def test_low_marks_of_one_day_are_not_held_against_the_people_of_the_next():
    programme = make_planned(Occasion.SHIPMENTS, after_shipments=1)
    first, second = (make_wave(programme=programme, opens_at=at(BEGIN + number * DAY)) for number in range(2))
    make_response(invitation=make_invitation(wave=first), overall=1, at=at(BEGIN + DAY))
    make_response(invitation=make_invitation(wave=second), overall=5, at=at(BEGIN + 2 * DAY))

    for wave in (first, second):
        compute_results(wave_id=wave.pk, at=at(BEGIN + 3 * DAY), by=system_user())

    assert LoopResult.objects.count() == 0


# --- told ---


def told(programme: Programme) -> list[str]:
    return [notice.kind for notice in Notice.objects.filter(recipient=programme.owner).order_by("pk")]


def test_occasions_on_which_everybody_is_spared_are_told_once_a_week():
    programme = make_planned(Occasion.SHIPMENTS, after_shipments=1)
    for number in range(8):  # a Tuesday: the last but one is a Monday
        handle(make_contact(email="").customer, 1, on=BEGIN)
        assert run(BEGIN + number * DAY) == 1

    assert told(programme) == ["programme.nobody"] * 2


def test_another_obstacle_in_the_same_week_is_told_as_well():
    handle(make_contact().customer, 1)
    programme = make_planned(Occasion.SHIPMENTS, after_shipments=1)
    unpublish(programme.questionnaire)
    for _time in range(2):
        run(BEGIN)
    view = SavedView.objects.create(record="customers.customer", owner=programme.owner, name="重点", query="colour=red")
    programme.questionnaire.versions.update(published_on=BEGIN)
    Programme.objects.update(customer_view=view)
    run(BEGIN + DAY)

    assert told(programme) == ["programme.blocked"] * 2
    first = Notice.objects.filter(recipient=programme.owner).order_by("pk").first()
    assert first.sentence == "“作业后回访”目前无法征询：该问卷还没有发布的版本。"
