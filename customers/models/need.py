"""How each department sees a customer, and what weighs on the customer's mind."""

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from customers.enums import SERVICE_NEEDS, Level, Matter, Side
from customers.models.customer import Customer
from customers.models.reference import ReferenceEntry
from customers.querysets import DepartmentViewQuerySet, ViewScoreQuerySet
from portcrm.audit.history import tracked
from portcrm.choices import known

VIEW_FIELDS = ("department", "viewed_on", "standing", "outlook", "note", "channel", "recorded_by", "recorded_on")
SCORE_FIELDS = ("view", "matter", "side", "score", "evidence")


@tracked(exclude=("form_key",), part_of="customer")
class DepartmentView(models.Model):
    """What one department thinks of a customer on one day. A later view is a new row; the database refuses to change an old one."""

    customer = models.ForeignKey(Customer, models.CASCADE, related_name="department_views", verbose_name=_("Customer"))
    department = models.ForeignKey("accounts.Department", models.PROTECT, related_name="+", verbose_name=_("Department"))
    viewed_on = models.DateField(_("As seen on"))
    standing = models.PositiveSmallIntegerField(_("Standing with us"), choices=Level, null=True, blank=True)
    outlook = models.PositiveSmallIntegerField(pgettext_lazy("department", "Outlook"), choices=Level, null=True, blank=True)
    note = models.TextField(_("In words"), blank=True)
    channel = models.ForeignKey(
        "customers.Channel", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("Information channel")
    )
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("Recorded by"))
    recorded_on = models.DateField(_("Recorded on"))
    form_key = models.UUIDField(null=True, editable=False, unique=True)  # the form it came from: sent twice, recorded once

    objects = DepartmentViewQuerySet.as_manager()

    class Meta:
        ordering = ("-viewed_on", "-pk")
        indexes = [models.Index(fields=("customer", "department", "-viewed_on", "-id"), name="view_of_customer_by_department")]
        constraints = [
            *(
                models.CheckConstraint(condition=Q(**{name: None}) | Q(**{f"{name}__range": (1, 5)}), name=f"{name}_of_a_view_is_1_to_5")
                for name in ("standing", "outlook")
            ),
            models.CheckConstraint(
                condition=Q(viewed_on__lte=models.F("recorded_on")),
                name="a_view_is_recorded_after_it_was_formed",
                violation_error_message=_("A view cannot be dated in the future."),
            ),
        ]
        triggers = [pgtrigger.ReadOnly(name="a_view_is_never_overwritten", fields=VIEW_FIELDS)]

    def __str__(self) -> str:
        return f"{self.department}: {self.viewed_on:%Y-%m-%d}"


@tracked(part_of="view")
class ViewScore(models.Model):
    """One score of a view: how much a matter weighs for the customer, or how well we deliver it, with what was seen or heard."""

    view = models.ForeignKey(DepartmentView, models.CASCADE, related_name="scores", verbose_name=_("View of a department"))
    matter = models.CharField(_("Concern or need"), max_length=24, choices=Matter)
    side = models.CharField(_("Of what"), max_length=10, choices=Side)
    score = models.PositiveSmallIntegerField(_("Score"), choices=Level)
    evidence = models.CharField(_("Evidence"), max_length=300, blank=True)

    objects = ViewScoreQuerySet.as_manager()

    class Meta:
        ordering = ("pk",)
        indexes = [models.Index(fields=("matter", "side", "score"), name="score_by_matter")]
        constraints = [
            *known("view_score", matter=Matter, side=Side),
            models.UniqueConstraint(fields=("view", "matter", "side"), name="a_view_scores_a_matter_once"),
            models.CheckConstraint(condition=Q(score__range=(1, 5)), name="a_score_of_a_view_is_1_to_5"),
            models.CheckConstraint(
                condition=~Q(side=Side.DELIVERED) | Q(matter__in=[need.value for need in SERVICE_NEEDS]),
                name="only_service_needs_are_delivered",
            ),
        ]
        triggers = [pgtrigger.ReadOnly(name="a_score_is_never_overwritten", fields=SCORE_FIELDS)]

    def __str__(self) -> str:
        return f"{self.get_matter_display()} {self.score}"


@tracked()
class TalkingPoint(ReferenceEntry):
    """What may be said on a visit about one concern or need; its two names are the sentence in both languages."""

    matter = models.CharField(_("Concern or need"), max_length=24, choices=Matter)

    class Meta:
        ordering = ("position", "pk")
        verbose_name = _("Talking point")
        constraints = [
            *known("talking_point", matter=Matter),
            models.CheckConstraint(
                condition=~Q(name_zh="") & ~Q(name_en=""),
                name="a_talking_point_is_in_both_languages",
                violation_error_message=_("A talking point is written in Chinese and in English."),
            ),
        ]
