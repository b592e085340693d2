"""Recording contact and following up, on pages and home panels."""

import datetime as dt

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from customers.models import FollowUp, Interaction, OpenProblem
from customers.services import followups
from customers.tests.factories import make_contact, make_customer, make_follow_up
from portcrm.accounts.roles import Role
from portcrm.accounts.tests.factories import make_user
from portcrm.clock import port_today
from portcrm.editing import EditConflict

pytestmark = pytest.mark.django_db
CALL = {"kind": "call", "direction": "ours"}


@pytest.fixture
def keeper(client):
    keeper = make_user(Role.SERVICE)
    client.force_login(keeper)
    return keeper


def test_an_interaction_is_recorded_and_its_next_step_planned(client, keeper):
    customer = make_customer()
    contact = make_contact(customer=customer)

    response = client.post(
        reverse("customers:interaction_create", args=[customer.pk]),
        {
            "kind": "call",
            "subject": "催询对账单",
            "direction": "ours",
            "contacts": [contact.pk],
            "next_step": "寄送",
            "next_step_on": "2026-12-01",
        },
    )

    interaction = Interaction.objects.get()
    assert response.url == customer.get_absolute_url()
    assert (interaction.subject, list(interaction.contacts.all())) == ("催询对账单", [contact])
    assert list(FollowUp.objects.values_list("title", "owner", "due_on")) == [("寄送", keeper.pk, dt.date(2026, 12, 1))]


def test_colleagues_who_were_there_are_chosen_and_shown_on_the_timeline(client, keeper):
    customer, colleague = make_customer(), make_user(Role.OPERATIONS, name="李 同行")
    gone = make_user(name="已 离职", is_active=False)
    url = reverse("customers:interaction_create", args=[customer.pk])

    refused = client.post(url, CALL | {"subject": "走访", "colleagues": [gone.pk]})
    client.post(url, CALL | {"subject": "走访", "colleagues": [colleague.pk]})

    assert (refused.status_code, list(Interaction.objects.get().colleagues.all())) == (422, [colleague])
    timeline = client.get(reverse("pages:timeline", args=["customers.customer", customer.pk])).content.decode()
    assert "我方人员：李 同行" in timeline


def test_the_composer_comes_back_empty_with_a_fresh_timeline(client, keeper):
    customer = make_customer()
    url = reverse("customers:interaction_create", args=[customer.pk])

    response = client.post(
        url, {"kind": "call", "subject": "催询对账单", "direction": "ours"}, HTTP_HX_REQUEST="true", HTTP_HX_TARGET="composer"
    )

    page = response.content.decode()
    assert response.templates[0].name == "customers/recorded.html"
    assert ("timeline-box" in page, "催询对账单" in page) == (True, False)


def test_a_mistake_in_the_composer_keeps_what_was_typed(client, keeper):
    customer = make_customer()

    response = client.post(
        reverse("customers:interaction_create", args=[customer.pk]),
        CALL | {"subject": "", "summary": "写了很久的内容"},
        HTTP_HX_REQUEST="true",
        HTTP_HX_TARGET="composer",
    )

    assert (response.status_code, Interaction.objects.count()) == (422, 0)
    assert 'id="composer"' in response.content.decode()
    assert "写了很久的内容" in response.content.decode()


def test_a_contact_of_another_customer_is_no_participant(client, keeper):
    customer, stranger = make_customer(), make_contact()

    response = client.post(
        reverse("customers:interaction_create", args=[customer.pk]),
        {"kind": "call", "subject": "误选", "direction": "ours", "contacts": [stranger.pk]},
    )

    assert (response.status_code, Interaction.objects.count()) == (422, 0)


def test_a_follow_up_is_planned_for_a_colleague(client, keeper):
    customer, colleague = make_customer(), make_user(Role.MARKETING)

    client.post(
        reverse("customers:follow_up_create", args=[customer.pk]),
        {"title": "走访", "kind": "visit", "due_on": "2026-12-24", "owner": colleague.pk},
    )

    assert list(FollowUp.objects.values_list("title", "owner", "opened_by")) == [("走访", colleague.pk, keeper.pk)]


def test_what_two_change_in_one_follow_up_is_refused_shown_and_saved_knowingly(client, keeper):
    task = make_follow_up(owner=keeper, due_on=dt.date(2026, 12, 1), remind_days=3)
    colleague, url = make_user(Role.MARKETING), reverse("customers:follow_up_plan", args=[task.pk])
    mine = {"due_on": "2026-12-08", "owner": keeper.pk, "remind_days": "3", "seen": client.get(url).context["form"].as_seen()}
    changes = {"due_on": dt.date(2026, 12, 4), "remind_days": 7}
    followups.edit_plan(follow_up=task, changes=changes, seen={"due_on": task.due_on, "remind_days": 3}, by=colleague)

    refused = client.post(url, mine)
    stored = FollowUp.objects.get().due_on
    client.post(url, mine | {"seen": refused.context["form"].data["seen"]})

    (conflict,) = refused.context["form"].shown_conflicts
    assert (refused.status_code, conflict["field"], stored) == (409, "due_on", dt.date(2026, 12, 4))
    assert (conflict["theirs"] in refused.content.decode(), refused.context["form"]["due_on"].value()) == (True, "2026-12-08")
    assert (FollowUp.objects.get().due_on, FollowUp.objects.get().remind_days) == (dt.date(2026, 12, 8), 7)


