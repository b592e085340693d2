"""Where the cargo of a lead was seen."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from cargo.models.candidate import Sighting
from cargo.models.lead import Lead
from cargo.querysets import LeadEvidenceQuerySet


class LeadEvidence(models.Model):
    """The sighting a lead was begun with; its message, line of a flow list or note tells the rest. Stands as long as both do."""

    lead = models.ForeignKey(Lead, models.CASCADE, related_name="evidence", verbose_name=_("Cargo lead"), db_index=False)
    sighting = models.ForeignKey(Sighting, models.CASCADE, related_name="leads", verbose_name=_("Sighting in a document"))

    objects = LeadEvidenceQuerySet.as_manager()

    class Meta:
        ordering = ("pk",)
        constraints = [models.UniqueConstraint(fields=("lead", "sighting"), name="a_lead_names_a_sighting_once")]

    def __str__(self) -> str:
        return str(self.sighting)
