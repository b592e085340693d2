"""Asking a worker for something, by name, once the change that causes it is safe in the database."""

from django.db import transaction

from portcrm.celery import nudge

WRITE_MAILS = "feedback.write_invitation_mails"
WRITE_REMINDERS = "feedback.write_reminders"
COMPUTE_RESULTS = "feedback.compute_wave_results"


def enqueue(task: str, *ids: int) -> None:
    """Send the task after commit."""
    transaction.on_commit(lambda: nudge(task, *ids))
