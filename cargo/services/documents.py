"""Taking in the documents a port receives: read first, then kept whole with everything they tell, or refused with a reason."""

import datetime as dt
import hashlib
import secrets
from collections.abc import Mapping, Sequence
from decimal import Decimal
from pathlib import PurePath

from django.conf import settings
from django.core.files.base import ContentFile
from django.db import DatabaseError, IntegrityError, transaction
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from cargo.document_words import REMARKS
from cargo.documents.document import Document, physical_boxes, read_document, totals_of
from cargo.documents.facts import Message, PlaceRole, Voyage
from cargo.documents.reading import NotReadable
from cargo.documents.stored import facts_of, kept_remark, storable
from cargo.enums import Dialect
from cargo.models import CargoDocument, DocumentMessage
from cargo.models.document import REPLACING
from cargo.queries.references import own_sizes
from cargo.services.learning import learn_from_document
from portcrm.accounts.models import User
from portcrm.audit.actions import action
from portcrm.audit.services import record
from portcrm.clock import now
from portcrm.errors import RuleBroken

GRAM = Decimal("0.001")
MOST_MESSAGES = 5_000
LATEST_CHANGE = dt.timedelta(days=180)
LATEST_ORIGINAL = dt.timedelta(days=30)  # numbers are used again: a cancellation of last year means none of today's documents
REMARKS_KEPT = 1_000  # of a file, and of each message; all are counted
FIELDS = {field.name: field.max_length for field in DocumentMessage._meta.concrete_fields}


def take_in_document(*, name: str, content: bytes, by: User) -> tuple[CargoDocument, bool]:
    """Keep a file with all it tells, and say whether it is new: the same content is known again and changes nothing.

    RuleBroken, and nothing kept, for what is too large or no document. The file is read before the transaction begins.
    """
    if len(content) > settings.MAX_DOCUMENT_BYTES:
        raise RuleBroken(format_lazy(_("The file is larger than {limit} MB."), limit=round(settings.MAX_DOCUMENT_BYTES / 2**20, 1)))
    # Real interchanges hold some hundreds; a file of nothing but heads would be a million rows.
    if content.count(b"UNH") > MOST_MESSAGES:
        raise RuleBroken(format_lazy(_("The file holds more than {limit} messages. Ask the sender to divide it."), limit=MOST_MESSAGES))
    sha256 = hashlib.sha256(content).hexdigest()
    if known := CargoDocument.objects.filter(sha256=sha256).first():
        return known, False
    try:
        read = read_document(content, sizes := own_sizes())
    except NotReadable as refusal:
        raise RuleBroken(format_lazy(REMARKS[refusal.remark.kind], **refusal.remark.values)) from refusal
    messages = [_message(message, position, sizes) for position, message in enumerate(read.messages, start=1)]
    document = _document(name, content, sha256, read, messages)
    document.file.save(f"{sha256[:16]}-{secrets.token_hex(4)}", ContentFile(content), save=False)
    try:
        is_new = _keep(document=document, messages=messages, by=by)
    except DatabaseError:
        document.file.storage.delete(document.file.name)
        raise
    if is_new:
        return document, True
    document.file.storage.delete(document.file.name)
    return CargoDocument.objects.get(sha256=sha256), False


@action("document.take_in", _("Document taken in"))
def _keep(*, document: CargoDocument, messages: list[DocumentMessage], by: User) -> bool:
    """Whether it was kept; somebody may have kept the same content since it was looked for."""
    document.received_by, document.received_at = by, now()
    try:
        with transaction.atomic():
            document.save(force_insert=True)
    except IntegrityError:
        return False
    for message in messages:
        message.document = document
    DocumentMessage.objects.bulk_create(messages, batch_size=200)
    _link_replaced(messages)
    _link_waiting(messages)
    learn_from_document(document=document, by=by)
    record(by=by, action="document.take_in", target=document, messages=len(messages), remarks=document.remark_count)
    return True


def _link_replaced(messages: Sequence[DocumentMessage]) -> None:
    """A change or cancellation names what it replaces by number: the latest earlier message of its type and kind, of this file too."""
    numbers = {message.number for message in messages if message.purpose in REPLACING and message.number}
    if not numbers:
        return
    own = {message.pk for message in messages}
    # numbers begin anew, and another sender may have the same: what is older is another document
    stored = DocumentMessage.objects.filter(number__in=numbers, document__received_at__gte=now() - LATEST_CHANGE)
    stored = stored.exclude(pk__in=own).order_by("pk")
    latest = {(one.type, one.kind, one.number): one for one in stored.only("type", "kind", "number")}
    linked = []
    for message in messages:
        key = (message.type, message.kind, message.number)
        if message.purpose in REPLACING and key in latest:
            message.replaces = latest[key]
            linked.append(message)
        latest[key] = message
    DocumentMessage.objects.bulk_update(linked, ["replaces"], batch_size=200)


def _link_waiting(messages: Sequence[DocumentMessage]) -> None:
    """A change or cancellation that arrived shortly before what it means: the earliest of them that has found nothing is for this one."""
    own = {message.pk for message in messages}
    arrived = {(one.type, one.kind, one.number): one for one in messages if one.number}
    since = now() - LATEST_ORIGINAL
    waiting = DocumentMessage.objects.filter(
        number__in={number for _type, _kind, number in arrived}, purpose__in=REPLACING, replaces=None, document__received_at__gte=since
    )
    linked = []
    for one in waiting.exclude(pk__in=own).only("type", "kind", "number").order_by("pk"):
        original = arrived.pop((one.type, one.kind, one.number), None)
        if original is not None:
            one.replaces = original
            linked.append(one)
    DocumentMessage.objects.bulk_update(linked, ["replaces"], batch_size=200)


def _document(name: str, content: bytes, sha256: str, read: Document, messages: Sequence[DocumentMessage]) -> CargoDocument:
    # A name may come from another system, or from a file system that knows no encoding.
    file_name = PurePath(name.replace("\\", "/")).name.encode("utf-8", "replace").decode()
    return CargoDocument(
        file_name=storable(file_name)[-FILE_NAME:],
        sha256=sha256,
        size=len(content),
        encoding=read.encoding,
        dialect=Dialect.PLATFORM if read.is_platform else Dialect.EDIFACT,
        segments=read.segments,
        remarks=[kept_remark(remark) for remark in read.remarks[:REMARKS_KEPT]],
        remark_count=len(read.all_remarks),
        message_count=len(messages),
        boxes=sum(message.boxes for message in messages),
        teu=sum(message.teu for message in messages),
        tonnes=sum(message.tonnes for message in messages),
    )


FILE_NAME = CargoDocument._meta.get_field("file_name").max_length


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
