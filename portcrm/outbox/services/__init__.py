from portcrm.outbox.services.control import confirm_instance, pause_outbox, resume_outbox, send_again, send_again_one
from portcrm.outbox.services.queue import EmailDraft, bring_forward, note_arrival, nudge, put_off, queue_email, queue_emails, withhold
from portcrm.outbox.services.restoring import take_over_journal
from portcrm.outbox.services.suppression import lift_suppression, suppress, suppressed_among

__all__ = [
    "EmailDraft",
    "bring_forward",
    "confirm_instance",
    "lift_suppression",
    "note_arrival",
    "nudge",
    "pause_outbox",
    "put_off",
    "queue_email",
    "queue_emails",
    "resume_outbox",
    "send_again",
    "send_again_one",
    "suppress",
    "suppressed_among",
    "take_over_journal",
    "withhold",
]
