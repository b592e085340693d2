from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from portcrm.bilingual import said
from portcrm.choices import known
from portcrm.exchange.enums import RowState
from portcrm.exchange.models.import_run import ImportRun


class ImportProblem(models.Model):
    """A row that was not stored (in a dry run: would not be): its line, its cells as they were or as somebody has mended
    them, and what is wrong with them.

    `details` is a list of {"field", "column", "value", "message": {"zh", "en"}}. `alike` holds the records the row may
    mean where that is the question, else it is empty; `contradicts`: the question is whether it counts or an earlier row
    of the file, which says otherwise of the same record; `may_create`: it may be added as new instead. A row that was
    mended in a dry run stays with it, because the import that follows reads its cells here.
    """

    run = models.ForeignKey(ImportRun, models.CASCADE, related_name="problems")
    row_number = models.PositiveIntegerField()
    raw = models.JSONField(encoder=DjangoJSONEncoder)
    details = models.JSONField()
    alike = models.JSONField(null=True)
    contradicts = models.BooleanField(default=False)
    may_create = models.BooleanField(default=True)
    version = models.PositiveIntegerField(default=1)
    state = models.CharField(_("State"), max_length=10, choices=RowState.choices, default=RowState.OPEN)
    settled_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("By"))
    settled_at = models.DateTimeField(null=True)

    class Meta:
        indexes = (  # a few among perhaps a million
            models.Index(fields=("run", "row_number"), condition=Q(version__gt=1), name="import_rows_mended"),
        )
        constraints = (
            models.UniqueConstraint(fields=("run", "row_number"), name="import_has_one_problem_record_per_row"),
            *known("import_row", state=RowState),
            models.CheckConstraint(
                condition=Q(state="open", settled_by=None, settled_at=None)
                | Q(state__in=("stored", "left_out"), settled_by__isnull=False, settled_at__isnull=False),
                name="a_settled_import_row_was_settled_by_somebody",
            ),
        )

    @property
    def messages(self) -> list[str]:
        """The sentences in the reader's language, each with the column it concerns."""
        return [with_column(detail["column"], said(detail["message"])) for detail in self.details]


def with_column(column: str, sentence: str) -> str:
    return f"{column}: {sentence}" if column else sentence
