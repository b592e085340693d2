"""Who is told what of customers."""

import datetime as dt

import pytest
from django.urls import reverse

from customers.models import FollowUp
from customers.services import care, credit_holds, followups, interactions, visits
from customers.services.customers import assign_customer
from customers.services.merging import merge_customers
from customers.services.telling import tell_due
from customers.services.unmerging import undo_merge
from customers.tests.factories import make_contact, make_customer, make_follow_up
from portcrm.accounts.roles import Role
from portcrm.accounts.services import system_user
from portcrm.accounts.tests.factories import make_user
from portcrm.clock import port_today
from portcrm.notices.models import Notice
from portcrm.notices.queries import notice_page

pytestmark = pytest.mark.django_db
DAY = dt.timedelta(days=1)
TODAY = dt.date(2026, 11, 23)


@pytest.fixture
def keeper():
    return make_user(Role.MARKETING, name="王 经办", name_en="Wang")


def told(user) -> list[str]:
    return [notice.sentence for notice in notice_page(user).notices]


def test_a_follow_up_given_by_a_colleague_is_told_and_ones_own_is_not(keeper):
    giver, customer = make_user(Role.MANAGER, name="李 经理"), make_customer(name_zh="远海航运")
    for owner in (keeper, giver):
        followups.open_follow_up(customer=customer, title="送报价", owner=owner, due_on=TODAY, by=giver)

    assert told(keeper) == ["李 经理交给您一项跟进任务：“送报价”（远海航运），2026-11-23 到期"]
    assert told(giver) == []


def test_what_a_job_opens_is_told_when_it_is_due_and_not_before(keeper):
    followups.open_follow_up(customer=make_customer(name_zh="远海航运"), title="核实档案", owner=keeper, due_on=TODAY, by=system_user())
    before = told(keeper)

    for _ in range(2):
        tell_due(today=TODAY, by=system_user())

    assert (before, told(keeper)) == ([], ["2026-11-23 到期：“核实档案”（远海航运）"])


def test_a_new_owner_is_told_and_the_old_one_is_not(keeper):
    giver, before = make_user(Role.MANAGER), make_user(Role.MARKETING)
    follow_up = make_follow_up(owner=before)

    followups.plan_follow_up(follow_up=follow_up, due_on=TODAY, owner=keeper, by=giver)

    assert (len(told(keeper)), told(before)) == (1, [])


def test_who_gets_a_follow_up_back_is_told_again_and_of_another_day_only_once(keeper):
    giver, other = make_user(Role.MANAGER), make_user(Role.MARKETING)
    follow_up = followups.open_follow_up(customer=make_customer(), title="送报价", owner=keeper, due_on=TODAY, by=giver)

    for owner in (other, keeper, keeper):
        followups.plan_follow_up(follow_up=follow_up, due_on=TODAY + DAY, owner=owner, by=giver)

    assert (len(told(keeper)), len(told(other))) == (2, 1)


def planned(keeper, **fields):
    customer = make_customer(name_zh="远海航运")
    return visits.plan_visit(**{"customer": customer, "visitor": keeper, "planned_for": port_today(), "purpose": "谈舱位"} | fields)


def test_the_visitor_is_told_each_time_a_colleague_moves_the_visit(client, keeper):
    colleague, today = make_user(Role.MARKETING, name="李 同事"), port_today()
    visit = planned(keeper, starts_at=dt.time(9), by=keeper)
    client.force_login(colleague)

    for day, hour in ((today + DAY, "14:30"), (today, "09:00"), (today, "09:00")):
        client.post(
            reverse("customers:visit_edit", args=[visit.pk]),
            {"planned_for": str(day), "starts_at": hour, "minutes": "60", "visitor": keeper.pk, "purpose": "谈舱位"},
        )

    assert told(keeper) == [
        f"李 同事将您走访远海航运的时间由 {today + DAY} 14:30 改为 {today} 09:00：谈舱位",
        f"李 同事将您走访远海航运的时间由 {today} 09:00 改为 {today + DAY} 14:30：谈舱位",
    ]


