"""The demo's documents received: manifests, a stowage plan and bookings of made-up firms, written here and read as any other.

Some name customers of the demo and are seen at their files; the others wait at the candidates' desk.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from stdnum import iso6346

from cargo.demo.flows import HOME
from cargo.models import Candidate, Shipment
from cargo.services.documents import take_in_document
from customers.models import Customer
from portcrm.accounts.models import User
from portcrm.clock import port_today

CUSTOMERS, BOXES_STOWED = 8, 48
GOODS = (
    ("纸浆", "470329", 24_500), ("电解铜", "740311", 26_000), ("日用百货", "392410", 14_200), ("冷冻水产", "030389", 22_800),
    ("机械配件", "848790", 17_600), ("家具", "940360", 9_800), ("轮胎", "401120", 16_400), ("聚乙烯", "390120", 24_900),
)  # fmt: skip
INWARD, OUTWARD = "演示轮 05", "演示轮 09"


@dataclass(frozen=True)
class Firm:
    name: str
    address: str

    @property
    def lines(self) -> str:
        return f"{_released(self.name)}:{_released(self.address)}"


def seed_documents(users: dict[str, User], say: Callable[[str], None]) -> None:
    """Six files as they come in a week, read by the service that reads real ones."""
    call = f"{port_today():%y}{port_today().isocalendar().week:02d}"
    customers = [Firm(one.name_zh, one.address_zh) for one in _container_customers()]
    strangers = [Firm(f"演示货主 {number:02d}", f"演示市港湾路 {number} 号") for number in range(1, 9)]
    files = {
        f"manifest-{call}W.edi": manifest(f"{call}W", _mixed(customers[:4], strangers[:5])),
        f"bayplan-{call}W.edi": bay_plan(f"{call}W"),
        f"platform-{call}E.txt": platform_manifest(f"{call}E", _mixed(customers[4:6], strangers[5:])),
        "booking-0101.edi": booking("DEMO0101", f"{call}E", strangers[7], GOODS[5], boxes=3),
        "booking-0102.edi": booking("DEMO0102", f"{call}E", customers[-1], GOODS[6], boxes=2),
        "booking-0102-cancelled.edi": booking("DEMO0102", f"{call}E", customers[-1], GOODS[6], boxes=2, purpose="1"),
    }
    for name, content in files.items():
        take_in_document(name=name, content=content, by=users["operations_staff"])
    say(f"Demo data: {len(files)} documents received, {Candidate.objects.open().count()} candidates")


def _container_customers() -> list[Customer]:
    """Some whose boxes the ledger knows, so that their tab shows both."""
    shippers = Shipment.objects.filter(form="container").order_by("customer").values_list("customer", flat=True).distinct()
    return list(Customer.objects.filter(pk__in=list(shippers[:CUSTOMERS])).order_by("pk"))


def _mixed(known: Sequence[Firm], new: Sequence[Firm]) -> list[Firm]:
    return [firm for pair in zip(known, new, strict=False) for firm in pair] + list(new[len(known) :])


def box_number(number: int) -> str:
    """DEMU0000017: with its right check digit."""
    plain = f"DEMU{number:06d}"
    return plain + iso6346.calc_check_digit(plain)


def manifest(voyage: str, consignees: Sequence[Firm]) -> bytes:
    """A CUSCAR of inbound boxes: a bill of lading each; every fourth is to order and says whom to notify."""
    segments = ["BGM+85+MAN05+9", _sailing(INWARD, voyage), "LOC+9+NLRTM:139:6", f"LOC+11+{HOME}:139:6"]
    bills: list[str] = []
    for number, firm in enumerate(consignees, start=1):
        goods, hs, kg = GOODS[number % len(GOODS)]
        box = box_number(number)
        segments.append(f"EQD+CN+{box}+45G1:102:5+++5")
        to_order = ["NAD+CN+++TO ORDER", f"NAD+NI+++{firm.lines}"]
        bills += [
            f"CNI+{number}+DEMOBL{number:04d}", f"NAD+CZ+++DEMO EXPORTER {number % 3 + 1:02d}:{number} QUAY STREET:NL",
            *(to_order if number % 4 == 0 else [f"NAD+CN+++{firm.lines}"]),
            f"GID+1+{number * 20}:CT", f"FTX+AAA+++{goods}", f"MEA+AAE+G+KGM:{kg}", f"PIA+5+{hs}:HS", f"SGP+{box}",
        ]  # fmt: skip
    return _interchange("CUSCAR", [*segments, *bills])


def bay_plan(voyage: str) -> bytes:
    """A BAPLIE of the same ship; the last box is written with a wrong check digit, as happens."""
    segments = ["BGM++BAY05+9", _sailing(INWARD, voyage), "LOC+5+NLRTM", f"LOC+61+{HOME}"]
    for number in range(1, BOXES_STOWED + 1):
        box = box_number(number) if number < BOXES_STOWED else "DEMU0000480"
        state, kg = ("4", 3_900) if number % 6 == 0 else ("5", 18_000 + 150 * number)
        position = f"LOC+147+{number // 12 + 1:03d}{number % 12 + 1:02d}82::5"
        segments += [position, f"MEA+WT++KGM:{kg}", "LOC+9+NLRTM", f"LOC+11+{HOME}", f"EQD+CN+{box}+45G1+++{state}"]
    return _interchange("BAPLIE", segments)


def booking(number: str, voyage: str, shipper: Firm, cargo: tuple[str, str, int], *, boxes: int, purpose: str = "9") -> bytes:
    """An IFTMBF of some boxes that go out; purpose 1 cancels it."""
    goods, hs, kg = cargo
    segments = [
        f"BGM+335+{number}+{purpose}", _sailing(OUTWARD, voyage), f"LOC+9+{HOME}", "LOC+11+SGSIN",
        f"NAD+CZ+++{shipper.lines}", "NAD+CN+++DEMO IMPORTER 01:8 QUAY STREET:SG", "NAD+FW+++演示货代 01:演示市港湾路 88 号",
        f"GID+1+{boxes * 40}:CT", f"FTX+AAA+++{goods}", f"MEA+AAE+G+KGM:{kg * boxes}", f"PIA+5+{hs}:HS", "EQD+CN++45G1+++5",
        f"EQN+{boxes}",
    ]  # fmt: skip
    return _interchange("IFTMBF", segments)


def platform_manifest(voyage: str, shippers: Sequence[Firm]) -> bytes:
    """The platform's manifest of outbound boxes, in the encoding it has always had."""
    records = ["00:IFCSUM:MANIFEST:9:DEMO AGENT:DEMO PORT", f"10::{OUTWARD}:CN:{voyage}", "11:DEM:DEMO LINES"]
    for number, firm in enumerate(shippers, start=1):
        goods, _hs, kg = GOODS[(number + 3) % len(GOODS)]
        records += [
            f"12:DEMOPL{number:04d}::::::{HOME}:DEMO HOME", "13:KRPUS:BUSAN:KRPUS:BUSAN", f"16::{firm.lines}",
            f"17::DEMO IMPORTER {number % 2 + 2:02d}:{number} QUAY STREET", f"41:1::{number * 15}:CT:CARTONS:{kg}", f"47:{goods}",
            f"51:{number}:{box_number(200 + number)}:S{number:05d}:40HC:F:{number * 15}:{kg}:3900",
        ]  # fmt: skip
    records.append(f"99:{len(records) + 1}")
    return "".join(f"{record}'\r\n" for record in records).encode("gb18030")


def _sailing(vessel: str, voyage: str) -> str:
    return f"TDT+20+{voyage}+1++DEM:172:20+++:::{vessel}"


def _interchange(kind: str, segments: Iterable[str]) -> bytes:
    body = [f"UNH+1+{kind}:D:95B:UN", *segments]
    lines = ["UNB+UNOY:4+DEMO+PORT+260101:0800+1", *body, f"UNT+{len(body) + 1}+1", "UNZ+1+1"]
    return "".join(f"{line}'\r\n" for line in lines).encode()


def _released(text: str) -> str:
    """Signs that would end an element stand behind a question mark."""
    return "".join(f"?{sign}" if sign in "?+:'" else sign for sign in text)
