"""One action for many rows. The rows are written down when somebody asks, so that what is changed is what was counted."""

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from portcrm.bilingual import said
from portcrm.bulk.actions import BulkAction, BulkList, registry
from portcrm.bulk.enums import STATE_LOOKS, UNDER_WAY, BulkState
from portcrm.bulk.querysets import BulkRunQuerySet


class BulkRun(models.Model):
    """`query` is the address of the list as it stood, for people to see what was meant, and `names` what is called how in it; the
    rows themselves are in the chunks. `ticked`: that they were ticked one by one and are not all the list found."""

    record = models.CharField(max_length=100)
    action = models.CharField(_("What is done"), max_length=40)
    values = models.JSONField(encoder=DjangoJSONEncoder, default=dict)
    query = models.TextField(blank=True)
    names = models.JSONField(default=dict, blank=True)
    ticked = models.BooleanField(default=False)
    state = models.CharField(_("State"), max_length=10, choices=BulkState, default=BulkState.WAITING)
    total = models.PositiveIntegerField(_("Rows"), default=0)
    done = models.PositiveIntegerField(default=0)
    refused = models.PositiveIntegerField(_("Refused"), default=0)
    reason = models.JSONField(default=dict, blank=True)
    claim = models.UUIDField(null=True, blank=True)
    lease_until = models.DateTimeField(null=True, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)  # since the last chunk that was done
    cancel_wanted = models.BooleanField(default=False)
    form_key = models.UUIDField(unique=True, null=True, blank=True)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("By"))
    created_at = models.DateTimeField(_("Asked for at"), default=timezone.now)
    finished_at = models.DateTimeField(null=True, blank=True)

    objects = BulkRunQuerySet.as_manager()

    class Meta:
        ordering = ("-created_at", "-pk")
        verbose_name = _("Bulk change")
        verbose_name_plural = _("Bulk changes")
        indexes = [
            models.Index(fields=("created_at", "id"), name="bulk_run_newest"),
            models.Index(fields=("created_by", "created_at", "id"), name="bulk_run_by_person"),
            models.Index(fields=("state",), condition=Q(state__in=("waiting", "running")), name="bulk_run_under_way"),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(state__in=BulkState.values), name="a_bulk_run_has_a_known_state"),
            models.CheckConstraint(
                condition=~Q(state="running") | Q(claim__isnull=False, lease_until__isnull=False),
                name="a_running_bulk_run_has_claim_and_lease",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=("done", "failed", "cancelled")) | Q(finished_at__isnull=False), name="an_ended_bulk_run_has_a_time"
            ),
            models.CheckConstraint(condition=Q(done__lte=F("total")), name="a_bulk_run_does_no_more_than_was_asked"),
            models.CheckConstraint(condition=Q(refused__lte=F("done")), name="what_is_refused_has_been_tried"),
        ]

    def __str__(self) -> str:
        return str(self.title)

    @property
    def by_action(self) -> BulkAction | None:
        return registry.actions.get((self.record, self.action))

    @property
    def of_list(self) -> BulkList | None:
        return registry.lists.get(self.record)

    @property
    def title(self):
        what = self.by_action.label if self.by_action else self.action
        rows = self.of_list.label if self.of_list else self.record
        return format_lazy("{what} · {rows}", what=what, rows=rows)

    @property
    def state_label(self) -> str:
        return self.get_state_display()

    @property
    def state_look(self) -> tuple[str, str]:
        return STATE_LOOKS[self.state]

    @property
    def percent(self) -> int:
        return min(100, self.done * 100 // self.total) if self.total else 0

    @property
    def changed(self) -> int:
        return self.done - self.refused

    @property
    def problem(self) -> str:
        return said(self.reason)

    @property
    def is_under_way(self) -> bool:
        return self.state in UNDER_WAY

    @property
    def list_url(self) -> str:
        """The list as it stood when this was asked."""
        if self.of_list is None:
            return ""
        address = reverse(self.of_list.url_name)
        return f"{address}?{self.query}" if self.query else address

    def get_absolute_url(self) -> str:
        return reverse("bulk:run", args=[self.pk])


class BulkChunk(models.Model):
    """Some of the rows, done together with the checkpoint `done` in one transaction."""

    run = models.ForeignKey(BulkRun, models.CASCADE, related_name="chunks", db_index=False)
    number = models.PositiveIntegerField()
    rows = ArrayField(models.BigIntegerField())
    done = models.BooleanField(default=False)

    class Meta:
        ordering = ("number",)
        constraints = [
            models.UniqueConstraint(fields=("run", "number"), name="a_bulk_run_has_a_chunk_once"),
            models.CheckConstraint(condition=~Q(rows=[]), name="a_bulk_chunk_has_rows"),
        ]


class BulkRefusal(models.Model):
    """A row that stayed as it was, its name as it was then, and why."""

    run = models.ForeignKey(BulkRun, models.CASCADE, related_name="refusals", db_index=False)
    target = models.BigIntegerField()
    label = models.CharField(pgettext_lazy("bulk", "Row"), max_length=300)
    reason = models.JSONField()

    class Meta:
        ordering = ("pk",)
        constraints = [models.UniqueConstraint(fields=("run", "target"), name="a_row_is_refused_once_in_a_bulk_run")]

    @property
    def sentence(self) -> str:
        return said(self.reason)
