"""What beat makes certain: waves close on time, no mail stays unwritten, no figure stays stale."""

import datetime as dt
import logging
from collections.abc import Callable

from django.db.models import QuerySet

from feedback.models import Invitation, Programme, SealedAnswers, Wave
from feedback.queries.rules import end_of_grace
from feedback.services.jobs import COMPUTE_RESULTS, WRITE_MAILS, WRITE_REMINDERS, WRITE_SEALED, enqueue
from feedback.services.occasions import run_occasion
from feedback.services.programme_notices import FAULT, tell_stuck
from feedback.services.results import stale_waves
from feedback.services.waves import close_wave, run_programme
from portcrm.accounts.models import User
from portcrm.clock import port_date
from portcrm.errors import RuleBroken

logger = logging.getLogger(__name__)


def run_due_programmes(*, at: dt.datetime, by: User) -> int:
    """Open the wave of every due programme; returns how many. One that fails stays due and keeps no other from running."""
    return _run_each(Programme.objects.due(port_date(at)), run_programme, at=at, by=by)


def run_occasions(*, at: dt.datetime, by: User) -> int:
    """Open the wave of the day of every programme whose occasion somebody has reached; returns how many, else as above."""
    return _run_each(Programme.objects.by_event(), run_occasion, at=at, by=by)


def _run_each(programmes: QuerySet[Programme], run: Callable[..., Wave | None], *, at: dt.datetime, by: User) -> int:
    opened = 0
    for programme in programmes.select_related("owner"):
        try:
            wave = run(programme_id=programme.pk, at=at, by=by)
        except RuleBroken as refusal:  # its card on the page of programmes says the same
            logger.warning("feedback.programme_stuck %s: %s", programme.pk, refusal.message)
            tell_stuck(programme=programme, obstacle=refusal.message, on=port_date(at), by=by)
        except Exception:  # whatever is wrong with one plan, the customers of the others are asked
            logger.exception("feedback.programme_failed %s", programme.pk)
            tell_stuck(programme=programme, obstacle=FAULT, on=port_date(at), by=by)
        else:
            opened += wave is not None
    return opened


def close_past_waves(*, at: dt.datetime, by: User) -> int:
    """Close every wave whose closing and grace are over; returns how many."""
    closed = 0
    for wave in Wave.objects.past_closing(at):
        if at < end_of_grace(wave):
            continue
        try:
            close_wave(wave=wave, at=at, by=by)
        except RuleBroken:  # somebody else closed it meanwhile
            continue
        closed += 1
    return closed


def ask_for_leftovers(*, at: dt.datetime) -> None:
    """Ask workers for the mails, anonymous answers and figures a lost nudge left undone."""
    for wave_id in Invitation.objects.without_mail().order_by().values_list("wave", flat=True).distinct():
        enqueue(WRITE_MAILS, wave_id)
    for wave_id in SealedAnswers.objects.order_by().values_list("wave", flat=True).distinct():
        enqueue(WRITE_SEALED, wave_id)
    for wave_id in stale_waves(at=at):
        enqueue(COMPUTE_RESULTS, wave_id)


def ask_for_reminders() -> None:
    """Ask workers for the reminders of every open wave that has some."""
    for wave_id in Wave.objects.to_remind_in().values_list("pk", flat=True):
        enqueue(WRITE_REMINDERS, wave_id)
