import datetime as dt

from django.db import models
from django.db.models import Q

from portcrm.exchange.enums import RunState
from portcrm.exchange.permissions import IMPORT, VIEW_ALL_RUNS


class JobQuerySet(models.QuerySet):
    def claimable(self, at: dt.datetime):
        """Waiting, or running with a worker that has not been heard of since its lease ran out."""
        return self.filter(Q(state=RunState.WAITING) | Q(state=RunState.RUNNING, lease_until__lt=at))


class ImportRunQuerySet(JobQuerySet):
    def visible_to(self, user):
        """One's own imports; everybody's for those who may see all. The files hold whatever was uploaded."""
        if user.has_perm(VIEW_ALL_RUNS):
            return self
        return self.filter(created_by=user) if user.has_perm(IMPORT) else self.none()

    def for_list(self):
        return self.select_related("created_by")
