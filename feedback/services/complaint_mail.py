"""Mails of a complaint: that it arrived, and what we answer. Service mail: rather twice than not at all."""

from feedback.models import Complaint
from portcrm.outbox.rendering import render_mail
from portcrm.outbox.services import EmailDraft, queue_email

ACKNOWLEDGEMENT = "feedback.complaint_received"
ANSWER = "feedback.complaint_answer"


def queue_acknowledgement(complaint: Complaint) -> None:
    """Confirm number, deadline and status page to whoever gave an address."""
    _queue(complaint, ACKNOWLEDGEMENT, "feedback/email/complaint_received", "received")


def queue_answer(complaint: Complaint) -> None:
    """Send the answer; each answer of a complaint taken up again is a mail of its own."""
    _queue(complaint, ANSWER, "feedback/email/complaint_answer", f"answer:{complaint.answered_at.isoformat()}")


def _queue(complaint: Complaint, kind: str, template: str, key: str) -> None:
    if not complaint.reporter_email:
        return
    mail = render_mail(template, {"complaint": complaint}, language=complaint.language)
    queue_email(
        EmailDraft(
            kind=kind,
            to_address=complaint.reporter_email,
            to_name=complaint.reporter_name,
            language=complaint.language,
            subject=mail.subject,
            text=mail.text,
            html=mail.html,
            dedupe_key=f"complaint:{complaint.pk}:{key}",
            link_ref=complaint.public_id,
            service_mail=True,
            record="feedback.complaint",
            record_pk=str(complaint.pk),
        )
    )
