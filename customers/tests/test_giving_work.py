"""Customers, follow-ups and visits are given to colleagues whose role works with customer files, and to nobody else."""

import datetime as dt

import pytest
from django.urls import reverse

from customers.models import Customer, FollowUp, Interaction, PlannedVisit, TeamMember
from customers.services.care import hand_over, hand_over_all, join_team
from customers.services.customers import assign_customer, create_customer, create_customers
from customers.services.followups import open_follow_up, plan_follow_up
from customers.services.interactions import correct_interaction, log_interaction
from customers.services.visits import change_visit, plan_period, plan_visit
from customers.tests.factories import make_customer, make_follow_up, make_interaction, make_visit
from portcrm.accounts.roles import Role
from portcrm.accounts.tests.factories import make_user
from portcrm.clock import port_today
from portcrm.errors import RuleBroken
from portcrm.exchange.ingesting import ingest
from portcrm.exchange.models import ImportProblem
from portcrm.pages.tests.opening import opened

pytestmark = pytest.mark.django_db
REFUSAL = "不办理客户档案业务"


@pytest.fixture(params=[Role.AUDITOR, Role.ADMIN])
def outsider(request):
    return make_user(request.param, name="旁 人")


@pytest.fixture
def helper():
    return make_user(Role.SERVICE, name="客 服")


def offered(page, field: str) -> set[int]:
    return set(page.context["form"].fields[field].queryset.values_list("pk", flat=True))


def test_forms_offer_whoever_can_work_with_customers(client, keeper, manager, helper, outsider):
    customer, chosen = make_customer(account_manager=keeper), make_user(Role.OPERATIONS)
    able = {keeper.pk, manager.pk, helper.pk, chosen.pk}
    client.force_login(manager)
    pages = {
        "to": reverse("customers:hand_over", args=[customer.pk]),
        "user": reverse("customers:team_join", args=[customer.pk]),
        "owner": reverse("customers:follow_up_create", args=[customer.pk]),
        "visitor": reverse("customers:visit_create", args=[customer.pk]),
        "account_manager": reverse("customers:section_edit", args=[customer.pk, "assignment"]),
    }

    seen = {field: offered(client.get(url), field) for field, url in pages.items()}
    everything = offered(client.get(reverse("customers:hand_over_all")), "to")

    recorders = set(Customer.objects.values_list("recorded_by", flat=True)) - able
    assert {field: people - recorders for field, people in seen.items()} == {**dict.fromkeys(pages, able), "to": able - {keeper.pk}}
    assert everything - recorders == able


@pytest.mark.parametrize("url", ["customers:hand_over", "customers:team_join"])
def test_a_sent_name_that_was_not_offered_is_refused(client, manager, keeper, outsider, url):
    customer = make_customer(account_manager=keeper)
    client.force_login(manager)

    answer = client.post(reverse(url, args=[customer.pk]), {"to": outsider.pk, "user": outsider.pk, "function": "operations"})

    assert (answer.status_code, Customer.objects.get().account_manager, TeamMember.objects.count()) == (422, keeper, 0)


def test_every_service_refuses_who_cannot_open_customer_files(keeper, manager, outsider):
    customer = make_customer(account_manager=keeper)
    task, visit, today = make_follow_up(customer=customer, owner=keeper), make_visit(customer=customer, visitor=keeper), port_today()
    days = {"first": today, "last": today + dt.timedelta(days=20)}
    plan = {"planned_for": visit.planned_for, "purpose": "续约"}
    calls = (
        lambda: hand_over(customer=customer, to=outsider, by=manager),
        lambda: hand_over_all(giver=keeper, to=outsider, by=manager),
        lambda: assign_customer(customer=customer, changes={"account_manager": outsider}, by=manager),
        lambda: create_customer(name_zh="甲", account_manager=outsider, by=manager),
        lambda: create_customers(rows=[{"name_zh": "甲", "account_manager": outsider}], by=manager),
        lambda: join_team(customer=customer, user=outsider, function="operations", by=manager),
        lambda: open_follow_up(customer=customer, title="催", owner=outsider, due_on=today, by=manager),
        lambda: plan_follow_up(follow_up=task, due_on=today, owner=outsider, by=manager),
        lambda: plan_visit(customer=customer, visitor=outsider, **plan, by=manager),
        lambda: plan_period(customers=[make_customer()], visitor=outsider, **days, purpose="走访", by=manager),
        lambda: change_visit(visit=visit, visitor=outsider, **plan, by=manager),
    )

    for call in calls:
        with pytest.raises(RuleBroken, match=REFUSAL):
            call()

    assert list(Customer.objects.exclude(account_manager=None).values_list("account_manager", flat=True)) == [keeper.pk]
    assert (FollowUp.objects.get().owner, PlannedVisit.objects.get().visitor) == (keeper, keeper)


