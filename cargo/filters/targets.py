"""Filters of the cells of the annual task."""

import django_filters
from django.utils.dates import MONTHS as MONTH_NAMES
from django.utils.translation import gettext_lazy as _

from cargo.enums import Direction, TargetUnit
from cargo.filters.shared import RecordFilter, visible_customers
from cargo.models import CargoClass, Target
from portcrm.accounts.choosing import ColleagueFilter


class TargetFilter(django_filters.FilterSet):
    """`whole_year`: cells of the year, or of its months; `whole_port`: of the port as a whole, or of customers and managers."""

    year = django_filters.NumberFilter(label=_("Year"))
    month = django_filters.TypedMultipleChoiceFilter(choices=list(MONTH_NAMES.items()), coerce=int, label=_("Month"))
    whole_year = django_filters.BooleanFilter("month", lookup_expr="isnull", label=_("Whole year"))
    cargo_class = django_filters.ModelMultipleChoiceFilter(queryset=CargoClass.objects.all(), label=_("Cargo class"))
    direction = django_filters.ChoiceFilter(choices=Direction.choices, label=_("Direction"))
    unit = django_filters.ChoiceFilter(choices=TargetUnit.choices, label=_("Unit"))
    customer = RecordFilter(queryset=visible_customers, source="customers", label=_("Customer"))
    manager = ColleagueFilter(label=_("Account manager"))
    whole_port = django_filters.BooleanFilter(method="by_owner", label=_("The whole port"))

    class Meta:
        model = Target
        fields: tuple[str, ...] = ()

    def by_owner(self, rows, _name, of_the_port):
        of_port = {"customer": None, "manager": None}
        return rows.filter(**of_port) if of_the_port else rows.exclude(**of_port)
