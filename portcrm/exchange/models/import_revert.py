from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from portcrm.bilingual import said
from portcrm.choices import known
from portcrm.exchange.enums import UNDER_WAY, RunState
from portcrm.exchange.models.import_run import ImportRun
from portcrm.exchange.querysets import JobQuerySet


class ImportRevert(models.Model):
    """The taking back of an import. What is done stands in each ImportChange, so it goes on wherever it was interrupted."""

    run = models.OneToOneField(ImportRun, models.CASCADE, related_name="revert")
    state = models.CharField(_("State"), max_length=10, choices=RunState.choices, default=RunState.WAITING)
    total = models.PositiveIntegerField(default=0)
    done = models.PositiveIntegerField(default=0)
    left = models.PositiveIntegerField(default=0)
    reason = models.JSONField(default=dict, blank=True)
    claim = models.UUIDField(null=True, blank=True)
    lease_until = models.DateTimeField(null=True, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)  # since the last chunk
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("By"))
    created_at = models.DateTimeField(default=timezone.now)
    started_at = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)

    objects = JobQuerySet.as_manager()

    class Meta:
        constraints = (
            *known("import_revert", state=RunState),
            models.CheckConstraint(
                condition=~Q(state="running") | Q(claim__isnull=False, lease_until__isnull=False),
                name="running_revert_has_claim_and_lease",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=("done", "failed", "cancelled")) | Q(finished_at__isnull=False),
                name="ended_revert_has_a_time",
            ),
        )

    def __str__(self) -> str:
        return str(self.title)

    @property
    def title(self):
        return format_lazy(_("Taking back: {file}"), file=self.run.file_name)

    @property
    def state_label(self) -> str:
        return self.get_state_display()

    @property
    def percent(self) -> int:
        return min(100, self.done * 100 // self.total) if self.total else 0

    @property
    def problem(self) -> str:
        return said(self.reason)

    @property
    def is_under_way(self) -> bool:
        return self.state in UNDER_WAY
