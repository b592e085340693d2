"""What a document is found by: its name, and the numbers, vessels and voyages in its facts, squashed as a search is."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from cargo.enums import KeyKind
from cargo.models import DocumentMessage
from cargo.models.document import LONGEST_KEY
from cargo.queries.documents import box_lines
from customers.naming import squash
from customers.naming.keys import CHINESE

Facts = Mapping[str, Any]
Found = tuple[KeyKind, str]
LOOKED_AT = 2 * LONGEST_KEY  # signs of a text, blanks among them


def keys_of(file_name: str, messages: Iterable[DocumentMessage]) -> set[Found]:
    """Each kind and key once."""
    said = [(KeyKind.FILE, file_name), *(one for message in messages for one in _said(message))]
    squashed = ((kind, squash(text[:LOOKED_AT])[:LONGEST_KEY]) for kind, text in dict.fromkeys(said) if text)
    return {(kind, key) for kind, key in squashed if key}


def _said(message: DocumentMessage) -> Iterator[Found]:
    yield KeyKind.NUMBER, message.number
    for voyage in message.facts["voyages"]:
        yield from _said_of_voyage(voyage)
    for bill in message.facts["consignments"]:
        yield from _numbers(bill)
    for box in box_lines(message.facts):
        yield KeyKind.BOX, box.get("number", "")
        yield from _numbers(box)


def _numbers(fact: Facts) -> Iterator[Found]:
    yield KeyKind.BILL, fact.get("bill_no", "")
    yield KeyKind.BOOKING, fact.get("booking_no", "")


def _said_of_voyage(voyage: Facts) -> Iterator[Found]:
    """A vessel is found by each word of its name (each sign of a Chinese one) and on, with its voyage behind."""
    name, number = voyage.get("vessel", "")[:LONGEST_KEY], voyage.get("voyage", "")[:LONGEST_KEY]
    yield KeyKind.VOYAGE, number
    yield KeyKind.VESSEL, voyage.get("imo", "")
    for place, sign in enumerate(name):
        begins = place == 0 or sign.isalnum() and not name[place - 1].isalnum()
        if begins or CHINESE.match(sign):
            yield KeyKind.VESSEL, name[place:] + number