def test_of_another_visitor_both_are_told(keeper):
    colleague, other = make_user(Role.MARKETING, name="李 同事"), make_user(Role.MARKETING, name="周 同事")
    visit, today = planned(keeper, by=keeper), port_today()

    visits.change_visit(visit=visit, visitor=other, planned_for=today + DAY, purpose="谈舱位", by=colleague)

    assert told(keeper) == [f"李 同事将您 {today} 走访远海航运的安排转交周 同事"]
    assert told(other) == [f"李 同事为您安排 {today + DAY} 走访远海航运：谈舱位"]


def test_the_visitor_is_told_when_a_colleague_calls_the_visit_off(client, keeper):
    colleague, today = make_user(Role.MARKETING, name="李 同事"), port_today()
    cancelled, missed, own = (planned(keeper, by=keeper) for _ in range(3))
    visits.call_off_visit(visit=own, state="cancelled", reason="自行取消", by=keeper)
    client.force_login(colleague)

    client.post(reverse("customers:visit_call_off", args=[cancelled.pk]), {"reason": "客户出差"})
    client.post(reverse("customers:visit_call_off", args=[missed.pk]), {"reason": "台风停航", "missed": "1"})

    assert told(keeper) == [
        f"李 同事登记您 {today} 走访远海航运未成行：台风停航", f"李 同事取消了您 {today} 走访远海航运的安排：客户出差",
    ]  # fmt: skip


def test_whose_customer_goes_into_the_pool_is_told_of_the_visits_it_ends(keeper):
    manager = make_user(Role.MANAGER, name="李 经理")
    visit = planned(keeper, customer=make_customer(name_zh="远海航运", account_manager=keeper), by=keeper)

    care.return_customer(customer=visit.customer, reason="无货源", by=manager)

    assert told(keeper) == [f"李 经理取消了您 {port_today()} 走访远海航运的安排：客户已进入公海。"]


def test_what_became_due_long_ago_is_not_told_now(keeper):
    make_follow_up(owner=keeper, due_on=TODAY - 8 * DAY)
    make_follow_up(owner=keeper, due_on=TODAY - 7 * DAY, title="刚过期")

    tell_due(today=TODAY, by=system_user())

    assert [notice.values["title"] for notice in Notice.objects.all()] == ["刚过期"]


def test_a_reminder_and_the_day_itself_are_two_notices_and_another_day_is_a_third(keeper):
    follow_up = make_follow_up(owner=keeper, due_on=TODAY + DAY, remind_days=1)
    for day in (TODAY, TODAY + DAY):
        tell_due(today=day, by=system_user())
    followups.plan_follow_up(follow_up=follow_up, due_on=TODAY + 3 * DAY, by=keeper)

    tell_due(today=TODAY + 3 * DAY, by=system_user())

    assert sorted(Notice.objects.values_list("kind", flat=True)) == ["followup.due", "followup.due", "followup.reminder"]


def test_the_new_account_manager_is_told_of_a_handover(keeper):
    giver = make_user(Role.MANAGER, name="李 经理")
    customer = make_customer(name_zh="远海航运", account_manager=giver)

    care.hand_over(customer=customer, to=keeper, by=giver)

    assert (told(keeper), told(giver)) == (["李 经理把远海航运转由您维护"], [])


def test_whoever_is_made_account_manager_is_told_as_well(keeper):
    manager = make_user(Role.MANAGER, name="李 经理")

    assign_customer(customer=make_customer(name_zh="远海航运"), changes={"account_manager": keeper}, by=manager)

    assert told(keeper) == ["李 经理把远海航运转由您维护"]


def test_the_successor_of_a_leaver_is_told_once_and_takes_over_what_was_open_elsewhere(keeper):
    manager, leaver = make_user(Role.MANAGER, name="李 经理"), make_user(Role.MARKETING, name="赵 离职")
    for _ in range(3):
        make_customer(account_manager=leaver)
    elsewhere = make_customer(account_manager=manager)
    follow_up = make_follow_up(customer=elsewhere, owner=leaver)
    visit = visits.plan_visit(customer=elsewhere, visitor=leaver, planned_for=port_today(), purpose="走访", by=leaver)

    care.hand_over_all(giver=leaver, to=keeper, by=manager)

    follow_up.refresh_from_db()
    visit.refresh_from_db()
    assert told(keeper) == ["李 经理把赵 离职的 3 家客户转由您维护"]
    assert (follow_up.owner, visit.visitor) == (keeper, keeper)


