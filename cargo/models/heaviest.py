"""What the customers with most cargo had at most in a month: how the explorer finds them without adding up everybody."""

from django.db import models
from django.db.models import Q

from cargo.models.reference import CargoClass
from cargo.querysets import SumsQuerySet


def at_most(digits: int = 24, places: int = 3) -> models.DecimalField:
    return models.DecimalField(max_digits=digits, decimal_places=places)


class HeaviestCustomer(models.Model):
    """A customer that weighs much in a month by any figure, with the most each of its figures can come to there, whatever part of its
    cargo is asked for; the row without a customer says the same of everybody who is not listed. Listed are all classes together (no class)
    and each class by itself.

    `counted_to` counts in the rows without a customer: ledger rows up to this number are in all figures, newer ones come on top.
    """

    month = models.DateField(help_text="The first day of the month")
    cargo_class = models.ForeignKey(CargoClass, models.PROTECT, null=True, related_name="+", db_index=False, db_constraint=False)
    customer = models.ForeignKey("customers.Customer", models.PROTECT, null=True, related_name="+", db_index=False, db_constraint=False)
    tonnes = at_most()
    teu = at_most()
    lots = at_most(places=0)
    revenue = at_most(places=2)
    cost = at_most(places=2)
    counted_to = models.BigIntegerField()

    objects = SumsQuerySet.as_manager()

    class Meta:
        ordering = ("pk",)
        constraints = [
            models.UniqueConstraint(
                fields=("cargo_class", "month", "customer"), nulls_distinct=False, name="heaviest_lists_a_customer_once"
            ),
            models.CheckConstraint(name="heaviest_month_is_the_first_day", condition=Q(month__day=1)),
        ]

    def __str__(self) -> str:
        return f"{self.month:%Y-%m} {self.customer_id}"
