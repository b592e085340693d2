from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from portcrm.bilingual import said
from portcrm.choices import known
from portcrm.exchange.enums import ChangeKind, ChangeState
from portcrm.exchange.models.import_run import ImportRun


class ImportChange(models.Model):
    """A record that an import has added or changed, one row for each record, so that the import can be taken back.

    `before` and `after` hold the changed fields. `mark` tells the importer whether the record was touched since. `lines`: on
    which line the file says what of it, as its importer notes that.
    `left`: why it was not taken back, sentences in both languages.
    """

    run = models.ForeignKey(ImportRun, models.CASCADE, related_name="changes")
    target = models.BigIntegerField()
    kind = models.CharField(max_length=10, choices=ChangeKind.choices)
    before = models.JSONField(encoder=DjangoJSONEncoder, default=dict)
    after = models.JSONField(encoder=DjangoJSONEncoder, default=dict)
    mark = models.BigIntegerField(default=0)
    lines = models.JSONField(default=dict)
    state = models.CharField(_("State"), max_length=10, choices=ChangeState.choices, default=ChangeState.STORED)
    left = models.JSONField(default=list)
    may_insist = models.BooleanField(default=True)
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("By"))
    decided_at = models.DateTimeField(null=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("run", "target"), name="an_import_tells_a_record_once"),
            *known("import_change", kind=ChangeKind, state=ChangeState),
            models.CheckConstraint(
                condition=Q(decided_by=None, decided_at=None) | Q(decided_by__isnull=False, decided_at__isnull=False),
                name="an_import_change_is_decided_by_somebody",
            ),
        )
        indexes = (models.Index(fields=("run", "state", "id"), name="import_change_by_state"),)

    def __str__(self) -> str:
        return f"{self.kind} {self.target}"

    @property
    def reasons(self) -> list[str]:
        return [said(reason) for reason in self.left]
