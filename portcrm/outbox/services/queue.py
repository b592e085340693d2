"""Writing mails down: one row each, in the caller's transaction, at most one per dedupe key."""

import datetime as dt
import logging
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from email.utils import make_msgid
from itertools import islice

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.db.models import DateTimeField, QuerySet, Value
from django.db.models.functions import Coalesce, Greatest
from django.utils.encoding import punycode
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from portcrm import celery
from portcrm.accounts.models import User
from portcrm.bilingual import both
from portcrm.clock import now
from portcrm.outbox.enums import MailState, Outcome
from portcrm.outbox.models import JournalEntry, OutgoingEmail
from portcrm.outbox.services.blocking import BLOCKED, blocked_among
from portcrm.outbox.services.suppression import suppressed_among

logger = logging.getLogger(__name__)

BATCH = 1000
LONGEST_ADDRESS = 254
WRITTEN_ANEW = _(
    "A mail with this key was handed over before the database was restored, and its link no longer holds. "
    "Send this one if the recipient should get it."
)
DELIVER_TASK = "portcrm.outbox.deliver"


@dataclass(frozen=True, kw_only=True)
class EmailDraft:
    """A mail as an app writes it. `dedupe_key` is the promise: one key, one mail.

    `service_mail` may be sent twice rather than not at all (a complaint's acknowledgement); every other mail
    goes out at most once. `record`/`record_pk` name what the mail is about, so that its page can list its mails.
    """

    kind: str
    to_address: str
    to_name: str
    language: str
    subject: str
    text: str
    html: str = ""
    dedupe_key: str
    not_before: dt.datetime | None = None
    not_after: dt.datetime | None = None
    link_ref: str = ""
    service_mail: bool = False
    record: str = ""
    record_pk: str = ""


def queue_email(draft: EmailDraft) -> OutgoingEmail:
    """Write one mail down; the row that already has its dedupe key is returned instead of a second one."""
    return queue_emails([draft])[draft.dedupe_key]


@transaction.atomic
def queue_emails(drafts: Iterable[EmailDraft]) -> dict[str, OutgoingEmail]:
    """Write mails down and return them by dedupe key; a key that exists keeps its first mail."""
    drafts = iter(drafts)
    rows: dict[str, OutgoingEmail] = {}
    while batch := list(islice(drafts, BATCH)):
        asked = [draft.to_address for draft in batch if not draft.service_mail]  # who writes to us is answered
        stopped, blocked, handed_over = suppressed_among(asked), blocked_among(asked), _handed_over(batch)
        OutgoingEmail.objects.bulk_create([_row(draft, stopped, blocked, handed_over) for draft in batch], ignore_conflicts=True)
        rows |= OutgoingEmail.objects.in_bulk([draft.dedupe_key for draft in batch], field_name="dedupe_key")
    if rows:
        nudge_on_commit()
    return rows


def bring_forward(*, mails: QuerySet[OutgoingEmail], by: User) -> int:
    """Let waiting mails that were put off go as soon as they may; returns how many. One that was tried keeps its pause."""
    at = Value(now(), DateTimeField())
    aside = mails.filter(state=MailState.WAITING, due_at__gt=at, attempts=0)
    moved = aside.update(due_at=Greatest(at, Coalesce("not_before", at)), reason={})
    if moved:
        nudge_on_commit()
    return moved


def put_off(*, mails: QuerySet[OutgoingEmail], until: dt.datetime, reason: str | Promise, by: User) -> int:
    """Let waiting mails stand aside until then, so that no worker takes them up for nothing; returns how many.

    One that was tried and waits for its next attempt keeps that moment: its kind is asked again then.
    """
    return mails.filter(state=MailState.WAITING, due_at__lt=until, attempts=0).update(due_at=until, reason=both(reason))


def withhold(*, mails: QuerySet[OutgoingEmail], reason: str | Promise, by: User) -> int:
    """Hold waiting mails back for good: there is no reason to send them any more. Returns how many."""
    waiting = mails.filter(state=MailState.WAITING)
    return waiting.update(state=MailState.WITHHELD, reason=both(reason), settled_at=now())


def note_arrival(*, mails: QuerySet[OutgoingEmail], reason: str | Promise, by: User) -> int:
    """What the recipient does shows that a mail of unknown outcome has arrived; returns how many were settled by it."""
    open_ones = mails.filter(state=MailState.UNCERTAIN)
    return open_ones.update(state=MailState.SENT, reason=both(reason), settled_at=now())


def nudge_on_commit() -> None:
    transaction.on_commit(nudge)


def nudge() -> None:
    """Ask a worker to deliver now."""
    celery.nudge(DELIVER_TASK)


def _handed_over(batch: list[EmailDraft]) -> set[str]:
    """Keys of mails that went before a restore, as the send journal tells."""
    keys = [draft.dedupe_key for draft in batch if not draft.service_mail]
    found = JournalEntry.objects.filter(dedupe_key__in=keys).exclude(outcome=Outcome.REFUSED)
    return set(found.values_list("dedupe_key", flat=True)) if keys else set()


def _row(draft: EmailDraft, stopped: Collection[str], blocked: Collection[str], handed_over: Collection[str]) -> OutgoingEmail:
    written = now()
    row = OutgoingEmail(
        kind=draft.kind,
        to_address=mail_address(draft.to_address),
        to_name=_one_line(draft.to_name)[:200],
        language=draft.language,
        subject=_one_line(draft.subject)[:300],
        text=draft.text,
        html=draft.html,
        link_ref=draft.link_ref,
        record=draft.record,
        record_pk=str(draft.record_pk),
        dedupe_key=draft.dedupe_key,
        message_id=make_msgid(domain=settings.DEFAULT_FROM_EMAIL.rpartition("@")[2].strip(">") or None),
        service_mail=draft.service_mail,
        due_at=max(draft.not_before or written, written),
        not_before=draft.not_before,
        not_after=draft.not_after,
        created_at=written,
    )
    if not is_address(row.to_address):  # one wrong address must not stop the other mails of its wave
        row.state, row.settled_at = MailState.FAILED, written
        row.reason = both(_("This is not an e-mail address."))
    elif draft.to_address in stopped and not draft.service_mail:  # who writes to us is answered
        row.to_address, row.to_name, row.subject, row.text, row.html = "", "", "", "", ""
        row.state, row.settled_at = MailState.WITHHELD, written
        row.reason = both(_("The person asked not to be kept and not to be written to."))
    elif draft.to_address in blocked and not draft.service_mail:
        row.state, row.settled_at, row.reason = MailState.WITHHELD, written, both(BLOCKED)
    elif row.dedupe_key in handed_over:
        row.state, row.reason = MailState.UNCERTAIN, both(WRITTEN_ANEW)
    return row


def _one_line(text: str) -> str:
    return " ".join(text.split())


def mail_address(text: str) -> str:
    """The address as mail servers read it: a domain in other letters (港口.cn) in its ASCII form; else as it is."""
    address = text.strip()
    local, at, domain = address.rpartition("@")
    try:
        readable = f"{local}{at}{punycode(domain)}"
    except UnicodeError:  # no such domain can exist
        return address
    return readable if len(readable) <= LONGEST_ADDRESS else address


def is_address(address: str) -> bool:
    """Whether a mail can be sent to it: well formed, and in letters every mail server reads."""
    try:
        validate_email(address)
    except ValidationError:
        return False
    return address.isascii()
