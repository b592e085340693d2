"""Follow-ups that come again, and being reminded of them."""

import datetime as dt

import pytest
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from customers.models import FollowUp
from customers.services import followups
from customers.services.repeating import in_months, next_day
from customers.tests.factories import make_customer, make_follow_up
from portcrm.accounts.roles import Role
from portcrm.accounts.tests.factories import make_user
from portcrm.clock import port_today
from portcrm.errors import RuleBroken
from portcrm.tests.at_once import at_once

DAY = dt.timedelta(days=1)
D = dt.date


@pytest.fixture
def keeper(db):
    return make_user(Role.MARKETING)


@pytest.mark.parametrize(
    ("first", "unit", "every", "after", "expected"),
    [
        (D(2026, 1, 5), "week", 1, D(2026, 1, 5), D(2026, 1, 12)),
        (D(2026, 1, 5), "week", 2, D(2026, 1, 12), D(2026, 1, 19)),
        (D(2026, 1, 5), "week", 1, D(2026, 3, 4), D(2026, 3, 9)),  # turns that passed are not caught up on
        (D(2026, 1, 31), "month", 1, D(2026, 1, 31), D(2026, 2, 28)),
        (D(2026, 1, 31), "month", 1, D(2026, 2, 28), D(2026, 3, 31)),  # the 31st returns
        (D(2028, 1, 30), "month", 1, D(2028, 1, 30), D(2028, 2, 29)),
        (D(2028, 2, 29), "month", 12, D(2028, 2, 29), D(2029, 2, 28)),
        (D(2028, 2, 29), "month", 12, D(2031, 3, 1), D(2032, 2, 29)),
        (D(2026, 11, 30), "month", 3, D(2026, 11, 30), D(2027, 2, 28)),
        (D(2026, 12, 15), "month", 1, D(2026, 12, 20), D(2027, 1, 15)),
        (D(2026, 6, 1), "month", 6, D(2026, 5, 1), D(2026, 12, 1)),  # done before its day: the next turn all the same
    ],
)
def test_the_next_day_of_a_series(first, unit, every, after, expected):
    assert next_day(first, unit=unit, every=every, after=after) == expected


@given(
    first=st.dates(D(2000, 1, 1), D(2060, 1, 1)),
    unit=st.sampled_from(["week", "month"]),
    every=st.integers(1, 60),
    wait=st.integers(0, 4000),
)
def test_the_next_day_is_the_first_of_the_series_that_is_later(first, unit, every, wait):
    after = first + wait * DAY

    found = next_day(first, unit=unit, every=every, after=after)

    turns = (first + n * every * 7 * DAY if unit == "week" else in_months(first, n * every) for n in range(1, 2000))
    assert found == next(day for day in turns if day > after)


def repeated(keeper, **fields) -> FollowUp:
    given = {"title": "月度对账", "due_on": port_today(), "owner": keeper, "repeat_unit": "month"} | fields
    return followups.open_follow_up(customer=make_customer(), by=keeper, **given)


def test_done_opens_the_next_one_with_everything_but_the_result(keeper):
    first = repeated(keeper, repeat_unit="week", repeat_every=2, remind_days=3, detail="带上账单", kind="visit")

    followups.close_follow_up(follow_up=first, result="已对", by=keeper)

    following = FollowUp.objects.open().get()
    assert (following.due_on, following.repeats, following.result) == (first.due_on + 14 * DAY, first, "")
    assert (following.title, following.detail, following.kind, following.remind_days) == ("月度对账", "带上账单", "visit", 3)


