"""Changing a planned visit: two who do it at once, who is to be met, and what is kept of it."""

import datetime as dt

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from customers.models import Contact, PlannedVisit
from customers.services import visits
from customers.tests.factories import make_contact, make_customer
from portcrm.accounts.roles import Role
from portcrm.accounts.tests.factories import make_user
from portcrm.audit.models import AuditEvent
from portcrm.clock import port_today
from portcrm.editing import EditConflict

DAY = dt.timedelta(days=1)


@pytest.fixture
def keeper(client, db):
    keeper = make_user(Role.MARKETING)
    client.force_login(keeper)
    return keeper


def plan(keeper, **fields) -> PlannedVisit:
    return visits.plan_visit(
        **{"customer": make_customer(), "visitor": keeper, "planned_for": port_today(), "purpose": "谈舱位", "by": keeper} | fields
    )


def opened(client, visit: PlannedVisit) -> dict:
    """The form as a browser would send it back."""
    form = client.get(reverse("customers:visit_edit", args=[visit.pk])).context["form"]
    shown = {name: form[name].value() or "" for name in form.edited} | {"contacts": [contact.pk for contact in visit.contacts.all()]}
    return shown | {"seen": form.as_seen(), "starts_at": visit.starts_at.strftime("%H:%M") if visit.starts_at else ""}


def test_of_two_who_change_one_visit_each_keeps_what_only_he_changed(client, keeper):
    visit, later = plan(keeper, starts_at=dt.time(9), talking_points="舱位"), port_today() + 3 * DAY
    colleague, contact = make_user(Role.MARKETING), make_contact(customer=visit.customer)
    mine = opened(client, visit)
    visits.edit_visit(visit=visit, changes={"planned_for": later, "contacts": [contact]}, seen={}, by=colleague)

    answer = client.post(reverse("customers:visit_edit", args=[visit.pk]), mine | {"talking_points": "舱位与费率"})

    visit.refresh_from_db()
    assert answer.status_code == 302
    assert (visit.planned_for, visit.talking_points, visit.starts_at) == (later, "舱位与费率", dt.time(9))
    assert list(visit.contacts.all()) == [contact]


def test_what_two_change_in_one_visit_is_refused_shown_and_saved_knowingly(client, keeper):
    visit, colleague = plan(keeper, purpose="谈舱位"), make_user(Role.MARKETING)
    first, second = make_contact(customer=visit.customer, name="演示 甲"), make_contact(customer=visit.customer, name="演示 乙")
    url, mine = reverse("customers:visit_edit", args=[visit.pk]), opened(client, visit)
    visits.edit_visit(visit=visit, changes={"purpose": "谈费率", "contacts": [first]}, seen={}, by=colleague)

    refused = client.post(url, mine | {"purpose": "谈索赔", "contacts": [second.pk]})
    stored = PlannedVisit.objects.get().purpose, list(visit.contacts.all())
    form = refused.context["form"]
    client.post(url, mine | {"purpose": "谈索赔", "contacts": [second.pk], "seen": form.data["seen"], "theirs": ["contacts"]})

    assert (refused.status_code, form["purpose"].value(), stored) == (409, "谈索赔", ("谈费率", [first]))
    assert [(one["field"], one["theirs"], one["yours"]) for one in form.shown_conflicts] == [
        ("purpose", "谈费率", "谈索赔"), ("contacts", first.label, second.label),
    ]  # fmt: skip
    assert "谈费率" in refused.content.decode()
    assert (PlannedVisit.objects.get().purpose, list(visit.contacts.all())) == ("谈索赔", [first])


def test_who_has_left_meanwhile_stays_on_the_visit_until_taken_off(client, keeper):
    customer = make_customer()
    left, stays = make_contact(customer=customer), make_contact(customer=customer)
    gone = make_contact(customer=customer, left_on=port_today() - DAY)
    visit, url = plan(keeper, customer=customer, contacts=[left, stays]), "customers:visit_edit"
    Contact.objects.filter(pk=left.pk).update(left_on=port_today())

    offered = set(client.get(reverse(url, args=[visit.pk])).context["form"].fields["contacts"].queryset)
    client.post(reverse(url, args=[visit.pk]), opened(client, visit) | {"purpose": "谈合同"})
    kept = PlannedVisit.objects.get().purpose, set(visit.contacts.all())
    client.post(reverse(url, args=[visit.pk]), opened(client, visit) | {"contacts": [stays.pk]})

    assert (offered, gone in offered) == ({left, stays}, False)
    assert kept == ("谈合同", {left, stays})
    assert set(visit.contacts.all()) == {stays}


@pytest.mark.parametrize("changed", ["talking_points", "contacts"])
def test_a_change_over_somebody_elses_saves_nothing(keeper, changed):
    visit, colleague = plan(keeper), make_user(Role.MARKETING)
    first, second = make_contact(customer=visit.customer), make_contact(customer=visit.customer)
    theirs, mine = {"talking_points": ("他的", "我的"), "contacts": ([first], [second])}[changed]
    seen = {"talking_points": "", "contacts": []}
    visits.edit_visit(visit=visit, changes={changed: theirs}, seen=seen, by=colleague)

    with pytest.raises(EditConflict):
        visits.edit_visit(visit=visit, changes={changed: mine, "place": "客户处"}, seen=seen | {"place": ""}, by=keeper)

    visit.refresh_from_db()
    assert (visit.place, visit.talking_points) == ("", "他的" if changed == "talking_points" else "")
    assert list(visit.contacts.all()) == ([first] if changed == "contacts" else [])


def test_whom_to_meet_keeps_its_history(keeper):
    customer = make_customer()
    first, second = make_contact(customer=customer), make_contact(customer=customer)
    visit = plan(keeper, customer=customer, contacts=[first])

    for _ in range(2):
        visits.edit_visit(visit=visit, changes={"contacts": [first, second]}, seen={}, by=keeper)

    event = AuditEvent.objects.get(action="visit.contacts")
    assert event.detail == {"contacts": [[first.pk], sorted([first.pk, second.pk])]}
    assert (event.actor_id, event.sentence) == (keeper.pk, "参与人员：1 → 2")


def test_an_edit_claims_the_visit_once(keeper):
    visit = plan(keeper)

    with CaptureQueriesContext(connection) as asked:
        visits.edit_visit(visit=visit, changes={"purpose": "谈费率"}, seen={"purpose": "谈舱位"}, by=keeper)

    claims = [query["sql"] for query in asked if "FOR UPDATE" in query["sql"]]
    assert (len(claims), len(asked)) == (1, 12)