def test_a_plan_over_somebody_elses_saves_nothing(keeper):
    task = make_follow_up(owner=keeper, due_on=dt.date(2026, 12, 1))
    seen = {"due_on": task.due_on, "remind_days": None}
    followups.edit_plan(follow_up=task, changes={"due_on": dt.date(2026, 12, 4)}, seen=seen, by=make_user(Role.MARKETING))

    with pytest.raises(EditConflict):
        followups.edit_plan(follow_up=task, changes={"due_on": dt.date(2026, 12, 8), "remind_days": 7}, seen=seen, by=keeper)

    task.refresh_from_db()
    assert (task.due_on, task.remind_days) == (dt.date(2026, 12, 4), None)


def test_an_edit_of_the_plan_takes_the_follow_up_once(keeper):
    task = make_follow_up(owner=keeper, due_on=dt.date(2026, 12, 1))

    with CaptureQueriesContext(connection) as asked:
        followups.edit_plan(follow_up=task, changes={"due_on": dt.date(2026, 12, 4)}, seen={"due_on": task.due_on}, by=keeper)

    claims = [query["sql"] for query in asked if "FOR UPDATE" in query["sql"]]
    assert (len(claims), len(asked)) == (1, 7)


def test_one_click_closes_a_follow_up_and_a_second_says_so(client, keeper):
    follow_up = make_follow_up()
    url = reverse("customers:follow_up_close", args=[follow_up.pk])

    first, second = client.post(url), client.post(url)

    follow_up.refresh_from_db()
    assert (first.status_code, second.status_code, follow_up.state, follow_up.closed_by) == (302, 409, "done", keeper)


def test_a_follow_up_is_dropped_with_a_reason(client, keeper):
    follow_up = make_follow_up()

    client.post(reverse("customers:follow_up", args=[follow_up.pk]), {"result": "客户已改港", "dropped": "1"})

    follow_up.refresh_from_db()
    assert (follow_up.state, follow_up.result) == ("dropped", "客户已改港")


@pytest.mark.parametrize("many", [1, 3])
def test_the_list_of_follow_ups_takes_three_queries(client, keeper, django_assert_num_queries, many):
    for _ in range(many):
        make_follow_up(owner=make_user())

    with django_assert_num_queries(3):
        response = client.get(reverse("customers:follow_up_list"))

    assert len(response.context["listing"].rows) == many


def test_my_follow_ups_are_on_the_home_page_latest_due_first(client, keeper):
    today = port_today()
    make_follow_up(owner=keeper, title="明天的事", due_on=today + dt.timedelta(days=1))
    make_follow_up(owner=keeper, title="迟了的事", due_on=today - dt.timedelta(days=1))
    make_follow_up(owner=make_user(), title="别人的事", due_on=today)

    page = client.get(reverse("customers:my_follow_ups"), HTTP_HX_REQUEST="true").content.decode()

    assert page.index("迟了的事") < page.index("明天的事")
    assert "别人的事" not in page


def test_my_customers_are_on_the_home_page_and_key_accounts_for_whoever_has_none(client):
    marketing, manager = make_user(Role.MARKETING), make_user(Role.MANAGER)
    make_customer(name_zh="我的客户甲", account_manager=marketing)
    make_customer(name_zh="大客户乙", is_key_account=True)
    url = reverse("customers:my_customers")

    client.force_login(marketing)
    mine = client.get(url).content.decode()
    client.force_login(manager)
    keys = client.get(url).content.decode()

    assert ("我的客户甲" in mine, "大客户乙" in mine) == (True, False)
    assert ("我的客户甲" in keys, "大客户乙" in keys) == (False, True)


def test_a_problem_is_noted_and_solved_on_pages(client):
    keeper, customer = make_user(Role.MARKETING), make_customer()
    client.force_login(keeper)

    client.post(reverse("customers:problem_create", args=[customer.pk]), {"title": "空箱不足"})
    problem = OpenProblem.objects.get()
    client.post(reverse("customers:problem_solve", args=[problem.pk]), {"result": "已调箱"})

    problem.refresh_from_db()
    assert (problem.title, problem.solution, problem.solved_by) == ("空箱不足", "已调箱", keeper)
