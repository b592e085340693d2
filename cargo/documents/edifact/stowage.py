"""Stowage plans: BAPLIE and MOVINS. Each cell (LOC+147) holds a box, or what is stowed without one."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from cargo.documents.edifact.parts import box_of, groups, parties_of, places_of, voyage_of
from cargo.documents.facts import Box, DocumentKind, Message, PlaceRole
from cargo.documents.reading import Segment

CALLS = {"5": PlaceRole.LOADING, "61": PlaceRole.DISCHARGE}  # this port and the next one, of the ship
PLACES = {
    "9": PlaceRole.LOADING,
    "6": PlaceRole.LOADING,
    "11": PlaceRole.DISCHARGE,
    "12": PlaceRole.DISCHARGE,
    "13": PlaceRole.TRANSSHIPMENT,
    "76": PlaceRole.ORIGIN,
    "83": PlaceRole.DELIVERY,
    "88": PlaceRole.RECEIPT,
}


def read_stowage(message: Message, segments: Sequence[Segment]) -> Message:
    first = next((position for position, segment in enumerate(segments) if _is_cell(segment) or _is_box(segment)), len(segments))
    head, rest = segments[:first], segments[first:]
    voyage = voyage_of(head)
    boxes = _led_by_boxes(rest) if rest and _is_box(rest[0]) else _led_by_cells(rest)
    return replace(
        message,
        kind=DocumentKind.STOWAGE,
        voyages=(voyage,) if voyage else (),
        parties=parties_of(head),
        places=places_of(head, CALLS),
        boxes=tuple(boxes),
    )


def _is_cell(segment: Segment) -> bool:
    return segment.tag == "LOC" and segment.value(1) == "147"


def _is_box(segment: Segment) -> bool:
    return segment.tag == "EQD" and segment.value(1) == "CN"


def _led_by_cells(segments: Sequence[Segment]) -> Iterator[Box]:
    for cell, inside in groups(segments, _is_cell):
        yield from (box_of(segment, inside, PLACES, position=cell.value(2)) for segment in inside if _is_box(segment))


def _led_by_boxes(segments: Sequence[Segment]) -> Iterator[Box]:
    """Some write the box first and its cell behind it."""
    for box, inside in groups(segments, _is_box):
        yield box_of(box, inside, PLACES, position=next((segment.value(2) for segment in inside if _is_cell(segment)), ""))
