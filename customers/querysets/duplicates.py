"""Files that look alike, and merges."""

from django.db import models
from django.db.models import Count, Func, IntegerField, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce

from customers import permissions
from customers.enums import MergedRowState


class DuplicateCandidateQuerySet(models.QuerySet):
    def visible_to(self, user):
        return self if user.has_perm(permissions.VIEW_CUSTOMER) else self.none()

    def for_list(self):
        return self.select_related("first", "second", "first__account_manager", "second__account_manager", "decided_by")


class UndecidedFields(Func):
    """How many fields of Merge.left wait for a decision."""

    template = """jsonb_array_length(jsonb_path_query_array(%(expressions)s, '$.*.decision ? (@ == "")'))"""
    output_field = IntegerField()


class MergeQuerySet(models.QuerySet):
    def visible_to(self, user):
        return self if user.has_perm(permissions.VIEW_CUSTOMER) else self.none()

    def in_force(self):
        return self.filter(undone_at=None)

    def of_customer(self, customer):
        """Merges this file took part in, as either of the two."""
        return self.filter(Q(kept=customer) | Q(other=customer))

    def with_open_decisions(self):
        """With `open_decisions`: the fields and rows an undoing left to people and nobody has decided on."""
        rows = self.model._meta.get_field("rows").related_model._default_manager.undecided().filter(merge=OuterRef("pk"))
        number = rows.order_by().values("merge").annotate(found=Count("pk")).values("found")
        return self.annotate(open_decisions=Coalesce(Subquery(number), 0) + UndecidedFields("left"))

    def for_list(self):
        return self.for_record().with_open_decisions()

    def for_record(self):
        return self.select_related("kept", "other", "merged_by", "undone_by")


class MergedRowQuerySet(models.QuerySet):
    def undecided(self):
        """Rows an undoing found that people have to say something about."""
        return self.filter(state__in=(MergedRowState.CHANGED, MergedRowState.ADDED), decision="")
