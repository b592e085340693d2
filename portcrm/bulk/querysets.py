import datetime as dt

from django.db import models
from django.db.models import Q

from portcrm.bulk.enums import BulkState
from portcrm.bulk.permissions import RUN_BULK, VIEW_ALL_BULK_RUNS


class BulkRunQuerySet(models.QuerySet):
    def visible_to(self, user):
        """One's own; everybody's for those who may see all."""
        if user.has_perm(VIEW_ALL_BULK_RUNS):
            return self
        return self.filter(created_by=user) if user.has_perm(RUN_BULK) else self.none()

    def for_list(self):
        return self.select_related("created_by")

    def claimable(self, at: dt.datetime):
        """Waiting, or running with a worker that has not been heard of since its lease ran out."""
        return self.filter(Q(state=BulkState.WAITING) | Q(state=BulkState.RUNNING, lease_until__lt=at))
