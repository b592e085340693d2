"""What is to be said of a document besides its facts: a code with its values; words for it stand in cargo/document_words.py."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum


class Kind(StrEnum):
    """The first group keeps a file from being read, the second is worth knowing of one that is."""

    BINARY = "binary"
    NO_DOCUMENT = "no_document"
    TERMINAL_LIST = "terminal_list"
    TOO_MANY_PARTS = "too_many_parts"
    NO_MESSAGE = "no_message"
    TYPE_NOT_READ = "type_not_read"
    NOT_STANDARD = "not_standard"

    TRUNCATED = "truncated"
    NO_HEADER = "no_header"
    NO_END = "no_end"
    NO_MESSAGE_END = "no_message_end"
    SEGMENT_COUNT = "segment_count"
    MESSAGE_COUNT = "message_count"
    REFERENCE = "reference"
    RECORD_COUNT = "record_count"
    OUTSIDE = "outside"
    BOX_NUMBER = "box_number"
    SIZE_TYPE = "size_type"
    WEIGHT = "weight"
    BOX_COUNT = "box_count"


STOPPING = frozenset(
    {Kind.BINARY, Kind.NO_DOCUMENT, Kind.TERMINAL_LIST, Kind.TOO_MANY_PARTS, Kind.NO_MESSAGE, Kind.TYPE_NOT_READ, Kind.NOT_STANDARD}
)


@dataclass(frozen=True)
class Remark:
    """`segment`: where, counted from 1; 0 where it concerns the whole file."""

    kind: Kind
    segment: int = 0
    values: Mapping[str, str] = field(default_factory=dict)
