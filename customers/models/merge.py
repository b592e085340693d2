"""Two files of one firm made one, with everything that is needed to part them again."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from customers.models.customer import Customer
from customers.querysets import MergeQuerySet


class Merge(models.Model):
    """`values` holds for each field the merge set on the kept file: {"part.field": {"before": …, "after": …}}, as stored in the database.

    `marks` holds for each kind of row the highest key there was, so that what came afterwards is known.
    """

    kept = models.ForeignKey(Customer, models.PROTECT, related_name="merges", verbose_name=_("Kept file"))
    other = models.ForeignKey(Customer, models.PROTECT, related_name="merged_by", verbose_name=_("Merged file"))
    values = models.JSONField(default=dict)
    marks = models.JSONField(default=dict)
    merged_at = models.DateTimeField(_("Merged at"))
    merged_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("Merged by"))
    undone_at = models.DateTimeField(_("Undone at"), null=True)
    undone_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("Undone by"))
    left = models.JSONField(default=list)  # what the undoing could not decide: see customers/services/unmerging.py

    objects = MergeQuerySet.as_manager()

    class Meta:
        ordering = ("-pk",)
        constraints = [
            models.UniqueConstraint(fields=("other",), condition=Q(undone_at=None), name="a_file_is_merged_once_at_a_time"),
            models.CheckConstraint(condition=~Q(kept=F("other")), name="a_file_is_not_merged_with_itself"),
            models.CheckConstraint(
                condition=Q(undone_at=None, undone_by=None) | Q(undone_at__isnull=False, undone_by__isnull=False),
                name="a_merge_is_undone_by_somebody",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.other} → {self.kept}"


class MergedRow(models.Model):
    """One row that went from the merged file to the kept one, and where it hung."""

    merge = models.ForeignKey(Merge, models.CASCADE, related_name="rows")
    rule = models.CharField(max_length=80)  # key of the merge rule
    row_pk = models.BigIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=("merge", "rule", "row_pk"), name="a_row_moves_once_in_a_merge")]

    def __str__(self) -> str:
        return f"{self.rule} {self.row_pk}"