def test_a_repetition_is_planned_on_the_page_put_off_and_done_there_and_the_next_one_is_open(client, keeper):
    customer, today = make_customer(), port_today()
    client.force_login(keeper)
    create = reverse("customers:follow_up_create", args=[customer.pk])
    typed = {"title": "月度对账", "kind": "task", "due_on": today.isoformat(), "owner": keeper.pk, "detail": "带上账单"}

    client.post(create, typed | {"remind_days": "3", "repeat_unit": "week", "repeat_every": "2", "repeat_until": today + 365 * DAY})
    first = FollowUp.objects.get()
    url, plan = (reverse(f"customers:{name}", args=[first.pk]) for name in ("follow_up", "follow_up_plan"))
    page = client.get(url).content.decode()
    client.post(plan, {"due_on": today + 2 * DAY, "owner": keeper.pk, "remind_days": "7"})
    client.post(url, {"result": "已对"})

    assert [words for words in (first.get_remind_days_display(), "每 2 周重复一次") if words not in page] == []
    following = FollowUp.objects.open().get()
    assert (following.due_on, following.remind_days, following.repeats) == (today + 14 * DAY, 7, first)
    assert (following.title, following.detail, following.owner, following.result) == ("月度对账", "带上账单", keeper, "")
    assert "月度对账" in client.get(customer.get_absolute_url()).content.decode()


@pytest.mark.parametrize(
    "wrong", [{"remind_days": "4"}, {"repeat_unit": "day"}, {"repeat_every": "0"}, {"repeat_every": "61"}, {"repeat_until": "2020-01-01"}]
)
def test_a_reminder_or_a_repetition_that_cannot_be_comes_back_beside_its_field(client, keeper, wrong):
    client.force_login(keeper)
    typed = {"title": "月度对账", "kind": "task", "due_on": port_today(), "owner": keeper.pk, "repeat_unit": "week", "repeat_every": "2"}

    answer = client.post(reverse("customers:follow_up_create", args=[make_customer().pk]), typed | wrong)

    assert (answer.status_code, list(answer.context["form"].errors), FollowUp.objects.count()) == (422, list(wrong), 0)


def test_dropped_ends_the_repetition(keeper):
    followups.close_follow_up(follow_up=repeated(keeper), state="dropped", by=keeper)

    assert FollowUp.objects.open().count() == 0


def test_after_the_last_day_nothing_comes_again(keeper):
    last = repeated(keeper, repeat_unit="week", repeat_until=port_today() + 6 * DAY)

    followups.close_follow_up(follow_up=last, by=keeper)

    assert FollowUp.objects.open().count() == 0


def test_a_repetition_that_ends_before_it_begins_is_refused(keeper):
    with pytest.raises(RuleBroken) as refusal:
        repeated(keeper, repeat_until=port_today() - DAY)

    assert (refusal.value.field, FollowUp.objects.count()) == ("repeat_until", 0)


def test_another_day_for_one_turn_leaves_the_series_where_it_was(keeper):
    first = repeated(keeper, repeat_unit="week")
    followups.plan_follow_up(follow_up=first, due_on=first.due_on + 2 * DAY, by=keeper)

    followups.close_follow_up(follow_up=first, by=keeper)

    assert FollowUp.objects.open().get().due_on == first.repeat_from + 7 * DAY


@pytest.mark.django_db(transaction=True)
def test_two_who_close_it_at_once_open_the_next_one_once():
    keeper = make_user(Role.MARKETING)
    first = repeated(keeper)

    results = at_once(*[lambda: followups.close_follow_up(follow_up=FollowUp.objects.get(pk=first.pk), by=keeper)] * 2)

    assert sorted(type(result).__name__ for result in results) == ["FollowUp", "RuleBroken"]
    assert FollowUp.objects.open().count() == 1


def test_one_is_reminded_from_the_asked_day_on_until_it_is_due(keeper):
    today = D(2026, 11, 23)
    near = make_follow_up(owner=keeper, due_on=today + 3 * DAY, remind_days=3)
    nearer = make_follow_up(owner=keeper, due_on=today + DAY, remind_days=3)
    make_follow_up(owner=keeper, due_on=today + 4 * DAY, remind_days=3)
    make_follow_up(owner=keeper, due_on=today, remind_days=3)
    make_follow_up(owner=keeper, due_on=today + DAY)

    assert set(FollowUp.objects.to_remind_of(today)) == {near, nearer}