def test_customer_service_can_be_given_a_customer(manager, keeper, helper):
    customer = make_customer(account_manager=keeper)

    hand_over(customer=customer, to=helper, by=manager)

    assert Customer.objects.get().account_manager == helper


def test_an_import_gives_no_customer_to_who_cannot_open_it(file, manager, outsider):
    ingest("customers", file(["公司名称", "客户经理"], ["溯舟远洋物流有限公司", outsider.email]), by=manager)

    assert not Customer.objects.filter(account_manager=outsider).exists()
    (detail,) = ImportProblem.objects.get().details
    assert detail["message"]["zh"] == f"没有名为“{outsider.email}”、且角色可办理客户档案业务的同事。"


def test_the_api_takes_no_owner_who_cannot_open_it(client, keeper, outsider):
    customer = make_customer()
    row = {"customer": customer.pk, "title": "催", "owner": outsider.pk, "due_on": "2099-01-01", "kind": "task"}

    answer = client.post("/api/v1/customers/follow-ups/", row, content_type="application/json")

    assert (answer.status_code, list(answer.json()), FollowUp.objects.count()) == (400, ["owner"], 0)


def test_a_row_that_names_somebody_else_already_is_changed_in_its_other_fields(client, manager, outsider):
    customer = make_customer(account_manager=outsider)
    task, visit = make_follow_up(customer=customer, owner=outsider), make_visit(customer=customer, visitor=outsider)
    client.force_login(manager)
    due, day = port_today() + dt.timedelta(days=9), visit.planned_for

    client.post(reverse("customers:follow_up_plan", args=[task.pk]), {"owner": outsider.pk, "due_on": due.isoformat()})
    moved = {"visitor": outsider.pk, "planned_for": day.isoformat(), "minutes": 60, "purpose": "换个话题"}
    client.post(reverse("customers:visit_edit", args=[visit.pk]), moved)
    assign_customer(customer=customer, changes={"tier": "major", "account_manager": outsider}, by=manager)

    assert (FollowUp.objects.get().due_on, FollowUp.objects.get().owner) == (due, outsider)
    assert (PlannedVisit.objects.get().purpose, PlannedVisit.objects.get().visitor) == ("换个话题", outsider)
    assert (Customer.objects.get().tier, Customer.objects.get().account_manager) == ("major", outsider)


def test_who_takes_part_in_contact_is_chosen_among_those_who_work_with_customers(client, keeper, helper, outsider):
    customer, left = make_customer(), make_user(Role.MARKETING, name="离 职", is_active=False)
    client.force_login(keeper)
    url = reverse("customers:interaction_create", args=[customer.pk])

    seen = offered(client.get(url), "colleagues")
    sent = {"kind": "call", "subject": "询价", "direction": "ours", "colleagues": [outsider.pk]}
    refused = client.post(url, sent)

    assert {keeper.pk, helper.pk} <= seen
    assert not {outsider.pk, left.pk} & seen
    assert (refused.status_code, list(refused.context["form"].errors), Interaction.objects.count()) == (422, ["colleagues"], 0)


def test_the_services_and_programs_take_nobody_else_as_a_participant(client, keeper, outsider):
    customer = make_customer()
    row = make_interaction(recorded_by=keeper)
    client.force_login(keeper)
    sent = {"customer": customer.pk, "kind": "call", "subject": "询价", "colleagues": [outsider.pk]}

    answer = client.post("/api/v1/customers/interactions/", sent, content_type="application/json")
    with pytest.raises(RuleBroken, match="请将姓名写入“其他参加人”"):
        log_interaction(customer=customer, kind="call", subject="询价", colleagues=[outsider], by=keeper)
    with pytest.raises(RuleBroken, match=REFUSAL):
        correct_interaction(interaction=row, changes={"subject": "改"}, seen={}, colleagues=[keeper, outsider], by=keeper)

    assert (answer.status_code, list(answer.json())) == (400, ["colleagues"])
    assert (Interaction.objects.count(), list(row.colleagues.all())) == (1, [])


def test_who_took_part_and_has_left_stays_when_the_rest_is_corrected(client, keeper):
    row, left = make_interaction(recorded_by=keeper), make_user(Role.MARKETING, name="离 职", is_active=False)
    row.colleagues.set([left])
    client.force_login(keeper)
    url = reverse("customers:interaction_edit", args=[row.pk])
    page = client.get(url)

    assert left.pk in offered(page, "colleagues")
    answer = client.post(url, opened(client, url) | {"subject": "改过的主题"})

    row.refresh_from_db()
    assert (answer.status_code, row.subject, list(row.colleagues.all())) == (302, "改过的主题", [left])
