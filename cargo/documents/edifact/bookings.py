"""Bookings and shipping instructions: IFTMBF, IFTMBC, IFTMIN. One message is one consignment."""

from collections.abc import Sequence
from dataclasses import replace

from cargo.documents.edifact.parts import (
    box_of,
    dangerous_of,
    free_text,
    gross_of,
    groups,
    hs_code_of,
    measures_of,
    parties_of,
    places_of,
    references_of,
    voyage_of,
    whole,
)
from cargo.documents.facts import Consignment, DocumentKind, Goods, Message, PlaceRole
from cargo.documents.reading import Segment

PLACES = {
    "9": PlaceRole.LOADING,
    "5": PlaceRole.LOADING,
    "11": PlaceRole.DISCHARGE,
    "8": PlaceRole.DISCHARGE,
    "7": PlaceRole.DELIVERY,
    "20": PlaceRole.DELIVERY,
    "13": PlaceRole.TRANSSHIPMENT,
    "88": PlaceRole.RECEIPT,
}
GROUP_HEADS = frozenset({"GID", "EQD"})


def read_booking(message: Message, segments: Sequence[Segment]) -> Message:
    first = next((position for position, segment in enumerate(segments) if segment.tag in GROUP_HEADS), len(segments))
    head, rest = segments[:first], segments[first:]
    voyage, references = voyage_of(head), references_of(head)
    inside = list(groups(rest, lambda segment: segment.tag in GROUP_HEADS))
    consignment = Consignment(
        bill_no=references.get("BM", ""),
        booking_no=references.get("BN") or message.number,
        parties=parties_of(head),
        places=places_of(head, PLACES) + places_of(rest, {"20": PlaceRole.DELIVERY}),
        goods=tuple(goods_of(segment, under) for segment, under in inside if segment.tag == "GID"),
        boxes=tuple(box_of(segment, under, PLACES) for segment, under in inside if segment.tag == "EQD" and segment.value(1) == "CN"),
        segment=message.segment,
    )
    return replace(message, kind=DocumentKind.BOOKING, voyages=(voyage,) if voyage else (), consignments=(consignment,))


def goods_of(head: Segment, inside: Sequence[Segment]) -> Goods:
    """GID with what describes it: packages and kind, weight, volume, HS code."""
    measures = measures_of(inside)
    packages = head.value(2)
    return Goods(
        description=free_text(inside, "AAA") or free_text(inside, "PRD"),
        hs_code=hs_code_of(inside),
        packages=whole(packages),
        package_kind=head.value(2, 2),
        gross_kg=gross_of(measures),
        volume_m3=measures.get("AAW") or measures.get("ABJ"),
        un_no=dangerous_of(inside),
        segment=head.number,
    )
