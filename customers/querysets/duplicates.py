"""Files that look alike, and merges."""

from django.db import models
from django.db.models import Q

from customers import permissions
from customers.enums import MergedRowState


class DuplicateCandidateQuerySet(models.QuerySet):
    def visible_to(self, user):
        return self if user.has_perm(permissions.VIEW_CUSTOMER) else self.none()

    def for_list(self):
        return self.select_related("first", "second", "first__account_manager", "second__account_manager", "decided_by")


class MergeQuerySet(models.QuerySet):
    def visible_to(self, user):
        return self if user.has_perm(permissions.VIEW_CUSTOMER) else self.none()

    def in_force(self):
        return self.filter(undone_at=None)

    def of_customer(self, customer):
        """Merges this file took part in, as either of the two."""
        return self.filter(Q(kept=customer) | Q(other=customer))

    def for_record(self):
        return self.select_related("kept", "other", "merged_by", "undone_by")


class MergedRowQuerySet(models.QuerySet):
    def undecided(self):
        """Rows an undoing found that people have to say something about."""
        return self.filter(state__in=(MergedRowState.CHANGED, MergedRowState.ADDED), decision="")
