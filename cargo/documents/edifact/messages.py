"""One EDIFACT message by its type."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

from cargo.documents.edifact.bookings import read_booking
from cargo.documents.edifact.manifests import read_manifest
from cargo.documents.edifact.moves import read_moves, read_release
from cargo.documents.edifact.others import read_loading_list, read_schedule, read_status
from cargo.documents.edifact.parts import measure_remarks, purpose_of
from cargo.documents.edifact.stowage import read_stowage
from cargo.documents.envelope import RawMessage
from cargo.documents.facts import Message
from cargo.documents.reading import Segment
from cargo.documents.remarks import Kind, Remark

Reader = Callable[[Message, Sequence[Segment]], Message]
READERS: dict[str, Reader] = {
    "BAPLIE": read_stowage,
    "MOVINS": read_stowage,
    "COARRI": read_moves,
    "COPRAR": read_moves,
    "CODECO": read_moves,
    "COPINO": read_moves,
    "VERMAS": read_moves,
    "COPARN": read_release,
    "IFTMBF": read_booking,
    "IFTMBC": read_booking,
    "IFTMIN": read_booking,
    "CUSCAR": read_manifest,
    "IFCSUM": read_manifest,
    "DESADV": read_loading_list,
    "IFTSAI": read_schedule,
    "IFTSTA": read_status,
}


def read_message(raw: RawMessage) -> Message:
    """All a message tells; without a kind where it tells nothing here, and a remark says why."""
    number, purpose = purpose_of(raw.segments)
    message = Message(kind=None, type=raw.type, reference=raw.reference, number=number, purpose=purpose, segment=raw.segment)
    reader = READERS.get(raw.type)
    if reader is None:
        return replace(message, remarks=(Remark(Kind.TYPE_NOT_READ, raw.segment, {"type": raw.type}),))
    if odd := next(_odd(raw.segments), None):
        return replace(message, remarks=(odd,))
    return replace(reader(message, raw.segments), remarks=tuple(measure_remarks(raw.segments)))


def _odd(segments: Sequence[Segment]) -> Iterator[Remark]:
    """A dialect that puts a level number before the qualifier: TDT+1+20+…, LOC+1+147+…, EQD+3+CN+…

    A ship's TDT has a stage of 10 and more, save 1 for a move inland, which names no stage behind it."""
    for segment in segments:
        shifted = segment.tag == "EQD" and segment.value(1).isdecimal()
        shifted = shifted or (segment.tag == "TDT" and len(segment.value(1)) == 1 and segment.value(2) in ("10", "20", "30"))
        if shifted:
            written = "+".join((segment.tag, *(":".join(element) for element in segment.elements)))
            yield Remark(Kind.NOT_STANDARD, segment.number, {"number": str(segment.number), "found": written[:60]})