def test_a_credit_hold_is_told_to_the_account_manager_and_the_team(keeper):
    placer, colleague, stranger = make_user(Role.MANAGER), make_user(Role.OPERATIONS), make_user(Role.MARKETING)
    customer = make_customer(account_manager=keeper)
    care.join_team(customer=customer, user=colleague, function="operations", by=placer)

    hold = credit_holds.place_hold(customer=customer, reason="欠款", by=placer)
    credit_holds.lift_hold(hold=hold, reason="已付", by=placer)

    assert [[notice.kind for notice in notice_page(user).notices] for user in (keeper, colleague, placer, stranger)] == [
        ["hold.lifted", "hold.placed"], ["hold.lifted", "hold.placed"], [], [],
    ]  # fmt: skip


def test_a_colleague_named_after_an_at_sign_is_told_once(keeper):
    author, customer = make_user(Role.SERVICE, name="赵 客服"), make_customer(name_zh="远海航运")
    contact = make_contact(customer=customer, email="wang@example.invalid")

    call = interactions.log_interaction(
        customer=customer, kind="call", subject="询问舱位", summary=f"请 @王 经办 回电，抄送 {contact.email}", by=author
    )
    interactions.correct_interaction(interaction=call, changes={"summary": "请 @王 经办 今天回电"}, seen={}, by=author)

    assert told(keeper) == ["赵 客服提到了您：“询问舱位”（远海航运）"]
    assert Notice.objects.exclude(recipient=keeper).count() == 0


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("@王伟明 请回电", ["王伟明"]),
        ("@王伟请回电", ["王伟"]),
        ("@王伟明、@王伟 请回电", ["王伟", "王伟明"]),
        ("请转 @Wang Wei, today", ["王伟"]),
        ("请转 @Wang Weiming", ["王伟明"]),
        ("请转 @Wang Weimin", []),
        ("联系 wang@王记.example", []),
    ],
)
def test_the_longest_name_after_an_at_sign_is_meant(text, named):
    for name, name_en in (("王伟", "Wang Wei"), ("王伟明", "Wang Weiming")):
        make_user(Role.MARKETING, name=name, name_en=name_en)

    interactions.log_interaction(customer=make_customer(), kind="call", subject="询价", summary=text, by=make_user(Role.SERVICE))

    assert sorted(Notice.objects.values_list("recipient__name", flat=True)) == named


def test_who_may_no_longer_read_customers_is_shown_nothing_of_them(keeper):
    giver = make_user(Role.MANAGER)
    followups.open_follow_up(customer=make_customer(), title="送报价", owner=keeper, due_on=TODAY, by=giver)
    keeper.roles = [Role.ADMIN]
    keeper.save()

    assert told(type(keeper).objects.get(pk=keeper.pk)) == []
    assert FollowUp.objects.get().owner == keeper


def test_what_was_told_of_a_merged_file_leads_to_the_kept_one_and_back(client, keeper):
    giver, kept = make_user(Role.MANAGER, name="李 经理"), make_customer(name_zh="远海航运有限公司")
    merged = make_customer(name_zh="远海航运", account_manager=keeper)
    credit_holds.place_hold(customer=merged, reason="逾期", by=giver)
    interactions.log_interaction(customer=merged, kind="call", subject="询价", summary="@王 经办 请报价", by=giver)
    before = told(keeper)
    client.force_login(keeper)

    done = merge_customers(kept=kept, other=merged, take=(), by=giver)
    after = notice_page(keeper).notices
    opened = client.get(next(notice.url for notice in after if notice.kind == "hold.placed"), follow=True)
    undo_merge(merge=done, by=giver)

    assert [notice.sentence for notice in after] == before
    assert len(before) == 2
    assert opened.context["customer"] == kept
    assert (told(keeper), Notice.objects.get(kind="hold.placed").record_pk) == (before, str(merged.pk))
