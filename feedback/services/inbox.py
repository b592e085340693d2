"""Mails to the complaint mailbox: each becomes a case, a message on a case, or is kept with the reason why it opened nothing.

A mail's sender is whatever somebody wrote there. It finds the contact a case is filed under, and lets a mail be added to a
case of the same address; it shows nobody anything, and the mail that answers repeats none of its words.
"""

import datetime as dt
import hashlib
import logging
import re
import uuid

from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from customers.models import Contact
from feedback.enums import InboundState, LeftReason
from feedback.models import Complaint, ComplaintNote, InboundMail
from feedback.services.clocks import go_on
from feedback.services.complaints import ComplaintFacts, record_complaint
from feedback.services.evidence import add_evidence
from feedback.services.telling import tell_wrote
from portcrm.accounts.models import User
from portcrm.accounts.services import system_user
from portcrm.audit.actions import action
from portcrm.bilingual import both
from portcrm.errors import RuleBroken
from portcrm.once import one_at_a_time
from portcrm.outbox.models import OutgoingEmail
from portcrm.outbox.returns.incoming import Incoming, read_incoming
from portcrm.outbox.services.queue import is_address

logger = logging.getLogger(__name__)

KEYS = uuid.UUID("6c0d2b0e-8f0a-4a7e-9c55-5d9f4b7b1d34")
KEPT_RAW = 200_000  # bytes of a mail as it came; its files stand on the case
KEPT_DAYS = 180
NUMBER = re.compile(r"\bTS-\d{4}-\d{5,}\b", re.IGNORECASE)


@action("complaint.take_mail", gettext_lazy("Mail to the complaint mailbox taken in"))
def take_in_mail(*, raw: bytes, is_whole: bool = True, at: dt.datetime, by: User) -> InboundMail:
    """Keep a mail and do what it asks, both or neither; the same mail again (by its Message-ID) changes nothing."""
    read = _read(raw)
    identity = read.message_id if read and read.message_id else hashlib.sha256(raw).hexdigest()
    key = uuid.uuid5(KEYS, identity)
    one_at_a_time(key)
    if known := InboundMail.objects.filter(key=key).first():
        return known
    mail = _row(key, raw, read, at)
    mail.reason = _why_left(read, at)
    if mail.reason:
        mail.state = InboundState.LEFT
    else:
        _let_in(mail, read, is_whole=is_whole, at=at, by=by)
    mail.save()
    return mail


@action("complaint.take_mail_by_hand", gettext_lazy("Mail that opened nothing taken in by hand"))
def take_in_by_hand(*, mail: InboundMail, at: dt.datetime, by: User) -> InboundMail:
    """Do with a mail that opened nothing what a mail does by itself: it becomes a case, or a message on the case it answers.

    Who decided so is kept beside the reason; a mail that has become something stays what it is. Of a large mail only the
    beginning was kept: files at its end are named as left out.
    """
    mail = InboundMail.objects.select_for_update(of=("self",)).get(pk=mail.pk)
    if mail.state != InboundState.LEFT:
        return mail
    raw = bytes(mail.raw)
    read = _read(raw) or Incoming(message_id=mail.message_id, sender=mail.sender, name=mail.name, subject=mail.subject, text=mail.text)
    _let_in(mail, read, is_whole=len(raw) < KEPT_RAW, at=at, by=by)
    mail.taken_by, mail.taken_at = by, at
    mail.save()
    return mail


def _let_in(mail: InboundMail, read: Incoming, *, is_whole: bool, at: dt.datetime, by: User) -> None:
    """Add a mail to its case, or open one for it; the caller stores what became of it."""
    if case := case_of(read):
        mail.state, mail.complaint = InboundState.ADDED, case
        _add(case, read, mail.key, at, by)
    else:
        mail.state, mail.complaint = InboundState.CASE, _open(read, mail.key, at, by)
    mail.left_out = _keep_files(mail.complaint, read, is_whole, at, by)


def _row(key: uuid.UUID, raw: bytes, read: Incoming | None, at: dt.datetime) -> InboundMail:
    mail = InboundMail(key=key, raw=raw[:KEPT_RAW], received_at=at)
    if read is None:
        mail.text = raw[:20_000].decode("utf-8", "replace").replace("\x00", "")
        return mail
    mail.message_id, mail.sender, mail.name = read.message_id[:998], read.sender[:254], read.name[:200]
    mail.subject, mail.text = read.subject[:300], read.text
    return mail


