"""Transaction status: sales activity, terms, credit, what peers say, open problems."""

from decimal import Decimal

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from customers.enums import CreditState, Level
from customers.models.customer import Customer
from customers.models.provenance import Provenance, money_field, verified_by_somebody
from customers.querysets import CustomerPartQuerySet, OpenProblemQuerySet
from portcrm.audit.history import tracked
from portcrm.choices import known

NEAR_THE_LIMIT = Decimal("0.8")
TRANSACTION_FIELDS = (
    "sales_activity", "sales_activity_level", "payment_days", "payment_terms", "rate_terms", "free_storage_days",
    "other_terms", "credit_limit", "credit_exposure", "overdue_amount", "overdue_days", "credit_as_of",
)  # fmt: skip


class TransactionStatusQuerySet(CustomerPartQuerySet):
    def typed(self):
        """Figures somebody wrote down: no file of the settlement office has ever named the customer, so none renews or settles them."""
        return self.filter(customer__receivables_balance=None)

    def overdue(self):
        return self.filter(overdue_amount__gt=0)

    def late_for_hold(self):
        """Overdue for so long that a credit hold is to be decided on; HOLD_PROPOSAL_DAYS 0 proposes none."""
        if not settings.HOLD_PROPOSAL_DAYS:
            return self.none()
        return self.filter(overdue_amount__gt=0, overdue_days__gt=settings.HOLD_PROPOSAL_DAYS)


@tracked(exclude=("version",), part_of="customer")
class TransactionStatus(Provenance):
    """Terms and credit as they stand today. One row per customer; how they stood before is its history."""

    customer = models.OneToOneField(Customer, models.CASCADE, related_name="transactions", verbose_name=_("Customer"))
    sales_activity = models.TextField(_("Sales activity"), blank=True)
    sales_activity_level = models.PositiveSmallIntegerField(_("Sales activity level"), choices=Level, null=True, blank=True)
    payment_days = models.PositiveSmallIntegerField(_("Payment term (days)"), null=True, blank=True)
    payment_terms = models.CharField(_("Way of payment"), max_length=300, blank=True)
    rate_terms = models.CharField(_("Rates"), max_length=300, blank=True)
    free_storage_days = models.PositiveSmallIntegerField(_("Free storage (days)"), null=True, blank=True)
    other_terms = models.TextField(_("Other terms of trade"), blank=True)
    credit_limit = money_field(_("Credit limit"))
    credit_exposure = money_field(_("Credit exposure"))
    overdue_amount = money_field(_("Overdue amount"))
    overdue_days = models.PositiveSmallIntegerField(_("Days overdue"), null=True, blank=True)
    credit_as_of = models.DateField(_("Credit figures as of"), null=True, blank=True)

    objects = TransactionStatusQuerySet.as_manager()

    class Meta:
        ordering = ("pk",)
        indexes = [models.Index(fields=("customer",), condition=Q(overdue_amount__gt=0), name="terms_overdue")]
        constraints = [
            *known("transaction_status", sales_activity_level=Level),
            models.CheckConstraint(
                condition=(Q(credit_limit=None) | Q(credit_limit__gte=0))
                & (Q(credit_exposure=None) | Q(credit_exposure__gte=0))
                & (Q(overdue_amount=None) | Q(overdue_amount__gte=0)),
                name="credit_figures_are_not_negative",
                violation_error_message=_("Credit figures cannot be negative."),
            ),
            models.CheckConstraint(
                condition=Q(overdue_amount=None) | Q(credit_exposure=None) | Q(overdue_amount__lte=models.F("credit_exposure")),
                name="what_is_overdue_is_part_of_the_exposure",
                violation_error_message=_("More is overdue than is owed at all."),
            ),
            verified_by_somebody("transactions"),
        ]

    def __str__(self) -> str:
        return f"{self.customer_id}"

    @property
    def credit_state(self) -> CreditState:
        """Overdue beats over the limit beats near it (from 80 %); no limit and no exposure is no credit."""
        exposure = self.credit_exposure or Decimal(0)
        if self.overdue_amount:
            return CreditState.OVERDUE
        if self.credit_limit is None and not exposure:
            return CreditState.NONE
        limit = self.credit_limit or Decimal(0)
        if exposure > limit:
            return CreditState.OVER
        return CreditState.NEAR if limit and exposure >= limit * NEAR_THE_LIMIT else CreditState.GOOD

    @property
    def calls_for_hold(self) -> bool:
        """Overdue for longer than the setting allows; people decide on the hold."""
        return bool(settings.HOLD_PROPOSAL_DAYS and self.overdue_amount and (self.overdue_days or 0) > settings.HOLD_PROPOSAL_DAYS)


