"""A programme whose saved view was deleted never turns into one that asks all customers."""

import json
from uuid import uuid4

import pytest
from django.urls import reverse

from customers.tests.factories import make_contact, make_customer
from feedback.models import Programme, Wave
from feedback.services.programmes import edit_programme
from feedback.services.waves import start_wave
from feedback.tests.factories import make_programme, make_staff
from portcrm.clock import now, port_today
from portcrm.errors import RuleBroken
from portcrm.pages.models import SavedView
from portcrm.pages.tests.opening import opened

pytestmark = pytest.mark.django_db


@pytest.fixture
def staff():
    return make_staff(language="en")


@pytest.fixture
def desk(client, staff):
    client.force_login(staff)
    client.cookies["django_language"] = "en"
    return client


def make_view(owner, query: str = "status=existing", **fields) -> SavedView:
    return SavedView.objects.create(record="customers.customer", owner=owner, name=f"视图 {query}", query=query, **fields)


def test_the_form_sent_as_it_is_keeps_a_programme_from_asking_all(desk, staff):
    view = make_view(staff)
    programme = make_programme(owner=staff, customer_view=view)
    url = reverse("feedback:programme_edit", args=[programme.pk])
    view.delete()
    form = opened(desk, url) | {"customer_view": ""}  # no row of the choice is the view: the browser sends the first

    refused = desk.post(url, form | {"days_open": 20})
    other = make_view(staff, "tier=key")
    kept = desk.post(url, form | {"days_open": 20, "customer_view": other.pk})

    assert (refused.status_code, kept.status_code) == (422, 302)
    assert "sees no such view of customers" in refused.content.decode()
    assert "All customers" not in refused.content.decode()
    assert Programme.objects.values_list("customer_view", "days_open").get() == (other.pk, 20)


def test_the_service_refuses_all_in_place_of_a_view_that_is_gone_and_takes_it_in_place_of_one_that_is_there(staff):
    view = make_view(staff)
    gone, there = make_programme(owner=staff, customer_view=make_view(staff, "tier=key")), make_programme(owner=staff, customer_view=view)
    SavedView.objects.exclude(pk=view.pk).delete()
    everybody = {"fields": {"customer_view": None}, "seen": {}, "on": port_today(), "by": staff}

    with pytest.raises(RuleBroken) as refusal:
        edit_programme(programme=gone, **everybody)
    edit_programme(programme=there, **everybody)

    assert refusal.value.field == "customer_view"
    assert dict(Programme.objects.values_list("pk", "customer_view")) == {gone.pk: gone.customer_view_id, there.pk: None}


def test_a_conflict_over_a_view_that_is_gone_comes_back_with_the_form(desk, staff):
    first, second, mine = (make_view(staff, query) for query in ("tier=key", "status=existing", "key_account=True"))
    programme = make_programme(owner=staff, customer_view=first)
    url = reverse("feedback:programme_edit", args=[programme.pk])
    form = opened(desk, url)
    Programme.objects.update(customer_view=second)
    SavedView.objects.filter(pk=second.pk).delete()

    conflict = desk.post(url, form | {"customer_view": mine.pk})
    again = json.loads(conflict.context["form"].data["seen"])
    saved = desk.post(url, form | {"customer_view": mine.pk, "seen": json.dumps(again)})

    assert (conflict.status_code, saved.status_code) == (409, 302)
    assert Programme.objects.values_list("customer_view", flat=True).get() == mine.pk


def test_a_wave_tells_by_which_view_it_asked_whatever_has_become_of_it(desk, staff):
    make_contact(customer=make_customer(is_key_account=True))
    view = make_view(staff, "key_account=True")
    name = view.name
    wave = start_wave(programme=make_programme(owner=staff, customer_view=view), at=now(), request_key=uuid4(), by=staff)
    plain = start_wave(programme=make_programme(owner=staff), at=now(), request_key=uuid4(), by=staff)

    SavedView.objects.all().delete()

    page = desk.get(reverse("feedback:wave", args=[wave.pk])).content.decode()
    assert list(Wave.objects.order_by("pk").values_list("view_name", "view_query")) == [(name, "key_account=True"), ("", "")]
    assert f'<a href="{reverse("customers:customer_list")}?key_account=True">{name}</a>' in page
    assert "Saved view of customers" not in desk.get(reverse("feedback:wave", args=[plain.pk])).content.decode()
