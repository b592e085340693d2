"""A stored comparison of the ledger with its sums."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from cargo.enums import CheckState
from cargo.querysets import LedgerCheckQuerySet
from portcrm.clock import port_zone


class LedgerCheck(models.Model):
    """Made by a job, because it reads the whole ledger. `units` and the differences are what the page prints."""

    state = models.CharField(max_length=7, choices=CheckState.choices, default=CheckState.WAITING)
    requested_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    requested_at = models.DateTimeField()
    started_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)
    agrees = models.BooleanField(null=True)
    units = models.JSONField(default=list)
    differences = models.JSONField(default=list)
    difference_count = models.PositiveIntegerField(default=0)
    lane_differences = models.JSONField(default=list)
    lane_difference_count = models.PositiveIntegerField(default=0)
    class_differences = models.JSONField(default=list)
    class_difference_count = models.PositiveIntegerField(default=0)

    objects = LedgerCheckQuerySet.as_manager()

    class Meta:
        ordering = ("-pk",)
        constraints = [
            models.CheckConstraint(
                name="check_has_a_result_only_when_done",
                condition=Q(state=CheckState.DONE, finished_at__isnull=False, agrees__isnull=False)
                | (~Q(state=CheckState.DONE) & Q(agrees=None)),
            ),
            models.CheckConstraint(
                name="check_under_way_says_since_when", condition=~Q(state=CheckState.RUNNING) | Q(started_at__isnull=False)
            ),
            models.UniqueConstraint(fields=("state",), condition=Q(state=CheckState.WAITING), name="check_waits_only_once"),
        ]

    def __str__(self) -> str:
        return f"{self.requested_at.astimezone(port_zone()):%Y-%m-%d %H:%M}"

    @property
    def is_under_way(self) -> bool:
        return self.state in (CheckState.WAITING, CheckState.RUNNING)

    @property
    def has_failed(self) -> bool:
        return self.state == CheckState.FAILED
