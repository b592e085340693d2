from portcrm.outbox.services.queue import EmailDraft, nudge, queue_email, queue_emails

__all__ = ["EmailDraft", "nudge", "queue_email", "queue_emails"]
