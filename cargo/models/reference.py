"""Reference data: classes, ports and units, shipped with the product and loaded by migration."""

from django.apps import apps
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from cargo.enums import UnitKind
from cargo.querysets import ReferenceQuerySet
from portcrm.audit.history import tracked
from portcrm.bilingual import BilingualName, pick, reads_chinese
from portcrm.code_field import CodeField
from portcrm.memo import once

ENGLISH_SIGNS = {"t": "t", "kg": "kg", "kt": "kt", "wt": "10 kt", "kbbl": "kbbl", "bbl": "bbl"}


class KeptEntry(models.Model):
    """An entry of a code list: never deleted, because rows name it. Out of use it is not offered any more.

    `is_own` is set once the port added or changed it; loading what ships with the product then leaves it as it is.
    """

    is_active = models.BooleanField(_("In use"), default=True)
    is_own = models.BooleanField(_("Added or changed here"), default=False, editable=False)

    list_key = ""  # of the page where they are kept
    objects = ReferenceQuerySet.as_manager()

    class Meta:
        abstract = True


@once
def _cargo_forms() -> dict[str, BilingualName]:
    return {one.pk: one for one in apps.get_model("cargo", "CargoForm").objects.all()}


class FormCodeField(CodeField):
    """The code of a cargo form in a list of codes; the history says its name."""

    def said(self, value: str) -> str:
        known = _cargo_forms().get(value)
        return known.label if known else value


@tracked()
class CargoClass(KeptEntry, BilingualName):
    """One of the 17 classes of Chinese port statistics, or one the port added."""

    list_key = "classes"

    code = models.CharField(_("Code"), max_length=2, primary_key=True)
    short_zh = models.CharField(_("Short name in Chinese"), max_length=40)
    short_en = models.CharField(_("Short name in English"), max_length=40)
    forms = ArrayField(FormCodeField(max_length=12), verbose_name=_("Usual forms"), default=list)  # codes, the most usual first
    hint_zh = models.CharField(_("Hint in Chinese"), max_length=200, blank=True)
    hint_en = models.CharField(_("Hint in English"), max_length=200, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(name="cargo_class_code_is_two_digits", condition=Q(code__regex=r"^[0-9]{2}$")),
        ]
        ordering = ("code",)

    def __str__(self) -> str:
        return f"{self.code} {self.label}"

    @property
    def short(self) -> str:
        return pick(self.short_zh, self.short_en)

    @property
    def hint(self) -> str:
        return pick(self.hint_zh, self.hint_en)

    @property
    def usual_form(self) -> str:
        return self.forms[0]


@tracked()
class Port(KeptEntry, BilingualName):
    """A sea port under its UN/LOCODE; what trade papers write instead is kept in `PortAlias`."""

    list_key = "ports"

    unlocode = models.CharField("UN/LOCODE", max_length=5, unique=True)
    country = models.CharField(_("Country"), max_length=2)

    class Meta:
        ordering = ("unlocode",)
        constraints = [
            models.CheckConstraint(
                name="port_unlocode_is_two_letters_and_three_signs", condition=Q(unlocode__regex=r"^[A-Z]{2}[A-Z2-9]{3}$")
            )
        ]

    @property
    def aliases_text(self) -> str:
        """What else it is written as, from aliases that were read along."""
        return ", ".join(sorted(one.alias for one in self.aliases.all() if one.alias != self.unlocode))


@tracked(part_of="port")
class PortAlias(models.Model):
    """Another way to write a port: an airport's code in use for the port, a name, a file's own word."""

    alias = models.CharField(_("Written as"), max_length=60, unique=True, help_text=_("Upper case, without blanks or underscores"))
    port = models.ForeignKey(Port, models.CASCADE, related_name="aliases", verbose_name=_("Port"))

    def __str__(self) -> str:
        return f"{self.alias} → {self.port_id}"


@tracked()
class Unit(KeptEntry, BilingualName):
    """What quantities are counted in, with the printed factor to tonnes or TEU and where it comes from.

    Units of boxes are the table of container sizes: their aliases are what the trade writes for the size-type (40HC). A row
    keeps the factor it was counted by, so a new factor counts for new rows only.
    """

    list_key = "units"

    code = models.CharField(_("Code"), max_length=8, primary_key=True)
    kind = models.CharField(pgettext_lazy("unit", "Counts"), max_length=6, choices=UnitKind.choices)
    tonnes_per_unit = models.DecimalField(_("Tonnes a unit"), max_digits=14, decimal_places=6, null=True)
    teu_per_unit = models.DecimalField(_("TEU a unit"), max_digits=8, decimal_places=3, null=True)
    source_zh = models.CharField(_("Where the factor comes from, in Chinese"), max_length=200)
    source_en = models.CharField(_("Where the factor comes from, in English"), max_length=200)
    aliases = ArrayField(models.CharField(max_length=40), verbose_name=_("Also written as"), default=list, blank=True)
    position = models.PositiveSmallIntegerField(_("Order"), default=100)

    class Meta:
        ordering = ("position", "code")
        constraints = [
            models.CheckConstraint(
                name="unit_of_boxes_has_teu_factor_others_tonnes_factor",
                condition=Q(kind=UnitKind.BOXES, teu_per_unit__isnull=False, teu_per_unit__gt=0, tonnes_per_unit=None)
                | (~Q(kind=UnitKind.BOXES) & Q(teu_per_unit=None, tonnes_per_unit__isnull=False, tonnes_per_unit__gt=0)),
            )
        ]

    @property
    def source(self) -> str:
        return pick(self.source_zh, self.source_en)

    @property
    def sign(self) -> str:
        """The short form printed behind a number: 12 t, 3 万吨, 27 × 40 ft."""
        if self.code.startswith("box"):
            return f"× {self.code.removeprefix('box')} {'英尺箱' if reads_chinese() else 'ft'}"
        return self.name_zh if reads_chinese() else ENGLISH_SIGNS.get(self.code, self.name_en)
