"""What a message tells of companies and their cargo: each firm once, with its roles, its address and the cargo it stands beside.

Pure: facts as they are kept (cargo/documents/stored.py) in, frozen findings out.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum
from typing import Any

from cargo.documents.document import NO_OWN_SIZES
from cargo.documents.facts import PartyRole, PlaceRole
from cargo.documents.sizetypes import teu_of_size_type
from customers.identifiers import check_credit_code, normal_identifier
from customers.naming import name_key, squash
from customers.naming.address_lines import Standing, name_and_address, standing_of
from customers.naming.keys import CHINESE

Facts = Mapping[str, Any]
OwnSizes = Mapping[str, Decimal]

CARGO_ROLES = frozenset({
    PartyRole.SHIPPER, PartyRole.ORIGINAL_SHIPPER, PartyRole.CONSIGNEE, PartyRole.NOTIFY, PartyRole.SUPPLIER, PartyRole.BUYER,
    PartyRole.DELIVERY, PartyRole.IMPORTER, PartyRole.FORWARDER,
})  # fmt: skip
_HOUSE = re.compile(r"^\d+\s.*\b(?:ROAD|RD|STREET|ST|AVENUE|AVE)\b", re.IGNORECASE)
_COUNTRY = re.compile(r"[A-Z]{2}")
KEY_LENGTH, NAME_LENGTH, ADDRESS_LENGTH, CODE_LENGTH, GOODS_LENGTH = 200, 200, 500, 70, 1_000
MOST_PAIRS = 100_000  # of parties of a whole message and its consignments; real ones have some tens
KILO = Decimal(1000)


class Reason(StrEnum):
    """Why a party is no company worth knowing."""

    ORDER = "order"
    BANK = "bank"
    SAME = "same"
    UNNAMED = "unnamed"
    ADDRESS = "address"


@dataclass(frozen=True)
class CargoSeen:
    """What goes under one bill of lading or booking; tonnes and TEU are None where the document says neither."""

    goods: str = ""
    hs_code: str = ""
    tonnes: Decimal | None = None
    teu: Decimal | None = None
    loading: str = ""
    discharge: str = ""
    bill_no: str = ""
    segment: int = 0


@dataclass(frozen=True)
class FirmSeen:
    """A firm of a message. `code` is its code in the sender's list, `credit_code` only where its check digit is right."""

    key: str
    name: str
    address: str = ""
    country: str = ""
    code: str = ""
    code_list: str = ""
    credit_code: str = ""
    is_forwarder: bool = False
    roles: tuple[str, ...] = ()
    segments: tuple[int, ...] = ()
    cargo: tuple[CargoSeen, ...] = ()

    @property
    def names(self) -> dict[str, str]:
        return names_of(self.name)


@dataclass(frozen=True)
class LeftOut:
    name: str
    role: str
    reason: Reason
    segment: int = 0


@dataclass(frozen=True)
class Findings:
    firms: tuple[FirmSeen, ...]
    left_out: tuple[LeftOut, ...]


@dataclass
class _Firm:
    """A firm while its message is read."""

    name: str
    address: str = ""
    country: str = ""
    code: str = ""
    code_list: str = ""
    credit_code: str = ""
    is_forwarder: bool = False
    roles: dict[str, None] = field(default_factory=dict)
    segments: set[int] = field(default_factory=set)
    cargo: dict[int, None] = field(default_factory=dict)


def names_of(name: str) -> dict[str, str]:
    """The name in the field of its language."""
    return {"name_zh": name, "name_en": ""} if CHINESE.search(name) else {"name_zh": "", "name_en": name}


def key_of(name: str) -> str:
    """What two writings of one firm's name have in common: no case, width, punctuation and English legal form."""
    return name_key(**names_of(name))[:KEY_LENGTH]


def findings_of(facts: Facts, own_sizes: OwnSizes = NO_OWN_SIZES) -> Findings:
    """The firms of one message, in the order of their first mention, and the parties that are none."""
    reading = _Reading(facts, own_sizes)
    reading.read_parties(facts.get("parties", ()), None)
    for number, consignment in enumerate(facts.get("consignments", ())):
        boxes = consignment.get("boxes", ())
        reading.read_parties([*consignment.get("parties", ()), *_parties_of(boxes)], number)
    reading.read_parties(_parties_of(facts.get("boxes", ())), None)
    return reading.findings()


def _parties_of(boxes: Iterable[Facts]) -> list[Facts]:
    return [party for box in boxes for party in box.get("parties", ())]


