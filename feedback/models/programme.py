from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from customers.permissions import VIEW_CONTACT
from feedback.enums import Period
from feedback.models.questionnaire import Questionnaire
from feedback.querysets import ProgrammeQuerySet
from portcrm.audit.history import tracked
from portcrm.bilingual import BilingualName
from portcrm.choices import known


@tracked()
class Programme(BilingualName):
    """A standing plan: whom we ask, with which form, how often. Empty lists mean "all"."""

    questionnaire = models.ForeignKey(Questionnaire, models.PROTECT, related_name="programmes", verbose_name=_("Questionnaire"))
    customer_statuses = ArrayField(models.CharField(max_length=20), default=list, blank=True, verbose_name=_("Customer status"))
    customer_tiers = ArrayField(models.CharField(max_length=20), default=list, blank=True, verbose_name=_("Service tier"))
    contact_roles = ArrayField(models.CharField(max_length=40), default=list, blank=True, verbose_name=_("Contact roles"))
    period = models.CharField(_("How often"), max_length=12, choices=Period.choices, default=Period.QUARTER)
    next_run_on = models.DateField(_("Next wave on"), null=True, blank=True)
    # A plan for the 31st runs on the last day of a short month and on the 31st again. Empty: the day of next_run_on.
    day_of_month = models.PositiveSmallIntegerField(_("Day of the month"), null=True, blank=True, editable=False)
    days_open = models.PositiveSmallIntegerField(_("Days open"), default=14, validators=[MinValueValidator(1), MaxValueValidator(180)])
    low_overall_at_most = models.PositiveSmallIntegerField(
        _("Follow up when overall satisfaction is at most"), default=2, validators=[MaxValueValidator(5)]
    )
    low_recommend_at_most = models.PositiveSmallIntegerField(
        _("Follow up when the recommendation is at most"), default=6, validators=[MaxValueValidator(10)]
    )
    reminders = models.PositiveSmallIntegerField(_("Reminders"), default=2, validators=[MaxValueValidator(2)])
    remind_after_days = models.PositiveSmallIntegerField(
        _("Business days before a reminder"), default=5, validators=[MinValueValidator(5), MaxValueValidator(60)]
    )
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("Responsible"))
    is_active = models.BooleanField(_("Active"), default=True)

    objects = ProgrammeQuerySet.as_manager()

    class Meta:
        ordering = ("pk",)
        constraints = [
            *known("programme", period=Period),
            models.CheckConstraint(condition=Q(days_open__gte=1, days_open__lte=180), name="programme_stays_open_between_1_and_180_days"),
            models.CheckConstraint(condition=~Q(name_zh="", name_en=""), name="programme_has_a_name"),
            models.CheckConstraint(
                condition=Q(reminders__lte=2, remind_after_days__gte=5), name="programme_reminds_twice_at_most_after_five_days"
            ),
            models.CheckConstraint(condition=Q(day_of_month__gte=1, day_of_month__lte=31), name="programme_runs_on_a_day_of_the_month"),
        ]

    @property
    def obstacle(self) -> str:
        """Why no wave can open, or "". Nobody is asked on behalf of somebody who could not see the contacts."""
        if not self.owner.is_active:
            return _("The account of the person responsible is closed. Name somebody else, else nobody is asked.")
        if not self.owner.has_perm(VIEW_CONTACT):
            return _("The person responsible may not read contacts. Name somebody else, else nobody is asked.")
        if not any(version.published_on for version in self.questionnaire.versions.all()):
            return _("This questionnaire has no published version yet.")
        return ""
