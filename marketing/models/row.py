import pgtrigger
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from cargo.models import Unit
from customers.models import Customer
from marketing.enums import ValueClass
from marketing.models.run import RankingRun
from marketing.querysets import RankingQuantityQuerySet, RankingRowQuerySet
from portcrm.choices import known

TONNES = {"max_digits": 18, "decimal_places": 3}
MONEY = {"max_digits": 18, "decimal_places": 2}


class RankingRow(models.Model):
    """One customer in one run: rank, class, score with its parts, and the raw figures it was made from."""

    run = models.ForeignKey(RankingRun, models.CASCADE, related_name="rows")
    customer = models.ForeignKey(Customer, models.PROTECT, related_name="ranking_rows", verbose_name=_("Customer"))
    position = models.PositiveIntegerField(_("Place in order"))  # 1 … n; customers with equal scores share a rank, never a position
    rank = models.PositiveIntegerField(_("Rank"))
    value_class = models.CharField(_("Value class"), max_length=1, choices=ValueClass.choices)
    score = models.DecimalField(_("Score"), max_digits=6, decimal_places=3)
    parts = models.JSONField()  # [{key, raw, scaled, share, points}] as text, in the order of the run's criteria
    share_before = models.DecimalField(max_digits=7, decimal_places=4)
    share_after = models.DecimalField(_("Cumulative share"), max_digits=7, decimal_places=4)

    tonnes = models.DecimalField(_("Tonnes"), **TONNES)
    tonnes_before = models.DecimalField(_("Tonnes in the window before"), **TONNES)
    teu = models.DecimalField("TEU", **TONNES)
    lots = models.IntegerField(_("Lots"))
    ledger_rows = models.IntegerField(_("Ledger rows"))
    revenue = models.DecimalField(_("Revenue"), null=True, **MONEY)
    cost = models.DecimalField(_("Cost"), null=True, **MONEY)
    contribution = models.DecimalField(_("Contribution"), null=True, **MONEY)
    rows_without_revenue = models.IntegerField(default=0)
    rows_without_cost = models.IntegerField(default=0)
    growth = models.DecimalField(_("Growth in per cent"), max_digits=12, decimal_places=1, null=True)
    last_handled_on = models.DateField(_("Last cargo on"))
    satisfaction = models.DecimalField(_("Satisfaction"), max_digits=5, decimal_places=3, null=True)
    answers = models.PositiveIntegerField(_("Answers"), default=0)
    open_complaints = models.PositiveIntegerField(_("Open complaints"), default=0)
    months = ArrayField(models.DecimalField(**TONNES), null=True)  # 24 months of tonnes up to the date: class A and key accounts

    rank_by_tonnes = models.PositiveIntegerField(_("Rank by tonnes"))
    rank_by_revenue = models.PositiveIntegerField(_("Rank by revenue"), null=True)
    rank_by_contribution = models.PositiveIntegerField(_("Rank by contribution"), null=True)

    previous_rank = models.PositiveIntegerField(_("Previous rank"), null=True)
    movement = models.IntegerField(_("Movement"), null=True)  # ranks gained (+) or lost (−)
    previous_class = models.CharField(max_length=1, blank=True, choices=ValueClass.choices)
    previous_score = models.DecimalField(max_digits=6, decimal_places=3, null=True)
    reasons = models.JSONField(default=list)  # [{code, …}], see marketing.value.movement

    objects = RankingRowQuerySet.as_manager()

    class Meta:
        verbose_name = _("Ranking row")
        ordering = ("run", "position")
        constraints = [
            *known("row", value_class=ValueClass, previous_class=("", *ValueClass.values)),
            models.UniqueConstraint(fields=["run", "position"], name="a_position_is_given_once_per_run"),
            models.UniqueConstraint(fields=["customer", "run"], name="a_customer_stands_once_in_a_run"),
            models.CheckConstraint(condition=Q(score__gte=0, score__lte=100), name="a_score_is_0_to_100"),
        ]
        # Frozen for ever; only the customer may change, when two files of one customer are merged
        triggers = [pgtrigger.ReadOnly(name="ranking_row_is_frozen", exclude=["customer"])]

    def __str__(self) -> str:
        return f"{self.rank} {self.value_class} {self.score}"


class RankingQuantity(models.Model):
    """What one customer handled in the window, in one original unit, and the rank by that quantity alone."""

    run = models.ForeignKey(RankingRun, models.CASCADE, related_name="quantities")
    customer = models.ForeignKey(Customer, models.PROTECT, related_name="+", verbose_name=_("Customer"))
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+", db_index=False, verbose_name=_("Unit"))
    quantity = models.DecimalField(_("Quantity"), **TONNES)
    lots = models.IntegerField(_("Lots"))
    position = models.PositiveIntegerField(_("Place in order"))
    rank = models.PositiveIntegerField(_("Rank"))
    previous_rank = models.PositiveIntegerField(_("Previous rank"), null=True)

    objects = RankingQuantityQuerySet.as_manager()

    class Meta:
        verbose_name = _("Quantity in a ranking")
        ordering = ("run", "unit", "position")
        constraints = [
            models.UniqueConstraint(fields=["run", "unit", "position"], name="a_position_is_given_once_per_run_and_unit"),
            models.UniqueConstraint(fields=["customer", "run", "unit"], name="a_customer_has_one_quantity_per_run_and_unit"),
        ]
        triggers = [pgtrigger.ReadOnly(name="ranking_quantity_is_frozen", exclude=["customer"])]

    def __str__(self) -> str:
        return f"{self.rank} {self.quantity} {self.unit}"
