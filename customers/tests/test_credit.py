"""Credit grades by scheme, the proposal of a hold, and the mark that pages of other apps show."""

import datetime as dt

import pytest
from django.db import InternalError, transaction
from django.urls import reverse
from django.utils.translation import override

from customers.models import CreditGrade, CreditRating, CreditScheme, Customer, FollowUp
from customers.queries.days_of_figures import days_of_figures
from customers.queries.terms import Terms
from customers.services.credit_holds import lift_hold, place_hold, propose_holds
from customers.services.followups import close_follow_up, open_follow_up
from customers.services.merging import merge_customers
from customers.services.parts import edit_transactions
from customers.services.reference import edit_reference
from customers.tests.factories import make_credit, make_customer, make_rating
from portcrm.accounts.roles import Role
from portcrm.accounts.services import system_user
from portcrm.accounts.tests.factories import make_user
from portcrm.audit.queries import event_model_of
from portcrm.clock import port_today
from portcrm.errors import RuleBroken
from portcrm.pages.queries.timeline import read_timeline
from portcrm.pages.registry import Wanted

pytestmark = pytest.mark.django_db
TODAY = dt.date(2026, 11, 26)


@pytest.fixture(autouse=True)
def in_english(settings):
    settings.HOLD_PROPOSAL_DAYS = 60
    with override("en"):
        yield


@pytest.fixture
def keeper(client):
    keeper = make_user(Role.MARKETING, language="en")
    client.force_login(keeper)
    return keeper


def grade(scheme: str, place: int) -> CreditGrade:
    return CreditGrade.objects.filter(scheme__key=scheme).order_by("position")[place]


def test_the_latest_grade_of_each_scheme_stands_side_by_side(keeper):
    customer = make_customer()
    make_rating(customer=customer, grade=grade("tax", 0), rated_on=dt.date(2025, 5, 1))
    tax = make_rating(customer=customer, grade=grade("tax", 2), rated_on=dt.date(2026, 5, 1))
    port = make_rating(customer=customer, grade=grade("port", 1), rated_on=dt.date(2024, 1, 1))
    make_rating(grade=grade("tax", 1))

    shown = Terms(customer, keeper, TODAY).ratings

    assert set(shown) == {tax, port}
    assert [one.grade.scheme_id for one in shown] == [
        one.grade.scheme_id for one in sorted(shown, key=lambda one: one.grade.scheme.position)
    ]


def test_a_grade_is_put_against_those_of_its_own_scheme_only(client, keeper):
    good, bad, other = make_customer(), make_customer(), make_customer()
    make_rating(customer=good, grade=grade("tax", 0))
    make_rating(customer=bad, grade=grade("tax", 3))
    make_rating(customer=other, grade=grade("port", 0))

    def shown(name: str, query: str) -> set[Customer]:
        rows = client.get(reverse(name) + query).context["listing"].rows
        return {getattr(row, "customer", row) for row in rows}

    wanted = f"?grade={grade('tax', 1).pk}"
    assert (shown("customers:rating_list", wanted), shown("customers:customer_list", wanted)) == ({good}, {good})


def test_a_grade_that_is_no_longer_in_force_finds_nobody(client, keeper):
    customer = make_customer()
    make_rating(customer=customer, grade=grade("tax", 0), rated_on=dt.date(2025, 1, 1))
    make_rating(customer=customer, grade=grade("tax", 3), rated_on=dt.date(2026, 1, 1))

    rows = client.get(reverse("customers:customer_list") + f"?grade={grade('tax', 0).pk}").context["listing"].rows

    assert rows == []


def test_sorting_by_grade_goes_through_one_scheme_after_the_other(client, keeper):
    for scheme, place in (("port", 0), ("tax", 2), ("port", 2), ("tax", 0)):
        make_rating(grade=grade(scheme, place))

    rows = client.get(reverse("customers:rating_list") + "?sort=grade").context["listing"].rows

    assert [(row.grade.scheme.key, row.grade.position) for row in rows] == sorted(
        ((row.grade.scheme.key, row.grade.position) for row in rows),
        key=lambda pair: (CreditScheme.objects.get(key=pair[0]).position, pair[1]),
    )


@pytest.mark.database
def test_the_database_lets_no_grade_wander_into_another_scheme():
    wanderer, scheme = grade("tax", 0), CreditScheme.objects.get(key="port")

    with pytest.raises(InternalError, match="Cannot update"), transaction.atomic():
        CreditGrade.objects.filter(pk=wanderer.pk).update(scheme=scheme)

    wanderer.refresh_from_db()
    assert wanderer.scheme.key == "tax"


def test_the_code_list_refuses_another_scheme_in_words():
    entry, scheme = grade("tax", 0), CreditScheme.objects.get(key="port")

    with pytest.raises(RuleBroken, match="keeps its scheme") as refusal:
        edit_reference(entry=entry, changes={"scheme": scheme}, seen={}, by=make_user(Role.ADMIN))

    assert refusal.value.field == "scheme"


