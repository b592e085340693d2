"""A whole file: what it says, what is odd in it, and what its boxes come to."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal

from stdnum import iso6346

from cargo.documents.edifact.messages import read_message
from cargo.documents.envelope import unwrap
from cargo.documents.facts import Box, Message
from cargo.documents.platform.records import read_platform
from cargo.documents.reading import NotReadable, read
from cargo.documents.remarks import Kind, Remark
from cargo.documents.sizetypes import teu_of_size_type

NO_OWN_SIZES: Mapping[str, Decimal] = {}


@dataclass(frozen=True)
class Document:
    """`segments` were read, in the dialect of the platform file or EDIFACT; remarks on messages stand with them."""

    encoding: str
    is_platform: bool
    segments: int
    messages: tuple[Message, ...]
    remarks: tuple[Remark, ...]

    @property
    def all_remarks(self) -> tuple[Remark, ...]:
        return self.remarks + tuple(remark for message in self.messages for remark in message.remarks)


@dataclass(frozen=True)
class Totals:
    """Of physical boxes: how many, how many laden and empty (the rest does not say), TEU of those whose size is known, weight in kg."""

    boxes: int = 0
    laden: int = 0
    empty: int = 0
    teu: Decimal = Decimal(0)
    kg: Decimal = Decimal(0)
    unsized: int = 0


def read_document(content: bytes, own_sizes: Mapping[str, Decimal] = NO_OWN_SIZES) -> Document:
    """Raises NotReadable for a file that is no document of a port. `own_sizes`: TEU by what the port adds to the size-types."""
    file = read(content)
    if file.is_platform:
        message, remarks = read_platform(file.segments)
        messages = [message]
    else:
        raw, remarks = unwrap(file.segments)
        messages = [read_message(one) for one in raw]
    if not messages:
        raise NotReadable(Kind.NO_MESSAGE)
    odd = tuple(remark for message in messages for remark in _box_remarks(message, own_sizes))
    return Document(file.encoding, file.is_platform, len(file.segments), tuple(messages), (*file.remarks, *remarks, *odd))


def lines_of(message: Message) -> Iterator[Box]:
    """Every line of the message with a box; a booking lists its own as the message's too."""
    listed = {box.segment for box in message.boxes}
    yield from message.boxes
    for consignment in message.consignments:
        yield from (box for box in consignment.boxes if box.segment not in listed)


def physical_boxes(message: Message) -> list[Box]:
    """One of each box: named under several bills of lading it has the sum of their weights, named twice under one it was repeated.
    Lines without a number stand alone."""
    found: dict[str, Box] = {}
    for line in lines_of(message):
        key = line.number or f"line {line.segment}"
        found[key] = _together(found[key], line) if key in found else line
    return list(found.values())


def _together(one: Box, other: Box) -> Box:
    weights = [box.gross_kg for box in (one, other) if box.gross_kg is not None]
    weights = weights if one.bill_no != other.bill_no else weights[:1]
    full = True if True in (one.full, other.full) else one.full
    return Box(
        number=one.number, size_type=one.size_type or other.size_type, full=full, gross_kg=sum(weights, Decimal(0)) if weights else None,
        tare_kg=one.tare_kg or other.tare_kg, cargo_only=one.cargo_only, position=one.position, goods=one.goods + other.goods,
        places=one.places or other.places, parties=one.parties or other.parties, bill_no=one.bill_no, booking_no=one.booking_no,
        segment=one.segment,
    )  # fmt: skip


def totals_of(boxes: Iterable[Box], own_sizes: Mapping[str, Decimal] = NO_OWN_SIZES) -> Totals:
    """Weight includes the box's own where the document tells it apart, as port statistics count it."""
    count = laden = empty = unsized = 0
    teu, kg = Decimal(0), Decimal(0)
    for box in boxes:
        count += box.quantity
        laden += box.quantity if box.full else 0
        empty += box.quantity if box.full is False else 0
        size = teu_of_size_type(box.size_type, own_sizes)
        teu += (size or Decimal(0)) * box.quantity
        unsized += 0 if size else box.quantity
        kg += ((box.gross_kg or Decimal(0)) + (box.tare_kg or Decimal(0) if box.cargo_only else Decimal(0))) * box.quantity
    return Totals(count, laden, empty, teu, kg, unsized)


def _box_remarks(message: Message, own_sizes: Mapping[str, Decimal]) -> Iterator[Remark]:
    """Hand-made files have wrong check digits as a rule, so one is worth a remark and no more."""
    for box in lines_of(message):
        if box.number and not iso6346.is_valid(box.number):
            yield Remark(Kind.BOX_NUMBER, box.segment, {"found": box.number})
        if box.size_type and teu_of_size_type(box.size_type, own_sizes) is None:
            yield Remark(Kind.SIZE_TYPE, box.segment, {"number": box.number, "found": box.size_type})