def _why_left(read: Incoming | None, at: dt.datetime) -> str:
    """The reason why a mail opens nothing, or ""."""
    if read is None:
        return LeftReason.BROKEN
    if read.not_a_person:
        return LeftReason.AUTOMATIC if read.not_a_person == "automatic" else LeftReason.LIST
    if read.sender in _our_addresses() or OutgoingEmail.objects.filter(message_id=read.message_id).exclude(message_id="").exists():
        return LeftReason.OURS
    if not read.sender or not (read.text or read.subject or read.files):
        return LeftReason.EMPTY
    lately = InboundMail.objects.lately_of(read.sender, at - dt.timedelta(hours=1)).exclude(state=InboundState.LEFT)
    return LeftReason.TOO_MANY if lately.count() >= settings.COMPLAINTS_AN_HOUR else ""


def _our_addresses() -> set[str]:
    ours = (settings.DEFAULT_FROM_EMAIL, settings.BOUNCE_ADDRESS, settings.PORT_SERVICE_EMAIL)
    return {address.rpartition("<")[2].rstrip(">").strip().lower() for address in ours if address}


def case_of(read: Incoming) -> Complaint | None:
    """The case a mail belongs to: it answers a mail of ours about it or one that came for it, or names its number and
    comes from the address we write to."""
    if read.answers:
        ours = OutgoingEmail.objects.filter(message_id__in=read.answers, record="feedback.complaint").values_list("record_pk", flat=True)
        theirs = InboundMail.objects.filter(message_id__in=read.answers).exclude(complaint=None).values_list("complaint", flat=True)
        keys = {*(int(pk) for pk in ours), *theirs}
        if found := Complaint.objects.filter(pk__in=keys).order_by("-pk").first():
            return found
    numbers = [number.upper() for number in NUMBER.findall(read.subject)]
    named = Complaint.objects.filter(number__in=numbers).select_related("contact") if numbers and read.sender else ()
    return next((case for case in named if read.sender == case.reply_address.lower()), None)


def _add(case: Complaint, read: Incoming, key: uuid.UUID, at: dt.datetime, by: User) -> None:
    """Put the words of a mail on the case, let its deadlines run on, and wake who is in charge."""
    head = _("By mail, sender unproven: %(sender)s") % {"sender": read.sender}
    ComplaintNote.objects.create(complaint=case, text=f"{head}\n\n{read.text or read.subject}", by=by, at=at)
    if case.pauses.filter(until_at=None).exists():
        go_on(complaint=case, at=at, by=by)
    tell_wrote(complaint=case, key=str(key), by=by)


def _open(read: Incoming, key: uuid.UUID, at: dt.datetime, by: User) -> Complaint:
    contact = _contact_at(read.sender, at)
    facts = ComplaintFacts(
        subject=(read.subject or read.text or _("(no subject)"))[:200].split("\n")[0],
        description=read.text or read.subject or _("(no words, see the files)"),
        customer=contact.customer if contact else None,
        contact=contact,
        company_name="" if contact else read.sender.rpartition("@")[2][:200],
        reporter_name=read.name[:100],
        reporter_email=read.sender if is_address(read.sender) else "",
        by_mail=True,
    )
    return record_complaint(facts=facts, form_key=key, at=at, by=by)


def _contact_at(sender: str, at: dt.datetime) -> Contact | None:
    """The one person on staff with this address; two that share it are nobody's word."""
    if not sender:
        return None
    found = Contact.objects.on_staff(at.date()).filter(email__iexact=sender).select_related("customer")[:2]
    return found[0] if len(found) == 1 else None


def _keep_files(case: Complaint, read: Incoming, is_whole: bool, at: dt.datetime, by: User) -> list[dict[str, str]]:
    """Put what was attached on the case; a sentence for each that could not be kept."""
    refused = [] if is_whole else [both(gettext_lazy("The mail is too large; what stood at its end was left out."))]
    for name, content in read.files:
        try:
            # theirs, whoever let the mail in
            add_evidence(complaint=case, upload=SimpleUploadedFile(name[-200:] or "file", content), by=system_user())
        except RuleBroken as refusal:
            refused.append({language: f"{name}: {words}" for language, words in both(refusal.message).items()})
    if refused:
        lines = "\n".join(next(iter(sentence.values())) for sentence in refused)
        ComplaintNote.objects.create(complaint=case, text=_("Left out of the mail:") + "\n" + lines, by=by, at=at)
    return refused


def _read(raw: bytes) -> Incoming | None:
    try:
        return read_incoming(raw)
    except Exception:  # no mail is so broken that it may stop those behind it: a person reads it
        logger.exception("feedback.inbound_mail_unreadable")
        return None


@action("complaint.forget_mails", gettext_lazy("Old mails of the complaint mailbox deleted"))
def forget_old_mails(*, today: dt.date, by: User) -> int:
    """Delete mails of more than half a year ago; the cases they became keep the words."""
    before = today - dt.timedelta(days=KEPT_DAYS)
    return InboundMail.objects.filter(Q(received_at__date__lt=before)).delete()[0]
