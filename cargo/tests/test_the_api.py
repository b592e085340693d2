"""Programs read the ledger and work on leads by the rules of the pages."""

from decimal import Decimal

import pytest
from rest_framework.test import APIClient

from cargo.models import Lead, Shipment
from cargo.tests.factories import make_cargo_class, make_lead, make_port, make_shipment, make_unit
from customers.tests.factories import make_channel, make_customer
from portcrm.accounts.roles import Role
from portcrm.accounts.tests.factories import make_user

pytestmark = pytest.mark.django_db

SHIPMENTS, LEADS = "/api/v1/cargo/shipments/", "/api/v1/cargo/leads/"


def client_of(*roles) -> APIClient:
    client = APIClient()
    client.force_authenticate(make_user(*roles))
    return client


def test_a_ledger_row_is_read_with_its_unit_factor_and_missing_cost():
    row = make_shipment(quantity=12, unit_id="kbbl", cost=None, destination_id=make_port("USHOU").pk, destination_text="HOUSTON")

    answer = client_of(Role.AUDITOR).get(f"{SHIPMENTS}{row.pk}/").json()

    assert (answer["quantity"], answer["unit"], answer["tonnes"], answer["tonnes_factor"]) == ("12.000", "kbbl", "1636.800", "136.400000")
    assert (answer["cost"], answer["destination"], answer["customer_code"]) == (None, "USHOU", row.customer.code)


def test_the_filters_are_those_of_the_page():
    make_shipment(cargo_class_id="02")
    coal = make_shipment(cargo_class_id="01")

    answer = client_of(Role.MARKETING).get(f"{SHIPMENTS}?cargo_class=01").json()

    assert [row["id"] for row in answer["results"]] == [coal.pk]


def test_nobody_writes_the_ledger_through_the_api():
    row = make_shipment(quantity=5)
    client = client_of(Role.MANAGER)

    answers = [client.patch(f"{SHIPMENTS}{row.pk}/", {"quantity": 1}), client.post(SHIPMENTS, {}), client.delete(f"{SHIPMENTS}{row.pk}/")]

    assert {answer.status_code for answer in answers} <= {403, 405}
    assert list(Shipment.objects.values_list("quantity", flat=True)) == [5]


def test_a_lead_is_recorded_by_the_service():
    channel = make_channel(family="cargo", key="visit")
    make_cargo_class("11"), make_unit("kt"), make_port("BRSSZ")
    data = {
        "party_name": "Demo Feed Co",
        "channel": channel.key,
        "cargo_class": "11",
        "form": "dry_bulk",
        "direction": "inbound",
        "quantity": "60",
        "unit": "kt",
        "origin": "BRSSZ",
    }

    answer = client_of(Role.MARKETING).post(LEADS, data, format="json")

    lead = Lead.objects.get()
    assert (answer.status_code, answer.json()["number"], answer.json()["stage"]) == (201, lead.number, "new")
    assert (lead.tonnes, lead.origin.unlocode, lead.recorded_by.roles) == (Decimal(60000), "BRSSZ", ["marketing_staff"])


def test_a_rule_of_the_service_is_a_409_that_names_its_field():
    make_cargo_class("11")
    data = {"channel": make_channel(family="cargo").key, "cargo_class": "11", "form": "dry_bulk", "direction": "inbound"}

    answer = client_of(Role.MARKETING).post(LEADS, data, format="json")

    assert (answer.status_code, answer.json()["field"], Lead.objects.count()) == (409, "party_name", 0)


def test_an_edit_changes_what_was_sent_and_refuses_an_old_version():
    lead = make_lead(goods="煤", customer=make_customer())
    client = client_of(Role.OPERATIONS)

    first = client.patch(f"{LEADS}{lead.pk}/", {"goods": "动力煤", "version": 1}, format="json")
    second = client.patch(f"{LEADS}{lead.pk}/", {"goods": "焦煤", "version": 1}, format="json")

    lead.refresh_from_db()
    assert (first.status_code, first.json()["version"], second.status_code, lead.goods) == (200, 2, 409, "动力煤")


def test_stage_and_tonnes_are_not_written_by_a_program():
    lead = make_lead(quantity=Decimal(10), unit=make_unit("t"))

    client_of(Role.MARKETING).patch(f"{LEADS}{lead.pk}/", {"stage": "won", "tonnes": "99999"}, format="json")

    lead.refresh_from_db()
    assert (lead.stage, lead.tonnes) == ("new", 10)


def test_auditors_read_leads_and_write_none():
    lead = make_lead(goods="煤")
    client = client_of(Role.AUDITOR)

    read, refused = client.get(f"{LEADS}{lead.pk}/"), client.patch(f"{LEADS}{lead.pk}/", {"goods": "x"}, format="json")

    lead.refresh_from_db()
    assert (read.json()["goods"], refused.status_code, lead.goods) == ("煤", 403, "煤")


def test_a_lead_is_neither_made_nor_changed_by_a_body_with_a_name_no_field_has():
    lead = make_lead(goods="煤")
    client = client_of(Role.MARKETING)

    changed = client.patch(f"{LEADS}{lead.pk}/", {"goods": "钢", "good": "x"}, format="json")
    made = client.post(LEADS, {"goods": "钢", "good": "x"}, format="json")

    lead.refresh_from_db()
    assert (changed.status_code, list(changed.json()), made.status_code, "good" in made.json()) == (400, ["good"], 400, True)
    assert (lead.goods, Lead.objects.count()) == ("煤", 1)


@pytest.mark.parametrize(
    ("wrong", "field"), [({"quantity": "999999999999999", "unit": "wt"}, "quantity"), ({"ready_on": "9999-12-31"}, "ready_on")]
)
def test_a_lead_beyond_all_cargo_and_years_is_refused_with_its_field(wrong, field):
    make_cargo_class("11"), make_unit("wt")
    data = {"party_name": "Demo Feed Co", "channel": make_channel(family="cargo").key, "cargo_class": "11", "form": "dry_bulk"}

    answer = client_of(Role.MARKETING).post(LEADS, data | {"direction": "inbound"} | wrong, format="json")

    assert (answer.status_code, answer.json()["field"], Lead.objects.count()) == (409, field, 0)
