import datetime as dt
import uuid

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Coalesce

from portcrm.exchange.enums import RunState
from portcrm.exchange.permissions import IMPORT, VIEW_ALL_RUNS


class JobQuerySet(models.QuerySet):
    def claimable(self, at: dt.datetime):
        """Waiting, or running with a worker that has not been heard of since its lease ran out."""
        return self.filter(Q(state=RunState.WAITING) | Q(state=RunState.RUNNING, lease_until__lt=at))

    def claim(self, pk: int, *, at: dt.datetime, lease: dt.timedelta):
        """Take a job for this process, or None where it does not wait for one."""
        taken = (
            self.filter(pk=pk)
            .claimable(at)
            .update(
                state=RunState.RUNNING,
                claim=uuid.uuid4(),
                lease_until=at + lease,
                attempts=F("attempts") + 1,
                started_at=Coalesce("started_at", at),
            )
        )
        return self.select_related("created_by").get(pk=pk) if taken else None

    def hand_on(self, job) -> int:
        """Let another task go on with a job of this process; 0 where it has been taken from us."""
        mine = self.filter(pk=job.pk, claim=job.claim, state=RunState.RUNNING)
        return mine.update(state=RunState.WAITING, claim=None, lease_until=None, attempts=0)


class ImportRunQuerySet(JobQuerySet):
    def visible_to(self, user):
        """One's own imports; everybody's for those who may see all. The files hold whatever was uploaded."""
        if user.has_perm(VIEW_ALL_RUNS):
            return self
        return self.filter(created_by=user) if user.has_perm(IMPORT) else self.none()

    def for_list(self):
        return self.select_related("created_by")
