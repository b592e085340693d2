"""Interactions, follow-ups and the facts other apps store."""

import datetime as dt
from decimal import Decimal

import pytest
from django.apps import apps
from django.urls import reverse
from django.utils import timezone

from customers.models import Customer, FollowUp
from customers.services import facts, followups, interactions
from customers.services.employments import add_employment
from customers.services.value import StoredValue, store_values
from customers.tests.factories import make_contact, make_customer, make_follow_up
from portcrm.accounts.roles import Role
from portcrm.accounts.tests.factories import make_user
from portcrm.clock import now
from portcrm.errors import RuleBroken

pytestmark = pytest.mark.django_db
DAY = dt.date(2026, 11, 23)


@pytest.fixture
def keeper():
    return make_user(Role.MARKETING)


def test_a_visit_with_a_next_step_opens_a_follow_up_of_its_recorder(keeper):
    customer = make_customer()
    contact = make_contact(customer=customer)

    visit = interactions.log_interaction(
        customer=customer, kind="visit", subject="年度走访", outcome="positive", next_step="送交报价", next_step_on=DAY,
        happened_at=dt.datetime(2026, 11, 20, 17, 0, tzinfo=dt.UTC), contacts=[contact], by=keeper,
    )  # fmt: skip

    customer.refresh_from_db()
    assert list(visit.contacts.all()) == [contact]
    assert list(FollowUp.objects.values_list("title", "owner", "due_on", "interaction", "state")) == [
        ("送交报价", keeper.pk, DAY, visit.pk, "open")
    ]
    assert customer.last_contact_on == dt.date(2026, 11, 21)  # the port's day


def test_the_last_contact_is_the_ports_day_whatever_clock_its_recorder_reads(keeper):
    customer = make_customer()

    with timezone.override("America/Los_Angeles"):
        interactions.log_interaction(
            customer=customer, kind="call", subject="夜里来电", happened_at=dt.datetime(2026, 11, 20, 2, 0, tzinfo=dt.UTC), by=keeper
        )

    customer.refresh_from_db()
    assert customer.last_contact_on == dt.date(2026, 11, 20)


def test_an_older_interaction_typed_in_later_does_not_set_the_last_contact_back(keeper):
    customer = make_customer(last_contact_on=DAY)

    interactions.log_interaction(
        customer=customer, kind="call", subject="补记", happened_at=dt.datetime(2026, 1, 1, tzinfo=dt.UTC), by=keeper
    )

    customer.refresh_from_db()
    assert customer.last_contact_on == DAY


def test_an_interaction_to_come_is_not_recorded(keeper):
    customer = make_customer()

    with pytest.raises(RuleBroken) as refusal:
        interactions.log_interaction(customer=customer, kind="call", subject="明天", happened_at=now() + dt.timedelta(days=1), by=keeper)

    assert (refusal.value.field, customer.interactions.count()) == ("happened_at", 0)


def test_a_participant_of_another_customer_is_refused(keeper):
    customer = make_customer()

    with pytest.raises(RuleBroken):
        interactions.log_interaction(customer=customer, kind="call", subject="误选", contacts=[make_contact()], by=keeper)

    assert customer.interactions.count() == 0


def test_who_works_for_two_companies_takes_part_for_both(client, keeper):
    main, beside = make_customer(), make_customer()
    contact = make_contact(customer=main)
    add_employment(contact=contact, customer=beside, position="顾问", by=keeper)
    client.force_login(keeper)

    page = client.get(reverse("customers:interaction_create", args=[beside.pk]))
    interaction = interactions.log_interaction(customer=beside, kind="visit", subject="走访", contacts=[contact], by=keeper)

    assert list(page.context["form"].fields["contacts"].queryset) == [contact]
    assert list(interaction.contacts.all()) == [contact]


def test_one_reason_opens_one_follow_up_even_after_it_was_closed(keeper):
    customer = make_customer()
    first = followups.open_follow_up(customer=customer, title="回访投诉", owner=keeper, due_on=DAY, dedupe_key="complaint:1", by=keeper)
    followups.close_follow_up(follow_up=first, result="已回访", by=keeper)

    again = followups.open_follow_up(customer=customer, title="再开", owner=keeper, due_on=DAY, dedupe_key="complaint:1", by=keeper)

    assert (again.pk, again.title, again.state, FollowUp.objects.count()) == (first.pk, "回访投诉", "done", 1)


