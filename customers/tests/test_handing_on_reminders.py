"""A reminder of a person's day goes to nobody who may not read profiles, and leaves the house without name and day."""

import datetime as dt

import pytest
from django.core import mail
from django.urls import reverse

from customers.models import FollowUp
from customers.queries.calendar import calendar_of
from customers.services import care, personal
from customers.services.care_of_many import CareMove, move_care
from customers.services.followups import plan_follow_up
from customers.services.remembering import open_reminders
from customers.services.telling import tell_due
from customers.tests.factories import DAY, make_contact, make_customer, make_follow_up
from portcrm.accounts.models import User
from portcrm.accounts.roles import Role
from portcrm.accounts.services import system_user
from portcrm.accounts.tests.factories import make_user
from portcrm.clock import port_today
from portcrm.errors import RuleBroken
from portcrm.notices.models import Digest, Notice
from portcrm.notices.services import send_digests
from portcrm.outbox.models import OutgoingEmail

pytestmark = pytest.mark.django_db
FIRST = dt.date(2026, 12, 5)
A_DAY = dt.timedelta(days=1)


@pytest.fixture
def giver():
    return make_user(Role.MARKETING, language="en")


@pytest.fixture
def customer(giver):
    return make_customer(account_manager=giver, name_zh="远海航运", name_en="Far Sea")


def reminder_of(customer, day: dt.date = FIRST) -> FollowUp:
    by = customer.account_manager
    contact = make_contact(customer=customer, name="演示联系人 03", name_en="Demo Contact 03")
    personal.record_basis(contact=contact, covers="profile", basis="consent", purpose="visit", source="面谈", given_on=DAY, by=by)
    personal.add_date(contact=contact, kind="birthday", month=day.month, day=day.day, purpose="service", by=by)
    open_reminders(today=day, by=system_user())
    return FollowUp.objects.get(reason_url=reverse("customers:profile", args=[contact.pk]))


def hand_over_one(customer, giver, to, by):
    care.hand_over(customer=customer, to=to, by=by)


def hand_over_everything(customer, giver, to, by):
    care.hand_over_all(giver=giver, to=to, by=by)


def hand_over_what_is_left(customer, giver, to, by):
    type(customer).objects.filter(pk=customer.pk).update(account_manager=None)
    care.hand_over_all(giver=giver, to=to, by=by)


def move_many(customer, giver, to, by):
    move_care(moves=[CareMove(customer.pk, giver.pk, to.pk)], note="文件", by=by)


HANDING = pytest.mark.parametrize("hand", [hand_over_one, hand_over_everything, hand_over_what_is_left, move_many])


@HANDING
@pytest.mark.parametrize("role", [Role.OPERATIONS, Role.SERVICE])
def test_handed_to_somebody_without_profiles_a_reminder_is_dropped_with_the_reason(customer, giver, manager, hand, role):
    task, work, to = reminder_of(customer), make_follow_up(customer=customer, owner=giver), make_user(role)

    hand(customer, giver, to, manager)

    task.refresh_from_db()
    work.refresh_from_db()
    assert (task.state, task.owner, task.result) == ("dropped", giver, "接手人无权查看负责人情况。")
    assert (work.state, work.owner) == ("open", to)


@HANDING
def test_handed_to_somebody_with_profiles_it_goes_along(customer, giver, manager, hand):
    task, to = reminder_of(customer), make_user(Role.MARKETING)

    hand(customer, giver, to, manager)

    task.refresh_from_db()
    assert (task.state, task.owner) == ("open", to)


def test_only_what_went_along_is_counted(customer, giver, manager):
    reminder_of(customer)
    make_follow_up(customer=customer, owner=giver)

    hand_over_one(customer, giver, make_user(Role.OPERATIONS), manager)

    assert customer.care_changes.latest("pk").follow_ups == 1


def test_handed_back_in_time_the_day_is_remembered_again(customer, giver, manager):
    task = reminder_of(customer)
    hand_over_one(customer, giver, make_user(Role.OPERATIONS), manager)
    hand_over_one(customer, None, giver, manager)

    again = open_reminders(today=FIRST, by=system_user())

    assert (again, FollowUp.objects.open().get().owner, FollowUp.objects.count()) == (1, giver, 2)
    assert FollowUp.objects.open().get().pk != task.pk