class CreditRatingQuerySet(CustomerPartQuerySet):
    def latest_of_schemes(self):
        """The rating in force of each scheme; schemes stand side by side and are never compared."""
        same = CreditRating.objects.filter(customer=OuterRef("customer"), grade__scheme=OuterRef("grade__scheme"))
        later = Q(rated_on__gt=OuterRef("rated_on")) | Q(rated_on=OuterRef("rated_on"), pk__gt=OuterRef("pk"))
        return self.exclude(Exists(same.filter(later)))

    def at_least(self, grade):
        """Ratings of the same scheme as good as this grade or better."""
        return self.filter(grade__scheme=grade.scheme_id, grade__position__lte=grade.position)

    def for_list(self):
        return self.select_related("customer", "customer__account_manager", "grade__scheme", "channel")


@tracked(exclude=("version",), part_of="customer")
class CreditRating(Provenance):
    """A grade somebody gave on a day, always of one named scheme."""

    customer = models.ForeignKey(Customer, models.CASCADE, related_name="credit_ratings", verbose_name=_("Customer"))
    grade = models.ForeignKey("customers.CreditGrade", models.PROTECT, related_name="ratings", verbose_name=_("Credit grade"))
    rated_on = models.DateField(_("Rated on"))
    rated_by = models.CharField(_("Rated by (agency or department)"), max_length=200, blank=True)
    next_review_on = models.DateField(_("Next review on"), null=True, blank=True)
    note = models.TextField(_("Remarks"), blank=True)

    objects = CreditRatingQuerySet.as_manager()

    class Meta:
        ordering = ("-rated_on", "-pk")
        indexes = [models.Index(fields=("customer", "-rated_on", "-id"), name="rating_of_customer")]
        constraints = [
            models.CheckConstraint(
                condition=Q(next_review_on=None) | Q(next_review_on__gt=models.F("rated_on")),
                name="a_review_follows_the_rating",
                violation_error_message=_("The next review must follow the rating."),
            ),
            verified_by_somebody("rating"),
        ]
        triggers = [
            pgtrigger.ReadOnly(name="a_rating_is_never_overwritten", fields=("grade", "rated_on", "rated_by", "next_review_on", "note"))
        ]

    def __str__(self) -> str:
        return f"{self.grade} {self.rated_on:%Y-%m-%d}"


@tracked(exclude=("version",), part_of="customer")
class PeerAppraisal(Provenance):
    """What another firm of the trade says about the customer."""

    customer = models.ForeignKey(Customer, models.CASCADE, related_name="peer_appraisals", verbose_name=_("Customer"))
    peer = models.ForeignKey(Customer, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("Peer in our files"))
    peer_name = models.CharField(_("Peer"), max_length=200, blank=True)
    appraised_on = models.DateField(_("Appraised on"))
    standing = models.PositiveSmallIntegerField(_("Standing among peers"), choices=Level, null=True, blank=True)
    statement = models.TextField(_("What the peer says"))

    objects = CustomerPartQuerySet.as_manager()

    class Meta:
        ordering = ("-appraised_on", "-pk")
        indexes = [models.Index(fields=("customer", "-appraised_on", "-id"), name="appraisal_of_customer")]
        constraints = [
            models.CheckConstraint(condition=Q(standing=None) | Q(standing__range=(1, 5)), name="standing_is_1_to_5"),
            models.CheckConstraint(
                condition=Q(peer=None) | ~Q(peer=models.F("customer")),
                name="nobody_appraises_itself",
                violation_error_message=_("A firm does not appraise itself."),
            ),
            verified_by_somebody("appraisal"),
        ]
        triggers = [
            pgtrigger.ReadOnly(name="an_appraisal_is_never_overwritten", fields=("peer_name", "appraised_on", "standing", "statement"))
        ]

    def __str__(self) -> str:
        return f"{self.appraised_on:%Y-%m-%d}"


@tracked(part_of="customer")
class OpenProblem(models.Model):
    """Something that stands between us and the customer until it is solved."""

    customer = models.ForeignKey(Customer, models.CASCADE, related_name="problems", verbose_name=_("Customer"))
    title = models.CharField(_("Problem"), max_length=200)
    detail = models.TextField(_("Detail"), blank=True)
    opened_on = models.DateField(_("Opened on"))
    opened_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("Opened by"))
    solved_on = models.DateField(_("Solved on"), null=True, blank=True)
    solved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("Solved by")
    )
    solution = models.TextField(_("Solution"), blank=True)

    objects = OpenProblemQuerySet.as_manager()

    class Meta:
        ordering = ("-opened_on", "-pk")
        indexes = [models.Index(fields=("customer", "-opened_on"), name="problem_of_customer")]
        constraints = [
            models.CheckConstraint(
                condition=Q(solved_on=None, solved_by=None) | Q(solved_on__isnull=False, solved_by__isnull=False),
                name="a_problem_is_solved_by_somebody_on_a_day",
            ),
        ]

    def __str__(self) -> str:
        return self.title
