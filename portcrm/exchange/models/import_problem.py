from django.core.serializers.json import DjangoJSONEncoder
from django.db import models

from portcrm.bilingual import said
from portcrm.exchange.models.import_run import ImportRun


class ImportProblem(models.Model):
    """A row that was not stored: its line, its cells as they were, and what is wrong with them.

    `details` is a list of {"field", "column", "value", "message": {"zh", "en"}}.
    """

    run = models.ForeignKey(ImportRun, models.CASCADE, related_name="problems")
    row_number = models.PositiveIntegerField()
    raw = models.JSONField(encoder=DjangoJSONEncoder)
    details = models.JSONField()

    class Meta:
        constraints = (models.UniqueConstraint(fields=("run", "row_number"), name="import_has_one_problem_record_per_row"),)

    @property
    def messages(self) -> list[str]:
        """The sentences in the reader's language, each with the column it concerns."""
        return [_with_column(detail["column"], said(detail["message"])) for detail in self.details]


def _with_column(column: str, sentence: str) -> str:
    return f"{column}: {sentence}" if column else sentence