class _Reading:
    def __init__(self, facts: Facts, own_sizes: OwnSizes) -> None:
        self.facts, self.own_sizes = facts, own_sizes
        self.firms: dict[str, _Firm] = {}
        self.left_out: dict[tuple[str, str, Reason], LeftOut] = {}
        self.coded: list[tuple[Facts, int | None]] = []
        self.pairs = 0

    def read_parties(self, parties: Sequence[Facts], consignment: int | None) -> None:
        """Parties of one consignment, or (None) of the whole message, to which all its cargo belongs."""
        standings = [(party, _standing(party)) for party in parties]
        for party, reason in standings:
            if reason is None:
                self._add(party, consignment)
            else:
                self._leave_out(party, reason, consignment)
        for role in _borne_by_the_notify_party(standings):
            self._also(standings, PartyRole.NOTIFY, role)
        if any(party["role"] == PartyRole.NOTIFY and reason == Reason.SAME for party, reason in standings):
            self._also(standings, PartyRole.CONSIGNEE, PartyRole.NOTIFY)

    def _also(self, standings: Iterable[tuple[Facts, Reason | None]], bearer: PartyRole, role: PartyRole) -> None:
        for party, reason in standings:
            if party["role"] == bearer and reason is None:
                self.firms[_name_and_key(party)[1]].roles[role.value] = None

    def _add(self, party: Facts, consignment: int | None) -> None:
        name, key = _name_and_key(party)
        _name, lines = name_and_address(party["lines"])
        firm = self.firms.setdefault(key, _Firm(name))
        address = " ".join(" ".join(lines).split())[:ADDRESS_LENGTH]
        firm.address = max(firm.address, address, key=len)
        firm.country = firm.country or _country(lines)
        if party.get("code") and not firm.code:
            firm.code, firm.code_list = party["code"][:CODE_LENGTH], party.get("code_list", "")
        code = normal_identifier(party.get("code", ""))
        if code and check_credit_code(code).valid:
            firm.credit_code = code
        firm.is_forwarder |= standing_of(party["lines"]) == Standing.FORWARDER
        self._take_part(firm, party, consignment)

    def _take_part(self, firm: _Firm, party: Facts, consignment: int | None) -> None:
        firm.is_forwarder |= party["role"] == PartyRole.FORWARDER
        firm.roles[party["role"]] = None
        firm.segments.add(party.get("segment", 0))
        if party["role"] in CARGO_ROLES:
            firm.cargo.update(dict.fromkeys(self._all_cargo() if consignment is None else [consignment]))

    def _all_cargo(self) -> range:
        """Every consignment; none for the parties of a message that would have more pairs of both than anybody means."""
        count = len(self.facts.get("consignments", ()))
        self.pairs += count
        return range(count if self.pairs <= MOST_PAIRS else 0)

    def _leave_out(self, party: Facts, reason: Reason, consignment: int | None) -> None:
        if reason == Reason.UNNAMED and party.get("code"):
            self.coded.append((party, consignment))
            return
        self._note(party, reason)

    def _note(self, party: Facts, reason: Reason) -> None:
        name = name_and_address(party["lines"])[0] or party.get("code", "")
        self.left_out.setdefault((party["role"], name, reason), LeftOut(name, party["role"], reason, party.get("segment", 0)))

    def findings(self) -> Findings:
        self._resolve_codes()
        ends = ends_of(self.facts)
        cargo = [cargo_seen(one, ends, self.own_sizes) for one in self.facts.get("consignments", ())]
        boxes = [_boxes_of(one, self.own_sizes) for one in self.facts.get("consignments", ())]
        firms = tuple(self._seen(key, firm, cargo, boxes) for key, firm in self.firms.items())
        return Findings(firms, tuple(self.left_out.values()))

    def _resolve_codes(self) -> None:
        """A party given only by its code is the firm that has this code elsewhere in the message."""
        by_code = {firm.code: firm for firm in self.firms.values() if firm.code}
        for party, consignment in self.coded:
            firm = by_code.get(party["code"])
            if firm is None:
                self._note(party, Reason.UNNAMED)
            else:
                self._take_part(firm, party, consignment)

    def _seen(self, key: str, firm: _Firm, cargo: Sequence[CargoSeen | None], boxes: Sequence[Mapping[str, Decimal]]) -> FirmSeen:
        """A box under several bills of one firm counts once."""
        counted: set[str] = set()
        seen = []
        for number in firm.cargo:
            if (one := cargo[number]) is None:
                continue
            own = {name: teu for name, teu in boxes[number].items() if name not in counted}
            counted |= own.keys()
            seen.append(one if len(own) == len(boxes[number]) else _with_teu(one, sum(own.values(), Decimal(0))))
        return FirmSeen(
            key=key, name=firm.name[:NAME_LENGTH], address=firm.address, country=firm.country, code=firm.code, code_list=firm.code_list,
            credit_code=firm.credit_code, is_forwarder=firm.is_forwarder, roles=tuple(firm.roles), segments=tuple(sorted(firm.segments)),
            cargo=tuple(seen),
        )  # fmt: skip


