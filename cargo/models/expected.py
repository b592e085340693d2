"""What was agreed when a lead was won, and whether the ledger bears it out."""

import calendar
import datetime as dt
from decimal import Decimal

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from cargo.enums import Direction, FlowState
from cargo.models.lead import Lead
from cargo.models.reference import CargoClass
from portcrm.addresses import record_url
from portcrm.audit.history import tracked
from portcrm.choices import known

MONTHS_A_YEAR = 12
JUDGED = ("state", "due", "handled", "gross", "base", "base_is_whole", "counted_until", "judged_on")


@tracked(exclude=JUDGED, part_of="lead")
class ExpectedFlow(models.Model):
    """Cargo of a customer, class and direction that a won lead promises every month from one month to another, both included.

    It is counted in TEU where no tonnes were agreed. What follows from the ledger is stored by the nightly job, in that measure, up to
    `counted_until`: `due`; `gross`, all the ledger holds of its customer, class and direction; `base`, the same of the year before
    it began (`base_is_whole`: the ledger reaches back so far); `handled`, what counts for this lead. Where it `continues` trade there
    was before, nothing is taken off for the base.
    """

    lead = models.OneToOneField(Lead, models.CASCADE, related_name="flow", verbose_name=_("Cargo lead"))
    customer = models.ForeignKey("customers.Customer", models.PROTECT, related_name="expected_flows", verbose_name=_("Customer"))
    cargo_class = models.ForeignKey(CargoClass, models.PROTECT, related_name="+", verbose_name=_("Cargo class"))
    direction = models.CharField(_("Direction"), max_length=8, choices=Direction.choices)
    tonnes_a_month = models.DecimalField(_("Tonnes a month"), max_digits=18, decimal_places=3, null=True, blank=True)
    teu_a_month = models.DecimalField(_("TEU a month"), max_digits=14, decimal_places=3, null=True, blank=True)
    first_month = models.DateField(_("From month"))
    last_month = models.DateField(_("Until month"))
    continues = models.BooleanField(_("Continues what was handled before"), default=False)
    agreed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("Recorded by"))

    state = models.CharField(_("Confirmed by the ledger"), max_length=9, choices=FlowState.choices, default=FlowState.AWAITED)
    due = models.DecimalField(max_digits=20, decimal_places=3, default=0)
    handled = models.DecimalField(max_digits=20, decimal_places=3, default=0)
    gross = models.DecimalField(max_digits=20, decimal_places=3, default=0)
    base = models.DecimalField(max_digits=20, decimal_places=3, default=0)
    base_is_whole = models.BooleanField(default=True)
    counted_until = models.DateField(null=True)
    judged_on = models.DateField(null=True)

    class Meta:
        constraints = [
            *known("expected_flow", direction=Direction, state=FlowState),
            models.CheckConstraint(
                name="expected_flow_is_of_whole_months_in_order",
                condition=Q(first_month__day=1, last_month__day=1, last_month__gte=F("first_month")),
            ),
            models.CheckConstraint(
                name="expected_flow_says_how_much",
                condition=Q(tonnes_a_month__isnull=False, tonnes_a_month__gt=0)
                | Q(tonnes_a_month=None, teu_a_month__isnull=False, teu_a_month__gt=0),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.lead_id}: {self.amount} {self.measure}"

    def get_absolute_url(self) -> str:
        return record_url("cargo:lead", self.lead_id)

    @property
    def measure(self) -> str:
        """The ledger's column it is counted in."""
        return "teu" if self.tonnes_a_month is None else "tonnes"

    @property
    def amount(self) -> Decimal:
        """Agreed a month, in its measure."""
        return self.teu_a_month if self.tonnes_a_month is None else self.tonnes_a_month

    @property
    def share(self) -> Decimal | None:
        """Handled of what was due; None before anything was."""
        return self.handled / self.due if self.due else None

    @property
    def taken_by_older(self) -> Decimal:
        """What is more than before, but borne out older leads."""
        return max(self.gross - self.base - self.handled, Decimal(0))

    @property
    def base_is_repeated(self) -> bool:
        """A month after the twelfth is compared with the same month of the base again, so the base is more than its rows hold."""
        return self.counted_until is not None and self._months_counted > MONTHS_A_YEAR

    @property
    def base_days(self) -> tuple[dt.date, dt.date]:
        """First and last day of the months a year before, as far as they are counted: only of a flow of which some month is."""
        start = self.first_month.replace(year=self.first_month.year - 1)
        last = (start.year * MONTHS_A_YEAR + start.month - 1) + min(self._months_counted, MONTHS_A_YEAR) - 1
        return start, _last_day_of(dt.date(last // MONTHS_A_YEAR, last % MONTHS_A_YEAR + 1, 1))

    @property
    def last_day(self) -> dt.date:
        """Of what was counted: only of a flow of which some month is."""
        return _last_day_of(self.counted_until)

    @property
    def _months_counted(self) -> int:
        until, first = self.counted_until, self.first_month
        return (until.year - first.year) * MONTHS_A_YEAR + until.month - first.month + 1


def _last_day_of(month: dt.date) -> dt.date:
    return month.replace(day=calendar.monthrange(month.year, month.month)[1])
