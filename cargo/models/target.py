"""The annual task: how much is to be handled, per year or month, class, direction, customer or manager."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from cargo.enums import Direction, TargetUnit
from cargo.models.reference import CargoClass
from cargo.querysets import TargetQuerySet
from portcrm.audit.history import tracked
from portcrm.choices import known

FIRST_YEAR, LAST_YEAR = 1990, 2100


@tracked()
class Target(models.Model):
    """One cell of the task. No month: the whole year; no class: all classes; no direction: both; neither customer nor manager:
    the port as a whole. `quantity` is in tonnes or TEU, whatever it was typed in."""

    year = models.PositiveSmallIntegerField(_("Year"))
    month = models.PositiveSmallIntegerField(_("Month"), null=True)
    cargo_class = models.ForeignKey(CargoClass, models.PROTECT, null=True, related_name="+", verbose_name=_("Cargo class"))
    direction = models.CharField(_("Direction"), max_length=8, choices=Direction.choices, blank=True)
    unit = models.CharField(_("Unit"), max_length=3, choices=TargetUnit.choices)
    customer = models.ForeignKey("customers.Customer", models.PROTECT, null=True, related_name="targets", verbose_name=_("Customer"))
    manager = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="cargo_targets", verbose_name=_("Account manager")
    )
    quantity = models.DecimalField(_("Quantity"), max_digits=18, decimal_places=3)
    set_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("Set by"))
    set_at = models.DateTimeField(_("Set at"))

    objects = TargetQuerySet.as_manager()

    class Meta:
        ordering = ("-year", "cargo_class", "month")
        constraints = [
            *known("target", direction=("", *Direction.values), unit=TargetUnit),
            models.UniqueConstraint(
                fields=("year", "unit", "direction", "customer", "manager", "cargo_class", "month"),
                name="target_is_set_once",
                nulls_distinct=False,
            ),
            models.CheckConstraint(name="target_month_is_one_of_twelve", condition=Q(month=None) | Q(month__range=(1, 12))),
            models.CheckConstraint(name="target_year_is_one_of_ours", condition=Q(year__range=(FIRST_YEAR, LAST_YEAR))),
            models.CheckConstraint(name="target_is_not_negative", condition=Q(quantity__gte=0)),
            models.CheckConstraint(name="target_is_of_a_customer_or_a_manager", condition=Q(customer=None) | Q(manager=None)),
        ]

    def __str__(self) -> str:
        when = f"{self.year}" if self.month is None else f"{self.year}-{self.month:02d}"
        return f"{when} {self.cargo_class.short if self.cargo_class_id else _('All classes')}"

    def get_absolute_url(self) -> str:
        return f"{reverse('cargo:target_grid')}?year={self.year}&unit={self.unit}&direction={self.direction}"
