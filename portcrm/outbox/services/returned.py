"""Returned mails: each kept once as it came, its report noted, what is not recognised left for a person."""

import datetime as dt
import hashlib
import logging

from django.utils.translation import gettext_lazy
from django.utils.translation import gettext_lazy as _

from portcrm.accounts.models import User
from portcrm.audit.actions import action
from portcrm.audit.services import record
from portcrm.errors import RuleBroken
from portcrm.outbox.enums import Fate, ReturnKind, ReturnState
from portcrm.outbox.models import OutgoingEmail, ReturnedMail
from portcrm.outbox.returns.addresses import mail_named_by
from portcrm.outbox.returns.dsn import Returned, read_returned
from portcrm.outbox.services.reports import note_report

logger = logging.getLogger(__name__)


@action("outbox.take_in_returned", gettext_lazy("Returned mail taken in"))
def take_in_returned(*, raw: bytes, at: dt.datetime, by: User) -> ReturnedMail:
    """Keep a mail from the return mailbox and do what it says, both or neither; the same mail again changes nothing.

    A report about a mail of ours is settled here, an automatic reply has no effect, anything else waits for a person.
    """
    digest = hashlib.sha256(raw).hexdigest()
    read = _read(raw)
    mail = mail_of(read)
    settled = read.kind == ReturnKind.REPLY or (read.kind == ReturnKind.REPORT and mail is not None)
    row = ReturnedMail(
        digest=digest,
        raw=raw,
        kind=read.kind,
        state=ReturnState.SETTLED if settled else ReturnState.OPEN,
        mail=mail,
        sender=read.sender[:254],
        subject=read.subject[:300],
        text=read.text,
        received_at=at,
        settled_at=at if settled else None,
    )
    kept = ReturnedMail.objects.bulk_create([row], ignore_conflicts=True) and ReturnedMail.objects.get(digest=digest)
    for number, told in enumerate(read.told if mail else ()):
        if told.fate:
            note_report(mail=mail, key=f"returned:{digest}:{number}", fate=Fate(told.fate), words=told.words, at=at, by=by)
    return kept


def mail_of(read: Returned) -> OutgoingEmail | None:
    """The mail of ours that came back: named by the signed address it came to, else by a Message-ID it carries."""
    for address in read.came_to:
        pk = mail_named_by(address)
        if pk and (mail := OutgoingEmail.objects.filter(pk=pk).first()):
            return mail
    return OutgoingEmail.objects.filter(message_id__in=read.message_ids).first() if read.message_ids else None


@action("outbox.settle_returned", gettext_lazy("Returned mail settled"))
def assign_returned(*, returned: ReturnedMail, mail: OutgoingEmail, fate: Fate, at: dt.datetime, by: User) -> ReturnedMail:
    """A person says which mail came back and why; it has the effect a report would have had."""
    row = _take(returned, ReturnState.SETTLED, mail=mail, at=at, by=by)
    note_report(mail=mail, key=f"returned:{row.digest}:by-hand", fate=fate, words=row.subject, at=at, by=by)
    record(by=by, action="outbox.settle_returned", target=row, fate=fate.value)
    return row


@action("outbox.dismiss_returned", gettext_lazy("Returned mail put aside"))
def dismiss_returned(*, returned: ReturnedMail, note: str, at: dt.datetime, by: User) -> ReturnedMail:
    """A person has looked at it and nothing follows; it is kept."""
    row = _take(returned, ReturnState.DISMISSED, note=note, at=at, by=by)
    record(by=by, action="outbox.dismiss_returned", target=row)
    return row


def _take(returned: ReturnedMail, state: ReturnState, *, at: dt.datetime, by: User, **fields) -> ReturnedMail:
    taken = ReturnedMail.objects.open().filter(pk=returned.pk).update(state=state, settled_at=at, settled_by=by, **fields)
    if taken != 1:
        raise RuleBroken(_("Somebody has settled this mail meanwhile."))
    returned.refresh_from_db()
    return returned


def _read(raw: bytes) -> Returned:
    try:
        return read_returned(raw)
    except Exception:  # no mail is so broken that it may stop those behind it: a person reads it
        logger.exception("outbox.returned_mail_unreadable")
        return Returned(kind=ReturnKind.OTHER, text=raw[:20_000].decode("utf-8", "replace").replace("\x00", ""))