def test_follow_ups_without_a_reason_key_are_separate(keeper):
    customer = make_customer()

    opened = [followups.open_follow_up(customer=customer, title="回访", owner=keeper, due_on=DAY, by=keeper) for _ in range(2)]

    assert opened[0].pk != opened[1].pk


def test_a_follow_up_is_closed_once(keeper):
    follow_up = make_follow_up()
    followups.close_follow_up(follow_up=follow_up, result="第一次", by=keeper)

    with pytest.raises(RuleBroken):
        followups.close_follow_up(follow_up=follow_up, result="第二次", by=keeper)
    with pytest.raises(RuleBroken):
        followups.plan_follow_up(follow_up=follow_up, due_on=DAY, by=keeper)

    follow_up.refresh_from_db()
    assert (follow_up.result, follow_up.closed_by) == ("第一次", keeper)


def test_overdue_follow_ups_are_open_and_due_before_the_day(keeper):
    late = make_follow_up(due_on=DAY - dt.timedelta(days=1))
    make_follow_up(due_on=DAY)
    make_follow_up(due_on=DAY - dt.timedelta(days=1), state="done", closed_by=keeper, closed_at=now())

    assert list(FollowUp.objects.overdue(DAY)) == [late]


def test_handled_cargo_makes_a_prospect_an_existing_customer_and_facts_leave_no_history(keeper):
    active, idle = make_customer(), make_customer(tonnes_12m=5, status="existing")
    handled = facts.HandledFacts(active.pk, DAY, Decimal("12.5"), Decimal("3"), None)

    facts.store_handled_facts(facts=[handled], clear_others=True, by=keeper)

    assert list(Customer.objects.order_by("pk").values_list("status", "last_handled_on", "tonnes_12m", "revenue_12m")) == [
        ("existing", DAY, Decimal("12.5"), None),
        ("existing", None, Decimal("0"), None),
    ]
    event = apps.get_model("customers", "CustomerEvent").objects
    assert list(event.filter(pgh_label="update").values_list("pgh_obj_id", "status")) == [(active.pk, "existing")]
    assert idle.status == "existing"


def test_an_older_opinion_never_replaces_a_newer_one(keeper):
    customer = make_customer()
    for day, score in ((DAY, "4.5"), (DAY - dt.timedelta(days=9), "1")):
        facts.store_opinion_facts(facts=[facts.OpinionFacts(customer.pk, day, Decimal(score))], by=keeper)

    customer.refresh_from_db()
    assert (customer.last_opinion_on, customer.last_opinion_score) == (DAY, Decimal("4.5"))


def test_open_complaints_are_counted_and_cleared(keeper):
    first, second = make_customer(open_complaints=2), make_customer()

    facts.store_open_complaints(counts={second.pk: 3}, clear_others=True, by=keeper)

    assert list(Customer.objects.order_by("pk").values_list("pk", "open_complaints")) == [(first.pk, 0), (second.pk, 3)]


def test_a_ranking_is_stored_whole_and_whoever_fell_out_loses_its_rank(keeper):
    first, second, third = make_customer(), make_customer(), make_customer()
    store_values(values=[StoredValue(third.pk, "C", 1, None, Decimal("0.1"))], as_of=dt.date(2026, 6, 30), by=keeper)

    stored = store_values(
        values=[StoredValue(first.pk, "A", 1, 4, Decimal("0.9")), StoredValue(second.pk, "B", 2, None, Decimal("0.4"))],
        as_of=DAY,
        by=keeper,
    )

    rows = Customer.objects.order_by("pk")
    assert stored == 2
    assert list(rows.values_list("value_class", "value_rank", "value_score", "value_as_of")) == [
        ("A", 1, Decimal("0.9"), DAY),
        ("B", 2, Decimal("0.4"), DAY),
        ("", None, None, None),
    ]
    assert [row.value_movement for row in rows] == [3, None, None]