def test_whose_role_may_no_longer_read_profiles_keeps_no_reminder(customer, giver):
    task = reminder_of(customer)
    User.objects.filter(pk=giver.pk).update(roles=[Role.OPERATIONS])

    opened = open_reminders(today=FIRST, by=system_user())

    task.refresh_from_db()
    assert (opened, task.state) == (0, "dropped")


def test_a_reminder_is_planned_for_nobody_without_profiles(customer, giver, manager):
    task, to = reminder_of(customer), make_user(Role.OPERATIONS, name="李 同事")

    with pytest.raises(RuleBroken, match="李 同事的角色无权查看负责人情况") as refused:
        plan_follow_up(follow_up=task, due_on=FIRST, owner=to, by=manager)

    task.refresh_from_db()
    assert (refused.value.field, task.owner) == ("owner", giver)


def test_the_page_offers_only_who_may_read_profiles_and_refuses_others(client, customer, giver, manager):
    task, to, able = reminder_of(customer), make_user(Role.OPERATIONS), make_user(Role.MARKETING)
    client.force_login(manager)
    url = reverse("customers:follow_up_plan", args=[task.pk])

    offered = set(client.get(url).context["form"].fields["owner"].queryset)
    refused = client.post(url, {"owner": to.pk, "due_on": "2026-12-05"})
    planned = client.post(url, {"owner": able.pk, "due_on": "2026-12-05"})

    assert ({giver, able, manager} <= offered, to in offered) == (True, False)
    assert (refused.status_code, planned.status_code, FollowUp.objects.get().owner) == (422, 302, able)


def test_the_api_gives_it_to_nobody_without_profiles(client, customer, giver, manager):
    task, to = reminder_of(customer), make_user(Role.OPERATIONS)
    client.force_login(manager)

    answer = client.patch(f"/api/v1/customers/follow-ups/{task.pk}/", {"owner": to.pk}, content_type="application/json")

    assert (answer.status_code, FollowUp.objects.get().owner) == (409, giver)


def test_an_owner_without_profiles_reads_it_on_no_page_and_on_no_past_day(client, customer, giver):
    today = port_today()
    task, owner = reminder_of(customer, today), make_user(Role.OPERATIONS, language="en")
    FollowUp.objects.update(owner=owner)
    client.force_login(owner)

    pages = (reverse("customers:follow_up_list"), customer.get_absolute_url(), reverse("customers:my_follow_ups"))
    told = [b"A day " in client.get(page).content for page in pages]
    then = client.get(reverse("customers:file_as_of", args=[customer.pk]), {"day": today.isoformat()})

    assert (told, b"A day " in then.content) == ([False, False, False], False)
    assert client.get(reverse("customers:follow_up", args=[task.pk])).status_code == 404


def test_a_calendar_says_neither_whose_day_it_is_nor_at_which_firm(customer, giver, in_english):
    today = port_today()
    task = reminder_of(customer, today)
    FollowUp.objects.update(remind_days=1)

    body = calendar_of(giver, today=today).decode()

    assert "SUMMARY:A day worth remembering\r\n" in body
    assert "DESCRIPTION:A day worth remembering\r\n" in body
    assert reverse("customers:follow_up", args=[task.pk]) in body
    assert [text for text in ("Demo Contact", "演示联系人", "Far Sea", "profile") if text in body] == []


def test_the_mail_of_the_day_says_neither_name_nor_day(customer, giver):
    today = port_today()
    task = reminder_of(customer, today)
    at = dt.datetime.now(dt.UTC) + 7 * A_DAY
    Digest.objects.create(
        user=giver, rhythm="daily", hour=0, quiet_weekends=False, sent_for=today - 3 * A_DAY, covered_until=at - 9 * A_DAY
    )
    tell_due(today=today, by=system_user())

    send_digests(at=at, by=system_user())

    (sent,) = OutgoingEmail.objects.all()
    assert "A day worth remembering" in sent.text
    assert reverse("customers:follow_up", args=[task.pk]) in sent.text
    body = sent.subject + sent.text
    assert [text for text in ("Demo Contact", "演示联系人", "Far Sea", task.due_on.isoformat()) if text in body] == []
    assert (Notice.objects.get().values, mail.outbox) == ({}, [])


def test_a_colleague_it_is_given_to_is_told_without_name_and_day(customer, giver, manager):
    task, able = reminder_of(customer), make_user(Role.MARKETING)

    plan_follow_up(follow_up=task, due_on=FIRST, owner=able, by=manager)

    notice = Notice.objects.get(recipient=able)
    assert (notice.values, notice.sentence) == ({}, "有一个值得记住的日子，详见跟进任务")
