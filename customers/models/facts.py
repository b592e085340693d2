"""Facts other apps compute and services store here, so that lists sort and filter by them without asking anyone."""

from decimal import Decimal

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from customers.enums import ValueClass

FACT_FIELDS = (
    "last_handled_on",
    "tonnes_12m",
    "teu_12m",
    "revenue_12m",
    "last_opinion_on",
    "last_opinion_score",
    "open_complaints",
    "last_contact_on",
    "value_class",
    "value_rank",
    "value_previous_rank",
    "value_score",
    "value_as_of",
)


class StoredFacts(models.Model):
    """Never typed in; not part of the file's history, because each comes from rows that have their own."""

    last_handled_on = models.DateField(_("Last handled on"), null=True, editable=False)
    tonnes_12m = models.DecimalField(_("Tonnes in 12 months"), max_digits=18, decimal_places=3, default=Decimal(0), editable=False)
    teu_12m = models.DecimalField(_("TEU in 12 months"), max_digits=14, decimal_places=2, default=Decimal(0), editable=False)
    revenue_12m = models.DecimalField(_("Revenue in 12 months"), max_digits=18, decimal_places=2, null=True, editable=False)
    last_opinion_on = models.DateField(_("Last opinion on"), null=True, editable=False)
    last_opinion_score = models.DecimalField(_("Last opinion score"), max_digits=4, decimal_places=2, null=True, editable=False)
    open_complaints = models.PositiveIntegerField(_("Open complaints"), default=0, editable=False)
    last_contact_on = models.DateField(_("Last contact on"), null=True, editable=False)
    value_class = models.CharField(_("Value class"), max_length=1, choices=ValueClass, blank=True, editable=False)
    value_rank = models.PositiveIntegerField(_("Value rank"), null=True, editable=False)
    value_previous_rank = models.PositiveIntegerField(_("Previous value rank"), null=True, editable=False)
    value_score = models.DecimalField(_("Value score"), max_digits=12, decimal_places=4, null=True, editable=False)
    value_as_of = models.DateField(_("Ranked as of"), null=True, editable=False)

    class Meta:
        abstract = True

    @property
    def value_movement(self) -> int | None:
        """Places won (positive) or lost since the run before; None when there is nothing to compare."""
        if self.value_rank is None or self.value_previous_rank is None:
            return None
        return self.value_previous_rank - self.value_rank

    @property
    def value_places(self) -> int:
        """How many places it moved, either way."""
        return abs(self.value_movement or 0)


FACT_CONSTRAINTS = [
    models.CheckConstraint(condition=Q(value_class__in=["", *ValueClass.values]), name="a_value_class_is_a_b_or_c"),
    models.CheckConstraint(
        condition=Q(value_rank=None, value_as_of=None, value_class="")
        | (Q(value_rank__gte=1, value_as_of__isnull=False) & ~Q(value_class="")),
        name="a_ranked_customer_has_rank_class_and_date",
    ),
    models.CheckConstraint(
        condition=Q(last_opinion_score=None) | Q(last_opinion_score__range=(1, 5)), name="an_opinion_score_lies_between_1_and_5"
    ),
]
