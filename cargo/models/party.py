"""Who has to do with a flow besides the customer it is booked to: who pays and who decides are not one customer."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from cargo.enums import PartyRole
from cargo.models.shipment import Shipment
from cargo.querysets import ShipmentPartyQuerySet
from portcrm.choices import known


class ShipmentParty(models.Model):
    """One customer in one role on one ledger row, written with the row and never changed; only rows that name somebody have any."""

    shipment = models.ForeignKey(Shipment, models.PROTECT, related_name="parties", db_index=False)
    role = models.CharField(_("Role"), max_length=12, choices=PartyRole.choices)
    customer = models.ForeignKey("customers.Customer", models.PROTECT, related_name="cargo_roles", db_index=False)

    objects = ShipmentPartyQuerySet.as_manager()

    class Meta:
        ordering = ("shipment", "role")
        indexes = [models.Index(fields=("customer", "role", "shipment"), name="shipment_party_of_customer")]
        constraints = [
            *known("shipment_party", role=PartyRole),
            models.UniqueConstraint(fields=("shipment", "role"), name="shipment_has_one_party_in_a_role"),
        ]

    def __str__(self) -> str:
        return f"{self.shipment_id} {self.role} {self.customer_id}"
