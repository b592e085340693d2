"""Manifests: CUSCAR and IFCSUM. Each consignment begins with CNI; boxes stand before the first or within, tied to goods by SGP."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from cargo.documents.edifact.bookings import goods_of
from cargo.documents.edifact.parts import box_of, groups, parties_of, places_of, references_of, voyage_of
from cargo.documents.facts import Box, Consignment, DocumentKind, Message, PlaceRole
from cargo.documents.reading import Segment

PLACES = {
    "9": PlaceRole.LOADING,
    "11": PlaceRole.DISCHARGE,
    "12": PlaceRole.DISCHARGE,
    "7": PlaceRole.DELIVERY,
    "8": PlaceRole.DELIVERY,
    "13": PlaceRole.TRANSSHIPMENT,
    "76": PlaceRole.ORIGIN,
    "88": PlaceRole.RECEIPT,
}
CALL = {"60": PlaceRole.DISCHARGE}


def read_manifest(message: Message, segments: Sequence[Segment]) -> Message:
    first = next((position for position, segment in enumerate(segments) if segment.tag == "CNI"), len(segments))
    head, rest = segments[:first], segments[first:]
    voyage = voyage_of(segments)
    boxes = _boxes(head)
    known = {box.number: box for box in boxes}
    consignments = tuple(_consignment(segment, inside, known) for segment, inside in groups(rest, lambda each: each.tag == "CNI"))
    named = {box.number for consignment in consignments for box in consignment.boxes}
    return replace(
        message,
        kind=DocumentKind.MANIFEST,
        voyages=(voyage,) if voyage else (),
        parties=parties_of(head),
        places=places_of(head, PLACES | CALL),
        consignments=consignments,
        boxes=tuple(box for box in boxes if box.number not in named),
    )


def _boxes(segments: Sequence[Segment]) -> list[Box]:
    starts = groups(segments, lambda segment: segment.tag == "EQD")
    return [box_of(segment, inside, PLACES) for segment, inside in starts if segment.value(1) == "CN"]


def _consignment(head: Segment, inside: Sequence[Segment], known: Mapping[str, Box]) -> Consignment:
    """Its number stands in CNI, or in the reference of a bill of lading."""
    named = [segment.value(1).replace(" ", "").upper() for segment in inside if segment.tag == "SGP"]
    own = _boxes(inside)
    told = {**known, **{box.number: box for box in own}}
    own += [told.get(number, Box(number=number, segment=head.number)) for number in named if number]
    bill = references_of(inside).get("BM") or head.value(2)
    return Consignment(
        bill_no=bill,
        parties=parties_of(inside),
        places=places_of(inside, PLACES),
        goods=tuple(goods_of(segment, under) for segment, under in groups(inside, lambda each: each.tag == "GID")),
        boxes=tuple({box.number: box for box in own}.values()),
        segment=head.number,
    )
