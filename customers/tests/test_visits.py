"""Visits as planned, made, missed and cancelled, by services and on pages."""

import datetime as dt

import pytest
from django.contrib.messages import get_messages
from django.urls import reverse

from customers.models import FollowUp, Interaction, PlannedVisit
from customers.queries.visits import customers_due, total_of, visit_figures, visits_of_week
from customers.services import care, visits
from customers.tests.factories import make_contact, make_customer, make_interaction, make_visit
from portcrm.accounts.roles import Role
from portcrm.accounts.tests.factories import make_user
from portcrm.clock import now, port_today
from portcrm.errors import RuleBroken
from portcrm.tests.at_once import at_once

DAY = dt.timedelta(days=1)
MONDAY = dt.date(2026, 11, 23)


@pytest.fixture
def keeper(client, db):
    keeper = make_user(Role.MARKETING)
    client.force_login(keeper)
    return keeper


@pytest.fixture
def plain_weeks(monkeypatch):
    """No holiday next week, whichever week that is."""
    monkeypatch.setattr(visits, "is_business_day", lambda day: day.weekday() < 5)


def plan(keeper, **fields) -> PlannedVisit:
    return visits.plan_visit(
        **{"customer": make_customer(), "visitor": keeper, "planned_for": port_today(), "purpose": "谈舱位", "by": keeper} | fields
    )


def test_a_visit_is_planned_on_the_page_of_a_customer(client, keeper):
    customer, colleague = make_customer(), make_user(Role.OPERATIONS)
    contact, stranger = make_contact(customer=customer), make_contact()
    form = {"planned_for": str(port_today()), "starts_at": "14:30", "minutes": "90", "visitor": colleague.pk, "purpose": "谈舱位",
            "talking_points": "舱位保证", "contacts": [contact.pk]}  # fmt: skip

    refused = client.post(reverse("customers:visit_create", args=[customer.pk]), form | {"contacts": [stranger.pk]})
    client.post(reverse("customers:visit_create", args=[customer.pk]), form)

    visit = PlannedVisit.objects.get()
    assert refused.status_code == 422
    assert (visit.visitor, visit.starts_at, visit.minutes, visit.planned_by) == (colleague, dt.time(14, 30), 90, keeper)
    assert (list(visit.contacts.all()), visit.talking_points, visit.state) == ([contact], "舱位保证", "planned")


def test_the_same_form_sent_twice_plans_one_visit(client, keeper):
    customer = make_customer()
    url = reverse("customers:visit_create", args=[customer.pk])
    key = str(client.get(url).context["form"]["form_key"].value())
    form = {"planned_for": str(port_today()), "minutes": "60", "visitor": keeper.pk, "purpose": "谈舱位", "form_key": key}

    for _ in range(2):
        client.post(url, form)

    assert PlannedVisit.objects.count() == 1


def test_nothing_is_planned_for_the_past(keeper):
    with pytest.raises(RuleBroken) as refusal:
        plan(keeper, planned_for=port_today() - DAY)

    assert (refusal.value.field, PlannedVisit.objects.count()) == ("planned_for", 0)


def test_the_report_begins_with_the_plan_and_becomes_an_interaction(client, keeper):
    customer = make_customer()
    contact = make_contact(customer=customer)
    visit = plan(keeper, customer=customer, contacts=[contact], place="物流部", talking_points="舱位保证")
    url = reverse("customers:visit_report", args=[visit.pk])

    begun = client.get(url)
    client.post(
        url,
        {"subject": "谈舱位", "summary": "同意增加两个航次", "direction": "ours", "contacts": [contact.pk], "outcome": "agreed",
         "next_step": "送合同", "next_step_on": "2026-12-24"},
    )  # fmt: skip

    visit.refresh_from_db()
    interaction = Interaction.objects.get()
    assert (begun.context["form"]["subject"].value(), "舱位保证" in begun.content.decode()) == ("谈舱位", True)
    assert (interaction.kind, interaction.summary, list(interaction.contacts.all())) == ("visit", "同意增加两个航次", [contact])
    assert (visit.state, visit.interaction, visit.settled_by) == ("done", interaction, keeper)
    assert FollowUp.objects.get().title == "送合同"
    customer.refresh_from_db()
    assert customer.last_contact_on == port_today()


def test_a_broken_rule_in_the_report_leaves_the_visit_planned(client, keeper):
    visit = plan(keeper)

    response = client.post(
        reverse("customers:visit_report", args=[visit.pk]), {"subject": "谈舱位", "direction": "ours", "next_step_on": "2026-12-24"}
    )

    visit.refresh_from_db()
    assert (response.status_code, visit.state, Interaction.objects.count()) == (422, "planned", 0)


