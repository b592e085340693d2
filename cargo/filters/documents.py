"""Filters of the documents received."""

import django_filters
from django.utils.translation import gettext_lazy as _

from cargo.document_words import KINDS
from cargo.documents.edifact.messages import READERS
from cargo.enums import ReadingState
from cargo.models import CargoDocument


class DocumentFilter(django_filters.FilterSet):
    q = django_filters.CharFilter(
        method="by_words", label=_("Search"), help_text=_("Bill of lading, container, vessel, voyage, document number, file name")
    )
    kind = django_filters.ChoiceFilter(
        method="by_kind", choices=[(kind.value, label) for kind, label in KINDS.items()], label=_("Kind of document")
    )
    type = django_filters.ChoiceFilter(method="by_type", choices=[(name, name) for name in sorted(READERS)], label=_("Message type"))
    state = django_filters.ChoiceFilter(choices=ReadingState.choices, label=_("State"))
    remarks = django_filters.BooleanFilter(method="by_remarks", label=_("With remarks"))

    class Meta:
        model = CargoDocument
        fields: tuple[str, ...] = ()

    def by_words(self, documents, _name, text):
        return documents.search(text)

    def by_kind(self, documents, _name, kind):
        return documents.of_kind(kind)

    def by_type(self, documents, _name, message_type):
        return documents.of_type(message_type)

    def by_remarks(self, documents, _name, wanted):
        return documents.filter(remark_count__gt=0) if wanted else documents.read().filter(remark_count=0)
