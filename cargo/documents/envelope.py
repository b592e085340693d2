"""The envelope of an EDIFACT file: which segments belong to which message, and whether the counts it gives are right."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from cargo.documents.reading import Segment
from cargo.documents.remarks import Kind, Remark

ENVELOPE = frozenset({"UNA", "UNB", "UNG", "UNE", "UNZ"})


@dataclass(frozen=True)
class RawMessage:
    """Segments from UNH to UNT, both left out."""

    type: str
    release: str
    reference: str
    segments: Sequence[Segment]
    segment: int


def unwrap(segments: Sequence[Segment]) -> tuple[list[RawMessage], list[Remark]]:
    """The messages in their order, and what is wrong with the envelope; nothing of it keeps a message from being read."""
    messages, remarks = [], list(_envelope_remarks(segments))
    start, outside = None, 0
    for position, segment in enumerate(segments):
        if segment.tag == "UNH":
            if start is not None:
                messages.append(_message(segments[start:position], None, remarks))
            start = position
        elif segment.tag == "UNT" and start is not None:
            messages.append(_message(segments[start:position], segment, remarks))
            start = None
        elif start is None and segment.tag not in ENVELOPE:
            outside += 1
    if start is not None:
        rest = [segment for segment in segments[start:] if segment.tag not in ENVELOPE]
        messages.append(_message(rest, None, remarks))
    if outside:
        remarks.append(Remark(Kind.OUTSIDE, 0, {"found": str(outside)}))
    return messages, remarks + list(_message_count(segments, len(messages)))


def _message(inside: Sequence[Segment], end: Segment | None, remarks: list[Remark]) -> RawMessage:
    head = inside[0]
    reference = head.value(1)
    if end is None:
        remarks.append(Remark(Kind.NO_MESSAGE_END, head.number, {"reference": reference}))
    else:
        remarks += _end_remarks(inside, end, reference)
    return RawMessage(head.value(2), "".join(head.value(2, part) for part in (2, 3)), reference, tuple(inside[1:]), head.number)


def _end_remarks(inside: Sequence[Segment], end: Segment, reference: str) -> Iterator[Remark]:
    found = len(inside) + 1
    if end.value(1).lstrip("0") != str(found):
        yield Remark(Kind.SEGMENT_COUNT, end.number, {"reference": reference, "said": end.value(1), "found": str(found)})
    if end.value(2) != reference:
        yield Remark(Kind.REFERENCE, end.number, {"reference": reference, "found": end.value(2)})


def _envelope_remarks(segments: Sequence[Segment]) -> Iterator[Remark]:
    tags = {segment.tag for segment in segments}
    if "UNB" not in tags:
        yield Remark(Kind.NO_HEADER)
    elif "UNZ" not in tags:
        yield Remark(Kind.NO_END)


def _message_count(segments: Sequence[Segment], found: int) -> Iterator[Remark]:
    """UNZ counts messages, or their groups where there are any."""
    groups = sum(segment.tag == "UNG" for segment in segments)
    for end in segments:
        if end.tag == "UNZ" and end.value(1) != str(groups or found):
            yield Remark(Kind.MESSAGE_COUNT, end.number, {"said": end.value(1), "found": str(groups or found)})
