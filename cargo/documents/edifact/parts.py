"""Segments that mean the same in all messages: parties, places, weights, goods, equipment."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from decimal import Decimal

from cargo.documents.facts import Box, Goods, Party, PartyRole, Place, PlaceRole, Purpose, Voyage
from cargo.documents.reading import Segment
from cargo.documents.remarks import Kind, Remark

KG = {"KGM": Decimal(1), "TNE": Decimal(1000), "GRM": Decimal("0.001"), "LBR": Decimal("0.45359237")}
GROSS = ("VGM", "G", "AET", "EGW", "WT", "AAL", "AAD")  # the first of these that a box has
TARE = "T"
VOLUME = ("AAW", "ABJ")
FULL = {"4": False, "5": True, "7": True, "8": True}
PURPOSES = {"1": Purpose.CANCEL, "2": Purpose.ADDITION, "3": Purpose.CANCEL, "4": Purpose.CHANGE, "5": Purpose.CHANGE}
FULL_LINE = 66  # signs from which on a line of free text was cut where its field ended
MOST_ALIKE = 10_000
LONGEST_COUNT = 12  # digits
_AMOUNT = re.compile(r"(?=.*\d)\d{0,12}(?:\.\d{0,9})?")

PARTIES = {
    "CZ": PartyRole.SHIPPER,
    "OS": PartyRole.ORIGINAL_SHIPPER,
    "CN": PartyRole.CONSIGNEE,
    "NI": PartyRole.NOTIFY,
    "N1": PartyRole.NOTIFY,
    "N2": PartyRole.NOTIFY,
    "FW": PartyRole.FORWARDER,
    "FX": PartyRole.CONSIGNEE,  # the receiver, in the files of paper mills
    "CA": PartyRole.CARRIER,
    "CF": PartyRole.OPERATOR,
    "SU": PartyRole.SUPPLIER,
    "SB": PartyRole.CONSIGNEE,
    "BY": PartyRole.BUYER,
    "DP": PartyRole.DELIVERY,
    "IM": PartyRole.IMPORTER,
    "TR": PartyRole.TERMINAL,
}


def party_of(segment: Segment) -> Party | None:
    """NAD: the name stands in C080, address lines in C058 and behind it; where only C058 is filled, its first line is the name."""
    role = PARTIES.get(segment.value(1))
    if role is None:
        return None
    written = [*segment.values(4), *segment.values(3), *segment.values(5), *(segment.value(place) for place in (6, 7, 8, 9))]
    lines = tuple(line.strip() for line in written if line.strip())
    code = segment.value(2)
    return Party(role, lines, code, segment.value(2, 2), segment.number) if lines or code else None


def parties_of(segments: Sequence[Segment]) -> tuple[Party, ...]:
    return tuple(found for segment in segments if segment.tag == "NAD" and (found := party_of(segment)))


def places_of(segments: Sequence[Segment], roles: Mapping[str, PlaceRole]) -> tuple[Place, ...]:
    """LOC: code and name of element 2; some senders leave the code out and write the place into element 3."""
    found = []
    for segment in segments:
        role = roles.get(segment.value(1)) if segment.tag == "LOC" else None
        if role is None:
            continue
        code = segment.value(2) or segment.value(3)
        name = segment.value(2, 4) or (segment.value(3, 4) if segment.value(3) else "")
        if code or name:
            found.append(Place(role, code, name, segment.number))
    return tuple(found)


def voyage_of(segments: Sequence[Segment]) -> Voyage | None:
    """TDT+20, the main carriage."""
    for segment in segments:
        if segment.tag == "TDT" and segment.value(1) == "20":
            return _voyage(segment)
    return None


def _voyage(segment: Segment) -> Voyage:
    """The means of transport is element 8: number, what list it is from, its agency, name."""
    mark, listed = segment.value(8), segment.value(8, 2)
    is_imo = listed in ("146", "11") or (mark.isdecimal() and len(mark) == 7)
    return Voyage(
        vessel=segment.value(8, 4),
        voyage=segment.value(2),
        imo=mark if is_imo else "",
        call_sign="" if is_imo else mark,
        carrier=segment.value(5) or segment.value(5, 4),
        segment=segment.number,
    )


def purpose_of(segments: Sequence[Segment]) -> tuple[str, Purpose]:
    """Number and purpose of the document; who says nothing sends an original."""
    for segment in segments:
        if segment.tag == "BGM":
            return segment.value(2), PURPOSES.get(segment.value(3), Purpose.ORIGINAL)
    return "", Purpose.ORIGINAL


def amount(text: str) -> Decimal | None:
    """EDIFACT has no thousands separators, so a comma is a decimal mark whatever the service string says; None for what is no amount."""
    written = text.strip().replace(",", ".")
    return Decimal(written) if _AMOUNT.fullmatch(written) else None


def whole(text: str) -> int | None:
    """A count; None for what is none, or longer than any count of cargo (Python refuses to read thousands of digits)."""
    return int(text) if text.isdecimal() and len(text) <= LONGEST_COUNT else None


def measures_of(segments: Sequence[Segment]) -> dict[str, Decimal]:
    """By what is measured (VGM, G, T, AAW …), in kg and m³. MEA+WT++KGM:1 names it in the first element, MEA+AAE+G+KGM:1 in the second."""
    found: dict[str, Decimal] = {}
    for segment in segments:
        if segment.tag != "MEA":
            continue
        what, unit, value = segment.value(2) or segment.value(1), segment.value(3), amount(segment.value(3, 2))
        if value is not None and (unit in KG or unit == "MTQ"):
            found.setdefault(what, value * KG.get(unit, Decimal(1)))
    return found


def measure_remarks(segments: Sequence[Segment]) -> Iterator[Remark]:
    for segment in segments:
        if segment.tag == "MEA" and segment.value(3) in KG and segment.value(3, 2) and amount(segment.value(3, 2)) is None:
            yield Remark(Kind.WEIGHT, segment.number, {"found": segment.value(3, 2)})


def gross_of(measures: Mapping[str, Decimal]) -> Decimal | None:
    return next((measures[what] for what in GROSS if what in measures), None)


def references_of(segments: Sequence[Segment]) -> dict[str, str]:
    """The first number of each kind: BM bill of lading, BN booking, VON voyage …"""
    found: dict[str, str] = {}
    for segment in segments:
        if segment.tag == "RFF" and segment.value(1, 2):
            found.setdefault(segment.value(1), segment.value(1, 2))
    return found


def free_text(segments: Sequence[Segment], *subjects: str) -> str:
    """FTX of these subjects; its lines are one text."""
    texts = [_one_text(segment.values(4)) for segment in segments if segment.tag == "FTX" and segment.value(1) in subjects]
    return " ".join(text for text in texts if text)


def _one_text(lines: Sequence[str]) -> str:
    """A word that a full line was cut in is put together again."""
    text, before = "", ""
    for line in (line for line in lines if line.strip()):
        text += line.strip() if not text or len(before) >= FULL_LINE else f" {line.strip()}"
        before = line
    return text.strip()


def hs_code_of(segments: Sequence[Segment]) -> str:
    for segment in segments:
        if segment.tag == "PIA":
            for place in range(2, 7):
                if segment.value(place, 2) == "HS":
                    return segment.value(place).replace(" ", "").replace(".", "")
    return ""


def dangerous_of(segments: Sequence[Segment]) -> str:
    """The UN number, if the goods are dangerous."""
    return next((segment.value(3) for segment in segments if segment.tag == "DGS"), "")


def box_of(head: Segment, inside: Sequence[Segment], roles: Mapping[str, PlaceRole], *, position: str = "") -> Box:
    """The container of an EQD segment with what belongs to it."""
    measures, references = measures_of(inside), references_of(inside)
    described, dangerous = free_text(inside, "AAA"), dangerous_of(inside)
    goods = (Goods(described, hs_code_of(inside), un_no=dangerous, segment=head.number),) if described or dangerous else ()
    count = next((segment.value(1) for segment in inside if segment.tag == "EQN"), "")
    return Box(
        number=head.value(2).replace(" ", "").replace("-", "").upper(),
        size_type=head.value(3) or head.value(3, 4),
        full=FULL.get(head.value(6)),
        gross_kg=gross_of(measures),
        tare_kg=measures.get(TARE),
        position=position,
        goods=goods,
        places=places_of(inside, roles),
        parties=parties_of(inside),
        bill_no=_told(references.get("BM", "")),
        booking_no=references.get("BN", ""),
        quantity=boxes_alike(count),
        segment=head.number,
    )


def boxes_alike(count: str) -> int:
    """So many boxes on one line; a count that no order has is not believed."""
    found = whole(count) or 1
    return found if found < MOST_ALIKE else 1


def _told(bill: str) -> str:
    """Stowage plans must give a bill of lading and write 1 where they know none."""
    return "" if bill == "1" else bill


def groups(segments: Sequence[Segment], starts: Callable[[Segment], bool]) -> Iterator[tuple[Segment, Sequence[Segment]]]:
    """(head, what follows it up to the next head) for every segment that `starts` a group."""
    heads = [position for position, segment in enumerate(segments) if starts(segment)]
    for number, position in enumerate(heads):
        end = heads[number + 1] if number + 1 < len(heads) else len(segments)
        yield segments[position], segments[position + 1 : end]
