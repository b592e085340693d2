"""Loading lists (DESADV), schedules (IFTSAI) and status reports (IFTSTA)."""

from collections.abc import Sequence
from dataclasses import replace

from cargo.documents.edifact.parts import (
    box_of,
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
    "5": PlaceRole.LOADING,
    "8": PlaceRole.DISCHARGE,
    "9": PlaceRole.LOADING,
    "11": PlaceRole.DISCHARGE,
    "7": PlaceRole.DELIVERY,
}
CALLS = {"9": PlaceRole.LOADING, "94": PlaceRole.TRANSSHIPMENT, "152": PlaceRole.DISCHARGE}


def read_loading_list(message: Message, segments: Sequence[Segment]) -> Message:
    """What a lorry or a waggon brings: each line is goods of one order, with its parties and its ship."""
    first = next((position for position, segment in enumerate(segments) if segment.tag in ("CPS", "LIN")), len(segments))
    head = segments[:first]
    lines = list(groups(segments[first:], lambda segment: segment.tag == "CPS"))
    voyages = {voyage for segment, inside in lines if (voyage := voyage_of(inside)) and voyage.vessel}
    consignments = tuple(_line(segment, inside) for segment, inside in lines)
    return replace(
        message,
        kind=DocumentKind.LOADING_LIST,
        voyages=tuple({voyage.vessel: voyage for voyage in sorted(voyages, key=lambda one: one.segment)}.values()),
        parties=parties_of(head),
        places=places_of(head, PLACES),
        consignments=tuple(one for one in consignments if one.parties or one.goods),
    )


def _line(head: Segment, inside: Sequence[Segment]) -> Consignment:
    measures, described = measures_of(inside), free_text(inside, "AAA")
    packages = next((segment for segment in inside if segment.tag == "PAC"), None)
    told = described or hs_code_of(inside) or measures
    goods = Goods(
        description=described,
        hs_code=hs_code_of(inside),
        packages=whole(packages.value(1)) if packages else None,
        package_kind=packages.value(3) if packages else "",
        gross_kg=gross_of(measures),
        segment=head.number,
    )
    return Consignment(
        booking_no=references_of(inside).get("CU", ""),
        parties=parties_of(inside),
        places=places_of(inside, PLACES),
        goods=(goods,) if told else (),
        segment=head.number,
    )


def read_schedule(message: Message, segments: Sequence[Segment]) -> Message:
    """A ship and the ports it calls at."""
    voyage = voyage_of(segments)
    voyages = (voyage,) if voyage else ()
    return replace(message, kind=DocumentKind.SCHEDULE, voyages=voyages, places=places_of(segments, CALLS))


def read_status(message: Message, segments: Sequence[Segment]) -> Message:
    """What has happened to a consignment, each CNI one."""
    first = next((position for position, segment in enumerate(segments) if segment.tag == "CNI"), len(segments))
    head = segments[:first]
    consignments = tuple(_reported(segment, inside) for segment, inside in groups(segments[first:], lambda each: each.tag == "CNI"))
    voyage = voyage_of(segments)
    return replace(
        message,
        kind=DocumentKind.STATUS,
        voyages=(voyage,) if voyage else (),
        parties=parties_of(head),
        places=places_of(head, PLACES),
        consignments=consignments,
    )


def _reported(head: Segment, inside: Sequence[Segment]) -> Consignment:
    references = references_of(inside)
    starts = groups(inside, lambda segment: segment.tag == "EQD" and segment.value(1) == "CN")
    return Consignment(
        bill_no=references.get("BM", ""),
        booking_no=references.get("BN", ""),
        parties=parties_of(inside),
        places=places_of(inside, PLACES),
        boxes=tuple(box_of(segment, under, PLACES) for segment, under in starts),
        segment=head.number,
    )
