"""Drafting, editing and putting in force versions of the value model."""

import datetime as dt
from decimal import Decimal
from threading import Barrier, Thread

import pytest
from django.db import connection
from django.urls import reverse

from marketing.enums import ModelState
from marketing.models import ValueModel
from marketing.services.value_models import FIRST_WEIGHTS, discard_draft, draft_value_model, edit_value_model, put_in_force
from marketing.tests.factories import AT, make_value_model
from portcrm.accounts.roles import Role
from portcrm.accounts.services import system_user
from portcrm.accounts.tests.factories import make_user
from portcrm.audit.queries import field_changes
from portcrm.errors import RuleBroken
from portcrm.pages.tests.opening import opened

pytestmark = pytest.mark.django_db


def weights_of(model):
    return {w.criterion: w.weight for w in model.weights.all()}


@pytest.fixture
def manager(client):
    user = make_user(Role.MANAGER, language="en")
    client.force_login(user)
    client.cookies["django_language"] = "en"
    return user


def form_data(**changes):
    weights = {f"weight_{key}": str(weight) for key, weight in FIRST_WEIGHTS.items()}
    rules = {"scaling": "percentile", "window_months": "12", "class_measure": "tonnes", "a_until": "80", "b_until": "95", "note": ""}
    return weights | rules | changes


def test_the_first_draft_has_weights_that_add_up_to_a_hundred():
    model = draft_value_model(by=system_user())

    assert (model.version, sum(weights_of(model).values())) == (1, 100)


def test_a_new_draft_starts_from_the_version_in_force():
    in_force = make_value_model(weights={"tonnes": 70, "revenue": 30}, a_until=70)

    draft = draft_value_model(based_on=in_force, by=system_user())

    assert (draft.version, draft.state, draft.a_until, weights_of(draft)) == (2, ModelState.DRAFT, 70, weights_of(in_force))


def test_putting_a_draft_in_force_retires_the_one_before():
    first, by = make_value_model(), make_user(Role.MANAGER)

    second = put_in_force(model=draft_value_model(by=by), at=AT + dt.timedelta(days=1), by=by)

    first.refresh_from_db()
    assert (first.state, first.retired_at, second.state, second.in_force_by) == (
        ModelState.RETIRED,
        AT + dt.timedelta(days=1),
        ModelState.IN_FORCE,
        by,
    )


def test_weights_that_do_not_add_up_are_not_put_in_force():
    draft, by = draft_value_model(by=system_user()), system_user()
    edit_value_model(model=draft, changes={"weight_tonnes": Decimal(26)}, by=by)

    with pytest.raises(RuleBroken) as refused:
        put_in_force(model=draft, at=AT, by=by)

    assert "101" in str(refused.value.message)
    assert ValueModel.objects.in_force().count() == 0


def test_a_version_in_force_is_never_changed_nor_discarded():
    model, by = make_value_model(), system_user()

    for forbidden in (
        lambda: edit_value_model(model=model, changes={"a_until": 60}, by=by),
        lambda: discard_draft(model=model, by=by),
        lambda: put_in_force(model=model, at=AT, by=by),
    ):
        with pytest.raises(RuleBroken):
            forbidden()

    model.refresh_from_db()
    assert (model.a_until, model.state) == (80, ModelState.IN_FORCE)


@pytest.mark.database
def test_every_change_of_a_weight_is_in_the_history_with_its_actor():
    by = make_user(Role.MANAGER, name="权 重")
    draft = draft_value_model(by=by)

    edit_value_model(model=draft, changes={"weight_tonnes": Decimal(40)}, by=by)

    change = next(c for c in field_changes(draft.weights.get(criterion="tonnes")) if c.field == "weight")
    assert (change.before, change.after, change.actor) == ("25.0", "40.0", by.label)


