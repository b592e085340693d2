import pgtrigger
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from customers.enums import Level
from customers.models.customer import Customer
from customers.models.provenance import Provenance, money_field, verified_by_somebody
from customers.querysets import AssessmentQuerySet
from portcrm.audit.history import tracked

ASSESSMENT_FIELDS = (
    "assessed_on", "scale", "annual_sales", "employees", "annual_tonnes", "annual_teu", "scale_note", "profitability",
    "profit_margin", "profitability_note", "relation_since", "relation", "share_of_wallet", "rival_ports", "relation_note",
    "cooperation", "cooperation_note",
)  # fmt: skip


@tracked(exclude=("version",), part_of="customer")
class BusinessAssessment(Provenance):
    """Business status as seen on one day. A later view is a new row; the database refuses to change an old one."""

    customer = models.ForeignKey(Customer, models.CASCADE, related_name="assessments", verbose_name=_("Customer"))
    assessed_on = models.DateField(_("Assessed on"))
    department = models.ForeignKey(
        "accounts.Department", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("Seen by department")
    )
    scale = models.PositiveSmallIntegerField(_("Business scale"), choices=Level, null=True, blank=True)
    annual_sales = money_field(_("Annual sales"))
    employees = models.PositiveIntegerField(_("Employees"), null=True, blank=True)
    annual_tonnes = models.DecimalField(_("Cargo per year (tonnes)"), max_digits=18, decimal_places=3, null=True, blank=True)
    annual_teu = models.DecimalField(_("Containers per year (TEU)"), max_digits=14, decimal_places=2, null=True, blank=True)
    scale_note = models.TextField(_("Business scale in words"), blank=True)
    profitability = models.PositiveSmallIntegerField(_("Profitability"), choices=Level, null=True, blank=True)
    profit_margin = models.DecimalField(_("Profit margin (%)"), max_digits=6, decimal_places=2, null=True, blank=True)
    profitability_note = models.TextField(_("Profitability in words"), blank=True)
    relation_since = models.DateField(_("Business relation since"), null=True, blank=True)
    relation = models.PositiveSmallIntegerField(_("Business relation"), choices=Level, null=True, blank=True)
    share_of_wallet = models.DecimalField(_("Our share of its cargo (%)"), max_digits=5, decimal_places=2, null=True, blank=True)
    rival_ports = models.CharField(_("Rival ports"), max_length=300, blank=True)
    relation_note = models.TextField(_("Business relation in words"), blank=True)
    cooperation = models.PositiveSmallIntegerField(_("Cooperation attitude"), choices=Level, null=True, blank=True)
    cooperation_note = models.TextField(_("Cooperation attitude in words"), blank=True)

    objects = AssessmentQuerySet.as_manager()

    class Meta:
        ordering = ("-assessed_on", "-pk")
        indexes = [models.Index(fields=("customer", "-assessed_on", "-id"), name="assessment_of_customer")]
        constraints = [
            *(
                models.CheckConstraint(condition=Q(**{name: None}) | Q(**{f"{name}__range": (1, 5)}), name=f"{name}_is_assessed_1_to_5")
                for name in ("scale", "profitability", "relation", "cooperation")
            ),
            models.CheckConstraint(
                condition=Q(share_of_wallet=None) | Q(share_of_wallet__range=(0, 100)),
                name="our_share_lies_between_0_and_100",
                violation_error_message=_("Our share of the cargo lies between 0 and 100 percent."),
            ),
            models.CheckConstraint(
                condition=Q(relation_since=None) | Q(relation_since__lte=models.F("assessed_on")),
                name="a_relation_began_before_it_was_assessed",
                violation_error_message=_("The business relation cannot begin after the day of the assessment."),
            ),
            verified_by_somebody("assessment"),
        ]
        triggers = [pgtrigger.ReadOnly(name="an_assessment_is_never_overwritten", fields=(*ASSESSMENT_FIELDS, "department"))]

    def __str__(self) -> str:
        return f"{self.assessed_on:%Y-%m-%d}"
