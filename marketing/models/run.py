import datetime as dt

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from marketing.enums import OPEN_STATES, JobState, RunOrigin, RunStep
from marketing.models.value_model import ValueModel
from marketing.querysets import RankingRunQuerySet
from portcrm.accounts.models import User
from portcrm.choices import known


class RankingRun(models.Model):
    """One ranking of all customers as of a date. Once done it is frozen: figures, weights and what the ledger held then."""

    as_of = models.DateField(_("As of"))
    model = models.ForeignKey(ValueModel, models.PROTECT, related_name="runs", verbose_name=_("Value model"))
    origin = models.CharField(_("Started"), max_length=10, choices=RunOrigin.choices, default=RunOrigin.BY_HAND)
    asked_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name=_("Asked for by"))
    previous = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("Compared with"))

    state = models.CharField(_("State"), max_length=10, choices=JobState.choices, default=JobState.WAITING)
    step = models.CharField(_("Step"), max_length=10, choices=RunStep.choices, default=RunStep.QUEUED)
    problem = models.CharField(_("Problem"), max_length=300, blank=True)
    attempt = models.PositiveSmallIntegerField(default=0)
    asked_at = models.DateTimeField(_("Asked for at"), auto_now_add=True)
    claimed_at = models.DateTimeField(null=True, blank=True)
    started_at = models.DateTimeField(_("Started at"), null=True, blank=True)
    finished_at = models.DateTimeField(_("Finished at"), null=True, blank=True)
    stored_at = models.DateTimeField(_("Stored on customer files at"), null=True, blank=True)

    window_start = models.DateField(_("Window from"))
    before_start = models.DateField(_("Window before from"))
    ledger_mark = models.BigIntegerField(_("Last ledger row read"), null=True, blank=True)
    ledger_rows = models.PositiveIntegerField(_("Ledger rows in the window"), null=True, blank=True)
    customers = models.PositiveIntegerField(_("Customers"), null=True, blank=True)
    ranked = models.PositiveIntegerField(_("Ranked"), null=True, blank=True)
    criteria = models.JSONField(default=list, blank=True)  # [{key, weight, share, higher_is_better, used, reason}]
    excluded = models.JSONField(default=dict, blank=True)  # reason -> customers
    totals = models.JSONField(default=dict, blank=True)  # tonnes, teu, lots, revenue, cost … as text
    classes = models.JSONField(default=list, blank=True)  # [{key, customers, tonnes, revenue, contribution}]
    notes = models.JSONField(default=list, blank=True)  # [{code, …}]: what was missing

    objects = RankingRunQuerySet.as_manager()

    class Meta:
        verbose_name = _("Ranking run")
        ordering = ("-as_of", "-pk")
        constraints = [
            *known("run", origin=RunOrigin, step=RunStep),
            models.UniqueConstraint(
                fields=["as_of", "model"], condition=Q(state__in=OPEN_STATES), name="one_open_run_per_date_and_value_model"
            ),
            models.UniqueConstraint(
                fields=["as_of"],
                condition=Q(origin=RunOrigin.MONTHLY) & Q(state__in=[*OPEN_STATES, JobState.DONE]),
                name="one_month_end_run_per_date",
            ),
            models.CheckConstraint(
                condition=~Q(state=JobState.DONE) | Q(finished_at__isnull=False, ranked__isnull=False, ledger_mark__isnull=False),
                name="a_finished_run_says_when_and_what",
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def title(self) -> str:
        return gettext("Customer value ranking as of %(date)s") % {"date": self.as_of.isoformat()}

    # What components/job.html shows
    @property
    def state_label(self) -> str:
        if self.state == JobState.RUNNING:
            return self.get_step_display()
        return self.get_state_display()

    @property
    def total(self) -> int:
        return len(RunStep.values) - 1

    @property
    def done(self) -> int:
        return RunStep.values.index(self.step)

    @property
    def percent(self) -> int:
        return 100 * self.done // self.total

    @property
    def result_url(self) -> str:
        return reverse("marketing:run", args=[self.pk]) if self.state == JobState.DONE else ""

    @property
    def excluded_count(self) -> int | None:
        return sum(self.excluded.values()) if self.state == JobState.DONE else None

    @property
    def is_open(self) -> bool:
        return self.state in OPEN_STATES

    @property
    def duration(self) -> dt.timedelta | None:
        return self.finished_at - self.started_at if self.finished_at and self.started_at else None

    @property
    def seconds(self) -> float | None:
        return None if self.duration is None else round(self.duration.total_seconds(), 1)

    @property
    def rules_changed(self) -> bool:
        """Were weights or criteria others than in the run it is compared with?"""
        return any(note["code"] == "rules_changed" for note in self.notes)
