"""What was found about a complaint, what the customer claims for it, and what is done so that it does not come again."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from feedback.enums import Cause, Effect, Liability
from feedback.models.complaint import Complaint
from feedback.querysets import CorrectiveActionQuerySet
from portcrm.addresses import record_url
from portcrm.audit.history import tracked
from portcrm.choices import known


@tracked()
class Finding(models.Model):
    """Cause, liability and decision of a case; `decided_at` and `decided_by` come with the decision."""

    complaint = models.OneToOneField(Complaint, models.CASCADE, related_name="finding", verbose_name=_("Complaint"))
    cause = models.CharField(_("Root cause"), max_length=12, choices=Cause, blank=True)
    cause_text = models.TextField(_("How it came about"), blank=True)
    liability = models.CharField(_("Liability"), max_length=12, choices=Liability, blank=True)
    decision = models.TextField(pgettext_lazy("complaint", "Decision"), blank=True)
    next_instance = models.CharField(
        _("Next instance"), max_length=200, blank=True, help_text=_("Where the customer can turn if the decision is not accepted.")
    )
    decided_at = models.DateTimeField(pgettext_lazy("complaint", "Decided at"), null=True, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=pgettext_lazy("complaint", "Decided by"),
    )

    class Meta:
        constraints = [
            *known("finding", cause=("", *Cause.values), liability=("", *Liability.values)),
            models.CheckConstraint(
                condition=Q(decision="", decided_at=None, decided_by=None)
                | (~Q(decision="") & Q(decided_at__isnull=False, decided_by__isnull=False)),
                name="a_decision_has_who_and_when",
            ),
        ]

    def __str__(self) -> str:
        return self.decision


@tracked()
class Claim(models.Model):
    """What the customer claims, what we agree to and what we pay, in one currency."""

    complaint = models.OneToOneField(Complaint, models.CASCADE, related_name="claim", verbose_name=_("Complaint"))
    currency = models.CharField(_("Currency"), max_length=3, default="CNY")
    claimed = models.DecimalField(_("Amount claimed"), max_digits=14, decimal_places=2)
    agreed = models.DecimalField(_("Amount agreed"), max_digits=14, decimal_places=2, null=True, blank=True)
    agreed_on = models.DateField(_("Agreed on"), null=True, blank=True)
    paid = models.DecimalField(_("Amount paid"), max_digits=14, decimal_places=2, null=True, blank=True)
    paid_on = models.DateField(_("Paid on"), null=True, blank=True)
    reference = models.CharField(_("Payment reference"), max_length=100, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(currency__regex=r"^[A-Z]{3}$"),
                name="a_claim_currency_has_three_letters",
                violation_error_message=_("A currency is written with three capital letters, such as CNY."),
            ),
            models.CheckConstraint(
                condition=Q(claimed__gte=0, agreed=None) | Q(claimed__gte=0, agreed__gte=0),
                name="amounts_of_a_claim_are_not_negative",
                violation_error_message=_("An amount is not negative."),
            ),
            models.CheckConstraint(
                condition=Q(agreed=None, agreed_on=None) | Q(agreed__isnull=False, agreed_on__isnull=False),
                name="an_agreed_amount_has_a_day",
                violation_error_message=_("Give the amount agreed together with its day."),
            ),
            models.CheckConstraint(
                condition=Q(paid=None, paid_on=None) | Q(paid__isnull=False, paid_on__isnull=False, agreed__isnull=False),
                name="a_payment_has_a_day_and_an_agreement",
                violation_error_message=_("Give the amount paid together with its day, after the amount agreed."),
            ),
            models.CheckConstraint(
                condition=Q(paid=None) | Q(paid__gte=0, paid__lte=F("agreed"), paid_on__gte=F("agreed_on")),
                name="no_more_is_paid_than_was_agreed",
                violation_error_message=_("No more is paid than was agreed, and not before it was agreed."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.claimed} {self.currency}"


@tracked()
class CorrectiveAction(models.Model):
    """Something done so that the same does not happen again: who does it by when, and later whether it works."""

    complaint = models.ForeignKey(Complaint, models.CASCADE, related_name="corrective_actions", verbose_name=_("Complaint"))
    what = models.CharField(_("What is done"), max_length=300)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="corrective_actions", verbose_name=_("Owner"))
    due_on = models.DateField(_("To be done by"))
    check_on = models.DateField(_("To be checked on"))
    done_on = models.DateField(_("Done on"), null=True, blank=True)
    result = models.TextField(_("What was done"), blank=True)
    effective = models.CharField(_("Effect"), max_length=3, choices=Effect, blank=True)
    checked_on = models.DateField(_("Checked on"), null=True, blank=True)
    checked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("Checked by")
    )
    check_note = models.TextField(_("What the check showed"), blank=True)
    planned_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("Planned by"))

    objects = CorrectiveActionQuerySet.as_manager()

    class Meta:
        ordering = ("due_on", "pk")
        constraints = [
            *known("corrective_action", effective=("", *Effect.values)),
            models.CheckConstraint(
                condition=Q(check_on__gte=F("due_on")),
                name="an_action_is_checked_after_it_is_done",
                violation_error_message=_("The check cannot come before the action is to be done."),
            ),
            models.CheckConstraint(
                condition=Q(effective="", checked_on=None, checked_by=None)
                | (~Q(effective="") & Q(checked_on__isnull=False, checked_by__isnull=False, done_on__isnull=False)),
                name="a_checked_action_was_done_and_has_who_and_when",
            ),
        ]
        indexes = [models.Index(fields=("effective", "due_on"), name="corrective_action_open_by_due")]

    def __str__(self) -> str:
        return self.what

    def get_absolute_url(self) -> str:
        return record_url("feedback:corrective_action", self.pk)
