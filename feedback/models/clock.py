"""The deadlines of a complaint and the time in which we wait for the customer."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from feedback.enums import Alarm, ClockKind, LimitUnit
from feedback.models.complaint import Complaint
from feedback.querysets import ComplaintClockQuerySet
from portcrm.audit.history import tracked
from portcrm.choices import known


@tracked()
class ComplaintClock(models.Model):
    """One deadline: `amount` of `unit` after it started. `met_at` stays once it is set, also when a case is taken up again."""

    complaint = models.ForeignKey(Complaint, models.CASCADE, related_name="clocks", verbose_name=_("Complaint"))
    kind = models.CharField(pgettext_lazy("deadline", "Deadline for"), max_length=12, choices=ClockKind)
    amount = models.PositiveIntegerField(pgettext_lazy("deadline", "Time allowed"))
    unit = models.CharField(pgettext_lazy("deadline", "Counted in"), max_length=1, choices=LimitUnit)
    started_at = models.DateTimeField(pgettext_lazy("deadline", "Started at"))
    due_at = models.DateTimeField(pgettext_lazy("deadline", "Due at"))
    met_at = models.DateTimeField(pgettext_lazy("deadline", "Met at"), null=True, blank=True)
    level = models.PositiveSmallIntegerField(_("Escalation"), choices=Alarm, default=Alarm.NONE)

    objects = ComplaintClockQuerySet.as_manager()

    class Meta:
        constraints = [
            *known("complaint_clock", kind=ClockKind, unit=LimitUnit, level=Alarm),
            models.UniqueConstraint(fields=("complaint", "kind"), name="a_complaint_has_one_deadline_of_a_kind"),
            models.CheckConstraint(condition=Q(due_at__gte=F("started_at")), name="a_deadline_comes_after_its_start"),
        ]
        indexes = [models.Index(fields=("due_at",), condition=Q(met_at=None), name="complaint_clock_running")]

    def __str__(self) -> str:
        return self.get_kind_display()

    @property
    def is_late(self) -> bool:
        """Met after its time; for one that runs see `overdue`."""
        return self.met_at is not None and self.met_at > self.due_at


@tracked()
class ComplaintPause(models.Model):
    """Time in which we wait for the customer: deadlines stand still."""

    complaint = models.ForeignKey(Complaint, models.CASCADE, related_name="pauses", verbose_name=_("Complaint"))
    from_at = models.DateTimeField(pgettext_lazy("pause", "From"))
    until_at = models.DateTimeField(pgettext_lazy("pause", "Until"), null=True, blank=True)
    reason = models.CharField(_("What we wait for"), max_length=200)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("By"))

    class Meta:
        ordering = ("from_at", "pk")
        constraints = [
            models.UniqueConstraint(fields=("complaint",), condition=Q(until_at=None), name="a_complaint_waits_once_at_a_time"),
            models.CheckConstraint(condition=Q(until_at=None) | Q(until_at__gte=F("from_at")), name="a_pause_ends_after_it_began"),
        ]

    def __str__(self) -> str:
        return self.reason
