"""Asking a worker for something, by name, once the change that causes it is safe in the database."""

import logging

from django.core.cache import cache
from django.db import transaction
from redis.exceptions import RedisError

from portcrm.celery import nudge

logger = logging.getLogger(__name__)

WRITE_MAILS = "feedback.write_invitation_mails"
WRITE_REMINDERS = "feedback.write_reminders"
COMPUTE_RESULTS = "feedback.compute_wave_results"
WRITE_SEALED = "feedback.write_sealed"
COUNT_AGAIN = "feedback.count_wave_again"
REST_OF_COUNTING = 30  # seconds between two counts of one wave while answers stream in


def enqueue(task: str, *ids: int) -> None:
    """Send the task after commit."""
    transaction.on_commit(lambda: nudge(task, *ids))


def ask_for_figures(wave_id: int) -> None:
    """Have a wave counted after commit, at most once in half a minute: the sweep finds what came in meanwhile."""
    transaction.on_commit(lambda: _count_soon(wave_id))


def _count_soon(wave_id: int) -> None:
    try:
        first = cache.add(f"feedback:counting:{wave_id}", 1, REST_OF_COUNTING)
    except RedisError as error:  # the broker may be the same server and away too; the sweep needs neither
        logger.warning("feedback.not_debounced %s: %s", wave_id, error)
        first = True
    if first:
        nudge(COMPUTE_RESULTS, wave_id)
