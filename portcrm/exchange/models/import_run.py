from pathlib import Path

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from portcrm.accounts.models import User
from portcrm.bilingual import said
from portcrm.exchange.enums import STATE_LOOKS, UNDER_WAY, RunState
from portcrm.exchange.importing import Importer, importers
from portcrm.exchange.querysets import ImportRunQuerySet
from portcrm.exchange.readers import Table, TableOptions
from portcrm.exchange.readers.csv_file import LABELS


class ImportRun(models.Model):
    """One file taken in by one importer, or rehearsed (`dry_run`).

    `last_line` is the checkpoint: it moves in the same transaction that stores the rows up to it, so a run that is
    taken up again neither loses a row nor stores one twice.
    """

    importer = models.CharField(_("What"), max_length=60)
    dry_run = models.BooleanField(_("Dry run"), default=False)
    rehearsal = models.ForeignKey("self", models.SET_NULL, null=True, blank=True, related_name="+")
    state = models.CharField(_("State"), max_length=10, choices=RunState.choices, default=RunState.DRAFT)

    file = models.FileField(upload_to="imports/%Y/%m", max_length=300)
    file_name = models.CharField(_("File"), max_length=200)
    file_size = models.BigIntegerField()
    format = models.CharField(max_length=4)
    encoding = models.CharField(max_length=20, blank=True)
    delimiter = models.CharField(max_length=1, blank=True)
    sheet = models.CharField(max_length=100, blank=True)
    has_header = models.BooleanField(default=True)
    columns = models.JSONField(default=list)
    header_line = models.PositiveIntegerField(default=1)
    shape = models.CharField(max_length=64)
    mapping = models.JSONField(default=dict)  # field name -> column index
    constants = models.JSONField(default=dict)  # field name -> the same text for every row

    total = models.PositiveIntegerField(default=0)
    done = models.PositiveIntegerField(default=0)
    last_line = models.PositiveIntegerField(default=0)
    created = models.PositiveIntegerField(_("Added"), default=0)
    updated = models.PositiveIntegerField(_("Updated"), default=0)
    skipped = models.PositiveIntegerField(_("Left as they were"), default=0)
    rejected = models.PositiveIntegerField(_("With problems"), default=0)
    reason = models.JSONField(default=dict, blank=True)
    foreseen = models.JSONField(default=list, blank=True)  # what a dry run has to say of the file as a whole, before it is rolled back

    claim = models.UUIDField(null=True, blank=True)
    lease_until = models.DateTimeField(null=True, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)  # since the last checkpoint
    cancel_wanted = models.BooleanField(default=False)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("By"))
    created_at = models.DateTimeField(_("Uploaded"), default=timezone.now)
    started_at = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)

    objects = ImportRunQuerySet.as_manager()

    class Meta:
        indexes = (
            models.Index(fields=("created_at", "id"), name="import_newest"),
            models.Index(fields=("created_by", "created_at", "id"), name="import_by_person"),
            models.Index(fields=("state",), condition=Q(state__in=("waiting", "running")), name="import_under_way"),
        )
        constraints = (
            models.UniqueConstraint(fields=("rehearsal",), condition=~Q(state="cancelled"), name="a_dry_run_is_imported_once"),
            models.CheckConstraint(
                condition=~Q(state="running") | Q(claim__isnull=False, lease_until__isnull=False),
                name="running_import_has_claim_and_lease",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=("done", "failed", "cancelled")) | Q(finished_at__isnull=False),
                name="ended_import_has_a_time",
            ),
        )

    def __str__(self) -> str:
        return self.file_name

    @property
    def by_importer(self) -> Importer | None:
        return importers().get(self.importer)

    def get_absolute_url(self) -> str:
        step = "import_columns" if self.state == RunState.DRAFT else "import_run"
        return reverse(f"exchange:{step}", args=[self.pk])

    @property
    def owners(self) -> list[User]:
        """Who is told what becomes of it: who started it, and whose dry run it was."""
        return [self.created_by, *([self.rehearsal.created_by] if self.rehearsal else [])]

    @property
    def what(self):
        return self.by_importer.label if self.by_importer else self.importer

    @property
    def title(self):
        template = _("Dry run: {what} from {file}") if self.dry_run else _("Import: {what} from {file}")
        return format_lazy(template, what=self.what, file=self.file_name)

    @property
    def state_label(self) -> str:
        return self.get_state_display()

    @property
    def state_look(self) -> tuple[str, str]:
        """Tone and shape of the state's badge."""
        return STATE_LOOKS[self.state]

    @property
    def percent(self) -> int:
        return min(100, self.done * 100 // self.total) if self.total else 0

    @property
    def problem(self) -> str:
        return said(self.reason)

    @property
    def encoding_label(self):
        return LABELS.get(self.encoding, self.encoding.upper())

    @property
    def is_taken_back(self) -> bool:
        """Somebody has taken it back, or is at it: its figures are those from before."""
        return hasattr(self, "revert")

    @property
    def result_url(self) -> str:
        """Where the rows went, once they are there: the list narrowed to this import where it can be."""
        importer = self.by_importer
        if importer is None or not importer.result_url_name or self.state != RunState.DONE or self.dry_run:
            return ""
        narrowed = f"?{importer.result_filter}={self.pk}" if importer.result_filter else ""
        return reverse(importer.result_url_name) + narrowed

    @property
    def result_permission(self) -> str:
        """Who may take such files in may see where their rows went; whoever only looks after imports is not led there."""
        return self.by_importer.permission if self.by_importer else ""

    @property
    def is_under_way(self) -> bool:
        return self.state in UNDER_WAY

    def table(self) -> Table:
        """The file as the table it was found to be at upload."""
        options = TableOptions(self.encoding, self.delimiter, self.sheet, self.has_header)
        return Table(self.format, options, self.columns, [], Path(self.file.path), self.header_line)