@pytest.mark.django_db(transaction=True)
def test_two_who_report_one_visit_write_one_report():
    keeper = make_user(Role.MARKETING)
    visit = make_visit(visitor=keeper, planned_for=port_today())

    results = at_once(*[lambda: visits.report_visit(visit=visit, subject="谈舱位", by=keeper)] * 2)

    assert sorted(type(result).__name__ for result in results) == ["Interaction", "RuleBroken"]
    assert Interaction.objects.count() == 1


def test_a_cancelled_or_missed_visit_says_why(client, keeper):
    cancelled, missed = plan(keeper, planned_for=port_today() + DAY), make_visit(visitor=keeper, planned_for=port_today() - DAY)
    url = reverse("customers:visit_call_off", args=[cancelled.pk])

    without = client.post(url, {"reason": " "})
    client.post(url, {"reason": "客户出差"})
    client.post(reverse("customers:visit_call_off", args=[missed.pk]), {"reason": "台风停航", "missed": "1"})

    assert without.status_code == 422
    assert list(PlannedVisit.objects.order_by("pk").values_list("state", "reason", "settled_by")) == [
        ("cancelled", "客户出差", keeper.pk), ("missed", "台风停航", keeper.pk),
    ]  # fmt: skip


def test_a_visit_to_come_cannot_have_been_missed(keeper):
    visit = plan(keeper, planned_for=port_today() + DAY)

    with pytest.raises(RuleBroken):
        visits.call_off_visit(visit=visit, state="missed", reason="台风", by=keeper)

    visit.refresh_from_db()
    assert visit.state == "planned"


def test_a_settled_visit_is_not_settled_or_changed_again(client, keeper):
    visit = plan(keeper)
    visits.call_off_visit(visit=visit, state="cancelled", reason="客户出差", by=keeper)

    with pytest.raises(RuleBroken):
        visits.report_visit(visit=visit, subject="谈舱位", by=keeper)
    with pytest.raises(RuleBroken):
        visits.change_visit(visit=visit, visitor=keeper, planned_for=port_today(), purpose="另谈", by=keeper)

    assert client.get(reverse("customers:visit_call_off", args=[visit.pk])).status_code == 403
    assert (Interaction.objects.count(), PlannedVisit.objects.get().purpose) == (0, "谈舱位")


def test_a_visit_gets_another_day_on_its_page(client, keeper):
    visit = plan(keeper)
    later = port_today() + 3 * DAY

    client.post(
        reverse("customers:visit_edit", args=[visit.pk]),
        {"planned_for": str(later), "minutes": "60", "visitor": keeper.pk, "purpose": "谈合同"},
    )

    visit.refresh_from_db()
    assert (visit.planned_for, visit.purpose) == (later, "谈合同")


def test_the_week_shows_the_visits_of_one_colleague_by_hour(client, keeper):
    other = make_user(Role.MARKETING)
    make_visit(visitor=keeper, planned_for=MONDAY, starts_at=dt.time(15), purpose="下午的")
    make_visit(visitor=keeper, planned_for=MONDAY, starts_at=dt.time(9), purpose="上午的")
    make_visit(visitor=keeper, planned_for=MONDAY, purpose="那天的")
    make_visit(visitor=other, planned_for=MONDAY + 6 * DAY, purpose="别人的")
    make_visit(visitor=keeper, planned_for=MONDAY + 7 * DAY, purpose="下周的")

    mine = visits_of_week(keeper, monday=MONDAY, today=MONDAY, visitor=keeper)
    everybody = client.get(reverse("customers:visit_week"), {"week": "2026-11-25", "of": "all"}).content.decode()

    assert [[visit.purpose for visit in day.visits] for day in mine] == [["上午的", "下午的", "那天的"], [], [], [], [], [], []]
    assert ("别人的" in everybody, "下周的" in everybody) == (True, False)


