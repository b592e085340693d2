"""Whether a mail may leave now, and what the answers of the mail server do to that.

A refusal that concerns us and not one recipient (the sender is refused, the log-in fails, the server is away) would meet every
mail of a wave. After some of them in a row the outbox stops by itself, says why, and lets one mail try every few minutes.
"""

import datetime as dt
import logging

from django.conf import settings
from django.db.models import Exists, F
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from portcrm.bilingual import both
from portcrm.clock import now
from portcrm.outbox import alarms, behind, instance
from portcrm.outbox.models import OutboxControl, SendingRate

logger = logging.getLogger(__name__)

TRY_AGAIN = dt.timedelta(minutes=5)
AWAY = _("The mail server cannot be reached or does not accept our log-in.")
NO_JOURNAL = _("The send journal cannot be used, and what cannot be remembered is not sent.")
SENDER_REFUSED = _("The mail server refuses our mails, whoever they go to.")


def opened() -> OutboxControl | None:
    """The row of the outbox if a mail may leave now, with `has_slowed`: whether some domain asked us to slow down."""
    slowed = SendingRate.objects.exclude(per_minute=None)
    row = OutboxControl.objects.annotate(has_slowed=Exists(slowed)).filter(pk=1).first()
    if row is None:
        instance.control()
        return opened()
    if row.paused_at:
        return None
    if not instance.is_ours(row):
        OutboxControl.objects.filter(pk=row.pk, held_at=None).update(held_at=now())
        return None
    if _must_not_forget(row):
        return None
    if row.stopped_at and not _may_try(now()):
        return None
    return row


def _must_not_forget(row: OutboxControl) -> bool:
    """Whether the send journal says that the database was restored, or cannot be asked."""
    try:
        return behind.is_behind(row)
    except OSError as error:
        stop(NO_JOURNAL, str(error))
        return True


def note_refusal(reason: Promise, answer: str) -> None:
    """Count one refusal of ourselves; too many in a row stop the outbox."""
    OutboxControl.objects.filter(pk=1).update(errors_in_a_row=F("errors_in_a_row") + 1)
    if most := settings.OUTBOX_PACE["stop_after"]:
        stop(reason, answer, after=most)


def stop(reason: Promise, answer: str, *, after: int = 0) -> None:
    """Stop the outbox if it has met so many errors in a row, and tell it once."""
    at = now()
    running = OutboxControl.objects.filter(pk=1, stopped_at=None, errors_in_a_row__gte=after)
    if running.update(stopped_at=at, probe_at=at + TRY_AGAIN, stopped_reason=both(reason), stopped_answer=answer[:500]):
        logger.error("outbox.stopped: %s", answer)
        alarms.sound(both(reason), f"outbox.stopped:{at.isoformat()}")


def note_success(row: OutboxControl) -> None:
    """The server takes our mails: whatever was counted against it before is over."""
    if row.errors_in_a_row or row.stopped_at:
        let_go()


def let_go() -> bool:
    """Forget the refusals; True when they had stopped the outbox."""
    stopped = OutboxControl.objects.filter(pk=1).exclude(stopped_at=None).exists()
    OutboxControl.objects.filter(pk=1).update(errors_in_a_row=0, stopped_at=None, probe_at=None, stopped_reason={}, stopped_answer="")
    return stopped


def _may_try(at: dt.datetime) -> bool:
    """One worker, one mail, every few minutes."""
    turn = OutboxControl.objects.filter(pk=1, stopped_at__isnull=False, probe_at__lte=at)
    return turn.update(probe_at=at + TRY_AGAIN) == 1
