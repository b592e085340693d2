"""Two files of one firm made one, with everything that is needed to part them again."""

from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from customers.enums import MergeDecision, MergedRowState
from customers.models.customer import Customer
from customers.querysets import MergedRowQuerySet, MergeQuerySet
from portcrm.addresses import record_url
from portcrm.choices import known

TWINS = "twins"  # key of Merge.marks: {"pairs": [[kept, other], …], "filled": {kept: [field, …]}}, contacts by their keys


class Merge(models.Model):
    """`values`: for each field the merge set, {"part.field": {"before": …, "after": …}} as the database holds them.

    `marks`: for each kind of row the highest key there was, so that what came afterwards is known, the columns that tell
    whether somebody has changed a row since, and the keys of the rows that stayed on the merged file. `left`: fields changed
    since, {"part.field": {"before", "after", "now", "decision"}}, once the merge is undone.
    """

    kept = models.ForeignKey(Customer, models.PROTECT, related_name="merges", verbose_name=_("Kept file"))
    other = models.ForeignKey(Customer, models.PROTECT, related_name="merged_by", verbose_name=_("Merged file"))
    values = models.JSONField(default=dict, encoder=DjangoJSONEncoder)
    marks = models.JSONField(default=dict)
    merged_at = models.DateTimeField(_("Merged at"))
    merged_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("Merged by"))
    undone_at = models.DateTimeField(_("Undone at"), null=True)
    undone_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("Undone by"))
    left = models.JSONField(default=dict, encoder=DjangoJSONEncoder)

    objects = MergeQuerySet.as_manager()

    class Meta:
        ordering = ("-pk",)
        indexes = [models.Index(fields=("-merged_at",), name="merge_newest_first")]
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

    def get_absolute_url(self) -> str:
        return record_url("customers:merge_record", self.pk)

    @property
    def state_label(self) -> str:
        return gettext("Undone") if self.undone_at else gettext("In force")

    @property
    def undecided_fields(self) -> dict[str, dict]:
        return {key: one for key, one in self.left.items() if not one["decision"]}


class MergedRow(models.Model):
    """One row that went from the merged file to the kept one; after the undoing, where it went and what is to be decided."""

    merge = models.ForeignKey(Merge, models.CASCADE, related_name="rows")
    rule = models.CharField(max_length=80)  # key of the merge rule
    row_pk = models.BigIntegerField()
    state = models.CharField(max_length=10, choices=MergedRowState, default=MergedRowState.MOVED)
    fingerprint = models.CharField(max_length=32, blank=True)  # of the row as the merge left it
    before = models.JSONField(null=True)  # what the merge took from the row: {"is_primary": true}
    decision = models.CharField(max_length=10, choices=MergeDecision, blank=True)

    objects = MergedRowQuerySet.as_manager()

    class Meta:
        constraints = [
            *known("merged_row", state=MergedRowState, decision=("", *MergeDecision.values)),
            models.UniqueConstraint(fields=("merge", "rule", "row_pk"), name="a_row_moves_once_in_a_merge"),
        ]

    def __str__(self) -> str:
        return f"{self.rule} {self.row_pk}"
