"""Birthdays and other days of a person: kept on a legal basis, told to few, remembered once a year."""

import datetime as dt

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from customers.models import ContactDate, DataBasis, FollowUp
from customers.queries.calendar import calendar_of
from customers.services import personal
from customers.services.contacts import contact_left
from customers.services.followups import close_follow_up
from customers.services.remembering import open_reminders
from customers.services.telling import tell_due
from customers.tests.factories import DAY, make_contact, make_customer
from portcrm.accounts.models import User
from portcrm.accounts.roles import Role
from portcrm.accounts.services import system_user
from portcrm.accounts.tests.factories import make_user
from portcrm.clock import port_today
from portcrm.errors import RuleBroken
from portcrm.notices.queries import notice_page

pytestmark = pytest.mark.django_db
BASIS = {"covers": "profile", "basis": "consent", "purpose": "visit", "source": "来信", "given_on": "2026-11-20"}


@pytest.fixture
def manager():
    return make_user(Role.MARKETING, language="en")


@pytest.fixture
def contact(manager):
    contact = make_contact(customer=make_customer(account_manager=manager), name="演示联系人 03", name_en="Demo Contact 03")
    personal.record_basis(contact=contact, covers="profile", basis="consent", purpose="visit", source="面谈", given_on=DAY, by=manager)
    return contact


def remember(contact, by, *, month: int, day: int, kind: str = "birthday", **fields) -> ContactDate:
    return personal.add_date(contact=contact, kind=kind, month=month, day=day, purpose="service", by=by, **fields)


def ask(on: dt.date) -> int:
    return open_reminders(today=on, by=system_user())


def due() -> list[dt.date]:
    return list(FollowUp.objects.order_by("due_on").values_list("due_on", flat=True))


def test_the_account_manager_is_reminded_in_time_and_once_a_year(contact, manager):
    remember(contact, manager, month=12, day=5, year=1980)

    asked = [ask(dt.date(2026, 11, 27)), ask(dt.date(2026, 11, 28)), ask(dt.date(2026, 12, 5)), ask(dt.date(2027, 11, 30))]

    assert asked == [0, 1, 0, 1]
    assert (due(), FollowUp.objects.first().owner) == ([dt.date(2026, 12, 5), dt.date(2027, 12, 5)], manager)


def test_a_reminder_that_was_dealt_with_does_not_come_again(contact, manager):
    remember(contact, manager, month=12, day=5)
    ask(dt.date(2026, 12, 1))
    close_follow_up(follow_up=FollowUp.objects.get(), by=manager)

    assert ask(dt.date(2026, 12, 2)) == 0


def test_a_leap_day_is_kept_on_the_last_of_february_in_common_years(contact, manager):
    remember(contact, manager, month=2, day=29, year=1992)

    assert [ask(dt.date(2027, 2, 25)), ask(dt.date(2028, 2, 25))] == [1, 1]
    assert due() == [dt.date(2027, 2, 28), dt.date(2028, 2, 29)]


def test_the_turn_of_the_year_is_no_hole(contact, manager):
    remember(contact, manager, month=1, day=2)

    assert (ask(dt.date(2026, 12, 30)), due()) == (1, [dt.date(2027, 1, 2)])


def test_the_follow_up_does_not_say_what_day_it_is(contact, manager):
    remember(contact, manager, month=12, day=5, kind="other", name="结婚纪念")
    ask(dt.date(2026, 12, 1))

    task = FollowUp.objects.get()
    assert task.title == "A day to remember: Demo Contact 03, see the profile"
    assert task.reason_url == reverse("customers:profile", args=[contact.pk])


def everywhere(client, task: FollowUp) -> dict[str, str]:
    """What each page that tells of follow-ups says, and the file that leaves the list."""
    customer, name = task.customer, {"record": "customers.followup", "pk": task.pk}
    today = {"day": port_today().isoformat()}
    pages = {
        "list": client.get(reverse("customers:follow_up_list")),
        "export": client.get(reverse("customers:follow_up_list") + "?export=csv"),
        "follow-up": client.get(reverse("customers:follow_up", args=[task.pk])),
        "file": client.get(customer.get_absolute_url()),
        "timeline": client.get(reverse("pages:timeline", args=["customers.customer", customer.pk])),
        "as of": client.get(reverse("customers:file_as_of", args=[customer.pk]), today),
        "history": client.get(reverse("audit:history", kwargs=name)),
        "api": client.get(f"/api/v1/customers/{customer.pk}/"),
    }
    return {page: b"".join(answer) if answer.streaming else answer.content for page, answer in pages.items()}


@pytest.mark.parametrize("role", [Role.OPERATIONS, Role.SERVICE, Role.AUDITOR])
def test_the_due_day_of_a_reminder_is_told_to_nobody_who_may_not_read_profiles(client, contact, manager, role):
    today = port_today()
    remember(contact, manager, month=today.month, day=today.day)
    ask(today)
    task = FollowUp.objects.get()
    client.force_login(manager)
    told = {page for page, body in everywhere(client, task).items() if b"A day to remember" in body}
    reader = make_user(role, language="en")
    client.force_login(reader)

    untold = {page for page, body in everywhere(client, task).items() if b"A day to remember" in body}
    close_follow_up(follow_up=task, by=manager)
    closed = {page for page, body in everywhere(client, task).items() if b"A day to remember" in body}

    assert {"list", "export", "follow-up", "file", "as of"} <= told
    assert (untold, closed) == (set(), set())
    assert calendar_of(reader, today=today).count(b"A day to remember") == 0


