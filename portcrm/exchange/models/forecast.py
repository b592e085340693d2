import hashlib
import json

from django.db import models
from django.utils.translation import gettext_lazy as _

from portcrm.bilingual import said
from portcrm.choices import known
from portcrm.exchange.enums import KIND_LOOKS, Choice, RowKind
from portcrm.exchange.models.import_problem import with_column
from portcrm.exchange.models.import_run import ImportRun

SIGNS = 16  # of a digest: nobody has to keep two states of one row apart by guessing


def digest_of(state: list) -> str:
    """A state in a few signs, to be sent back by whoever saw it."""
    return hashlib.sha256(json.dumps(state, default=int).encode()).hexdigest()[:SIGNS]


class Forecast(models.Model):
    """What a dry run found would become of one row, and what somebody wants done with it instead.

    `label`: its first filled cells. `target`: the record it means; `alike`: those it may mean. `changes`:
    {field: [before, after]}. `offered`: the choices that make sense. `details`: what is wrong, as in ImportProblem.
    """

    run = models.ForeignKey(ImportRun, models.CASCADE, related_name="forecasts")
    row_number = models.PositiveIntegerField(_("Line"))
    kind = models.CharField(_("What would happen"), max_length=10, choices=RowKind.choices)
    label = models.CharField(_("Row"), max_length=200, blank=True)
    target = models.BigIntegerField(null=True)
    alike = models.JSONField(default=list)
    changes = models.JSONField(default=dict)
    offered = models.JSONField(default=list)
    details = models.JSONField(default=list)
    choice = models.CharField(_("Decision"), max_length=10, choices=Choice.choices, blank=True)
    choice_target = models.BigIntegerField(null=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("run", "row_number"), name="a_dry_run_foresees_a_row_once"),
            *known("forecast", kind=RowKind, choice=("", *Choice.values)),
        )
        indexes = (models.Index(fields=("run", "kind", "row_number"), name="forecast_by_kind"),)

    def __str__(self) -> str:
        return f"{self.row_number}: {self.label}"

    @property
    def messages(self) -> list[str]:
        return [with_column(detail["column"], said(detail["message"])) for detail in self.details]

    @property
    def decision(self) -> str:
        """The choice as the decision form names it."""
        return f"{self.choice}:{self.choice_target}" if self.choice_target else self.choice

    @property
    def mark(self) -> str:
        """A short text that is another one as soon as the row means something else or something else is decided on it."""
        state = [self.kind, self.label, self.target, self.alike, self.choice, self.choice_target]
        return digest_of(state)

    @property
    def kind_look(self) -> tuple[str, str]:
        """Tone and shape of the kind's badge."""
        return KIND_LOOKS[self.kind]
