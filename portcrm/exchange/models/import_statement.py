from django.db import models

from portcrm.exchange.models.import_run import ImportRun


class ImportStatement(models.Model):
    """A record of which a file has said only what stood there already: on which line what, so that a later row that says otherwise
    is asked about. Nothing was changed, so nothing is taken back of it; it goes once no row of the import waits any more.

    `lines` and `mark` as in ImportChange.
    """

    run = models.ForeignKey(ImportRun, models.CASCADE, related_name="statements")
    target = models.BigIntegerField()
    mark = models.BigIntegerField()
    lines = models.JSONField()

    class Meta:
        constraints = (models.UniqueConstraint(fields=("run", "target"), name="an_import_states_a_record_once"),)

    def __str__(self) -> str:
        return f"{self.target}"
