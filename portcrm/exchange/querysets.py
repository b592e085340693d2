import datetime as dt

from django.db import models
from django.db.models import Case, Q, Value, When

from portcrm.exchange.enums import RunState
from portcrm.exchange.importing import importers
from portcrm.exchange.permissions import IMPORT, VIEW_ALL_RUNS, WORK_ON_ALL_RUNS


class JobQuerySet(models.QuerySet):
    def claimable(self, at: dt.datetime):
        """Waiting, or running with a worker that has not been heard of since its lease ran out."""
        return self.filter(Q(state=RunState.WAITING) | Q(state=RunState.RUNNING, lease_until__lt=at))


class ImportRunQuerySet(JobQuerySet):
    def visible_to(self, user):
        """What one may work on; everybody's for those who may see all. The files hold whatever was uploaded."""
        return self if user.has_perm(VIEW_ALL_RUNS) else self.workable_by(user)

    def workable_by(self, user):
        """One's own imports, and those of one's own dry runs, whoever started them; with the right to it those of colleagues too,
        as far as one may import the same oneself."""
        whose = Q(created_by=user) | Q(rehearsal__created_by=user)
        if user.has_perm(WORK_ON_ALL_RUNS):
            whose |= Q(importer__in=[key for key, importer in importers().items() if user.has_perm(importer.permission)])
        return self.filter(whose) if user.has_perm(IMPORT) else self.none()

    def for_list(self):
        return self.select_related("created_by", "revert")

    def telling_openable(self, user):
        """Adds `may_open`: the columns of a draft are matched by those who may take such files in; whoever sees the rest may open it."""
        permitted = [key for key, importer in importers().items() if user.has_perm(importer.permission)]
        whose = ImportRunQuerySet(self.model).workable_by(user).filter(importer__in=permitted)
        return self.annotate(
            may_open=Case(When(~Q(state=RunState.DRAFT) | Q(pk__in=whose.values("pk")), then=Value(True)), default=Value(False))
        )
