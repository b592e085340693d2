"""What beat makes certain: waves close on time, no mail stays unwritten, no figure stays stale."""

import datetime as dt
import logging

from django.conf import settings

from feedback.models import Invitation, Programme, Wave
from feedback.services.jobs import COMPUTE_RESULTS, WRITE_MAILS, enqueue
from feedback.services.results import stale_waves
from feedback.services.waves import close_wave, run_programme
from portcrm.accounts.models import User
from portcrm.clock import port_zone
from portcrm.errors import RuleBroken

logger = logging.getLogger(__name__)


def run_due_programmes(*, at: dt.datetime, by: User) -> int:
    """Open the wave of every due programme; returns how many. One that fails stays due and keeps no other from running."""
    opened = 0
    for programme_id in Programme.objects.due(at.astimezone(port_zone()).date()).values_list("pk", flat=True):
        try:
            wave = run_programme(programme_id=programme_id, at=at, by=by)
        except RuleBroken as refusal:  # its card on the page of programmes says the same
            logger.warning("feedback.programme_stuck %s: %s", programme_id, refusal.message)
        except Exception:  # whatever is wrong with one plan, the customers of the others are asked
            logger.exception("feedback.programme_failed %s", programme_id)
        else:
            opened += wave is not None
    return opened


def close_past_waves(*, at: dt.datetime, by: User) -> int:
    """Close every wave whose closing and grace are over; returns how many."""
    closed = 0
    for wave in Wave.objects.past_closing(at - dt.timedelta(hours=settings.SURVEY_GRACE_HOURS)):
        try:
            close_wave(wave=wave, at=at, by=by)
        except RuleBroken:  # somebody else closed it meanwhile
            continue
        closed += 1
    return closed


def ask_for_leftovers(*, at: dt.datetime) -> None:
    """Ask workers for the mails and figures a lost nudge left undone."""
    for wave_id in Invitation.objects.without_mail().order_by().values_list("wave", flat=True).distinct():
        enqueue(WRITE_MAILS, wave_id)
    for wave_id in stale_waves(at=at):
        enqueue(COMPUTE_RESULTS, wave_id)
