"""What contacts are narrowed by."""

import django_filters
from django.utils.translation import gettext_lazy as _

from customers.filters.customers import YES
from customers.models import (
    Contact,
    Customer,
)


class ContactFilter(django_filters.FilterSet):
    q = django_filters.CharFilter(label=_("Search contacts"), method="filter_words")
    customer = django_filters.ModelChoiceFilter(label=_("Customer"), queryset=Customer.objects.all())
    reachable = django_filters.ChoiceFilter(label=_("May be written to"), choices=YES, method="filter_reachable")

    class Meta:
        model = Contact
        fields = ()

    def filter_words(self, rows, _name: str, words: str):
        return rows.search(words)

    def filter_reachable(self, rows, _name: str, _value):
        return rows.reachable()
