"""Filters of the candidates, the same for their list and their desk."""

import django_filters
from django.utils.translation import gettext_lazy as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema_field

from cargo.document_words import SEEN_ROLES, SEEN_SOURCES
from cargo.enums import CandidateState
from cargo.models import Candidate, CargoClass


class CandidateFilter(django_filters.FilterSet):
    q = django_filters.CharFilter(method="by_words", label=_("Search"), help_text=_("Company, address"))
    state = django_filters.ChoiceFilter(choices=CandidateState.choices, label=_("State"))
    source = django_filters.ChoiceFilter(method="by_source", choices=SEEN_SOURCES, label=_("Found in"))
    role = django_filters.ChoiceFilter(method="by_role", choices=SEEN_ROLES, label=_("Seen as"))
    cargo_class = django_filters.ModelChoiceFilter(method="by_class", queryset=CargoClass.objects.all(), label=_("Cargo class"))
    least = django_filters.NumberFilter(field_name="tonnes", lookup_expr="gte", min_value=0, label=_("Tonnes from"))
    forwarder = django_filters.BooleanFilter(field_name="is_forwarder", label=_("Forwarder"))

    class Meta:
        model = Candidate
        fields: tuple[str, ...] = ()

    def by_words(self, candidates, _name, text):
        return candidates.search(text)

    def by_source(self, candidates, _name, source):
        return candidates.filter(sources__contains=[source])

    def by_role(self, candidates, _name, role):
        return candidates.filter(roles__contains=[role])

    @extend_schema_field(OpenApiTypes.STR)
    def by_class(self, candidates, _name, cargo_class):
        return candidates.filter(classes__contains=[cargo_class.pk])
