"""What a document tells becomes rows: messages, what they change or cancel, what it is found by, the companies in it."""

import datetime as dt
from collections.abc import Sequence

from django.utils.translation import gettext_lazy as _

from cargo.models import CargoDocument, DocumentKey, DocumentMessage
from cargo.models.document import REPLACING
from cargo.queries.document_keys import keys_of
from cargo.services.learning import learn_from_document
from portcrm.accounts.models import User
from portcrm.audit.actions import action
from portcrm.audit.services import record
from portcrm.clock import now

LATEST_CHANGE = dt.timedelta(days=180)
LATEST_ORIGINAL = dt.timedelta(days=30)  # numbers are used again: a cancellation of last year means none of today's documents
PORTION, KEYS_PORTION = 200, 5_000


@action("document.take_in", _("Document taken in"))
def keep_messages(*, document: CargoDocument, messages: Sequence[DocumentMessage], by: User) -> None:
    """Store the messages of a document that is stored itself, with everything that follows from them."""
    for message in messages:
        message.document = document
    DocumentMessage.objects.bulk_create(messages, batch_size=PORTION)
    _link_replaced(messages)
    _link_waiting(messages)
    note_keys(document=document, messages=messages, by=by)
    learn_from_document(document=document, by=by)
    record(by=by, action="document.take_in", target=document, messages=len(messages), remarks=document.remark_count)


@action("document.take_in", _("Document taken in"))
def note_keys(*, document: CargoDocument, messages: Sequence[DocumentMessage], by: User) -> None:
    """Let the document be found by its name and by what these messages tell; what it was found by before is forgotten."""
    document.keys.all().delete()
    rows = [DocumentKey(document=document, kind=kind, key=key) for kind, key in sorted(keys_of(document.file_name, messages))]
    DocumentKey.objects.bulk_create(rows, ignore_conflicts=True, batch_size=KEYS_PORTION)


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
