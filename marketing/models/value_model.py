from decimal import Decimal

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from marketing.enums import LESS_IS_BETTER, ClassMeasure, CriterionKey, ModelState, ScalingMethod
from marketing.querysets import ValueModelQuerySet
from portcrm.accounts.models import User
from portcrm.audit.history import tracked
from portcrm.choices import known


@tracked()
class ValueModel(models.Model):
    """One version of the rules by which customers are ranked. A version that was in force is never changed again."""

    version = models.PositiveIntegerField(_("Version"), unique=True)
    state = models.CharField(_("State"), max_length=10, choices=ModelState.choices, default=ModelState.DRAFT)
    note = models.CharField(_("Reason for this version"), max_length=300, blank=True)
    scaling = models.CharField(_("Scaling"), max_length=12, choices=ScalingMethod.choices, default=ScalingMethod.PERCENTILE)
    window_months = models.PositiveSmallIntegerField(
        _("Window in months"), default=12, validators=[MinValueValidator(1), MaxValueValidator(60)]
    )
    class_measure = models.CharField(
        _("Classes are cut by the share of"), max_length=12, choices=ClassMeasure.choices, default=ClassMeasure.TONNES
    )
    a_until = models.PositiveSmallIntegerField(_("Class A up to (per cent)"), default=80)
    b_until = models.PositiveSmallIntegerField(_("Class B up to (per cent)"), default=95)
    created_at = models.DateTimeField(_("Drafted on"), auto_now_add=True)
    created_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name=_("Drafted by"))
    in_force_since = models.DateTimeField(_("In force since"), null=True, blank=True)
    in_force_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("Put in force by"))
    retired_at = models.DateTimeField(_("Retired on"), null=True, blank=True)

    objects = ValueModelQuerySet.as_manager()

    class Meta:
        verbose_name = _("Value model")
        ordering = ("-version",)
        constraints = [
            *known("value_model", state=ModelState, scaling=ScalingMethod, class_measure=ClassMeasure),
            models.UniqueConstraint(fields=["state"], condition=Q(state=ModelState.IN_FORCE), name="only_one_value_model_is_in_force"),
            models.CheckConstraint(
                condition=Q(a_until__gt=0, a_until__lt=F("b_until"), b_until__lt=100), name="class_cut_offs_rise_from_a_to_b"
            ),
            models.CheckConstraint(condition=Q(window_months__gte=1, window_months__lte=60), name="value_window_is_1_to_60_months"),
            models.CheckConstraint(
                condition=Q(in_force_since__isnull=True, in_force_by__isnull=True)
                | Q(in_force_since__isnull=False, in_force_by__isnull=False),
                name="value_model_in_force_has_when_and_who",
            ),
        ]

    def __str__(self) -> str:
        return self.label

    @property
    def label(self) -> str:
        return gettext("Value model v%(version)s") % {"version": self.version}

    @property
    def is_draft(self) -> bool:
        return self.state == ModelState.DRAFT


@tracked()
class ModelWeight(models.Model):
    """How much one criterion counts in one version; the weights of a version in force add up to 100."""

    model = models.ForeignKey(ValueModel, models.CASCADE, related_name="weights", verbose_name=_("Value model"))
    criterion = models.CharField(_("Criterion"), max_length=20, choices=CriterionKey.choices)
    weight = models.DecimalField(_("Weight in per cent"), max_digits=5, decimal_places=1)

    class Meta:
        verbose_name = _("Weight")
        ordering = ("pk",)
        constraints = [
            *known("weight", criterion=CriterionKey),
            models.UniqueConstraint(fields=["model", "criterion"], name="a_criterion_is_weighed_once_per_model"),
            models.CheckConstraint(condition=Q(weight__gte=0, weight__lte=Decimal(100)), name="a_weight_is_0_to_100_per_cent"),
        ]

    def __str__(self) -> str:
        return f"{self.get_criterion_display()} {self.weight}"

    @property
    def higher_is_better(self) -> bool:
        return self.criterion not in LESS_IS_BETTER
