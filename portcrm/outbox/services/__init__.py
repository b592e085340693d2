from portcrm.outbox.services.blocking import block_address, blocked_among, lift_block
from portcrm.outbox.services.control import confirm_instance, pause_outbox, resume_outbox, send_again, send_again_one
from portcrm.outbox.services.queue import EmailDraft, bring_forward, note_arrival, nudge, put_off, queue_email, queue_emails, withhold
from portcrm.outbox.services.reports import note_refusal, note_report
from portcrm.outbox.services.restoring import take_over_journal
from portcrm.outbox.services.suppression import lift_suppression, suppress, suppressed_among

__all__ = [
    "EmailDraft",
    "block_address",
    "blocked_among",
    "bring_forward",
    "confirm_instance",
    "lift_suppression",
    "lift_block",
    "note_refusal",
    "note_report",
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
