"""Named reads of the frame's own two tables."""

from django.db import models
from django.db.models import F, Q


class SavedViewQuerySet(models.QuerySet):
    def visible_to(self, user):
        """A view is seen by its owner, and by everyone once it is shared."""
        return self.filter(Q(owner=user) | Q(shared=True))

    def of_list(self, record: str):
        """The views of one list, own ones first."""
        return self.filter(record=record).order_by("shared", "name", "pk")


class DefaultViewQuerySet(models.QuerySet):
    def visible_to(self, user):
        """What somebody's list opens with is nobody else's matter."""
        return self.filter(owner=user)


class ShortcutQuerySet(models.QuerySet):
    def visible_to(self, user):
        """Pins and recents are private."""
        return self.filter(owner=user)

    def for_sidebar(self, limit: int):
        """Pinned records in the order they were pinned, then what was opened last."""
        return self.order_by(F("pinned_at").asc(nulls_last=True), "-opened_at", "pk")[:limit]