def test_the_figures_of_a_month_say_what_became_of_the_plan(client, keeper):
    other = make_user(Role.MARKETING)
    settled = {"settled_by": keeper, "settled_at": now()}
    for visitor, state in ((keeper, "done"), (keeper, "done"), (keeper, "missed"), (keeper, "planned"), (other, "cancelled")):
        report = make_interaction() if state == "done" else None
        reason = "客户出差" if state in {"missed", "cancelled"} else ""
        closed = {} if state == "planned" else settled
        make_visit(visitor=visitor, planned_for=MONDAY, state=state, interaction=report, reason=reason, **closed)
    make_visit(visitor=keeper, planned_for=MONDAY + 30 * DAY)

    figures = visit_figures(keeper, first=MONDAY.replace(day=1), last=MONDAY.replace(day=30), today=MONDAY + DAY)

    first, second = figures
    assert (first.visitor, first.planned, first.done, first.missed, first.late, first.share) == (keeper, 4, 2, 1, 1, 0.5)
    assert (second.visitor, second.cancelled, second.share) == (other, 1, None)
    assert (total_of(figures).planned, total_of(figures).done) == (5, 2)
    page = client.get(reverse("customers:visit_month"), {"month": "2026-11-01"}).content.decode()
    assert f"day_after=2026-11-01&amp;day_before=2026-11-30&amp;visitor={keeper.pk}&amp;state=done" in page


def test_a_figure_of_the_month_leads_to_its_rows(client, keeper):
    make_visit(visitor=keeper, planned_for=MONDAY)
    make_visit(visitor=keeper, planned_for=MONDAY + 30 * DAY)

    rows = client.get(reverse("customers:visit_list"), {"day_after": "2026-11-01", "day_before": "2026-11-30", "visitor": keeper.pk})

    assert [row.planned_for for row in rows.context["listing"].rows] == [MONDAY]


def test_due_for_a_visit_is_who_was_silent_longer_than_the_tier_allows(settings, keeper):
    settings.VISIT_DAYS = {"key": 30, "major": 90, "standard": 0}
    mine = {"account_manager": keeper, "recorded_on": MONDAY - 400 * DAY}
    never = make_customer(tier="major", **mine)
    key = make_customer(tier="key", is_key_account=True, last_contact_on=MONDAY - 31 * DAY, **mine)
    make_customer(tier="key", is_key_account=True, last_contact_on=MONDAY - 30 * DAY, **mine)
    make_customer(tier="standard", **mine)
    make_customer(tier="major", status="lost", **mine)
    make_customer(tier="major", account_manager=make_user(), recorded_on=MONDAY - 400 * DAY)
    make_visit(customer=make_customer(tier="major", **mine), planned_for=MONDAY)

    assert customers_due(keeper, of=keeper, today=MONDAY) == [key, never]


def test_ticked_customers_are_spread_over_the_working_days_of_a_period(client, keeper, settings, plain_weeks):
    settings.VISITS_A_DAY = 2
    monday = port_today() + (7 - port_today().weekday()) * DAY
    make_visit(visitor=keeper, planned_for=monday)
    ticked = [make_customer(account_manager=keeper, recorded_on=MONDAY - 4000 * DAY) for _ in range(9)]
    form = {"first": str(monday), "last": str(monday + 6 * DAY), "purpose": "季度走访", "customers": [one.pk for one in ticked]}

    client.post(f"{reverse('customers:visits_due')}", form)

    days = list(PlannedVisit.objects.filter(purpose="季度走访").order_by("planned_for").values_list("planned_for", flat=True))
    by_day = [days.count(monday + number * DAY) for number in range(7)]
    assert by_day == [1, 2, 2, 2, 2, 0, 0]


def test_no_visit_falls_on_a_public_holiday_and_a_swapped_workday_counts(keeper, monkeypatch):
    monkeypatch.setattr(visits, "port_today", lambda: dt.date(2026, 9, 1))
    first, last = dt.date(2026, 10, 1), dt.date(2026, 10, 10)  # 1 to 7 October are holidays, Saturday the 10th is worked for one of them

    made = visits.plan_period(
        customers=[make_customer() for _ in range(3)], visitor=keeper, first=first, last=last, purpose="季度走访", by=keeper
    )

    assert [visit.planned_for.day for visit in made] == [8, 9, 10]


@pytest.mark.django_db(transaction=True)
def test_two_who_plan_a_period_at_once_plan_each_customer_once_and_fill_no_day_twice(settings):
    settings.VISITS_A_DAY = 1
    visitor, other = make_user(Role.MARKETING), make_user(Role.MARKETING)
    shared, own = make_customer(), make_customer()
    monday = dt.date(2030, 11, 18)
    period = {"first": monday, "last": monday + 4 * DAY, "purpose": "季度走访", "visitor": visitor}

    at_once(
        lambda: visits.plan_period(customers=[shared, own], by=visitor, **period),
        lambda: visits.plan_period(customers=[shared, make_customer()], by=other, **period),
    )

    planned = list(PlannedVisit.objects.values_list("customer", "planned_for"))
    assert len(planned) == 3
    assert len({customer for customer, _day in planned}) == 3
    assert len({day for _customer, day in planned}) == 3


