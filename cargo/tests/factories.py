"""Small rows for tests, made the way the product makes them."""

import datetime as dt
from decimal import Decimal
from itertools import count

from django.apps import apps

from cargo import reference
from cargo.models import Candidate, CargoClass, CargoDocument, FlowLine, Lead, Port, Shipment, StatisticSeries, Unit
from cargo.queries.targets import CellKey, Slot
from cargo.services.documents import take_in_document
from cargo.services.flows import take_in_flows
from cargo.services.leads import create_lead
from cargo.services.ledger import LedgerLine, record_shipments
from cargo.services.reference import add_entry
from cargo.services.statistics import ToldValue, record_readings
from cargo.services.targets import TargetWrite, set_targets
from cargo.statistics.facts import Periodicity, Place, Reading, SeriesFacts, Subject
from customers.tests.factories import make_channel, make_customer
from portcrm.accounts.roles import Role
from portcrm.accounts.services import system_user
from portcrm.accounts.tests.factories import make_user

numbers = count(1)


def load_reference() -> None:
    """What the migration loads, for tests whose database was emptied by a committed test before them."""
    reference.load(apps.get_model)


def make_cargo_class(code: str = "02") -> CargoClass:
    if not CargoClass.objects.filter(code=code).exists():
        load_reference()
    return CargoClass.objects.get(code=code)


def make_own_class(code: str = "18", **fields) -> CargoClass:
    """A class the port has added to the list."""
    names = {"name_zh": "商品汽车", "name_en": "Finished vehicles", "short_zh": "商品车", "short_en": "Vehicles", "forms": ["ro_ro"]}
    make_cargo_class()
    return add_entry(entry=CargoClass(code=code, **names | fields), by=make_user(Role.ADMIN))


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
    """A new lead over 5,000 t of inbound coal of a company without a file; form and kind of trade by their codes."""
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
    told = {f"{name}_id" if name in ("form", "trade_kind") else name: value for name, value in (defaults | fields).items()}
    return create_lead(today=today, by=by or system_user(), **told)


def edifact(*segments: str, kind: str = "IFTMIN", count: int | None = None) -> bytes:
    """An interchange with one message; `count` is the number of segments it claims to have."""
    body = [f"UNH+7+{kind}:D:95B:UN", *segments]
    lines = ["UNB+UNOA:2+A+B+261127:0800+R1", *body, f"UNT+{count or len(body) + 1}+7", "UNZ+1+R1"]
    return "".join(f"{line}'\r\n" for line in lines).encode()


def stowage(*boxes: str, number: str = "PLAN7", purpose: str = "9", vessel: str = "MV EXAMPLE", count: int | None = None) -> bytes:
    """A stowage plan of laden 20-foot boxes of 10 t each; CSQU3054383 is a number with the right check digit."""
    stowed = [
        line
        for box in boxes
        for line in ("LOC+147+0010203::5", "MEA+WT++KGM:10000", "LOC+9+CNSHG", "LOC+11+KRPUS", f"EQD+CN+{box}+22G1+++5")
    ]
    head = (f"BGM++{number}+{purpose}", f"TDT+20+017E+++COSU:172:20+++9400289:146::{vessel}", "LOC+5+CNSHG", "LOC+61+KRPUS")
    return edifact(*head, *stowed, kind="BAPLIE", count=count)


def make_document(*, content: bytes | None = None, name: str = "plan.edi", by=None) -> CargoDocument:
    """A stowage plan with one box, taken in."""
    document, _is_new = take_in_document(name=name, content=content or stowage("CSQU3054383"), by=by or system_user())
    return document


def make_series(*, months: dict[str, int] | None = None, by=None, **fields) -> StatisticSeries:
    """A monthly series of container throughput at Shanghai with the TEU of these months, told in one publication."""
    facts = {
        "source": "演示统计局",
        "subject": Subject.CONTAINERS,
        "unit": "TEU",
        "periodicity": Periodicity.MONTH,
        "place": Place("CNSHG", ""),
    }
    series = SeriesFacts(**facts | fields)
    told = [
        ToldValue(line, Reading(series, dt.date.fromisoformat(f"{month}-01"), Decimal(value), str(value), series.unit))
        for line, (month, value) in enumerate((months or {"2026-01": 100}).items(), start=2)
    ]
    record_readings(told=told, by=by or system_user())
    return StatisticSeries.objects.get(source=series.source, subject=series.subject, place_code=series.place.code, item=series.item)


def make_targets(cells: dict, *, year: int = 2026, by=None, **slot) -> TargetWrite:
    """Cells of one grid by (class, month), e.g. {("01", None): 120000}; by default of the port as a whole, in tonnes."""
    wanted = {CellKey(*key): None if quantity is None else Decimal(quantity) for key, quantity in cells.items()}
    return set_targets(slot=Slot(year, **slot), cells=wanted, by=by or system_user())


def make_months(figures: dict, *, customer=None, **fields) -> None:
    """Ledger rows of one customer, one a month by "2026-03": tonnes (or what `unit_id` says), on the 15th of the month."""
    whose = (customer or make_customer()).pk
    days = {dt.date.fromisoformat(f"{month}-15"): quantity for month, quantity in figures.items()}
    lines = [make_line(customer_id=whose, handled_on=day, quantity=quantity, **fields) for day, quantity in days.items()]
    record_shipments(lines=lines, by=system_user())


def booking(
    *parties: str, number: str = "B7", purpose: str = "9", goods: str = "HOT ROLLED COILS", kg: int = 25_000, hs: str = "720839"
) -> bytes:
    """A booking of one 20-foot box from Shanghai to Busan. `parties`: "CZ+NAME:ADDRESS" or "CN+NAME", in the order of the file."""
    named = [f"NAD+{role}+++{lines}" for role, lines in (party.split("+", 1) for party in parties)]
    cargo = ["GID+1+20:CT", f"FTX+AAA+++{goods}", f"MEA+AAE+G+KGM:{kg}", f"PIA+5+{hs}:HS", "EQD+CN+CSQU3054383+22G1+++5"]
    return edifact(f"BGM++{number}+{purpose}", "LOC+9+CNSHG", "LOC+11+KRPUS", *named, *cargo, kind="IFTMBF")


def make_candidate(*, name: str | None = None, by=None, **said) -> Candidate:
    """A consignee without a file, seen in a booking of 25 t of steel."""
    name = name or f"EXAMPLE TRADING {next(numbers)} LTD"
    content = booking(f"CN+{name}:1 HARBOUR ROAD", **{"number": f"B{next(numbers)}"} | said)
    make_document(content=content, name=f"booking-{next(numbers)}.edi", by=by)
    return Candidate.objects.exclude(state="ignored").get(name=name)


def make_flow(*, by=None, **fields) -> FlowLine:
    """A line of a storage company's list: 3,000 t of fertilizer a month, nobody knows whose."""
    identity = f"{next(numbers):032d}"
    defaults = {"told_by_name": "演示仓储公司", "goods": "尿素", "origin": "柳州", "destination": "广州", "period": "2026-10"}
    defaults |= {"quantity": Decimal(3000), "unit": make_unit("t")}
    take_in_flows(lines=[FlowLine(identity=identity, **defaults | fields)], by=by or system_user())
    return FlowLine.objects.get(identity=identity)
