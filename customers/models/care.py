"""Who cares for a customer: the team, every change of the account manager, and credit holds."""

import datetime as dt

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from customers.enums import CareChangeKind, TeamFunction
from customers.models.customer import Customer
from customers.querysets import CreditHoldQuerySet, CustomerPartQuerySet, TeamMemberQuerySet
from portcrm.audit.history import tracked
from portcrm.choices import known


class CareChange(models.Model):
    """A customer went from one account manager to another, out of the pool or back. Written once, never changed."""

    customer = models.ForeignKey(Customer, models.CASCADE, related_name="care_changes", verbose_name=_("Customer"))
    kind = models.CharField(_("Kind"), max_length=12, choices=CareChangeKind)
    from_manager = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("Account manager before")
    )
    to_manager = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("Account manager after")
    )
    note = models.TextField(_("What to know"), blank=True)
    follow_ups = models.PositiveIntegerField(_("Open follow-ups that went along"), default=0)
    changed_on = models.DateField(_("Changed on"))
    changed_at = models.DateTimeField(_("Changed at"), auto_now_add=True)
    changed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("By"))

    objects = CustomerPartQuerySet.as_manager()

    class Meta:
        ordering = ("-pk",)
        indexes = [models.Index(fields=("customer", "-id"), name="care_change_of_customer")]
        constraints = [
            *known("care_change", kind=CareChangeKind),
            models.CheckConstraint(
                condition=~Q(from_manager=models.F("to_manager")) & ~Q(from_manager=None, to_manager=None),
                name="a_care_change_changes_the_account_manager",
            ),
            models.CheckConstraint(
                condition=~Q(kind__in=[CareChangeKind.RETURNED, CareChangeKind.RECYCLED]) | Q(to_manager=None),
                name="what_goes_into_the_pool_has_no_account_manager",
            ),
        ]
        triggers = [
            pgtrigger.ReadOnly(
                name="a_care_change_is_never_overwritten",
                fields=("kind", "from_manager", "to_manager", "note", "changed_on", "changed_at", "changed_by"),
            )
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.changed_on:%Y-%m-%d}"

    def free_again_for(self, user) -> dt.date | None:
        """The first day on which `user`, who let the customer go by this change, may pick it again; None for everybody else."""
        if self.to_manager_id is not None or self.from_manager_id != user.pk:
            return None
        return self.changed_on + dt.timedelta(days=settings.POOL_COOL_DOWN_DAYS)


@tracked(part_of="customer")
class TeamMember(models.Model):
    """A colleague who serves a customer beside its account manager, for a time."""

    customer = models.ForeignKey(Customer, models.CASCADE, related_name="team", verbose_name=_("Customer"))
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="team_memberships", verbose_name=_("Colleague"))
    function = models.CharField(_("Does for the customer"), max_length=12, choices=TeamFunction)
    since = models.DateField(pgettext_lazy("team", "Since"))
    until = models.DateField(_("Until"), null=True, blank=True)

    objects = TeamMemberQuerySet.as_manager()

    class Meta:
        ordering = ("function", "pk")
        indexes = [models.Index(fields=("user",), condition=Q(until=None), name="team_of_a_colleague")]
        constraints = [
            *known("team_member", function=TeamFunction),
            models.UniqueConstraint(
                fields=("customer", "user", "function"), condition=Q(until=None), name="a_colleague_has_a_function_in_a_team_once"
            ),
            models.CheckConstraint(condition=Q(until=None) | Q(until__gte=models.F("since")), name="a_team_membership_ends_after_it_began"),
        ]

    def __str__(self) -> str:
        return f"{self.get_function_display()}: {self.user}"


@tracked(part_of="customer")
class CreditHold(models.Model):
    """No further credit until somebody who may lifts it again."""

    customer = models.ForeignKey(Customer, models.CASCADE, related_name="credit_holds", verbose_name=_("Customer"))
    reason = models.CharField(_("Reason"), max_length=300)
    placed_on = models.DateField(_("Placed on"))
    placed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("Placed by"))
    lifted_on = models.DateField(_("Lifted on"), null=True, blank=True)
    lifted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("Lifted by")
    )
    lifted_because = models.CharField(_("Why it was lifted"), max_length=300, blank=True)

    objects = CreditHoldQuerySet.as_manager()

    class Meta:
        ordering = ("-pk",)
        indexes = [models.Index(fields=("customer", "-id"), name="credit_hold_of_customer")]
        constraints = [
            models.CheckConstraint(condition=~Q(reason=""), name="a_credit_hold_says_why", violation_error_message=_("Say why.")),
            models.UniqueConstraint(fields=("customer",), condition=Q(lifted_on=None), name="a_customer_is_on_hold_once"),
            models.CheckConstraint(
                condition=Q(lifted_on=None, lifted_by=None, lifted_because="")
                | (Q(lifted_on__isnull=False, lifted_by__isnull=False) & ~Q(lifted_because="")),
                name="a_hold_is_lifted_by_somebody_for_a_reason",
            ),
        ]

    def __str__(self) -> str:
        return self.reason