def _with_teu(cargo: CargoSeen, teu: Decimal) -> CargoSeen:
    return CargoSeen(cargo.goods, cargo.hs_code, cargo.tonnes, teu, cargo.loading, cargo.discharge, cargo.bill_no, cargo.segment)


def _standing(party: Facts) -> Reason | None:
    standing = standing_of(party["lines"])
    if standing in (Standing.FIRM, Standing.FORWARDER):
        name, key = _name_and_key(party)
        if not key:
            return Reason.UNNAMED
        return Reason.ADDRESS if _HOUSE.search(name) else None
    return Reason(standing.value)


def _name_and_key(party: Facts) -> tuple[str, str]:
    name = name_and_address(party["lines"])[0]
    return name, key_of(name)


def _borne_by_the_notify_party(standings: Iterable[tuple[Facts, Reason | None]]) -> list[PartyRole]:
    """On a bill to order or to a bank whoever is notified receives the goods."""
    nobody = {Reason.ORDER, Reason.BANK}
    return [PartyRole.CONSIGNEE] if any(p["role"] == PartyRole.CONSIGNEE and reason in nobody for p, reason in standings) else []


def _country(lines: Sequence[str]) -> str:
    """The last line, where it is a country's code and nothing else."""
    last = lines[-1].strip().upper() if lines else ""
    return last if _COUNTRY.fullmatch(last) else ""


def ends_of(owner: Facts) -> tuple[str, str]:
    """Where cargo is loaded, and where it is discharged: what is transshipped goes to the last of several."""
    loading, discharge = "", ""
    for place in owner.get("places", ()):
        if place["role"] == PlaceRole.LOADING:
            loading = loading or place["code"] or place.get("name", "")
        elif place["role"] == PlaceRole.DISCHARGE:
            discharge = place["code"] or place.get("name", "")
    return loading, discharge


def cargo_seen(consignment: Facts, message_ends: tuple[str, str], own_sizes: OwnSizes) -> CargoSeen | None:
    """The cargo of a consignment; None for one that names neither bill, booking, party, place nor goods (packages of another)."""
    goods = consignment.get("goods", ())
    named = ("bill_no", "booking_no", "parties", "places")
    if not any(consignment.get(name) for name in named) and not any(one.get("description") or one.get("hs_code") for one in goods):
        return None
    kg = _sum(one.get("gross_kg") for one in goods) or _sum(_weight(box) for box in consignment.get("boxes", ()))
    teu = sum(_boxes_of(consignment, own_sizes).values(), Decimal(0))
    loading, discharge = (own or whole for own, whole in zip(ends_of(consignment), message_ends, strict=True))
    return CargoSeen(
        goods="; ".join(dict.fromkeys(one["description"].strip() for one in goods if one.get("description")))[:GOODS_LENGTH],
        hs_code=next((one["hs_code"] for one in goods if one.get("hs_code")), ""),
        tonnes=kg / KILO if kg else None,
        teu=teu or None,
        loading=loading,
        discharge=discharge,
        bill_no=consignment.get("bill_no") or consignment.get("booking_no", ""),
        segment=consignment.get("segment", 0),
    )


def _weight(box: Facts) -> str | None:
    return None if box.get("gross_kg") is None else str(Decimal(box["gross_kg"]) * box.get("quantity", 1))


def _sum(written: Iterable[str | None]) -> Decimal:
    return sum((Decimal(one) for one in written if one is not None), Decimal(0))


def _boxes_of(consignment: Facts, own_sizes: OwnSizes) -> dict[str, Decimal]:
    """TEU by box number; boxes without one stand for themselves."""
    return dict(_box_teu(consignment.get("boxes", ()), own_sizes))


def _box_teu(boxes: Sequence[Facts], own_sizes: OwnSizes) -> Iterator[tuple[str, Decimal]]:
    for position, box in enumerate(boxes):
        size = teu_of_size_type(box.get("size_type", ""), own_sizes) or Decimal(0)
        yield squash(box.get("number", "")) or f"{box.get('segment', 0)}/{position}", size * box.get("quantity", 1)