@pytest.mark.django_db(transaction=True)
def test_two_who_plan_one_customer_for_two_visitors_plan_it_once():
    customer, visitors = make_customer(), [make_user(Role.MARKETING), make_user(Role.MARKETING)]
    monday = dt.date(2030, 11, 18)

    at_once(
        *[
            lambda visitor=visitor: visits.plan_period(
                customers=[customer], visitor=visitor, first=monday, last=monday, purpose="季度走访", by=visitor
            )
            for visitor in visitors
        ]
    )

    assert PlannedVisit.objects.count() == 1


def test_the_same_period_sent_twice_says_again_what_it_planned(client, keeper, plain_weeks):
    monday = port_today() + (7 - port_today().weekday()) * DAY
    url = reverse("customers:visits_due")
    customer = make_customer(account_manager=keeper, recorded_on=MONDAY - 4000 * DAY)
    page = client.get(url)
    key = page.context["form"]["form_key"].value()
    form = {"first": str(monday), "last": str(monday + 6 * DAY), "purpose": "季度走访", "customers": [customer.pk], "form_key": str(key)}

    told = [str([*get_messages(client.post(url, form).wsgi_request)][-1]) for _ in range(2)]

    assert f'value="{key}"' in page.content.decode()
    assert (told[0] == told[1], PlannedVisit.objects.count()) == (True, 1)


def test_a_period_with_too_little_room_plans_nothing(keeper, settings, plain_weeks):
    settings.VISITS_A_DAY = 1
    monday = port_today() + (7 - port_today().weekday()) * DAY

    with pytest.raises(RuleBroken) as refusal:
        visits.plan_period(
            customers=[make_customer() for _ in range(3)], visitor=keeper, first=monday, last=monday + DAY, purpose="季度走访", by=keeper
        )

    assert (refusal.value.field, PlannedVisit.objects.count()) == ("last", 0)


def test_who_has_a_visit_coming_is_not_planned_twice(keeper, plain_weeks):
    monday = port_today() + (7 - port_today().weekday()) * DAY
    known, new = plan(keeper).customer, make_customer()

    made = visits.plan_period(customers=[known, new], visitor=keeper, first=monday, last=monday, purpose="季度走访", by=keeper)

    assert [visit.customer for visit in made] == [new]


def test_planned_visits_go_along_when_a_customer_is_handed_over_and_end_in_the_pool(keeper):
    successor, manager = make_user(Role.MARKETING), make_user(Role.MANAGER)
    visit = plan(keeper, customer=make_customer(account_manager=keeper))

    care.hand_over(customer=visit.customer, to=successor, by=manager)
    handed = PlannedVisit.objects.get().visitor
    care.return_customer(customer=visit.customer, reason="无货源", by=successor)

    visit.refresh_from_db()
    assert (handed, visit.state, visit.reason) == (successor, "cancelled", "客户已进入公海。")


@pytest.mark.parametrize("many", [1, 3])
def test_the_list_of_visits_takes_three_queries(client, keeper, django_assert_num_queries, many):
    for _ in range(many):
        make_visit(visitor=make_user())

    with django_assert_num_queries(3):
        response = client.get(reverse("customers:visit_list"))

    assert len(response.context["listing"].rows) == many


def test_who_only_reads_plans_nothing(client, db):
    client.force_login(make_user(Role.AUDITOR))
    visit = make_visit(purpose="保密事由")

    page = client.get(reverse("customers:visit", args=[visit.pk])).content.decode()
    closed = [reverse(f"customers:{name}", args=[visit.pk]) for name in ("visit_edit", "visit_report", "visit_call_off")]

    assert "保密事由" in page
    assert [client.get(url).status_code for url in closed] == [403, 403, 403]
    assert "visits/new/" not in client.get(reverse("customers:customer_visits", args=[visit.customer_id])).content.decode()


def test_the_home_page_shows_my_next_visits(client, keeper):
    make_visit(visitor=keeper, purpose="我的走访")
    make_visit(visitor=make_user(), purpose="别人的走访")

    panel = client.get(reverse("customers:my_visits"), HTTP_HX_REQUEST="true").content.decode()

    assert ("我的走访" in panel, "别人的走访" in panel) == (True, False)
