"""A document that was stored first is read by whoever claims its row; a reader that dies leaves it to the next.

Claiming, storing what was read and refusing are one statement or one transaction each, so a worker killed at any line leaves a
document that waits, is claimed until its lease runs out, or is read whole.
"""

import datetime as dt
import logging
import uuid

from django.core.files.storage import Storage
from django.db import InterfaceError, OperationalError, transaction
from django.db.models import F
from django.utils.translation import gettext_lazy as _

from cargo.enums import ReadingState
from cargo.models import CargoDocument
from cargo.services.keeping import keep_messages
from cargo.services.read_rows import ReadRows, rows_of
from portcrm import celery
from portcrm.accounts.models import User
from portcrm.audit.actions import action
from portcrm.audit.services import record
from portcrm.bilingual import both
from portcrm.clock import now
from portcrm.errors import RuleBroken

logger = logging.getLogger(__name__)

READ_TASK = "cargo.read_document"
PATIENCE = dt.timedelta(minutes=3)  # a worker was asked when the file came; only then it is likely that nobody heard
MOST_SWEPT = 100  # a worker that is away for hours shall not find each document asked for a hundred times
LEASE = dt.timedelta(minutes=10)  # the largest file takes a quarter of a minute
MOST_ATTEMPTS = 3
STOPPED_OFTEN = _("Reading this file stopped several times. Please report it; the file may be too much for this server.")
PROGRAM_ERROR = _("An error in the program stopped the reading. Please report it.")
FILE_GONE = _("The copy of this file has been deleted. Upload the file again.")


def read_received(*, document_id: int, by: User) -> CargoDocument | None:
    """Read a document that waits, or whose reader is gone, and store all it tells, or why it is refused.

    None, and nothing done, where it is gone, read already, or read by somebody else just now. `by` claims it; what is stored is
    stored in the name of whoever took the file in.
    """
    document = _claim(document_id=document_id, by=by)
    if document is None:
        return None
    if document.attempts > MOST_ATTEMPTS:
        return _refuse(document=document, reason=STOPPED_OFTEN, keeps_file=True, by=document.received_by)
    try:
        read = rows_of(_content(document))
        return _store(document=document, read=read, by=document.received_by)
    except RuleBroken as refusal:
        return _refuse(document=document, reason=refusal.message, by=document.received_by)
    except (OperationalError, InterfaceError):
        raise  # the database went away: the lease runs out and the document is taken up again
    except Exception:
        logger.exception("document.reading_failed", extra={"document": document.pk})
        return _refuse(document=document, reason=PROGRAM_ERROR, keeps_file=True, by=document.received_by)


@action("document.claim", _("Document taken in"))
def _claim(*, document_id: int, by: User) -> CargoDocument | None:
    at = now()
    row = CargoDocument.objects.claimable(at).select_for_update(skip_locked=True).filter(pk=document_id).first()
    if row is None:
        return None
    claimed = {"state": ReadingState.READING, "claim": uuid.uuid4(), "lease_until": at + LEASE, "attempts": F("attempts") + 1}
    CargoDocument.objects.filter(pk=row.pk).update(**claimed)
    return CargoDocument.objects.select_related("received_by").get(pk=row.pk)


def _content(document: CargoDocument) -> bytes:
    try:
        with document.file.storage.open(document.file.name) as file:
            return file.read()
    except (OSError, ValueError) as missing:
        raise RuleBroken(FILE_GONE) from missing


@action("document.take_in", _("Document taken in"))
def _store(*, document: CargoDocument, read: ReadRows, by: User) -> CargoDocument:
    """Everything the document tells, unless another reader has it by now, or the file was deleted for the sake of a person in it."""
    current = _ours(document)
    if current is None:
        return CargoDocument.objects.get(pk=document.pk)
    if not current.file:
        raise RuleBroken(FILE_GONE)
    for name, value in read.fields.items():
        setattr(current, name, value)
    _end(current, ReadingState.READ, *read.fields)
    keep_messages(document=current, messages=read.messages, by=by)
    return current


@action("document.refuse", _("Document refused"))
def _refuse(*, document: CargoDocument, reason: object, by: User, keeps_file: bool = False) -> CargoDocument:
    """The row stays and says why; the bytes go, unless the fault is ours and not the file's."""
    current = _ours(document)
    if current is None:
        return CargoDocument.objects.get(pk=document.pk)
    storage, path = current.file.storage, current.file.name
    current.refusal = both(reason)
    if path and not keeps_file:
        current.file = ""
        transaction.on_commit(lambda: _delete(storage, path))
    _end(current, ReadingState.REFUSED, "file", "refusal")
    return current


@action("document.read_again", _("Document read again"))
def read_again(*, document: CargoDocument, by: User) -> CargoDocument:
    """Let a worker try a refused document once more; RuleBroken where its file is not kept, or somebody was faster."""
    row = CargoDocument.objects.select_for_update().get(pk=document.pk)
    if not row.may_be_read_again:
        raise RuleBroken(_("Only a refused document whose file is kept can be read again."))
    row.state, row.attempts, row.refusal = ReadingState.WAITING, 0, {}
    row.save(update_fields=["state", "attempts", "refusal"])
    record(by=by, action="document.read_again", target=row)
    transaction.on_commit(lambda: ask_to_read(row.pk))
    return row


def _ours(document: CargoDocument) -> CargoDocument | None:
    current = CargoDocument.objects.select_for_update().get(pk=document.pk)
    return current if current.claim == document.claim and current.state == ReadingState.READING else None


def _end(current: CargoDocument, state: ReadingState, *names: str) -> None:
    current.state, current.claim, current.lease_until = state, None, None
    current.save(update_fields=["state", "claim", "lease_until", *names])


def _delete(storage: Storage, path: str) -> None:
    storage.delete(path)


def ask_to_read(document_id: int) -> None:
    """Ask a worker to read it now; the sweeper asks again if the broker is away."""
    celery.nudge(READ_TASK, document_id)


def sweep_documents(*, at: dt.datetime) -> list[int]:
    """Ask for the documents that have waited for a while, or have lost their reader, the first of them first; returns which."""
    forgotten = CargoDocument.objects.claimable(at).filter(received_at__lt=at - PATIENCE)
    keys = list(forgotten.order_by("pk").values_list("pk", flat=True)[:MOST_SWEPT])
    for key in keys:
        ask_to_read(key)
    return keys
