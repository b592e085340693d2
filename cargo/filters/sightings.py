"""Filters of the sightings."""

import django_filters
from django.utils.translation import gettext_lazy as _

from cargo.document_words import SEEN_SOURCES
from cargo.filters.shared import RecordFilter, visible_customers
from cargo.models import Sighting


class SightingFilter(django_filters.FilterSet):
    customer = RecordFilter(queryset=visible_customers, source="customers", method="of_customer", label=_("Customer"))
    source = django_filters.ChoiceFilter(choices=SEEN_SOURCES, label=_("Found in"))
    valid = django_filters.BooleanFilter(field_name="withdrawn_by", lookup_expr="isnull", label=_("Still valid"))

    class Meta:
        model = Sighting
        fields: tuple[str, ...] = ()

    def of_customer(self, rows, _name, customer):
        return rows.of_customer(customer)
