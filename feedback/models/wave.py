from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from customers.models import Contact, Customer
from feedback.enums import SkipReason, WaveState
from feedback.models.programme import Programme
from feedback.models.questionnaire import QuestionnaireVersion
from feedback.querysets import WaveQuerySet
from portcrm.addresses import record_url
from portcrm.audit.history import tracked
from portcrm.bilingual import BilingualName
from portcrm.choices import known


@tracked()
class Wave(BilingualName):
    """One round of asking. What it asked, whom and by which rules is frozen when it starts."""

    programme = models.ForeignKey(Programme, models.PROTECT, related_name="waves", verbose_name=_("Programme"))
    version = models.ForeignKey(QuestionnaireVersion, models.PROTECT, related_name="waves", verbose_name=_("Version of the questionnaire"))
    period_key = models.CharField(_("Period"), max_length=12, blank=True)  # "2026-Q4"; empty when started by hand
    request_key = models.UUIDField(
        _("Key of the form"), null=True, blank=True, unique=True
    )  # the form it was started from: a double click starts one
    state = models.CharField(_("State"), max_length=10, choices=WaveState.choices, default=WaveState.OPEN)
    opens_at = models.DateTimeField(_("Opened at"))
    closes_at = models.DateTimeField(_("Closes at"))
    closed_at = models.DateTimeField(_("Closed at"), null=True, blank=True)
    low_overall_at_most = models.PositiveSmallIntegerField(_("Follow up when overall satisfaction is at most"), default=2)
    low_recommend_at_most = models.PositiveSmallIntegerField(_("Follow up when the recommendation is at most"), default=6)
    reminders = models.PositiveSmallIntegerField(_("Reminders"), default=0)
    remind_after_days = models.PositiveSmallIntegerField(_("Business days before a reminder"), default=5)
    # The day the programme had planned, where it ran within a few days of it; the rests of those asked count from here.
    planned_on = models.DateField(_("Planned for"), null=True, blank=True)
    sends_from = models.DateTimeField(_("Mails leave from"), null=True, blank=True)
    any_hour = models.BooleanField(_("Mails leave at any hour"), default=False)
    invited = models.PositiveIntegerField(_("Invited"), default=0)
    started_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("Started by"))
    signed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("Signed by")
    )

    objects = WaveQuerySet.as_manager()

    class Meta:
        ordering = ("-opens_at", "-pk")
        constraints = [
            models.UniqueConstraint(fields=("programme", "period_key"), condition=~Q(period_key=""), name="programme_runs_once_a_period"),
            models.CheckConstraint(condition=Q(closes_at__gt=F("opens_at")), name="wave_closes_after_it_opens"),
            models.CheckConstraint(
                condition=Q(state=WaveState.CLOSED, closed_at__isnull=False) | (~Q(state=WaveState.CLOSED) & Q(closed_at__isnull=True)),
                name="wave_is_closed_with_its_time",
            ),
        ]
        indexes = [models.Index(fields=("-opens_at", "-id"), name="wave_newest_first")]

    def get_absolute_url(self) -> str:
        return record_url("feedback:wave", self.pk)


class WaveSkip(models.Model):
    """Somebody the programme is meant for who was not asked this time, and why."""

    wave = models.ForeignKey(Wave, models.CASCADE, related_name="skips")
    customer = models.ForeignKey(Customer, models.CASCADE, related_name="+")
    contact = models.ForeignKey(Contact, models.CASCADE, related_name="+")
    reason = models.CharField(_("Reason"), max_length=20, choices=SkipReason.choices)
    last_asked_on = models.DateField(_("Last asked on"), null=True, blank=True)

    class Meta:
        ordering = ("wave", "pk")
        constraints = [
            models.UniqueConstraint(fields=("wave", "contact"), name="contact_is_skipped_once_a_wave"),
            *known("skip", reason=SkipReason),
        ]
