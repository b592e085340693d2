"""Asking a worker for something, by name, once the change that causes it is safe in the database."""

import logging

from django.db import transaction
from kombu.exceptions import OperationalError

from portcrm.celery import app

logger = logging.getLogger(__name__)

WRITE_MAILS = "feedback.write_invitation_mails"
COMPUTE_RESULTS = "feedback.compute_wave_results"


def enqueue(task: str, *ids: int) -> None:
    """Send the task after commit. A broker that is away costs a minute: beat looks for what was left undone."""

    def send() -> None:
        try:
            app.send_task(task, args=ids, retry=False)
        except OperationalError as error:
            logger.warning("feedback.nudge_failed %s: %s", task, error)

    transaction.on_commit(send)
