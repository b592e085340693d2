from django.db import models
from django.utils.translation import gettext_lazy as _

from marketing.models.run import RankingRun
from portcrm.accounts.models import User
from portcrm.clock import port_date


class Reconciliation(models.Model):
    """A run checked against the ledger (验算): each line says what the run holds and what the ledger holds."""

    run = models.ForeignKey(RankingRun, models.CASCADE, related_name="reconciliations")
    checked_at = models.DateTimeField(_("Checked at"), auto_now_add=True)
    checked_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name=_("Checked by"))
    ledger_mark = models.BigIntegerField()  # last ledger row the check saw
    agrees = models.BooleanField(_("Agrees"))
    lines = models.JSONField()  # [{key, unit, run, ledger, difference}] as text
    customers = models.JSONField(default=list)  # the customers behind the differences, largest first

    class Meta:
        verbose_name = _("Reconciliation")
        ordering = ("-checked_at", "-pk")

    def __str__(self) -> str:
        return f"{self.run} {port_date(self.checked_at):%Y-%m-%d}"


class DashboardSnapshot(models.Model):
    """The figures of the manager's charts, computed once when a run completes."""

    run = models.OneToOneField(RankingRun, models.CASCADE, related_name="snapshot")
    concentration = models.JSONField()  # see marketing.value.concentration
    classes = models.JSONField()  # [{key, customers, share, tonnes, tonnes_before}]

    class Meta:
        verbose_name = _("Dashboard figures")

    def __str__(self) -> str:
        return str(self.run)
