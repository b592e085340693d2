from django.db import models
from django.utils.translation import gettext_lazy as _

from customers.models import Customer
from feedback.models.programme import Programme
from feedback.models.wave import Wave


class OccasionMark(models.Model):
    """An occasion that was taken up, whoever of the customer was asked then or spared: it never asks again.

    `reference` names it: the number of a closed complaint, or the day from which shipments count and which time it is that
    enough were handled since ("2026-11-01#2"). `handled`: how many shipments the customer had by then, counted from that day.
    """

    programme = models.ForeignKey(Programme, models.CASCADE, related_name="marks")
    customer = models.ForeignKey(Customer, models.CASCADE, related_name="+")
    wave = models.ForeignKey(Wave, models.CASCADE, related_name="marks")
    events_from = models.DateField()
    reference = models.CharField(_("Occasion"), max_length=30)
    handled = models.PositiveIntegerField(_("Handled shipments"), null=True, blank=True)

    class Meta:
        ordering = ("pk",)
        constraints = [
            models.UniqueConstraint(fields=("programme", "customer", "reference"), name="occasion_asks_a_customer_once"),
        ]

    def __str__(self) -> str:
        return self.reference
