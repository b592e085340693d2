"""Rankings in the port's words. A ranking that is not complete is seen by nobody but its own progress page."""

import datetime as dt

from django.db import models
from django.db.models import F, Q

from customers.models import Customer
from marketing.enums import OPEN_STATES, JobState, ModelState, RunOrigin
from marketing.permissions import VIEW_RANKING
from portcrm.clock import start_of_day


class ValueModelQuerySet(models.QuerySet):
    def visible_to(self, user):
        return self if user.has_perm(VIEW_RANKING) else self.none()

    def in_force(self):
        return self.filter(state=ModelState.IN_FORCE)


class RankingRunQuerySet(models.QuerySet):
    def visible_to(self, user):
        return self if user.has_perm(VIEW_RANKING) else self.none()

    def complete(self):
        return self.filter(state=JobState.DONE)

    def unfinished(self):
        return self.filter(state__in=OPEN_STATES)

    def abandoned(self, at: dt.datetime):
        """Running, but nobody has reported progress since `at`: the worker is gone."""
        return self.filter(state=JobState.RUNNING, claimed_at__lt=at)

    def of_whole_day(self, as_of: dt.date):
        """As of that day and asked for when it was over at the port, so that nothing of the day is missing."""
        over = start_of_day(as_of + dt.timedelta(days=1))
        return self.filter(Q(origin=RunOrigin.MONTHLY) | Q(asked_at__gte=over), as_of=as_of)

    def newest_first(self):
        return self.order_by("-as_of", "-finished_at", "-pk")


class RankingRowQuerySet(models.QuerySet):
    def visible_to(self, user):
        """Rows of complete runs, of customers the user may see."""
        if not user.has_perm(VIEW_RANKING):
            return self.none()
        return self.filter(run__state=JobState.DONE, customer__in=Customer.objects.visible_to(user))

    def for_list(self):
        return self.select_related("customer", "customer__account_manager", "customer__region", "run")

    def key_accounts(self):
        return self.filter(Q(customer__is_key_account=True))

    def fallen(self, by: int):
        """Moved down by at least `by` ranks."""
        return self.filter(previous_rank__isnull=False, rank__gte=F("previous_rank") + by)


class RankingQuantityQuerySet(models.QuerySet):
    def visible_to(self, user):
        if not user.has_perm(VIEW_RANKING):
            return self.none()
        return self.filter(run__state=JobState.DONE, customer__in=Customer.objects.visible_to(user))

    def for_list(self):
        return self.select_related("customer", "customer__account_manager", "unit")
