"""Forms of the code lists, and which lists there are."""

from dataclasses import dataclass

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from customers.models import Channel, CreditGrade, CreditScheme, Region, RegistrationType, TalkingPoint
from customers.models.reference import ReferenceEntry
from portcrm.pages.forms import EditForm

NAMES = ("name_zh", "name_en")
STATE = ("position", "is_active")


@dataclass(frozen=True)
class CodeList:
    key: str
    label: str
    new_label: str
    model: type[ReferenceEntry]
    fields: tuple[str, ...]
    group_by: str = ""  # attribute whose text heads a group of rows

    def form(self, *args, **kwargs) -> EditForm:
        made = forms.modelform_factory(self.model, form=EditForm, fields=(*NAMES, *self.fields, *STATE))
        return made(*args, **kwargs)

    def rows(self) -> QuerySet:
        related = [name for name in ("scheme", "parent") if name in self.fields and self.model._meta.get_field(name).is_relation]
        found = self.model.objects.select_related(*related) if related else self.model.objects.all()
        return found.order_by(*self.model._meta.ordering)

    def columns(self) -> tuple[str, ...]:
        """What a row shows beside its names; what heads its group already is not said again."""
        said = {self.group_by, self.group_by.removeprefix("get_").removesuffix("_display")}
        return tuple(name for name in self.fields if not name.startswith("description") and name not in said)


CODE_LISTS = {
    one.key: one
    for one in (
        CodeList("channels", _("Information channels"), _("New channel"), Channel, ("family", "key", "description_zh", "description_en"),
                 "get_family_display"),
        CodeList("regions", _("Regions"), _("New region"), Region, ("code", "parent"), "parent"),
        CodeList("registration-types", _("Registration types"), _("New registration type"), RegistrationType,
                 ("scheme", "code", "legal_form"), "scheme"),
        CodeList("credit-schemes", _("Credit schemes"), _("New credit scheme"), CreditScheme, ("key",)),
        CodeList("credit-grades", _("Credit grades"), _("New credit grade"), CreditGrade, ("scheme", "code"), "scheme"),
        CodeList("talking-points", _("Talking points"), _("New talking point"), TalkingPoint, ("matter",), "get_matter_display"),
    )
}  # fmt: skip
