"""Taking in the documents a port receives: kept whole with everything they tell, or refused with a reason.

A small file is read first and then kept, so that the answer says what is in it. A large one is kept first and read by a worker.
"""

import hashlib
import secrets

from django.conf import settings
from django.core.files.base import ContentFile
from django.db import IntegrityError, transaction
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from cargo.documents.reading import NotReadable, look_at
from cargo.enums import ReadingState
from cargo.models import CargoDocument
from cargo.services.keeping import keep_messages, note_keys
from cargo.services.read_rows import ReadRows, refuse_too_many_messages, refused, rows_of
from cargo.services.reading import ask_to_read, read_received
from portcrm.accounts.models import User
from portcrm.audit.actions import action
from portcrm.clock import now
from portcrm.errors import RuleBroken
from portcrm.exchange.file_names import readable_name

PARTIES_READ_AT_ONCE = 300
FILE_NAME = CargoDocument._meta.get_field("file_name").max_length


def receive_document(*, name: str, content: bytes, by: User) -> tuple[CargoDocument, bool]:
    """As take_in_document for a small file; a large one, or one that names hundreds of parties, is kept at once and read by a worker.

    RuleBroken, and nothing kept, where size or beginning show that it is no document. What the worker refuses stays as a refused
    row; the same file again is tried again.
    """
    if _is_read_quickly(content):
        return take_in_document(name=name, content=content, by=by)
    _refuse_at_sight(content)
    known = _known(content)
    if known is not None and not known.is_refused:
        return known, False
    if known is not None:
        return _offer_again(document=known, content=content, by=by), True
    document = _unread(name, content)
    is_new = _with_file(document, content, lambda: _receive(document=document, by=by))
    return (document, True) if is_new else (CargoDocument.objects.get(sha256=document.sha256), False)


def take_in_document(*, name: str, content: bytes, by: User) -> tuple[CargoDocument, bool]:
    """Keep a file with all it tells, and say whether it is new: the same content is known again and changes nothing.

    RuleBroken, and nothing kept, for what is too large or no document. The file is read before the transaction begins. One that
    waits for a worker, or was refused, is read here and now; one that a worker is reading is left to it.
    """
    _refuse_at_sight(content)
    if known := _known(content):
        return _read_now(known, content, by)
    read = rows_of(content)
    document = _unread(name, content)
    is_new = _with_file(document, content, lambda: _keep(document=document, read=read, by=by))
    return (document, True) if is_new else (CargoDocument.objects.get(sha256=document.sha256), False)


def _is_read_quickly(content: bytes) -> bool:
    """Each party becomes a company that is looked for and kept, so a short file of nothing but parties takes as long as a large one."""
    parties = content.count(b"NAD+") + content.count(b"\n17:")
    return len(content) <= settings.DOCUMENT_BYTES_READ_AT_ONCE and parties <= PARTIES_READ_AT_ONCE


def _refuse_at_sight(content: bytes) -> None:
    if len(content) > settings.MAX_DOCUMENT_BYTES:
        raise RuleBroken(format_lazy(_("The file is larger than {limit} MB."), limit=round(settings.MAX_DOCUMENT_BYTES / 2**20, 1)))
    refuse_too_many_messages(content)
    try:
        look_at(content)
    except NotReadable as refusal:
        raise refused(refusal) from refusal


def _known(content: bytes) -> CargoDocument | None:
    return CargoDocument.objects.filter(sha256=hashlib.sha256(content).hexdigest()).first()


def _unread(name: str, content: bytes) -> CargoDocument:
    return CargoDocument(
        file_name=readable_name(name, FILE_NAME),
        sha256=hashlib.sha256(content).hexdigest(),
        size=len(content),
        state=ReadingState.WAITING,
    )


def _with_file(document: CargoDocument, content: bytes, store) -> bool:
    """Whether `store` kept the row; the bytes stay with it only then."""
    document.file.save(f"{document.sha256[:16]}-{secrets.token_hex(4)}", ContentFile(content), save=False)
    kept = False
    try:
        kept = store()
    finally:
        if not kept:
            document.file.storage.delete(document.file.name)
    return kept


@action("document.take_in", _("Document taken in"))
def _keep(*, document: CargoDocument, read: ReadRows, by: User) -> bool:
    """Whether it was kept; somebody may have kept the same content since it was looked for."""
    for name, value in {**read.fields, "state": ReadingState.READ}.items():
        setattr(document, name, value)
    if not _insert(document, by):
        return False
    keep_messages(document=document, messages=read.messages, by=by)
    return True


@action("document.receive", _("Document received"))
def _receive(*, document: CargoDocument, by: User) -> bool:
    """Whether it was kept to be read by a worker."""
    if not _insert(document, by):
        return False
    note_keys(document=document, messages=(), by=by)
    transaction.on_commit(lambda: ask_to_read(document.pk))
    return True


def _insert(document: CargoDocument, by: User) -> bool:
    document.received_by, document.received_at = by, now()
    try:
        with transaction.atomic():
            document.save(force_insert=True)
    except IntegrityError:
        return False
    return True


def _read_now(known: CargoDocument, content: bytes, by: User) -> tuple[CargoDocument, bool]:
    if known.is_read:
        return known, False
    if known.is_refused:
        known = _offer_again(document=known, content=content, by=by)
    read = read_received(document_id=known.pk, by=by)
    if read is None:
        return CargoDocument.objects.get(pk=known.pk), False
    if read.is_refused:
        raise RuleBroken(read.reason)
    return read, True


def _offer_again(*, document: CargoDocument, content: bytes, by: User) -> CargoDocument:
    """A refused document whose file has come again waits to be read again; a copy that was kept is enough."""
    if document.file and document.file.storage.exists(document.file.name):
        _put_back(document=document, path=document.file.name, by=by)
    else:
        copy = CargoDocument(sha256=document.sha256)
        _with_file(copy, content, lambda: _put_back(document=document, path=copy.file.name, by=by))
    return CargoDocument.objects.get(pk=document.pk)


@action("document.receive", _("Document received"))
def _put_back(*, document: CargoDocument, path: str, by: User) -> bool:
    waiting = {"state": ReadingState.WAITING, "attempts": 0, "refusal": {}, "file": path, "received_by": by, "received_at": now()}
    as_seen = CargoDocument.objects.filter(pk=document.pk, state=ReadingState.REFUSED, file=document.file.name or "")
    is_ours = bool(as_seen.update(**waiting))
    if is_ours:
        transaction.on_commit(lambda: ask_to_read(document.pk))
    return is_ours
