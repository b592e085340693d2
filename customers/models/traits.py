from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from customers.enums import DigitalLevel, Level
from customers.models.cargo_class import CODES, CargoClassField, class_label, is_listed
from customers.models.customer import Customer
from customers.models.provenance import Provenance, verified_by_somebody
from customers.querysets import CustomerPartQuerySet
from portcrm.audit.history import tracked

TRAITS_FIELDS = (
    "service_area", "sales_capability", "sales_capability_note", "development_potential", "outlook", "operating_characteristics",
    "cargo_classes", "lanes", "digital_levels",
)  # fmt: skip


@tracked(exclude=("version",), part_of="customer")
class Traits(Provenance):
    """What kind of firm it is: area, capability, potential, character, cargo and lanes. One row per customer."""

    customer = models.OneToOneField(Customer, models.CASCADE, related_name="traits", verbose_name=_("Customer"))
    service_area = models.CharField(_("Service area"), max_length=300, blank=True)
    sales_capability = models.PositiveSmallIntegerField(_("Sales capability"), choices=Level, null=True, blank=True)
    sales_capability_note = models.TextField(_("Sales capability in words"), blank=True)
    development_potential = models.PositiveSmallIntegerField(_("Development potential"), choices=Level, null=True, blank=True)
    outlook = models.TextField(_("Development outlook"), blank=True)
    operating_characteristics = models.TextField(_("Operating characteristics"), blank=True)
    cargo_classes = ArrayField(CargoClassField(), verbose_name=_("Cargo classes"), default=list, blank=True)
    lanes = ArrayField(models.CharField(max_length=100), verbose_name=_("Trade lanes"), default=list, blank=True)
    digital_levels = ArrayField(
        models.CharField(max_length=20, choices=DigitalLevel), verbose_name=_("Digital service level"), default=list, blank=True
    )

    objects = CustomerPartQuerySet.as_manager()

    class Meta:
        ordering = ("pk",)
        constraints = [
            models.CheckConstraint(
                condition=Q(sales_capability=None) | Q(sales_capability__range=(1, 5)), name="sales_capability_is_1_to_5"
            ),
            models.CheckConstraint(
                condition=Q(development_potential=None) | Q(development_potential__range=(1, 5)), name="development_potential_is_1_to_5"
            ),
            is_listed("cargo_classes_of_traits_are_known", cargo_classes__contained_by=CODES),
            models.CheckConstraint(condition=Q(digital_levels__contained_by=DigitalLevel.values), name="digital_levels_are_known"),
            verified_by_somebody("traits"),
        ]

    def __str__(self) -> str:
        return f"{self.customer_id}"

    @property
    def cargo_class_labels(self) -> list[str]:
        return [class_label(code) for code in self.cargo_classes]

    @property
    def digital_level_labels(self) -> list[str]:
        return [DigitalLevel(key).label for key in self.digital_levels]
