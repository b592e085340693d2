"""Which message a change or cancellation means: the latest before it of its type, kind and number, else the first original after it.

Before and after are the order in which documents were received, for a large file is read later than what arrived behind it. So a
document that is stored may stand between a message and what that has been taken to mean, which is then corrected.
"""

import datetime as dt
from collections.abc import Iterable, Sequence

from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from cargo.models import CargoDocument, DocumentMessage
from cargo.models.document import REPLACING
from portcrm.accounts.models import User
from portcrm.audit.actions import action

LATEST_CHANGE = dt.timedelta(days=180)
LATEST_ORIGINAL = dt.timedelta(days=30)  # numbers are used again: a cancellation of last year means none of today's documents
PORTION = 200
KEY = ("type", "kind", "number")
ARRIVED_AT = "document__received_at"

Key = tuple[str, str, str]


@action("document.take_in", _("Document taken in"))
def link_messages(*, document: CargoDocument, messages: Sequence[DocumentMessage], by: User) -> None:
    """Link the stored messages of a document with those they change or cancel, and with those that change or cancel them.

    Nobody else stores messages of these numbers meanwhile (turns.hold_numbers).
    """
    linked = [*_link_own(document, messages), *_link_others(document, messages)]
    DocumentMessage.objects.bulk_update(linked, ["replaces"], batch_size=PORTION)


def _link_own(document: CargoDocument, messages: Sequence[DocumentMessage]) -> list[DocumentMessage]:
    """Each change or cancellation of the document: with the latest before it, which may stand in the same file, else the first after."""
    numbers = {message.number for message in messages if message.purpose in REPLACING and message.number}
    latest, first = _latest_before(document, numbers), _first_after(document, numbers)
    told_first = _first_originals(messages)
    linked = []
    for message in messages:
        if not message.number:
            continue
        if message.purpose in REPLACING:
            key = _key(message)
            message.replaces = latest.get(key) or told_first.get(key) or first.get(key)
            linked.append(message)
        latest[_key(message)] = message
    return linked


def _first_originals(messages: Sequence[DocumentMessage]) -> dict[Key, DocumentMessage]:
    return {_key(one): one for one in reversed(messages) if one.number and one.purpose not in REPLACING}


def _latest_before(document: CargoDocument, numbers: Iterable[str]) -> dict[Key, DocumentMessage]:
    # numbers begin anew, and another sender may have the same: what is older is another document
    recent = Q(document__received_at__gte=document.received_at - LATEST_CHANGE)
    stored = DocumentMessage.objects.filter(recent & _before(document, "document"), number__in=numbers)
    newest_first = stored.order_by(*KEY, f"-{ARRIVED_AT}", "-document_id", "-position").distinct(*KEY)
    return {_key(one): one for one in newest_first.only(*KEY)}


def _first_after(document: CargoDocument, numbers: Iterable[str]) -> dict[Key, DocumentMessage]:
    """Originals only: a change after a change means that one, and never the other way round as well."""
    soon = Q(document__received_at__lte=document.received_at + LATEST_ORIGINAL)
    stored = DocumentMessage.objects.filter(soon & _after(document, "document"), number__in=numbers).exclude(purpose__in=REPLACING)
    oldest_first = stored.order_by(*KEY, ARRIVED_AT, "document_id", "position").distinct(*KEY)
    return {_key(one): one for one in oldest_first.only(*KEY)}


def _link_others(document: CargoDocument, messages: Sequence[DocumentMessage]) -> list[DocumentMessage]:
    """Changes and cancellations of other documents that this one is for: of those after it the first, which meant something older or
    nothing, and of those before it the first that has found nothing nearer."""
    later = {_key(message): message for message in messages if message.number}
    earlier = _first_originals(messages)
    others = DocumentMessage.objects.filter(_after_this(document) | _before_this(document), purpose__in=REPLACING)
    others = others.filter(number__in={number for _type, _kind, number in later}).exclude(document=document)
    linked = []
    in_order = others.select_related("document").order_by(ARRIVED_AT, "document_id", "position")
    for one in in_order.only(*KEY, "position", ARRIVED_AT):
        is_later = (one.document.received_at, one.document_id) > (document.received_at, document.pk)
        meant = (later if is_later else earlier).pop(_key(one), None)
        if meant is not None:
            one.replaces = meant
            linked.append(one)
    return linked


def _after_this(document: CargoDocument) -> Q:
    """Arrived after the document, and taken to mean nothing, what arrived before the document, or what arrived after themselves."""
    at = "replaces__document__received_at"
    beyond = Q(**{f"{at}__gt": F(ARRIVED_AT)}) | Q(**{at: F(ARRIVED_AT), "replaces__document_id__gt": F("document_id")})
    recent = Q(document__received_at__lte=document.received_at + LATEST_CHANGE)
    return recent & _after(document, "document") & (Q(replaces=None) | _before(document, "replaces__document") | beyond)


def _before_this(document: CargoDocument) -> Q:
    """Arrived before the document, and taken to mean nothing, or what arrived after the document."""
    recent = Q(document__received_at__gte=document.received_at - LATEST_ORIGINAL)
    return recent & _before(document, "document") & (Q(replaces=None) | _after(document, "replaces__document"))


def _before(document: CargoDocument, whose: str) -> Q:
    at = f"{whose}__received_at"
    return Q(**{f"{at}__lt": document.received_at}) | Q(**{at: document.received_at, f"{whose}_id__lt": document.pk})


def _after(document: CargoDocument, whose: str) -> Q:
    at = f"{whose}__received_at"
    return Q(**{f"{at}__gt": document.received_at}) | Q(**{at: document.received_at, f"{whose}_id__gt": document.pk})


def _key(message: DocumentMessage) -> Key:
    return message.type, message.kind, message.number
