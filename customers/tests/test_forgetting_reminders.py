"""A day that is kept no longer leaves no reminder: none open, none closed, no earlier state and no notice."""

import datetime as dt

import pytest
from django.urls import reverse

from customers.models import ContactDate, FollowUp
from customers.services import personal
from customers.services.erasing import erase_person
from customers.services.followups import close_follow_up, drop_and_free, plan_follow_up
from customers.services.remembering import forget_orphans, open_reminders
from customers.services.telling import tell_due
from customers.tasks import nightly
from customers.tests.factories import DAY, make_contact, make_customer, make_follow_up
from portcrm.accounts.roles import Role
from portcrm.accounts.services import system_user
from portcrm.accounts.tests.factories import make_user
from portcrm.audit.masking import past_states
from portcrm.notices.models import Notice

pytestmark = pytest.mark.django_db
FIRST, SECOND = dt.date(2026, 12, 5), dt.date(2027, 12, 5)


@pytest.fixture
def manager():
    return make_user(Role.MANAGER, language="en")


@pytest.fixture
def contact(manager):
    """With a reminder that was dealt with and one that is open and was told of."""
    contact = make_contact(customer=make_customer(account_manager=manager), name="演示联系人 03", name_en="Demo Contact 03")
    personal.record_basis(contact=contact, covers="profile", basis="consent", purpose="visit", source="面谈", given_on=DAY, by=manager)
    personal.add_date(contact=contact, kind="birthday", month=12, day=5, purpose="service", by=manager)
    open_reminders(today=FIRST, by=system_user())
    close_follow_up(follow_up=FollowUp.objects.get(), result="送了花", by=manager)
    open_reminders(today=SECOND, by=system_user())
    tell_due(today=SECOND, by=system_user())
    plan_follow_up(follow_up=FollowUp.objects.open().get(), due_on=SECOND, owner=make_user(Role.MARKETING), by=manager)
    return contact


def withdraw(contact, by) -> None:
    personal.withdraw_basis(basis=contact.bases.get(), by=by)


def remove(contact, by) -> None:
    personal.remove_date(date=contact.dates.get(), by=by)


def erase(contact, by) -> None:
    erase_person(contact=contact, reason="request", by=by)


def traces() -> list[int]:
    """How many reminders, earlier states of such and notices of follow-ups are there."""
    return [rows.count() for rows in (FollowUp.objects.all(), past_states(FollowUp), Notice.objects.all())]


@pytest.mark.parametrize("forget", [withdraw, remove, erase])
def test_with_the_day_go_its_reminders_their_history_and_what_was_told_of_them(contact, manager, forget):
    before = traces()

    forget(contact, manager)

    assert ([number > 1 for number in before], traces()) == ([True, True, True], [0, 0, 0])


def test_a_reminder_of_a_day_that_was_removed_long_ago_goes_with_the_basis(contact, manager):
    ContactDate.objects.all().delete()

    withdraw(contact, manager)

    assert traces() == [0, 0, 0]


@pytest.mark.parametrize("forget", [withdraw, remove, erase])
def test_other_work_for_the_customer_and_days_of_others_stay(contact, manager, forget):
    other = make_contact(customer=contact.customer)
    personal.record_basis(contact=other, covers="profile", basis="consent", purpose="visit", source="面谈", given_on=DAY, by=manager)
    personal.add_date(contact=other, kind="birthday", month=12, day=5, purpose="service", by=manager)
    work = make_follow_up(customer=contact.customer, owner=manager, title="寄报价", due_on=SECOND)
    open_reminders(today=SECOND, by=system_user())
    tell_due(today=SECOND, by=system_user())

    forget(contact, manager)

    left = FollowUp.objects.order_by("pk")
    assert [row.pk for row in left] == [work.pk, FollowUp.objects.get(reason_url=reverse("customers:profile", args=[other.pk])).pk]
    assert {int(key) for key in Notice.objects.values_list("record_pk", flat=True)} == {row.pk for row in left}


def test_the_night_removes_what_was_left_of_days_removed_long_ago(contact, manager, monkeypatch):
    """Dealt with, open and dropped with its key freed alike, with their history and notices; work and days that are kept stay."""
    kept = make_contact(customer=contact.customer)
    for person in (kept, another := make_contact(customer=contact.customer)):
        personal.record_basis(contact=person, covers="profile", basis="consent", purpose="visit", source="面谈", given_on=DAY, by=manager)
        personal.add_date(contact=person, kind="birthday", month=12, day=5, purpose="service", by=manager)
    work = make_follow_up(customer=contact.customer, owner=manager, title="寄报价", due_on=SECOND)
    open_reminders(today=SECOND, by=system_user())
    tell_due(today=SECOND, by=system_user())
    drop_and_free(rows=FollowUp.objects.filter(reason_url=reverse("customers:profile", args=[another.pk])), result="-", by=manager)
    stays = {work.pk, FollowUp.objects.get(reason_url=reverse("customers:profile", args=[kept.pk])).pk}
    before = FollowUp.objects.count()
    ContactDate.objects.exclude(contact=kept).delete()

    monkeypatch.setattr("customers.tasks.port_today", lambda: dt.date(2026, 11, 20))  # the next birthday is still far
    nightly()
    again = forget_orphans(today=SECOND, by=system_user())

    states = set(past_states(FollowUp).values_list("pgh_obj_id", flat=True))
    told = {int(key) for key in Notice.objects.filter(kind__startswith="followup.").values_list("record_pk", flat=True)}
    left = set(FollowUp.objects.values_list("pk", flat=True))
    assert (before, left, states, told, again) == (5, stays, stays, stays, 0)


def test_a_night_with_nothing_to_remove_asks_once_and_reads_no_reminder(contact, django_assert_num_queries):
    """Of all the reminders there ever were, none has to come out of the database for it."""
    night = system_user()

    with django_assert_num_queries(1 + 4) as asked:  # the other four: the transaction with its context
        removed = forget_orphans(today=SECOND, by=night)

    assert (removed, FollowUp.objects.of_personal_days().count()) == (0, 2)
    assert [one["sql"] for one in asked.captured_queries if '"dedupe_key" FROM' in one["sql"] or "DELETE" in one["sql"]] == []


def test_after_withdrawal_no_page_tells_of_the_day(client, contact, manager):
    client.force_login(manager)
    pages = [
        reverse("customers:follow_up_list") + "?state=",
        reverse("pages:timeline", args=["customers.customer", contact.customer_id]),
        reverse("notices:notice_list"),
    ]
    told = [b"A day " in client.get(page).content for page in pages]

    client.post(reverse("customers:basis_withdraw", args=[contact.bases.get().pk]), {"csrfmiddlewaretoken": "-"})

    assert (told, [b"A day " in client.get(page).content for page in pages]) == ([True, True, True], [False, False, False])
