"""Figures of complaints as a job computed them, of one month, quarter or year and one group of service or all."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from feedback.enums import ComplaintSpan, ServiceGroup, ShareKind
from feedback.querysets import ComplaintResultQuerySet
from portcrm.choices import known


class ComplaintResult(models.Model):
    """Complaints received in a span. Times are in minutes of office hours without pauses, NULL where too few cases tell them.

    Of each deadline `_n` cases have met or missed it, `_in_time` of them met it in time. `tonnes` and `shipments` are the whole
    port's, of the sums of the ledger by customer, also beside one group.
    """

    span = models.CharField(max_length=7, choices=ComplaintSpan)
    starts_on = models.DateField()
    group = models.CharField(_("Service concerned"), max_length=20, choices=ServiceGroup, blank=True, help_text=_("Empty: all services"))
    computed_at = models.DateTimeField(_("Computed at"))
    method_version = models.PositiveSmallIntegerField(_("Version of the calculation"))
    watermark = models.BigIntegerField(default=0)  # grows with every change of a case that was read
    received = models.PositiveIntegerField(default=0)
    acknowledge_n = models.PositiveIntegerField(default=0)
    acknowledge_in_time = models.PositiveIntegerField(default=0)
    first_answer_n = models.PositiveIntegerField(default=0)
    first_answer_in_time = models.PositiveIntegerField(default=0)
    decision_n = models.PositiveIntegerField(default=0)
    decision_in_time = models.PositiveIntegerField(default=0)
    answered = models.PositiveIntegerField(default=0)
    answer_median = models.FloatField(null=True)
    answer_p90 = models.FloatField(null=True)
    decided = models.PositiveIntegerField(default=0)
    decision_median = models.FloatField(null=True)
    decision_p90 = models.FloatField(null=True)
    reopened = models.PositiveIntegerField(default=0)
    found = models.PositiveIntegerField(default=0)  # liability is stated
    justified = models.PositiveIntegerField(default=0)  # ours, or shared
    checked = models.PositiveIntegerField(default=0)  # cases with an action that was checked
    effective = models.PositiveIntegerField(default=0)  # cases in which every check said that it works
    tonnes = models.DecimalField(max_digits=24, decimal_places=3, default=0)
    shipments = models.BigIntegerField(default=0)

    objects = ComplaintResultQuerySet.as_manager()

    class Meta:
        ordering = ("-starts_on", "span", "group")
        constraints = [
            *known("complaint_result", span=ComplaintSpan, group=("", *ServiceGroup.values)),
            models.UniqueConstraint(fields=("span", "starts_on", "group"), name="complaints_of_a_span_and_group_are_counted_once"),
        ]

    def __str__(self) -> str:
        return f"{self.span} {self.starts_on} {self.group}"


class ComplaintShare(models.Model):
    """How many of the complaints have one cause, concern one service or one dimension."""

    result = models.ForeignKey(ComplaintResult, models.CASCADE, related_name="shares")
    kind = models.CharField(max_length=12, choices=ShareKind)
    key = models.CharField(max_length=30)
    number = models.PositiveIntegerField()

    class Meta:
        ordering = ("kind", "-number", "key")
        constraints = [
            *known("complaint_share", kind=ShareKind),
            models.UniqueConstraint(fields=("result", "kind", "key"), name="a_share_of_complaints_is_counted_once"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.key}"


class ClaimResult(models.Model):
    """Claims with an amount, of one currency: sums are never added over currencies. Settled is what was paid, or agreed at nothing."""

    result = models.ForeignKey(ComplaintResult, models.CASCADE, related_name="claims")
    currency = models.CharField(_("Currency"), max_length=3)
    number = models.PositiveIntegerField()
    claimed = models.DecimalField(max_digits=20, decimal_places=2)
    agreed_n = models.PositiveIntegerField()
    agreed = models.DecimalField(max_digits=20, decimal_places=2)
    paid_n = models.PositiveIntegerField()
    paid = models.DecimalField(max_digits=20, decimal_places=2)
    settled = models.PositiveIntegerField()
    settled_claimed = models.DecimalField(max_digits=20, decimal_places=2)
    days_to_payment = models.FloatField(null=True)  # median of calendar days from receipt to payment; NULL where nothing was paid
    oldest_unpaid_on = models.DateField(null=True)  # day of receipt of the oldest claim that is not settled

    class Meta:
        ordering = ("currency",)
        constraints = [
            models.CheckConstraint(condition=Q(number__gt=0), name="figures_of_claims_are_of_some_claims"),
            models.UniqueConstraint(fields=("result", "currency"), name="claims_of_a_currency_are_counted_once"),
        ]

    def __str__(self) -> str:
        return self.currency