@pytest.mark.database
@pytest.mark.django_db(transaction=True)
def test_two_managers_who_decide_at_once_leave_one_version_in_force():
    by = system_user()
    drafts, start, refusals = [draft_value_model(by=by) for _ in range(2)], Barrier(2), []

    def decide(draft):
        start.wait()
        try:
            put_in_force(model=draft, at=AT, by=by)
        except RuleBroken as refused:
            refusals.append(refused)
        connection.close()

    deciding = [Thread(target=decide, args=[draft]) for draft in drafts]
    for thread in deciding:
        thread.start()
    for thread in deciding:
        thread.join()

    assert sorted(ValueModel.objects.values_list("state", flat=True)) == [ModelState.IN_FORCE, ModelState.RETIRED]
    assert refusals == []


def test_a_manager_drafts_edits_and_puts_in_force_in_the_browser(client, manager):
    make_value_model()

    draft_url = client.post(reverse("marketing:model_draft")).url
    saved = client.post(draft_url, form_data(weight_tonnes="35", weight_revenue="10", note="More weight on tonnes"))
    page = " ".join(client.get(saved.url).content.decode().split())
    draft = ValueModel.objects.get(version=2)
    client.post(reverse("marketing:model_put_in_force", args=[draft.pk]))

    assert '<th scope="row">Tonnes</th><td class="numeric">35.0%' in page
    assert '<td class="numeric">25.0%</td>' in page
    assert ValueModel.objects.in_force().get() == draft


def test_a_form_whose_weights_do_not_add_up_says_so_and_saves_nothing(client, manager):
    draft = draft_value_model(by=manager)

    response = client.post(reverse("marketing:model_edit", args=[draft.pk]), form_data(weight_tonnes="30", b_until="70"))

    text = response.content.decode()
    assert (response.status_code, "now they add up to 105" in text, "The limits must rise" in text) == (422, True, True)
    assert weights_of(draft)["tonnes"] == 25


def test_two_managers_who_edit_other_parts_of_a_draft_keep_both(client, manager):
    draft = draft_value_model(by=manager)
    url = reverse("marketing:model_edit", args=[draft.pk])
    mine = opened(client, url)
    edit_value_model(model=draft, changes={"note": "改为按吨位", "a_until": 75}, by=make_user(Role.MANAGER))

    client.post(url, mine | {"weight_tonnes": "35", "weight_revenue": "10"})

    draft.refresh_from_db()
    assert (draft.note, draft.a_until, weights_of(draft)["tonnes"]) == ("改为按吨位", 75, 35)


def test_weights_two_managers_changed_come_back_with_both_figures_and_none_is_lost(client, manager):
    draft = draft_value_model(by=manager)
    url = reverse("marketing:model_edit", args=[draft.pk])
    mine = opened(client, url) | {"weight_tonnes": "30", "weight_growth": "5", "note": "我写的理由"}
    theirs = {"weight_tonnes": Decimal(35), "weight_revenue": Decimal(10)}
    edit_value_model(model=draft, changes=theirs, by=make_user(Role.MANAGER))

    clash = client.post(url, mine)
    told = [(one["field"], one["theirs"], one["yours"]) for one in clash.context["form"].shown_conflicts]
    kept = weights_of(draft)
    again = mine | {"seen": clash.context["form"]["seen"].value()}
    mixed = client.post(url, again | {"theirs": ["weight_tonnes"]})
    client.post(url, again)

    page = clash.content.decode()
    assert (clash.status_code, "Somebody saved other values" in page, "我写的理由" in page) == (409, True, True)
    assert told == [("weight_tonnes", "35", "30"), ("weight_revenue", "10", "20")]
    assert (kept["tonnes"], kept["revenue"], kept["growth"]) == (35, 10, 10)
    assert (mixed.status_code, "now they add up to 105" in mixed.content.decode()) == (422, True)
    assert sum(weights_of(draft).values()) == 100


def test_marketing_staff_read_the_weights_but_cannot_change_them(client):
    model = make_value_model()
    client.force_login(make_user(Role.MARKETING))

    read = client.get(reverse("marketing:model", args=[model.pk]))
    refused = [
        client.post(reverse(f"marketing:{name}", args=[model.pk])).status_code
        for name in ("model_edit", "model_put_in_force", "model_discard")
    ]

    assert (read.status_code, refused, "put-in-force" in read.content.decode()) == (200, [403] * 3, False)
