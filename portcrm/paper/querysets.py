import datetime as dt

from django.db import models
from django.db.models import Q

from portcrm.paper.enums import PrintState
from portcrm.paper.permissions import PRINT


class PrintoutQuerySet(models.QuerySet):
    def visible_to(self, user):
        """A printed form is seen by whoever asked for it."""
        return self.filter(asked_by=user) if user.has_perm(PRINT) else self.none()

    def ordered_with(self, made):
        """The files of one order, in their order."""
        return self.filter(kind=made.kind, record_pk=made.record_pk, asked_by=made.asked_by_id, asked_at=made.asked_at).order_by("pk")

    def claimable(self, at: dt.datetime, lease: dt.timedelta):
        """What waits for a worker, or has lost its own."""
        return self.filter(Q(state=PrintState.WAITING) | Q(state=PrintState.RUNNING, claimed_at__lt=at - lease))

    def expired(self, at: dt.datetime):
        return self.filter(state=PrintState.DONE, expires_at__lte=at)
