"""What is done with boxes: COPRAR, COARRI, COPARN, CODECO, COPINO, VERMAS. Each box is a group that begins with EQD."""

from collections.abc import Sequence
from dataclasses import replace

from cargo.documents.edifact.parts import box_of, groups, parties_of, places_of, references_of, voyage_of
from cargo.documents.facts import Consignment, DocumentKind, Message, PlaceRole
from cargo.documents.reading import Segment

PLACES = {
    "9": PlaceRole.LOADING,
    "11": PlaceRole.DISCHARGE,
    "7": PlaceRole.DELIVERY,
    "8": PlaceRole.DELIVERY,
    "13": PlaceRole.TRANSSHIPMENT,
    "76": PlaceRole.ORIGIN,
    "88": PlaceRole.RECEIPT,
}


def read_moves(message: Message, segments: Sequence[Segment]) -> Message:
    first = next((position for position, segment in enumerate(segments) if _is_box(segment)), len(segments))
    head, voyage = segments[:first], voyage_of(segments)
    boxes = tuple(box_of(segment, inside, PLACES) for segment, inside in groups(segments[first:], _is_box))
    return replace(
        message,
        kind=DocumentKind.MOVES,
        voyages=(voyage,) if voyage else (),
        parties=parties_of(head),
        places=places_of(head, PLACES),
        boxes=boxes,
    )


def read_release(message: Message, segments: Sequence[Segment]) -> Message:
    """COPARN: the carrier tells the terminal of boxes for one booking."""
    read = read_moves(message, segments)
    booking = references_of(segments).get("BN", "")
    one = Consignment(booking_no=booking, parties=read.parties, places=read.places, boxes=read.boxes, segment=message.segment)
    return replace(read, kind=DocumentKind.BOOKING, consignments=(one,) if booking else ())


def _is_box(segment: Segment) -> bool:
    return segment.tag == "EQD" and segment.value(1) == "CN"
