"""Small rows for tests, made the way the product makes them."""

import datetime as dt
from decimal import Decimal
from itertools import count

from django.apps import apps

from cargo import reference
from cargo.models import CargoClass, Lead, Port, Shipment, Unit
from cargo.services.leads import create_lead
from cargo.services.ledger import LedgerLine, record_shipments
from customers.tests.factories import make_channel, make_customer
from portcrm.accounts.services import system_user

numbers = count(1)


def load_reference() -> None:
    """What the migration loads, for tests whose database was emptied by a committed test before them."""
    reference.load(apps.get_model)


def make_cargo_class(code: str = "02") -> CargoClass:
    if not CargoClass.objects.filter(code=code).exists():
        load_reference()
    return CargoClass.objects.get(code=code)


def make_unit(code: str = "t") -> Unit:
    if not Unit.objects.filter(code=code).exists():
        load_reference()
    return Unit.objects.get(code=code)


def make_port(unlocode: str = "CNSHG") -> Port:
    if not Port.objects.filter(unlocode=unlocode).exists():
        load_reference()
    return Port.objects.get(unlocode=unlocode)


def make_line(**fields) -> LedgerLine:
    """A ledger line of 100 t of class 02 with revenue 1,000 and cost 600; tonnes follow the unit unless given."""
    number = next(numbers)
    unit = make_unit(fields.get("unit_id", "t"))
    quantity = Decimal(fields.get("quantity", 100))
    defaults = {
        "identity_base": f"test:{number}",
        "cargo_class_id": make_cargo_class().pk,
        "form": "liquid_bulk",
        "direction": "inbound",
        "handled_on": dt.date(2026, 3, 15),
        "unit_id": "t",
        "tonnes": quantity * (unit.tonnes_per_unit or 0),
        "tonnes_factor": unit.tonnes_per_unit,
        "teu": quantity * (unit.teu_per_unit or 0),
        "revenue": Decimal("1000.00"),
        "cost": Decimal("600.00"),
        "document_no": f"DOC-{number}",
    }
    return LedgerLine(**defaults | fields | {"quantity": quantity})


def make_shipment(*, customer=None, by=None, **fields) -> Shipment:
    """One ledger row, written by the service, so that the rollup knows it too."""
    line = make_line(customer_id=(customer or make_customer()).pk, **fields)
    record_shipments(lines=[line], by=by or system_user())
    return Shipment.objects.get(identity=f"{line.identity_base}#1")


def make_lead(*, by=None, today: dt.date = dt.date(2026, 11, 23), **fields) -> Lead:
    """A new lead over 5,000 t of inbound coal of a company without a file."""
    number = next(numbers)
    defaults = {
        "party_name": f"演示货主 {number:02d}",
        "channel": fields.get("channel") or make_channel(family="cargo"),
        "cargo_class": make_cargo_class("01"),
        "form": "dry_bulk",
        "direction": "inbound",
        "quantity": Decimal(5000),
        "unit": make_unit("t"),
    }
    if "customer" in fields:
        defaults.pop("party_name")
    return create_lead(today=today, by=by or system_user(), **defaults | fields)
