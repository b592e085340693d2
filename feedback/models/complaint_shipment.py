"""Which cargo of the ledger a complaint is about."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from cargo.models import Shipment
from feedback.models.complaint import Complaint
from portcrm.audit.history import tracked


@tracked(part_of="complaint")
class ComplaintShipment(models.Model):
    """One row of the ledger a complaint is about, as it was chosen: what corrects the row is read from the ledger.

    The row is of whatever customer the ledger books it to; a merge of files moves it there and the case here, and nothing here.
    """

    complaint = models.ForeignKey(
        Complaint, models.CASCADE, related_name="shipment_links", db_index=False, verbose_name=_("Complaint")
    )  # the unique pair is its index
    shipment = models.ForeignKey(Shipment, models.PROTECT, related_name="complaint_links", verbose_name=_("Shipment"))
    linked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("Chosen by"))
    linked_at = models.DateTimeField(_("Chosen at"))

    class Meta:
        ordering = ("complaint", "pk")
        constraints = [models.UniqueConstraint(fields=("complaint", "shipment"), name="a_complaint_names_a_shipment_once")]

    def __str__(self) -> str:
        return f"{self.complaint_id} {self.shipment_id}"
