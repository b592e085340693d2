"""What an import file says and what the ledger holds of it."""

from django.db import models
from django.db.models import Q


class ImportProof(models.Model):
    """Sums of one imported file in one unit, beside the sums of the ledger rows its lines became (or already were).

    `run_id` names the import; it is no foreign key, so that proofs outlive old import records.
    """

    run_id = models.BigIntegerField()
    unit = models.ForeignKey("cargo.Unit", models.PROTECT, related_name="+")
    file_rows = models.BigIntegerField()
    file_quantity = models.DecimalField(max_digits=24, decimal_places=3)
    file_lots = models.BigIntegerField()
    ledger_rows = models.BigIntegerField()
    ledger_quantity = models.DecimalField(max_digits=24, decimal_places=3)
    ledger_lots = models.BigIntegerField()
    tonnes = models.DecimalField(max_digits=24, decimal_places=3)

    class Meta:
        ordering = ("run_id", "unit")
        constraints = [
            models.UniqueConstraint(fields=("run_id", "unit"), name="import_is_proved_once_per_unit"),
            models.CheckConstraint(name="import_proof_counts_rows", condition=Q(file_rows__gte=0, ledger_rows__gte=0)),
        ]

    def __str__(self) -> str:
        return f"{self.run_id} {self.unit_id}"

    @property
    def agrees(self) -> bool:
        return (self.file_rows, self.file_quantity, self.file_lots) == (self.ledger_rows, self.ledger_quantity, self.ledger_lots)
