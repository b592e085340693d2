"""Mails of a complaint: that it arrived, and what we answer. Service mail: rather twice than not at all."""

import datetime as dt

from django.utils.translation import gettext_lazy as _

from feedback.models import Complaint
from feedback.queries.complaints import next_instance
from feedback.services.strangers import may_be_a_strangers
from portcrm.outbox.models import OutgoingEmail
from portcrm.outbox.rendering import render_mail
from portcrm.outbox.services import EmailDraft, queue_email

ACKNOWLEDGEMENT = "feedback.complaint_received"
ANSWER = "feedback.complaint_answer"
STATUS = "feedback.complaint_status"

STRANGER_A_DAY = 3


def queue_acknowledgement(complaint: Complaint) -> None:
    """Confirm number, deadline and status page to whoever gave an address.

    An address typed by somebody we do not know may be a stranger's: it gets none of the words typed beside it, and no
    more than a few mails a day. The page of the case, which the sender sees at once, says the same.
    """
    stranger = may_be_a_strangers(complaint)
    if stranger and _acknowledged_lately(complaint) > STRANGER_A_DAY:
        return
    if complaint.by_mail and _acknowledged_lately(complaint, hours=1) > 1:  # a mail loop may look like a person
        return
    _queue(complaint, ACKNOWLEDGEMENT, "feedback/email/complaint_received", "received", stranger=stranger)


def _acknowledged_lately(complaint: Complaint, *, hours: int = 24) -> int:
    """Complaints from outside with this address within so many hours, this one included."""
    since = complaint.recorded_at - dt.timedelta(hours=hours)
    lately = Complaint.objects.filter(recorded_by=complaint.recorded_by_id, recorded_at__gt=since)
    return lately.filter(reporter_email__iexact=complaint.reporter_email).count()


def queue_answer(complaint: Complaint) -> None:
    """Send the answer; each answer of a complaint taken up again is a mail of its own."""
    facts = {"next_instance": next_instance(complaint)}
    _queue(complaint, ANSWER, "feedback/email/complaint_answer", _of_answer(complaint), facts=facts)


def reason_to_withhold(mail: OutgoingEmail) -> object:
    """Looked at once more when an answer's turn comes: why it should not go any more, lazily translated, or ""."""
    complaint = Complaint.objects.filter(pk=mail.record_pk).first()
    if complaint is None:
        return _("There is no such complaint any more.")
    stands = complaint.answered_at is not None and mail.dedupe_key == key_of(complaint, _of_answer(complaint))
    return "" if stands else _("The answer was taken back.")


def queue_status(complaint: Complaint, part: str, facts: dict) -> bool:
    """Say where an open case stands, where there is an address; True if it was said.

    An address that may be a stranger's gets none of the words typed beside it, and nothing where it got no acknowledgement.
    """
    if not complaint.reply_address:
        return False
    stranger = may_be_a_strangers(complaint)
    if stranger and not OutgoingEmail.objects.filter(dedupe_key=key_of(complaint, "received")).exists():
        return False
    _queue(complaint, STATUS, "feedback/email/complaint_status", part, stranger=stranger, facts=facts)
    return True


def _of_answer(complaint: Complaint) -> str:
    return f"answer:{complaint.answered_at.astimezone(dt.UTC).isoformat()}"


def key_of(complaint: Complaint, part: str) -> str:
    return f"complaint:{complaint.pk}:{part}"


def _queue(complaint: Complaint, kind: str, template: str, part: str, *, stranger: bool = False, facts: dict | None = None) -> None:
    if not complaint.reply_address:
        return
    mail = render_mail(template, {"complaint": complaint, "stranger": stranger} | (facts or {}), language=complaint.language)
    queue_email(
        EmailDraft(
            kind=kind,
            to_address=complaint.reply_address,
            to_name="" if stranger else complaint.reply_name,
            language=complaint.language,
            subject=mail.subject,
            text=mail.text,
            html=mail.html,
            dedupe_key=key_of(complaint, part),
            link_ref=complaint.public_id,
            service_mail=True,
            record="feedback.complaint",
            record_pk=str(complaint.pk),
        )
    )
