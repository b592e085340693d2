import datetime as dt

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from customers.models import Contact, Customer
from feedback.enums import Anonymity, SkipReason, WaveState
from feedback.models.programme import Programme
from feedback.models.questionnaire import QuestionnaireVersion
from feedback.models.seminar import Seminar
from feedback.querysets import WaveQuerySet, WaveSkipQuerySet
from portcrm.addresses import record_url
from portcrm.audit.history import tracked
from portcrm.bilingual import BilingualName
from portcrm.choices import known


def house_of(row) -> str:
    """Of somebody asked or spared, for lists: the customer, or the department of one of our own people."""
    if row.customer:
        return row.customer.label
    return row.user.department.label if row.user.department else "–"


@tracked()
class Wave(BilingualName):
    """One round of asking. What it asked, whom and by which rules is frozen when it starts."""

    programme = models.ForeignKey(Programme, models.PROTECT, related_name="waves", verbose_name=_("Programme"))
    version = models.ForeignKey(QuestionnaireVersion, models.PROTECT, related_name="waves", verbose_name=_("Version of the questionnaire"))
    # The seminar whose guests it asks; one wave each.
    seminar = models.OneToOneField(
        Seminar, models.PROTECT, null=True, blank=True, related_name="wave", verbose_name=pgettext_lazy("meeting", "Seminar")
    )
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
    # The saved view of customers it asked by, as it read that day: a view may be changed or deleted since.
    view_name = models.CharField(_("Saved view of customers"), max_length=60, blank=True)
    view_query = models.TextField(_("Conditions of the view"), blank=True)
    # Of a drawn sample: how many customers could have been asked, how many were drawn, and what the draw began with.
    sample_frame = models.PositiveIntegerField(_("Customers to draw from"), null=True, blank=True)
    sample_size = models.PositiveIntegerField(_("Customers drawn"), null=True, blank=True)
    sample_seed = models.BigIntegerField(_("Seed of the draw"), null=True, blank=True)
    # The rules it began with; empty, or 5, in waves older than these columns.
    grace_hours = models.PositiveSmallIntegerField(_("Hours of grace after closing"), null=True, blank=True)
    hide_below = models.PositiveSmallIntegerField(_("Groups with fewer answers are hidden"), default=5)
    anonymity = models.CharField(_("Anonymity"), max_length=12, choices=Anonymity.choices, default=Anonymity.NAMED)
    invited = models.PositiveIntegerField(_("Invited"), default=0)
    started_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("Started by"))
    signed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("Signed by")
    )

    objects = WaveQuerySet.as_manager()

    class Meta:
        ordering = ("-opens_at", "-pk")
        constraints = [
            *known("wave", anonymity=Anonymity),
            models.UniqueConstraint(fields=("programme", "period_key"), condition=~Q(period_key=""), name="programme_runs_once_a_period"),
            models.CheckConstraint(
                condition=Q(sample_frame=None, sample_size=None, sample_seed=None)
                | Q(sample_frame__isnull=False, sample_size__isnull=False, sample_seed__isnull=False, sample_size__lte=F("sample_frame")),
                name="wave_sample_has_frame_size_and_seed",
            ),
            models.CheckConstraint(condition=Q(closes_at__gt=F("opens_at")), name="wave_closes_after_it_opens"),
            models.CheckConstraint(
                condition=Q(state=WaveState.CLOSED, closed_at__isnull=False) | (~Q(state=WaveState.CLOSED) & Q(closed_at__isnull=True)),
                name="wave_is_closed_with_its_time",
            ),
        ]
        indexes = [models.Index(fields=("-opens_at", "-id"), name="wave_newest_first")]
        triggers = [pgtrigger.ReadOnly(name="anonymity_is_frozen", fields=("anonymity",))]  # it was promised to everybody asked

    def get_absolute_url(self) -> str:
        return record_url("feedback:wave", self.pk)

    @property
    def is_anonymous(self) -> bool:
        """Nothing leads from its answers to whoever gave them."""
        return self.anonymity == Anonymity.ANONYMOUS

    @property
    def is_confidential(self) -> bool:
        """Its answers lead to whoever gave them by their invitation alone, and only for the few who may know (queries/senders.py)."""
        return self.anonymity == Anonymity.CONFIDENTIAL

    @property
    def is_named(self) -> bool:
        """Whoever may read its answers sees who gave them."""
        return self.anonymity == Anonymity.NAMED

    @property
    def asks_our_own(self) -> bool:
        """Whether it asks our own people, and not those of customers."""
        return self.version.questionnaire.asks_our_own

    @property
    def listed_result(self):
        """The stored result for lists of waves; figures of one that keeps names back stand on its page, where those of few answers
        are hidden."""
        return getattr(self, "result", None) if self.is_named else None

    @property
    def ends_at(self) -> dt.datetime:
        """When it closes or closed, by the plan or by hand before."""
        return min(self.closes_at, self.closed_at or self.closes_at)


class WaveSkip(models.Model):
    """Somebody the programme is meant for who was not asked this time, and why."""

    wave = models.ForeignKey(Wave, models.CASCADE, related_name="skips")
    customer = models.ForeignKey(Customer, models.CASCADE, null=True, related_name="+")
    contact = models.ForeignKey(Contact, models.CASCADE, null=True, related_name="+")
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, null=True, db_index=False, related_name="+"
    )  # one of our own instead
    reason = models.CharField(_("Reason"), max_length=20, choices=SkipReason.choices)
    last_asked_on = models.DateField(_("Last asked on"), null=True, blank=True)

    objects = WaveSkipQuerySet.as_manager()

    class Meta:
        ordering = ("wave", "pk")
        constraints = [
            models.UniqueConstraint(fields=("wave", "contact"), name="contact_is_skipped_once_a_wave"),
            models.UniqueConstraint(fields=("wave", "user"), condition=Q(user__isnull=False), name="one_of_our_own_is_skipped_once_a_wave"),
            models.CheckConstraint(
                condition=Q(user=None, customer__isnull=False, contact__isnull=False) | Q(user__isnull=False, customer=None, contact=None),
                name="a_skip_is_of_a_contact_or_of_one_of_our_own",
            ),
            *known("skip", reason=SkipReason),
        ]

    @property
    def house(self) -> str:
        return house_of(self)

    @property
    def person(self) -> str:
        return (self.contact or self.user).label


class WaveDraw(models.Model):
    """A customer in the frame of a drawn sample, with the weight it had then: with the wave's seed the draw can be repeated."""

    wave = models.ForeignKey(Wave, models.CASCADE, related_name="draws")
    customer = models.ForeignKey(Customer, models.CASCADE, related_name="+")
    tonnes = models.DecimalField(_("Tonnes in 12 months"), max_digits=18, decimal_places=3)
    drawn = models.BooleanField(_("Drawn"))

    class Meta:
        ordering = ("wave", "pk")
        constraints = [models.UniqueConstraint(fields=("wave", "customer"), name="customer_is_in_a_draw_once")]

    def __str__(self) -> str:
        return f"{self.wave_id} {self.customer_id}"
