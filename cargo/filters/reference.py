"""Filters of the port's code lists."""

import django_filters
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from cargo.enums import UnitKind
from cargo.models import CargoClass, CargoForm, CargoSubclass, GoodsRule, Movement, Port, TradeKind, Unit
from cargo.reference import normal_port_text


class EntryFilter(django_filters.FilterSet):
    """By a beginning of the code or a part of a name, and by whether it is in use."""

    q = django_filters.CharFilter(method="by_words", label=_("Search"), help_text=_("Code or name"))
    is_active = django_filters.BooleanFilter(label=_("In use"))
    is_own = django_filters.BooleanFilter(label=_("Added or changed here"))

    def by_words(self, rows, _name, text):
        return rows.filter(Q(code__startswith=text) | Q(name_zh__icontains=text) | Q(name_en__icontains=text))


class CargoFormFilter(EntryFilter):
    class Meta:
        model = CargoForm
        fields: tuple[str, ...] = ()


class TradeKindFilter(EntryFilter):
    class Meta:
        model = TradeKind
        fields: tuple[str, ...] = ()


class MovementFilter(EntryFilter):
    class Meta:
        model = Movement
        fields: tuple[str, ...] = ()


class CargoClassFilter(EntryFilter):
    class Meta:
        model = CargoClass
        fields: tuple[str, ...] = ()


class CargoSubclassFilter(EntryFilter):
    cargo_class = django_filters.ModelChoiceFilter(queryset=CargoClass.objects.all(), label=_("Cargo class"))

    class Meta:
        model = CargoSubclass
        fields: tuple[str, ...] = ()


class UnitFilter(EntryFilter):
    kind = django_filters.ChoiceFilter(choices=UnitKind.choices, label=pgettext_lazy("unit", "Counts"))

    class Meta:
        model = Unit
        fields: tuple[str, ...] = ()


class GoodsRuleFilter(EntryFilter):
    q = django_filters.CharFilter(field_name="pattern", lookup_expr="icontains", label=_("Search"), help_text=_("HS code or word"))
    cargo_class = django_filters.ModelChoiceFilter(queryset=CargoClass.objects.all(), label=_("Cargo class"))

    class Meta:
        model = GoodsRule
        fields: tuple[str, ...] = ()


class PortFilter(EntryFilter):
    country = django_filters.CharFilter(field_name="country", lookup_expr="iexact", label=_("Country"))

    class Meta:
        model = Port
        fields: tuple[str, ...] = ()

    def by_words(self, rows, _name, text):
        """By code, name or whatever else the port is written as, from the beginning of the word."""
        return rows.filter(
            Q(aliases__alias__startswith=normal_port_text(text)) | Q(name_zh__icontains=text) | Q(name_en__icontains=text)
        ).distinct()
