"""The platform file 平台文件 of the transport ministry: numbered records, positions as in its manifest, bay plan and booking."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

from cargo.documents.edifact.parts import amount, boxes_alike, groups, whole
from cargo.documents.facts import (
    Box,
    Consignment,
    DocumentKind,
    Goods,
    Message,
    Party,
    PartyRole,
    Place,
    PlaceRole,
    Purpose,
    Voyage,
)
from cargo.documents.reading import Segment
from cargo.documents.remarks import Kind, Remark

Roles = Mapping[str, PartyRole]

PURPOSES = {"9": Purpose.ORIGINAL, "2": Purpose.ADDITION, "3": Purpose.CANCEL, "4": Purpose.CHANGE}
PARTIES = {
    "16": PartyRole.SHIPPER,
    "17": PartyRole.CONSIGNEE,
    "18": PartyRole.NOTIFY,
    "19": PartyRole.NOTIFY,
    "20": PartyRole.NOTIFY,
}
BOOKING_PARTIES = {"20": PartyRole.SHIPPER, "21": PartyRole.CONSIGNEE, "22": PartyRole.NOTIFY}
EMPTY = "NONE"  # written where a field must not be empty
FULL = {"F": True, "L": True, "E": False}


def read_platform(records: Sequence[Segment]) -> tuple[Message, list[Remark]]:
    """One file is one message; its type stands in the first record."""
    head = records[0]
    purpose = PURPOSES.get(head.value(3), Purpose.ORIGINAL)
    message = Message(kind=None, type=head.value(1), reference="", number="", purpose=purpose, segment=head.number)
    reader = READERS.get(head.value(1))
    remarks = list(_record_count(records))
    if reader is None:
        return replace(message, remarks=(Remark(Kind.TYPE_NOT_READ, head.number, {"type": head.value(1)}),)), remarks
    return reader(message, records), remarks


def _record_count(records: Sequence[Segment]) -> Iterator[Remark]:
    last = records[-1]
    if last.tag != "99":
        return
    if whole(last.value(1)) != len(records):
        yield Remark(Kind.RECORD_COUNT, last.number, {"said": last.value(1), "found": str(len(records))})


def _filled(text: str) -> str:
    return "" if text == EMPTY else text


def _voyage(records: Sequence[Segment]) -> tuple[Voyage, ...]:
    carrier = next((_filled(record.value(2)) or _filled(record.value(1)) for record in records if record.tag == "11"), "")
    for record in records:
        if record.tag == "10":
            return (Voyage(_filled(record.value(2)), _filled(record.value(4)), "", _filled(record.value(1)), carrier, record.number),)
    return ()


def _party(record: Segment, roles: Roles) -> Party | None:
    """The code first, then name and address; a booking writes the lines into one field, apart by ^."""
    lines = [line.strip() for place in range(2, len(record.elements) + 1) for line in record.value(place).split("^")]
    lines = [line for line in lines if line and line != EMPTY]
    code = record.value(1)
    return Party(roles[record.tag], tuple(lines), code, "", record.number) if lines or code else None


def _parties(records: Sequence[Segment], roles: Roles) -> tuple[Party, ...]:
    return tuple(found for record in records if record.tag in roles and (found := _party(record, roles)))


def _places(written: Iterable[tuple[PlaceRole, str, str, int]]) -> tuple[Place, ...]:
    return tuple(
        Place(role, _filled(code), _filled(name), number) for role, code, name, number in written if _filled(code) or _filled(name)
    )


# --- manifest ---------------------------------------------------------------------------------------------------------------
def _manifest(message: Message, records: Sequence[Segment]) -> Message:
    bills = groups(records, lambda record: record.tag == "12")
    consignments = tuple(_bill(record, inside) for record, inside in bills)
    return replace(message, kind=DocumentKind.MANIFEST, voyages=_voyage(records), consignments=consignments)


def _bill(head: Segment, inside: Sequence[Segment]) -> Consignment:
    places = [
        (PlaceRole.RECEIPT, head.value(5), "", head.number),
        (PlaceRole.LOADING, head.value(7), head.value(8), head.number),
    ]
    for record in inside:
        if record.tag == "13":
            places += [(role, record.value(at), record.value(at + 1), record.number) for role, at in _PLACES_OF_13]
    return Consignment(
        bill_no=head.value(1),
        parties=_parties(inside, PARTIES),
        places=_places(places),
        goods=tuple(_goods(record, under) for record, under in _items(inside)),
        boxes=tuple(_box(record, head.value(1)) for record in inside if record.tag == "51"),
        segment=head.number,
    )


_PLACES_OF_13 = ((PlaceRole.DISCHARGE, 1), (PlaceRole.DELIVERY, 3), (PlaceRole.TRANSSHIPMENT, 9))


def _items(inside: Sequence[Segment]) -> Iterator[tuple[Segment, Sequence[Segment]]]:
    """Cargo items begin with record 41; where a sender leaves it out, with the description itself."""
    start = "41" if any(record.tag == "41" for record in inside) else "47"
    return groups(inside, lambda record: record.tag == start)


def _goods(head: Segment, inside: Sequence[Segment]) -> Goods:
    described = [record for record in (head, *inside) if record.tag == "47"]
    text = " ".join(line.strip() for record in described for element in record.elements for line in element if _filled(line.strip()))
    dangerous = next((record.value(3) for record in inside if record.tag == "43"), "")
    if head.tag == "47":
        return Goods(text, segment=head.number)
    packages = head.value(3)
    return Goods(
        description=text,
        hs_code=_filled(head.value(2)),
        packages=whole(packages),
        package_kind=_filled(head.value(5)) or _filled(head.value(4)),
        gross_kg=amount(head.value(6)) if head.value(6) else None,
        volume_m3=amount(head.value(8)) if head.value(8) else None,
        un_no=dangerous,
        segment=head.number,
    )


def _box(record: Segment, bill: str) -> Box:
    """Record 51; the weight is that of this bill's cargo in it, the tare apart. One box may stand under several bills."""
    return Box(
        number=record.value(2).replace(" ", "").upper(),
        size_type=record.value(4),
        full=FULL.get(record.value(5).upper()),
        gross_kg=amount(record.value(7)) if record.value(7) else None,
        tare_kg=amount(record.value(8)) if record.value(8) else None,
        cargo_only=True,
        bill_no=bill,
        segment=record.number,
    )


