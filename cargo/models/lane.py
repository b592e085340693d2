"""Sums of the whole ledger without customers: what totals, the explorer and the pages of lanes read."""

from django.db import models
from django.db.models import Q

from cargo.enums import Direction
from cargo.models.kinds import form_key, trade_key
from cargo.models.reference import CargoClass, Port
from cargo.querysets import SumsQuerySet
from portcrm.choices import known


class SumWithoutCustomers(models.Model):
    """Ledger rows of a month that agree in class, form, direction and trade, added up.

    There may be several rows of one kind: every writer adds its own, so that two imports at once never wait for each other,
    and a job puts them together. Readers sum, which makes no difference. `rows` and money as in MonthlyRollup.
    """

    month = models.DateField(help_text="The first day of the month")
    cargo_class = models.ForeignKey(CargoClass, models.PROTECT, related_name="+", db_index=False, db_constraint=False)
    form = form_key()
    direction = models.CharField(max_length=8, choices=Direction.choices)
    trade_kind = trade_key()
    tonnes = models.DecimalField(max_digits=24, decimal_places=3)
    teu = models.DecimalField(max_digits=20, decimal_places=3)
    lots = models.BigIntegerField()
    revenue = models.DecimalField(max_digits=24, decimal_places=2, null=True)
    cost = models.DecimalField(max_digits=24, decimal_places=2, null=True)
    rows = models.BigIntegerField()
    rows_without_revenue = models.BigIntegerField()
    rows_without_cost = models.BigIntegerField()

    objects = SumsQuerySet.as_manager()

    class Meta:
        abstract = True


class LaneSum(SumWithoutCustomers):
    """The sums whose ports agree as well. A place without a port is NULL."""

    transshipment = models.BooleanField()
    origin = models.ForeignKey(Port, models.PROTECT, null=True, related_name="+", db_index=False, db_constraint=False)
    destination = models.ForeignKey(Port, models.PROTECT, null=True, related_name="+", db_index=False, db_constraint=False)

    class Meta:
        ordering = ("pk",)
        indexes = [
            models.Index(fields=("month", "cargo_class"), name="lane_sum_by_month"),
            models.Index(fields=("origin", "destination", "month"), name="lane_sum_by_ports"),
            models.Index(fields=("destination", "month"), name="lane_sum_by_destination", condition=Q(destination__isnull=False)),
        ]
        constraints = [
            *known("lane_sum", direction=Direction),
            models.CheckConstraint(name="lane_sum_month_is_the_first_day", condition=Q(month__day=1)),
        ]

    def __str__(self) -> str:
        return f"{self.month:%Y-%m} {self.cargo_class_id} {self.origin_id} – {self.destination_id}"


class ClassSum(SumWithoutCustomers):
    """The same without ports: the few rows that every total is read from."""

    class Meta:
        ordering = ("pk",)
        indexes = [models.Index(fields=("month",), name="class_sum_by_month")]
        constraints = [
            *known("class_sum", direction=Direction),
            models.CheckConstraint(name="class_sum_month_is_the_first_day", condition=Q(month__day=1)),
        ]

    def __str__(self) -> str:
        return f"{self.month:%Y-%m} {self.cargo_class_id} {self.form_id} {self.direction} {self.trade_kind_id}"
