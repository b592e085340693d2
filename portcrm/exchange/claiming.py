"""Jobs that one worker at a time works on: taken with a lease, handed on, taken up again where their worker has died."""

import datetime as dt
import uuid

from django.db import models
from django.db.models import F
from django.db.models.functions import Coalesce

from portcrm.clock import now
from portcrm.exchange.enums import RunState

LEASE = dt.timedelta(minutes=5)
MOST_ATTEMPTS = 5  # without a checkpoint in between


def claim_job(model: type[models.Model], pk: int):
    """Take a job for this process, or None where it does not wait for one."""
    at = now()
    taken = (
        model.objects.filter(pk=pk)
        .claimable(at)
        .update(
            state=RunState.RUNNING,
            claim=uuid.uuid4(),
            lease_until=at + LEASE,
            attempts=F("attempts") + 1,
            started_at=Coalesce("started_at", at),
        )
    )
    return model.objects.select_related("created_by").get(pk=pk) if taken else None


def hand_on(job: models.Model) -> bool:
    """Let another task go on with a job of this process; False where it has been taken from us."""
    mine = type(job).objects.filter(pk=job.pk, claim=job.claim, state=RunState.RUNNING)
    return bool(mine.update(state=RunState.WAITING, claim=None, lease_until=None, attempts=0))