# --- bay plan ---------------------------------------------------------------------------------------------------------------
def _bay_plan(message: Message, records: Sequence[Segment]) -> Message:
    starts = groups(records, lambda record: record.tag == "50")
    boxes = tuple(_stowed(record, inside) for record, inside in starts)
    return replace(message, kind=DocumentKind.STOWAGE, voyages=_voyage(records), boxes=boxes)


def _stowed(record: Segment, inside: Sequence[Segment]) -> Box:
    places = []
    for under in inside:
        if under.tag == "52":
            places += [(role, under.value(at), under.value(at + 1), under.number) for role, at in _PLACES_OF_52]
    operator = record.value(16)
    gross = next((record.value(place) for place in (14, 13) if amount(record.value(place))), "")
    return Box(
        number=record.value(1).upper(),
        size_type=record.value(2),
        full=FULL.get(record.value(3).upper()),
        gross_kg=amount(gross) if gross else None,
        position=record.value(4),
        places=_places(places),
        parties=(Party(PartyRole.OPERATOR, (), operator, "", record.number),) if operator else (),
        segment=record.number,
    )


_PLACES_OF_52 = ((PlaceRole.LOADING, 1), (PlaceRole.DISCHARGE, 3), (PlaceRole.DELIVERY, 5))


# --- booking ----------------------------------------------------------------------------------------------------------------
def _booking(message: Message, records: Sequence[Segment]) -> Message:
    places, numbers, boxes = [], "", []
    for record in records:
        if record.tag == "12":
            places += [(role, record.value(at), record.value(at + 1), record.number) for role, at in _PLACES_OF_12]
        elif record.tag == "14":
            numbers = numbers or record.value(4)
        elif record.tag == "40":
            boxes.append(_wanted(record))
    consignment = Consignment(
        booking_no=numbers,
        parties=_parties(records, BOOKING_PARTIES),
        places=_places(places),
        goods=tuple(_goods(record, under) for record, under in _items(records)),
        boxes=tuple(boxes),
        segment=message.segment,
    )
    return replace(message, kind=DocumentKind.BOOKING, number=numbers, voyages=_voyage(records), consignments=(consignment,))


_PLACES_OF_12 = ((PlaceRole.LOADING, 1), (PlaceRole.DISCHARGE, 3), (PlaceRole.DELIVERY, 5))


def _wanted(record: Segment) -> Box:
    """Record 40: so many boxes of one size and type."""
    count = record.value(2)
    full = FULL.get(record.value(3).upper())
    return Box(size_type=record.value(1), full=full, quantity=boxes_alike(count), segment=record.number)


READERS = {"IFCSUM": _manifest, "BAPLIE": _bay_plan, "IFTMBF": _booking}
