"""A lead may rest on a government project or on a contract or plan of its shipper, and comes through one of the cargo channels."""

import csv
import datetime as dt
import io

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import translation

from cargo.models import Lead
from cargo.tests.factories import make_lead
from cargo.tests.test_seeing_leads import form_data
from customers.models import Channel
from portcrm.accounts.roles import Role
from portcrm.accounts.tests.factories import make_user
from portcrm.audit.queries import field_changes
from portcrm.errors import RuleBroken
from portcrm.pages.tests.opening import opened

pytestmark = pytest.mark.django_db

PROJECT = {
    "project_no": "发改基础〔2026〕118号",
    "project_stage": "building",
    "equipment": "汽轮机定子 1 件 320 吨\n锅炉汽包 2 件",
    "plan_no": "HT-2026-07",
    "plan_from": "2027-01-01",
    "plan_until": "2027-12-31",
}


@pytest.fixture
def staff(client):
    client.force_login(make_user(Role.MARKETING, language="en"))
    client.cookies["django_language"] = "en"
    return client


def test_the_six_cargo_channels_of_the_port_can_be_named():
    keys = set(Channel.objects.filter(family="cargo").values_list("key", flat=True))

    assert keys == {
        *("customer_visit", "trade_fair", "exhibition", "customer_forum", "project_approval", "contract_performance"),
        *("customs_statistics", "shipper_plan", "shipper_contract", "annual_task"),
    }


def test_project_and_plan_are_recorded_and_read_again(staff):
    staff.post(reverse("cargo:lead_create"), form_data(**PROJECT))

    lead = Lead.objects.get()
    page = staff.get(lead.get_absolute_url()).content.decode()
    assert (lead.project_no, lead.project_stage, lead.plan_from) == ("发改基础〔2026〕118号", "building", dt.date(2027, 1, 1))
    assert "发改基础〔2026〕118号 · Under construction" in page
    assert "锅炉汽包 2 件" in page
    assert "2027-01-01 – 2027-12-31" in page


def test_a_change_of_the_project_is_told_in_words(staff):
    lead = make_lead(project_no="A-1", project_stage="planned")
    url = reverse("cargo:lead_edit", args=[lead.pk])

    staff.post(url, opened(staff, url) | {"project_stage": "approved"})

    with translation.override("zh-hans"):
        told = {change.label: (change.before, change.after) for change in field_changes(lead) if change.kind == "update"}
    assert told["项目阶段"] == ("规划", "已批准")


def test_a_plan_that_ends_before_it_begins_is_refused_by_form_and_database(staff):
    answer = staff.post(reverse("cargo:lead_create"), form_data(plan_from="2027-02-01", plan_until="2027-01-01"))
    with pytest.raises(RuleBroken) as refusal:
        make_lead(plan_from=dt.date(2027, 2, 1), plan_until=dt.date(2027, 1, 1))
    lead = make_lead(plan_from=dt.date(2027, 2, 1))
    with pytest.raises(IntegrityError), transaction.atomic():
        Lead.objects.filter(pk=lead.pk).update(plan_until=dt.date(2027, 1, 31))

    assert (answer.status_code, list(answer.context["form"].errors), refusal.value.field) == (422, ["plan_until"], "plan_until")


@pytest.mark.parametrize(
    ("query", "expected"),
    [("project=building", ["project"]), ("plan=true", ["plan"]), ("q=HT-9", ["plan"]), ("q=a-7", ["project"])],
)
def test_leads_are_found_by_project_and_plan(staff, query, expected):
    make_lead(party_name="project", project_no="A-7", project_stage="building")
    make_lead(party_name="plan", plan_no="HT-9")
    make_lead(party_name="neither")

    rows = staff.get(f"{reverse('cargo:lead_list')}?{query}").context["listing"].rows

    assert [row.who for row in rows] == expected


def test_the_export_holds_project_and_plan(staff):
    make_lead(**PROJECT | {"plan_from": dt.date(2027, 1, 1), "plan_until": dt.date(2027, 12, 31)})

    answer = staff.get(f"{reverse('cargo:lead_list')}?columns=project_no&columns=project_stage&columns=plan_period&export=csv")

    rows = list(csv.reader(io.StringIO(b"".join(answer.streaming_content).decode("utf-8-sig"))))
    assert rows[1][-3:] == ["发改基础〔2026〕118号", "Under construction", "2027-01-01 – 2027-12-31"]
