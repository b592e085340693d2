"""The job that takes an import back. What is done stands in each change, so a dead worker's job is simply gone on with."""

import logging
import time

from django.db import InterfaceError, OperationalError
from django.utils.translation import gettext_lazy as _

from portcrm.audit.channel import channel
from portcrm.clock import now
from portcrm.exchange.claiming import LEASE, MOST_ATTEMPTS, claim_job, hand_on
from portcrm.exchange.models import ImportRevert
from portcrm.exchange.running import ENOUGH_ROWS
from portcrm.exchange.services.reverting import give_up_revert, take_back_chunk

logger = logging.getLogger(__name__)

CHUNK = 500
STOPPED_OFTEN = _("Taking the import back stopped several times at the same place. What was taken back before it stays so.")
STOPPED = _("An error in the program stopped the taking back. What was taken back before it stays so.")


def run_revert(revert_id: int, *, seconds: float = ENOUGH_ROWS) -> bool:
    """Take back an import to its end, or for about `seconds`; True says that it waits to be gone on with."""
    revert = claim_job(ImportRevert, revert_id)
    if revert is None:
        return False
    by, importer, end = revert.created_by, revert.run.by_importer, time.monotonic() + seconds
    if revert.attempts > MOST_ATTEMPTS:
        give_up_revert(revert=revert, message=STOPPED_OFTEN, by=by)
        return False
    try:
        with channel("import"):
            while take_back_chunk(revert=revert, importer=importer, most=CHUNK, lease_until=now() + LEASE, by=by):
                if time.monotonic() > end:
                    return hand_on(revert)
    except (OperationalError, InterfaceError):
        raise  # the database went away: the lease runs out and the job is taken up again
    except Exception:  # an importer's error ends the job, visibly
        logger.exception("exchange.revert_failed", extra={"revert": revert.pk})
        give_up_revert(revert=revert, message=STOPPED, by=by)
    return False