# --- the proposal of a hold -------------------------------------------------------------------------------------------
def late(keeper, **fields):
    figures = {"credit_exposure": 5000, "overdue_amount": 4000, "overdue_days": 75, "credit_as_of": TODAY} | fields
    return make_credit(customer=make_customer(account_manager=keeper), **figures)


def propose() -> int:
    return propose_holds(today=TODAY, by=system_user())


def test_a_hold_is_proposed_once_and_nobody_is_put_on_hold_by_itself(keeper):
    row = late(keeper)
    late(keeper, overdue_days=60)

    opened = [propose(), propose()]

    task = FollowUp.objects.get()
    assert opened == [1, 0]
    assert (task.customer, task.owner, task.reason_url) == (row.customer, keeper, f"{row.customer.get_absolute_url()}?tab=care")
    assert not Customer.objects.on_hold().exists()


def test_a_proposal_that_came_with_a_merged_file_stays_open_and_the_hold_closes_it(keeper):
    row, kept = late(keeper), make_customer(account_manager=keeper)
    propose()
    merge_customers(kept=kept, other=row.customer, take=(), by=keeper)

    again, open_then = propose(), list(FollowUp.objects.open().values_list("customer", flat=True))
    place_hold(customer=kept, reason="逾期 75 天", by=keeper)

    assert (again, open_then) == (0, [kept.pk])
    assert FollowUp.objects.get().result == "The customer is on credit hold."


def test_a_delay_somebody_has_decided_on_is_not_asked_about_again_after_a_merge(keeper):
    row, kept = late(keeper), make_customer(account_manager=keeper)
    propose()
    close_follow_up(follow_up=FollowUp.objects.get(), by=keeper, result="再等两周")

    merge_customers(kept=kept, other=row.customer, take=(), by=keeper)

    assert propose() == 0


def test_placing_the_hold_closes_the_proposal(keeper):
    row = late(keeper)
    propose()

    place_hold(customer=row.customer, reason="逾期超过两个月", by=keeper)

    assert FollowUp.objects.get().state == "done"
    assert propose() == 0


def test_who_pays_up_is_asked_about_no_more_and_who_is_late_anew_is(keeper):
    row = late(keeper)
    propose()

    type(row).objects.filter(pk=row.pk).update(overdue_amount=0, overdue_days=0)
    propose()
    type(row).objects.filter(pk=row.pk).update(overdue_amount=10, overdue_days=61)
    again = propose()

    assert again == 1
    assert [task.state for task in FollowUp.objects.order_by("pk")] == ["done", "open"]


def test_a_proposal_somebody_dropped_does_not_come_back_for_the_same_delay(keeper):
    late(keeper)
    propose()
    FollowUp.objects.update(state="dropped", closed_by=keeper, closed_at="2026-11-26T00:00Z")

    assert propose() == 0


def test_a_figure_without_a_day_is_asked_about_once_however_many_nights_pass(keeper):
    recorded = TODAY - dt.timedelta(days=3)
    row = late(keeper, credit_as_of=None, recorded_on=recorded)
    opened = [propose()]
    task = FollowUp.objects.get()
    close_follow_up(follow_up=task, state="dropped", result="已约定还款", by=keeper)

    opened += [propose_holds(today=TODAY + dt.timedelta(days=nights), by=system_user()) for nights in (1, 2)]

    assert opened == [1, 0, 0]
    assert task.title == "Decide on a credit hold: ¥4,000.00 overdue, the oldest for 75 days as of 2026-11-23"
    assert task.dedupe_key == f"hold:{row.customer_id}:2026-09-09"


def edit_on(row, day: dt.date, by, **changes) -> None:
    edit_transactions(customer=row.customer, changes=changes, seen={name: getattr(row, name) for name in changes}, by=by, recorded_on=day)


def test_a_figure_without_a_day_keeps_it_when_other_terms_are_edited(keeper):
    row = late(keeper, credit_as_of=None, recorded_on=TODAY - dt.timedelta(days=3))
    opened = [propose()]
    close_follow_up(follow_up=FollowUp.objects.get(), state="dropped", result="已约定还款", by=keeper)

    edit_on(row, TODAY - dt.timedelta(days=1), keeper, payment_terms="月结 30 天")
    edit_on(row, TODAY, keeper, credit_limit=9000)
    opened.append(propose())

    assert opened == [1, 0]


def ask_by_hand(row, *, key: str, by) -> None:
    """A proposal under a key of its own, dropped."""
    task = open_follow_up(customer=row.customer, title="决定是否暂停授信", owner=by, due_on=TODAY, dedupe_key=key, by=system_user())
    close_follow_up(follow_up=task, state="dropped", result="已约定还款", by=by)


