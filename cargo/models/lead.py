"""A cargo lead: cargo that might come through this port, and who told us."""

import datetime as dt

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from cargo.enums import CLOSED_STAGES, FOREIGN, Direction, LeadRhythm, LeadStage, LostReason, ProjectStage
from cargo.models.kinds import form_key, trade_key
from cargo.models.reference import CargoClass, Port, Unit
from cargo.querysets import LeadQuerySet
from portcrm.addresses import record_url
from portcrm.audit.history import tracked
from portcrm.choices import known

MOST_CARGO = 10_000_000_000  # tonnes or TEU of one lead: above what the largest ports handle in years, and it fits every sum


@tracked(exclude=("form_key", "active_on"))
class Lead(models.Model):
    customer = models.ForeignKey(
        "customers.Customer", models.PROTECT, null=True, blank=True, related_name="leads", verbose_name=_("Customer")
    )
    party_name = models.CharField(_("Company, if it has no file yet"), max_length=200, blank=True)
    party_contact = models.CharField(_("Who to ask there"), max_length=200, blank=True)
    channel = models.ForeignKey("customers.Channel", models.PROTECT, related_name="+", verbose_name=_("Information channel"))
    source_note = models.CharField(
        _("Source"), max_length=300, blank=True, help_text=_("Event, document number, address of the page, or who said it")
    )
    introducer = models.ForeignKey(
        "customers.Customer",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="introduced_leads",
        verbose_name=_("Introduced by (customer)"),
    )
    introducer_name = models.CharField(_("Introduced by (name)"), max_length=100, blank=True)

    cargo_class = models.ForeignKey(CargoClass, models.PROTECT, related_name="+", verbose_name=_("Cargo class"))
    form = form_key(db_constraint=True)
    goods = models.CharField(_("Cargo description"), max_length=200, blank=True)
    direction = models.CharField(_("Direction"), max_length=8, choices=Direction.choices)
    trade_kind = trade_key(db_constraint=True, default=FOREIGN)
    quantity = models.DecimalField(_("Quantity"), max_digits=18, decimal_places=3, null=True, blank=True)
    unit = models.ForeignKey(Unit, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("Unit"))
    rhythm = models.CharField(_("Rhythm"), max_length=7, choices=LeadRhythm.choices, default=LeadRhythm.ONCE)
    tonnes = models.DecimalField(_("Tonnes"), max_digits=18, decimal_places=3, null=True, editable=False)
    teu = models.DecimalField("TEU", max_digits=14, decimal_places=3, null=True, editable=False)
    origin = models.ForeignKey(Port, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("Port of loading"))
    origin_text = models.CharField(_("Place of origin"), max_length=100, blank=True)
    destination = models.ForeignKey(Port, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("Port of discharge"))
    destination_text = models.CharField(_("Final destination"), max_length=100, blank=True)
    ready_on = models.DateField(_("Ready on"), null=True, blank=True)
    rival_port = models.ForeignKey(Port, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("Competing port"))

    project_no = models.CharField(_("Project approval no."), max_length=100, blank=True)
    project_stage = models.CharField(_("Stage of the project"), max_length=12, choices=ProjectStage.choices, blank=True)
    equipment = models.TextField(
        _("Equipment list"), blank=True, help_text=_("What is to be shipped for the project: item, number, weight, largest piece")
    )
    plan_no = models.CharField(_("Contract or plan of the shipper"), max_length=100, blank=True)
    plan_from = models.DateField(_("Contract or plan from"), null=True, blank=True)
    plan_until = models.DateField(_("Contract or plan until"), null=True, blank=True)
    contract = models.ForeignKey(
        "customers.Contract", models.PROTECT, null=True, editable=False, related_name="+", verbose_name=_("Contract with the port")
    )

    stage = models.CharField(_("Stage"), max_length=11, choices=LeadStage.choices, default=LeadStage.NEW)
    stage_changed_on = models.DateField(_("In this stage since"))
    lost_reason = models.CharField(_("Why it was lost"), max_length=15, choices=LostReason.choices, blank=True)
    lost_note = models.CharField(_("What happened"), max_length=300, blank=True)
    joined_into = models.ForeignKey(
        "self", models.PROTECT, null=True, editable=False, related_name="joined", verbose_name=_("Recorded twice, as")
    )
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="cargo_leads", verbose_name=_("In charge")
    )
    next_step = models.CharField(_("Next step"), max_length=200, blank=True)
    next_step_on = models.DateField(_("Next step on"), null=True, blank=True)
    active_on = models.DateField(editable=False)  # when somebody last recorded, edited or moved it
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("Recorded by"))
    recorded_at = models.DateTimeField(_("Recorded at"))
    version = models.PositiveIntegerField(_("State of editing"), default=1, editable=False)
    form_key = models.UUIDField(null=True, editable=False, unique=True)  # the form it came from: sent twice, recorded once

    objects = LeadQuerySet.as_manager()

    class Meta:
        ordering = ("-pk",)
        indexes = [
            models.Index(fields=("stage", "-id"), name="lead_by_stage"),
            models.Index(fields=("next_step_on",), name="lead_next_step", condition=~Q(stage__in=CLOSED_STAGES)),
        ]
        constraints = [
            *known("lead", direction=Direction, rhythm=LeadRhythm, project_stage=("", *ProjectStage.values)),
            models.CheckConstraint(name="lead_names_a_customer_or_a_company", condition=Q(customer__isnull=False) | ~Q(party_name="")),
            models.CheckConstraint(
                name="lead_that_is_lost_says_why_and_only_that",
                condition=(Q(stage=LeadStage.LOST) & ~Q(lost_reason="")) | (~Q(stage=LeadStage.LOST) & Q(lost_reason="")),
            ),
            models.CheckConstraint(
                name="lead_that_was_recorded_twice_names_the_other",
                condition=Q(lost_reason=LostReason.DUPLICATE, joined_into__isnull=False)
                | (~Q(lost_reason=LostReason.DUPLICATE) & Q(joined_into=None)),
            ),
            models.CheckConstraint(name="lead_is_not_joined_into_itself", condition=Q(joined_into=None) | ~Q(joined_into=F("pk"))),
            models.CheckConstraint(
                name="lead_that_is_won_has_a_customer_file", condition=~Q(stage=LeadStage.WON) | Q(customer__isnull=False)
            ),
            models.CheckConstraint(
                name="lead_quantity_comes_with_its_unit",
                condition=Q(quantity=None, unit=None) | Q(quantity__isnull=False, quantity__gt=0, unit__isnull=False),
            ),
            models.CheckConstraint(
                name="lead_plan_ends_after_it_began",
                condition=Q(plan_from=None) | Q(plan_until=None) | Q(plan_until__gte=F("plan_from")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.who}"

    def get_absolute_url(self) -> str:
        return record_url("cargo:lead", self.pk)

    @property
    def number(self) -> str:
        return f"L{self.pk:05d}"

    @property
    def who(self) -> str:
        return self.customer.label if self.customer_id else self.party_name

    @property
    def is_open(self) -> bool:
        return self.stage not in CLOSED_STAGES

    def is_stale_on(self, day: dt.date) -> bool:
        """As the queryset's `stale` says."""
        allowed = settings.LEAD_STALE_DAYS.get(self.stage)
        if allowed is None or (self.next_step_on and self.next_step_on >= day):
            return False
        return (day - self.active_on).days > allowed

    @property
    def estimate(self):
        """What closed leads say of this one, or None where nothing was counted yet."""
        return getattr(self, "outlook", None)

    @property
    def expected(self):
        """What was agreed when it was won, or None."""
        return getattr(self, "flow", None)

    @property
    def in_a_year(self) -> int:
        """How often the quantity comes within twelve months."""
        return 12 if self.rhythm == LeadRhythm.MONTHLY else 1

    @property
    def origin_label(self) -> str:
        return self.origin.label if self.origin_id else self.origin_text

    @property
    def destination_label(self) -> str:
        return self.destination.label if self.destination_id else self.destination_text

    @property
    def plan_period(self) -> str:
        """From – to of the shipper's contract or plan, as far as known."""
        return " – ".join(str(day or "…") for day in (self.plan_from, self.plan_until)) if self.plan_from or self.plan_until else ""

    @property
    def route(self) -> str:
        """From – to, as far as known."""
        return (
            " – ".join(place or "?" for place in (self.origin_label, self.destination_label))
            if self.origin_label or self.destination_label
            else ""
        )
