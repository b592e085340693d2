from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from portcrm.bilingual import said
from portcrm.choices import known
from portcrm.paper.enums import PaperLanguage, PrintState
from portcrm.paper.kinds import PaperKind, kind_of
from portcrm.paper.querysets import PrintoutQuerySet

STEPS = 3  # facts read, pages set, file stored


class Printout(models.Model):
    """A form somebody asked to have as PDF: waiting, being made, or stored until it expires."""

    kind = models.SlugField(max_length=40)
    record_pk = models.BigIntegerField()
    record_text = models.CharField(max_length=300)
    language = models.CharField(_("Language"), max_length=10, choices=PaperLanguage)
    extras = models.JSONField(default=list)
    state = models.CharField(_("State"), max_length=10, choices=PrintState, default=PrintState.WAITING)
    done = models.PositiveSmallIntegerField(default=0)
    attempts = models.PositiveSmallIntegerField(default=0)
    claimed_at = models.DateTimeField(null=True)
    reason = models.JSONField(default=dict)
    file = models.FileField(upload_to="paper/%Y/%m", max_length=300, blank=True)
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)
    expires_at = models.DateTimeField(null=True)

    objects = PrintoutQuerySet.as_manager()

    class Meta:
        ordering = ("-pk",)
        indexes = [
            models.Index(fields=("state", "claimed_at"), condition=Q(state__in=["waiting", "running"]), name="printout_to_be_made"),
            models.Index(fields=("expires_at",), condition=Q(state="done"), name="printout_by_expiry"),
            models.Index(fields=("kind", "record_pk"), name="printout_of_record"),
        ]
        constraints = [
            *known("printout", state=PrintState, language=PaperLanguage),
            models.CheckConstraint(
                condition=~Q(state="done") | Q(expires_at__isnull=False) & ~Q(file=""),
                name="a_printout_done_has_a_file_that_expires",
            ),
            models.CheckConstraint(condition=~Q(state="running") | Q(claimed_at__isnull=False), name="a_running_printout_is_claimed"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.record_text}"

    def get_absolute_url(self) -> str:
        return reverse("paper:printout", args=[self.pk])

    @property
    def by_kind(self) -> PaperKind | None:
        return kind_of(self.kind)

    # What components/job.html asks of a job.
    total = STEPS

    @property
    def title(self) -> str:
        return format_lazy("{}: {}", self.by_kind.label if self.by_kind else self.kind, self.record_text)

    @property
    def state_label(self) -> str:
        return self.get_state_display()

    @property
    def percent(self) -> int:
        return self.done * 100 // STEPS

    @property
    def problem(self) -> str:
        return said(self.reason)

    @property
    def result_url(self) -> str:
        return reverse("paper:printout_file", args=[self.pk]) if self.state == PrintState.DONE else ""

    @property
    def is_under_way(self) -> bool:
        return self.state in (PrintState.WAITING, PrintState.RUNNING)
