"""Code lists an administrator keeps: channels, regions, registration types, credit schemes."""

import pgtrigger
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from customers.enums import ChannelFamily, LegalForm
from customers.querysets import ChannelQuerySet, ReferenceQuerySet
from portcrm.audit.history import tracked
from portcrm.bilingual import pick
from portcrm.choices import known


class ReferenceEntry(models.Model):
    name_zh = models.CharField(_("Name in Chinese"), max_length=200)
    name_en = models.CharField(_("Name in English"), max_length=200)
    is_active = models.BooleanField(_("In use"), default=True)
    position = models.PositiveSmallIntegerField(_("Order"), default=100)

    objects = ReferenceQuerySet.as_manager()

    class Meta:
        abstract = True

    @property
    def label(self) -> str:
        return pick(self.name_zh, self.name_en)

    def __str__(self) -> str:
        return self.label


@tracked()
class Channel(ReferenceEntry):
    """A way information reaches us; every archive, lead and opinion names one."""

    family = models.CharField(_("Family"), max_length=10, choices=ChannelFamily)
    key = models.SlugField(_("Key"), max_length=40, unique=True)
    description_zh = models.CharField(_("Description in Chinese"), max_length=300, blank=True)
    description_en = models.CharField(_("Description in English"), max_length=300, blank=True)

    objects = ChannelQuerySet.as_manager()

    class Meta:
        ordering = ("family", "position", "pk")
        constraints = [
            models.CheckConstraint(condition=Q(family__in=ChannelFamily.values), name="a_channel_belongs_to_a_family"),
        ]

    @property
    def description(self) -> str:
        return pick(self.description_zh, self.description_en)


@tracked()
class Region(ReferenceEntry):
    """A province, a group of provinces or a part of the world; the hinterland customers sit in."""

    code = models.SlugField(_("Code"), max_length=20, unique=True)
    parent = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="children", verbose_name=_("Part of"))

    class Meta:
        ordering = ("position", "pk")
        constraints = [
            models.CheckConstraint(
                condition=~Q(parent=models.F("pk")),
                name="a_region_is_not_part_of_itself",
                violation_error_message=_("A region is not part of itself."),
            ),
        ]


@tracked()
class RegistrationType(ReferenceEntry):
    """A registration type of one named scheme (statistics, market regulator)."""

    scheme = models.SlugField(_("Scheme"), max_length=40)
    code = models.CharField(_("Code"), max_length=10)
    legal_form = models.CharField(_("Legal form"), max_length=20, choices=LegalForm, blank=True)

    class Meta:
        ordering = ("scheme", "position", "code")
        constraints = [
            *known("registration_type", legal_form=("", *LegalForm.values)),
            models.UniqueConstraint(fields=("scheme", "code"), name="a_registration_code_occurs_once_in_its_scheme"),
        ]

    @property
    def label(self) -> str:
        return f"{self.code} {pick(self.name_zh, self.name_en)}"


@tracked()
class CreditScheme(ReferenceEntry):
    """A scale of credit grades; grades of different schemes are never compared."""

    key = models.SlugField(_("Key"), max_length=40, unique=True)

    class Meta:
        ordering = ("position", "pk")


@tracked()
class CreditGrade(ReferenceEntry):
    """One step of a scheme; rank 1 is the best."""

    scheme = models.ForeignKey(CreditScheme, models.PROTECT, related_name="grades", verbose_name=_("Scheme"))
    code = models.CharField(_("Grade"), max_length=20)

    class Meta:
        ordering = ("scheme__position", "scheme_id", "position", "pk")
        constraints = [
            models.UniqueConstraint(fields=("scheme", "code"), name="a_grade_occurs_once_in_its_scheme"),
        ]
        # A rating names its grade: a grade that changed its scheme would turn every rating of it into one of another scheme.
        triggers = [pgtrigger.ReadOnly(name="a_grade_keeps_its_scheme", fields=("scheme",))]

    @property
    def label(self) -> str:
        return f"{self.code} · {pick(self.name_zh, self.name_en)}"

    @property
    def full_label(self) -> str:
        """With the scheme: a letter alone says nothing."""
        return f"{self.scheme.label} – {self.label}"