def test_whoever_owns_a_reminder_and_may_read_profiles_goes_on_seeing_it_and_a_colleague_with_profiles_too(contact, manager):
    remember(contact, manager, month=12, day=5)
    ask(dt.date(2026, 12, 1))
    successor = make_user(Role.MARKETING)
    FollowUp.objects.update(owner=successor)

    seeing = [FollowUp.objects.visible_to(user).count() for user in (successor, make_user(Role.MANAGER), make_user(Role.OPERATIONS))]
    User.objects.filter(pk=successor.pk).update(roles=[Role.OPERATIONS])

    assert (seeing, FollowUp.objects.visible_to(User.objects.get(pk=successor.pk)).count()) == ([1, 1, 0], 0)


def test_a_notice_of_a_reminder_that_was_handed_on_is_gone_for_who_may_not_read_profiles(contact, manager):
    today = port_today()
    remember(contact, manager, month=today.month, day=today.day)
    ask(today)
    former = make_user(Role.MARKETING)
    FollowUp.objects.update(owner=former)
    tell_due(today=today, by=system_user())
    before = notice_page(former).notices

    FollowUp.objects.update(owner=manager)
    User.objects.filter(pk=former.pk).update(roles=[Role.OPERATIONS])

    seen_now = notice_page(User.objects.get(pk=former.pk)).notices
    assert ([notice.record_pk for notice in before], seen_now) == ([str(FollowUp.objects.get().pk)], [])


def test_nobody_is_reminded_of_who_left_or_without_the_right_to_read_profiles(contact, manager):
    remember(contact, manager, month=12, day=5)
    elsewhere = make_contact(customer=make_customer(account_manager=make_user(Role.OPERATIONS)))
    personal.record_basis(contact=elsewhere, covers="profile", basis="consent", purpose="visit", source="面谈", by=manager)
    remember(elsewhere, manager, month=12, day=5)
    contact_left(contact=contact, by=manager)

    assert (ask(dt.date(2026, 12, 1)), due()) == (0, [])


@pytest.mark.parametrize(("month", "day", "year"), [(2, 30, None), (13, 1, None), (4, 31, 1990), (2, 29, 1990)])
def test_a_day_that_is_not_in_the_calendar_is_refused(contact, manager, month, day, year):
    with pytest.raises(RuleBroken):
        remember(contact, manager, month=month, day=day, year=year)

    assert ContactDate.objects.count() == 0


def test_a_second_birthday_is_refused_and_another_day_says_what_it_is(contact, manager):
    remember(contact, manager, month=12, day=5)

    with pytest.raises(RuleBroken) as twice:
        remember(contact, manager, month=12, day=6)
    with pytest.raises(RuleBroken) as nameless:
        remember(contact, manager, month=12, day=6, kind="other")

    assert (twice.value.field, nameless.value.field) == ("kind", "name")


@pytest.mark.database
def test_the_database_knows_the_calendar(contact, manager):
    with pytest.raises(IntegrityError, match="a_day_to_remember_is_in_the_calendar"), transaction.atomic():
        ContactDate.objects.create(contact=contact, month=2, day=30, recorded_by=manager, recorded_on=DAY)


def test_without_a_legal_basis_nothing_is_noted(manager):
    contact = make_contact()

    with pytest.raises(RuleBroken):
        personal.add_observation(contact=contact, aspect="interests", text="围棋", purpose="visit", by=manager)
    with pytest.raises(RuleBroken):
        remember(contact, manager, month=12, day=5)

    assert (contact.observations.count(), contact.dates.count()) == (0, 0)


def test_a_basis_for_reaching_somebody_is_none_for_a_profile(manager):
    contact = make_contact()
    personal.record_basis(contact=contact, covers="reach", basis="contract", purpose="service", source="合同 1", by=manager)

    with pytest.raises(RuleBroken):
        personal.add_observation(contact=contact, aspect="interests", text="围棋", purpose="visit", by=manager)


def test_pages_record_a_basis_then_a_day_and_show_both(client, manager):
    client.force_login(manager)
    contact = make_contact()

    client.post(reverse("customers:basis_record", args=[contact.pk]), BASIS | {"source": "面谈记录 7"})
    client.post(reverse("customers:date_add", args=[contact.pk]), {"kind": "birthday", "month": 2, "day": 29, "purpose": "service"})

    page = client.get(contact.get_absolute_url()).content.decode()
    profile = client.get(reverse("customers:profile", args=[contact.pk])).content.decode()
    assert DataBasis.objects.get().given_on == dt.date(2026, 11, 20)
    assert "面谈记录 7" in page
    assert "02-29" in profile
    assert "02-29" not in page


def test_operations_record_no_basis_for_a_profile_and_withdraw_none(client, contact):
    client.force_login(make_user(Role.OPERATIONS))

    refused = client.post(reverse("customers:basis_record", args=[contact.pk]), BASIS)
    withdrawn = client.post(reverse("customers:basis_withdraw", args=[contact.bases.get().pk]))

    assert (refused.status_code, withdrawn.status_code) == (422, 403)
    assert list(DataBasis.objects.values_list("withdrawn_on", flat=True)) == [None]
