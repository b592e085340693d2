"""What relations between customers are narrowed by."""

import django_filters
from django.utils.translation import gettext_lazy as _

from customers.enums import (
    RelationKind,
)
from customers.models import (
    Relation,
)


class RelationFilter(django_filters.FilterSet):
    customer = django_filters.NumberFilter(label=_("Customer"), method="filter_customer")
    kind = django_filters.ChoiceFilter(label=_("Relation"), choices=RelationKind.choices)
    on = django_filters.DateFilter(label=_("In force on"), method="filter_on")

    class Meta:
        model = Relation
        fields = ()

    def filter_customer(self, rows, _name: str, key):
        return rows.of(key)

    def filter_on(self, rows, _name: str, day):
        return rows.in_force(day)
