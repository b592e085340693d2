"""A visit that took place before its day: reported only with the day moved."""

import datetime as dt

import pytest
from django.urls import reverse

from customers.models import Interaction
from customers.services import visits
from customers.tests.factories import make_visit
from portcrm.clock import port_today
from portcrm.errors import RuleBroken

pytestmark = pytest.mark.django_db
DAY = dt.timedelta(days=1)


def test_a_visit_to_come_is_not_reported_without_a_question(client, keeper):
    visit = make_visit(visitor=keeper, planned_for=port_today() + DAY, starts_at=dt.time(9))
    url = reverse("customers:visit_report", args=[visit.pk])
    report = {"subject": "谈舱位", "summary": "提前谈妥", "direction": "ours"}

    asked = client.get(url).content.decode()
    refused = client.post(url, report)
    kept = type(visit).objects.get()
    client.post(url, report | {"move_to_today": "1"})

    visit.refresh_from_db()
    assert 'name="move_to_today"' in asked
    assert (refused.status_code, "提前谈妥" in refused.content.decode(), kept.state, kept.planned_for) == (
        422, True, "planned", port_today() + DAY,
    )  # fmt: skip
    assert (visit.state, visit.planned_for, visit.starts_at) == ("done", port_today(), None)
    assert Interaction.objects.get().summary == "提前谈妥"


def test_a_visit_whose_day_has_come_is_reported_without_a_question_and_keeps_its_day(client, keeper):
    visit = make_visit(visitor=keeper, planned_for=port_today() - DAY, starts_at=dt.time(9))
    url = reverse("customers:visit_report", args=[visit.pk])

    page = client.get(url).content.decode()
    visits.report_visit(visit=visit, subject="谈舱位", move_to_today=True, by=keeper)

    visit.refresh_from_db()
    assert "move_to_today" not in page
    assert (visit.state, visit.planned_for, visit.starts_at) == ("done", port_today() - DAY, dt.time(9))


def test_a_broken_rule_leaves_an_early_visit_on_its_day(keeper):
    visit = make_visit(visitor=keeper, planned_for=port_today() + DAY)

    with pytest.raises(RuleBroken):
        visits.report_visit(visit=visit, subject="谈舱位", next_step_on=port_today(), move_to_today=True, by=keeper)

    visit.refresh_from_db()
    assert (visit.state, visit.planned_for, Interaction.objects.count()) == ("planned", port_today() + DAY, 0)
