"""How leads went on their way through the stages, what share of them was won, and what that says of an open one."""

from decimal import Decimal

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext as _

from cargo.enums import LeadStage, OddsScope
from cargo.models.lead import Lead
from cargo.models.reference import CargoClass
from portcrm.choices import known

HALF = Decimal("0.5")


def smoothed(won: int, closed: int) -> Decimal:
    """(won + ½) ÷ (closed + 1), the mean of Jeffreys' posterior: few cases never give 0 or 1."""
    return ((won + HALF) / (closed + 1)).quantize(Decimal("0.0001"))


class LeadMove(models.Model):
    """One step of a lead; the first leads from nowhere to the stage it was recorded in."""

    lead = models.ForeignKey(Lead, models.CASCADE, related_name="moves")
    from_stage = models.CharField(max_length=11, choices=LeadStage.choices, blank=True)
    to_stage = models.CharField(max_length=11, choices=LeadStage.choices)
    moved_on = models.DateField()
    moved_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")

    class Meta:
        ordering = ("pk",)
        constraints = [
            *known("lead_move", from_stage=("", *LeadStage.values), to_stage=LeadStage),
            models.CheckConstraint(name="lead_move_leads_elsewhere", condition=~Q(from_stage=F("to_stage"))),
        ]

    def __str__(self) -> str:
        return f"{self.lead_id}: {self.from_stage or '–'} → {self.to_stage}"


class StageOdds(models.Model):
    """Of the closed leads that reached a stage, how many were won: of one channel, of one class, of both, or (both empty) of all."""

    stage = models.CharField(max_length=11, choices=LeadStage.choices)
    channel = models.ForeignKey("customers.Channel", models.CASCADE, null=True, related_name="+")
    cargo_class = models.ForeignKey(CargoClass, models.CASCADE, null=True, related_name="+")
    won = models.PositiveIntegerField()
    closed = models.PositiveIntegerField()
    counted_on = models.DateField()

    class Meta:
        constraints = [
            *known("stage_odds", stage=LeadStage),
            models.UniqueConstraint(
                fields=("stage", "channel", "cargo_class"), nulls_distinct=False, name="odds_of_a_group_are_counted_once"
            ),
            models.CheckConstraint(name="odds_are_of_closed_leads", condition=Q(closed__gt=0, won__lte=F("closed"))),
        ]

    def __str__(self) -> str:
        return f"{self.stage} {self.channel_id or '*'} {self.cargo_class_id or '*'}: {self.won}/{self.closed}"


class LeadOutlook(models.Model):
    """What the closed leads say of an open one. `tonnes` and `teu` are of a year, the expected ones those times the probability."""

    lead = models.OneToOneField(Lead, models.CASCADE, primary_key=True, related_name="outlook")
    stage = models.CharField(max_length=11, choices=LeadStage.choices)
    scope = models.CharField(max_length=7, choices=OddsScope.choices, blank=True)
    won = models.PositiveIntegerField(default=0)
    closed = models.PositiveIntegerField(default=0)
    probability = models.DecimalField(max_digits=5, decimal_places=4, null=True)
    tonnes = models.DecimalField(max_digits=20, decimal_places=3, null=True)
    teu = models.DecimalField(max_digits=16, decimal_places=3, null=True)
    expected_tonnes = models.DecimalField(max_digits=20, decimal_places=3, null=True)
    expected_teu = models.DecimalField(max_digits=16, decimal_places=3, null=True)
    counted_on = models.DateField()

    class Meta:
        constraints = [
            *known("lead_outlook", stage=LeadStage, scope=("", *OddsScope.values)),
            models.CheckConstraint(
                name="outlook_has_a_probability_where_leads_were_closed",
                condition=Q(scope="", closed=0, won=0, probability=None)
                | (~Q(scope="") & Q(closed__gt=0, won__lte=F("closed"), probability__gt=0, probability__lt=1)),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.lead_id}: {self.probability}"

    @property
    def is_of_few(self) -> bool:
        return 0 < self.closed < settings.LEAD_ODDS_LEAST

    @property
    def basis(self) -> str:
        """The closed leads behind the probability, in a sentence; nothing where there are none."""
        if not self.scope:
            return ""
        said = {
            OddsScope.EXACT: _("%(won)s of %(closed)s leads that reached “%(stage)s”, by “%(channel)s”, in “%(class)s”"),
            OddsScope.CHANNEL: _("%(won)s of %(closed)s leads that reached “%(stage)s”, by “%(channel)s”"),
            OddsScope.CLASS: _("%(won)s of %(closed)s leads that reached “%(stage)s”, in “%(class)s”"),
            OddsScope.STAGE: _("%(won)s of %(closed)s leads that reached “%(stage)s”"),
        }[OddsScope(self.scope)]
        names = {"stage": LeadStage(self.stage).label, "channel": self.lead.channel.label, "class": self.lead.cargo_class.short}
        return said % (names | {"won": self.won, "closed": self.closed})
