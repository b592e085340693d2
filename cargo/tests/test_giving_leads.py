"""A cargo lead is given to colleagues whose role works on leads, and to nobody else; who has it and left stays on it."""

import pytest
from django.urls import reverse
from rest_framework.test import APIClient

from cargo.models import Lead
from cargo.services.leads import edit_lead
from cargo.tests.factories import make_lead
from cargo.tests.test_seeing_leads import form_data
from portcrm.accounts.models import User
from portcrm.accounts.roles import Role
from portcrm.accounts.tests.factories import make_user
from portcrm.errors import RuleBroken
from portcrm.pages.tests.opening import opened

pytestmark = pytest.mark.django_db

LEADS = "/api/v1/cargo/leads/"


@pytest.fixture(params=["auditor", "administrator", "left", "system"])
def outsider(request):
    match request.param:
        case "left":
            return make_user(Role.MARKETING, name="旁 人", is_active=False)
        case "system":
            return make_user(name="旁 人", is_active=False, is_system=True)
    return make_user({"auditor": Role.AUDITOR, "administrator": Role.ADMIN}[request.param], name="旁 人")


@pytest.fixture
def marketer():
    return make_user(Role.MARKETING)


def test_the_form_offers_and_takes_only_those_who_work_on_leads(client, marketer, outsider):
    helper = make_user(Role.SERVICE)
    client.force_login(marketer)
    url = reverse("cargo:lead_create")

    offered = set(client.get(url).context["form"].fields["owner"].queryset)
    refused = client.post(url, form_data(owner=outsider.pk))

    assert {marketer, helper} <= offered
    assert outsider not in offered
    assert (refused.status_code, list(refused.context["form"].errors), Lead.objects.count()) == (422, ["owner"], 0)


def test_services_and_programs_take_nobody_else(marketer, outsider):
    lead, api = make_lead(owner=marketer), APIClient()
    api.force_authenticate(marketer)

    answer = api.patch(f"{LEADS}{lead.pk}/", {"owner": outsider.pk}, format="json")
    with pytest.raises(RuleBroken, match="的角色不办理货源业务") as recorded:
        make_lead(owner=outsider)
    with pytest.raises(RuleBroken, match="的角色不办理货源业务"):
        edit_lead(lead=lead, changes={"owner": outsider}, seen={}, by=marketer)

    assert (answer.status_code, list(answer.json()), recorded.value.field) == (400, ["owner"], "owner")
    assert [one.owner for one in Lead.objects.all()] == [marketer]


def test_who_has_a_lead_and_left_stays_on_it_when_the_rest_is_changed(client, marketer):
    lead, api = make_lead(owner=make_user(Role.MARKETING, name="离 职"), goods="煤"), APIClient()
    User.objects.filter(pk=lead.owner_id).update(is_active=False)
    client.force_login(marketer)
    api.force_authenticate(marketer)
    url = reverse("cargo:lead_edit", args=[lead.pk])

    page = client.post(url, opened(client, url) | {"goods": "焦煤"})
    by_page = Lead.objects.get()
    read = api.get(f"{LEADS}{lead.pk}/").json()
    program = api.patch(f"{LEADS}{lead.pk}/", {"goods": "动力煤", "owner": read["owner"], "version": read["version"]}, format="json")

    assert (page.status_code, by_page.goods, by_page.owner) == (302, "焦煤", lead.owner)
    assert (program.status_code, Lead.objects.get().goods, Lead.objects.get().owner) == (200, "动力煤", lead.owner)