def test_a_proposal_of_the_same_figures_under_a_later_day_has_been_answered(keeper):
    """A figure without a day once counted from the last edit of the terms; such keys are still there."""
    row = late(keeper, credit_as_of=None, recorded_on=TODAY - dt.timedelta(days=9))
    edit_on(row, TODAY - dt.timedelta(days=3), keeper, payment_terms="月结 30 天")
    ask_by_hand(row, key=f"hold:{row.customer_id}:{TODAY - dt.timedelta(days=78)}", by=keeper)

    opened = [propose()]
    row.refresh_from_db()
    edit_on(row, TODAY, keeper, overdue_amount=4500)
    opened.append(propose())

    assert opened == [0, 1]


def test_a_proposal_that_came_from_another_file_tells_nothing_of_these_figures(keeper):
    row = late(keeper, credit_as_of=None, recorded_on=TODAY - dt.timedelta(days=9))
    ask_by_hand(row, key=f"hold:{make_customer().pk}:{TODAY - dt.timedelta(days=78)}", by=keeper)

    assert propose() == 1


def test_a_long_history_of_terms_is_not_read_to_find_the_day_of_a_figure(keeper, monkeypatch):
    row = late(keeper, credit_as_of=None, overdue_amount=None, recorded_on=TODAY - dt.timedelta(days=30))
    for days, changes in ((20, {"overdue_amount": 4000}), (10, {"payment_terms": "月结 30 天"}), (5, {"credit_limit": 9000})):
        row.refresh_from_db()
        edit_on(row, TODAY - dt.timedelta(days=days), keeper, **changes)
    dated, read = late(keeper), []
    row.refresh_from_db()
    monkeypatch.setattr(event_model_of(type(row)), "from_db", classmethod(lambda cls, *state: read.append(state)))

    found = days_of_figures([row, dated])

    assert {key: one.day for key, one in found.items()} == {row.pk: TODAY - dt.timedelta(days=20), dated.pk: TODAY}
    assert read == []


@pytest.mark.parametrize("changes", [{"overdue_days": 76}, {"overdue_amount": 4500}, {"credit_as_of": TODAY - dt.timedelta(days=4)}])
def test_figures_told_anew_are_asked_about_anew(keeper, changes):
    """Also where they had been the same once before: what stood in between was another state of affairs."""
    row = late(keeper, credit_as_of=None, recorded_on=TODAY - dt.timedelta(days=9))
    propose()
    close_follow_up(follow_up=FollowUp.objects.get(), state="dropped", result="已约定还款", by=keeper)

    edit_on(row, TODAY - dt.timedelta(days=3), keeper, **changes)
    opened = [propose()]
    FollowUp.objects.open().update(state="dropped", closed_by=keeper, closed_at="2026-11-26T00:00Z")
    row.refresh_from_db()
    edit_on(row, TODAY, keeper, overdue_days=75, overdue_amount=4000, credit_as_of=None)
    opened.append(propose())

    assert opened == [1, 1]


def test_zero_days_propose_nothing(keeper, settings):
    settings.HOLD_PROPOSAL_DAYS = 0
    row = late(keeper)

    assert (propose(), row.calls_for_hold) == (0, False)


def test_the_header_shows_the_proposal_until_there_is_a_hold(client, keeper):
    customer = late(keeper).customer

    before = client.get(customer.get_absolute_url()).content.decode()
    place_hold(customer=customer, reason="逾期", by=keeper)
    after = client.get(customer.get_absolute_url()).content.decode()

    assert ("credit hold proposed" in before, "on credit hold" in before) == (True, False)
    assert ("credit hold proposed" in after, "on credit hold" in after) == (False, True)


def test_the_timeline_tells_of_placing_and_lifting_a_hold(keeper):
    customer = make_customer()
    hold = place_hold(customer=customer, reason="逾期", by=keeper)
    lift_hold(hold=hold, reason="已付清", by=make_user(Role.MANAGER))

    entries = read_timeline("customers.customer", customer, user=keeper, wanted=Wanted("terms")).entries

    assert {(entry.title, entry.body) for entry in entries} == {("Put on credit hold", "逾期"), ("Credit hold lifted", "已付清")}


@pytest.mark.parametrize("many", [1, 3])
def test_the_tab_takes_as_many_queries_for_three_ratings_as_for_one(client, keeper, django_assert_max_num_queries, many):
    customer = make_customer(account_manager=keeper)
    for number in range(many):
        make_rating(customer=customer, rated_on=port_today() - dt.timedelta(days=number))

    with django_assert_max_num_queries(18):
        response = client.get(reverse("customers:terms_tab", args=[customer.pk]))

    assert CreditRating.objects.count() == many
    assert len(response.context["terms"].ratings) == 1
