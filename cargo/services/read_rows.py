"""A document's bytes as the rows that keep it: read and counted, nothing stored yet."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from cargo.document_words import REMARKS
from cargo.documents.document import Document, physical_boxes, read_document, totals_of
from cargo.documents.facts import Message, PlaceRole, Voyage
from cargo.documents.reading import NotReadable
from cargo.documents.stored import facts_of, kept_remark, storable
from cargo.enums import Dialect
from cargo.models import DocumentMessage
from cargo.queries.references import own_sizes
from portcrm.errors import RuleBroken

GRAM = Decimal("0.001")
MOST_MESSAGES = 5_000
REMARKS_KEPT = 1_000  # of a file, and of each message; all are counted
FIELDS = {field.name: field.max_length for field in DocumentMessage._meta.concrete_fields}


@dataclass(frozen=True)
class ReadRows:
    """`fields` of the document, and its messages without it."""

    fields: Mapping[str, Any]
    messages: list[DocumentMessage]


def rows_of(content: bytes) -> ReadRows:
    """RuleBroken for what is no document, or has more messages than anybody sends."""
    refuse_too_many_messages(content)
    sizes = own_sizes()
    try:
        read = read_document(content, sizes)
    except NotReadable as refusal:
        raise refused(refusal) from refusal
    messages = [_message(message, position, sizes) for position, message in enumerate(read.messages, start=1)]
    return ReadRows(_fields(read, messages), messages)


def refuse_too_many_messages(content: bytes) -> None:
    """Real interchanges hold some hundreds; a file of nothing but heads would be a million rows."""
    if content.count(b"UNH") > MOST_MESSAGES:
        raise RuleBroken(format_lazy(_("The file holds more than {limit} messages. Ask the sender to divide it."), limit=MOST_MESSAGES))


def refused(refusal: NotReadable) -> RuleBroken:
    return RuleBroken(format_lazy(REMARKS[refusal.remark.kind], **refusal.remark.values))


def _fields(read: Document, messages: list[DocumentMessage]) -> dict[str, Any]:
    return {
        "encoding": read.encoding,
        "dialect": Dialect.PLATFORM if read.is_platform else Dialect.EDIFACT,
        "segments": read.segments,
        "remarks": [kept_remark(remark) for remark in read.remarks[:REMARKS_KEPT]],
        "remark_count": len(read.all_remarks),
        "message_count": len(messages),
        "boxes": sum(message.boxes for message in messages),
        "teu": sum(message.teu for message in messages),
        "tonnes": sum(message.tonnes for message in messages),
    }


def _message(message: Message, position: int, sizes: Mapping[str, Decimal]) -> DocumentMessage:
    totals = totals_of(physical_boxes(message), sizes)
    voyage = message.voyages[0] if message.voyages else Voyage()
    goods = sum((good.gross_kg or Decimal(0) for one in message.consignments for good in one.goods), Decimal(0))
    texts = {
        "type": message.type,
        "reference": message.reference,
        "number": message.number,
        **{name: getattr(voyage, name) for name in ("vessel", "voyage", "imo", "call_sign", "carrier")},
        "loading": _only_place(message, PlaceRole.LOADING),
        "discharge": _only_place(message, PlaceRole.DISCHARGE),
    }
    return DocumentMessage(
        position=position,
        kind=message.kind.value if message.kind else "",
        purpose=message.purpose.value,
        boxes=totals.boxes,
        laden=totals.laden,
        empty=totals.empty,
        teu=totals.teu,
        # Cargo that lies in no box, or in boxes without weights, has its own.
        tonnes=((totals.kg or goods) / 1000).quantize(GRAM),
        facts=facts_of(message),
        remarks=[kept_remark(remark) for remark in message.remarks[:REMARKS_KEPT]],
        **{name: storable(text)[: FIELDS[name]] for name, text in texts.items()},  # whole in the facts, where they are longer
    )


def _only_place(message: Message, role: PlaceRole) -> str:
    """The code of the one port of this role that a message names; a plan with boxes for several has none of its own."""
    named = [message, *message.consignments, *message.boxes]
    codes = {place.code for one in named for place in one.places if place.role == role and place.code}
    return codes.pop() if len(codes) == 1 else ""
