"""Sub-classes of the cargo classes, and the rules by which goods are told to belong to a class."""

from django.db import models
from django.db.models import Q
from django.db.models.functions import Left
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from cargo.models.reference import CargoClass, KeptEntry
from portcrm.audit.history import tracked
from portcrm.bilingual import BilingualName


@tracked()
class CargoSubclass(KeptEntry, BilingualName):
    """Three digits that begin with those of the class. JT/T 19 publishes a few (031 iron ore); most are the port's own."""

    list_key = "subclasses"
    code = models.CharField(_("Code"), max_length=3, primary_key=True)
    cargo_class = models.ForeignKey(CargoClass, models.PROTECT, related_name="subclasses", verbose_name=_("Cargo class"))

    class Meta:
        ordering = ("code",)
        constraints = [
            models.CheckConstraint(
                name="cargo_subclass_code_begins_with_its_class",
                condition=Q(code__regex=r"^[0-9]{3}$", cargo_class=Left("code", 2)),
            )
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.label}"


@tracked()
class GoodsRule(KeptEntry):
    """Goods of an HS prefix (2 to 6 digits) or with a word, Chinese or English, belong to a class.

    The pattern stands in the form in which texts are compared (cargo/goods); a general word (machinery, general cargo)
    speaks only where no other does.
    """

    list_key = "rules"
    pattern = models.CharField(_("HS code or word"), max_length=60, unique=True)
    cargo_class = models.ForeignKey(CargoClass, models.PROTECT, related_name="goods_rules", verbose_name=_("Cargo class"))
    subclass = models.ForeignKey(
        CargoSubclass, models.PROTECT, null=True, blank=True, related_name="goods_rules", verbose_name=_("Sub-class")
    )
    is_general = models.BooleanField(
        pgettext_lazy("goods rule", "General word"), default=False, help_text=_("Speaks only where no other word of the text does")
    )

    class Meta:
        ordering = ("pattern",)
        constraints = [
            models.CheckConstraint(name="goods_rule_has_a_pattern", condition=~Q(pattern="")),
            models.CheckConstraint(
                name="goods_rule_subclass_is_one_of_its_class",
                condition=Q(subclass=None) | Q(cargo_class=Left("subclass", 2)),
            ),
        ]

    def __str__(self) -> str:
        return self.pattern

    @property
    def label(self) -> str:
        return self.pattern
