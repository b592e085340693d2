"""What dates of the office calendar are narrowed by."""

import django_filters
from django.utils.translation import gettext_lazy as _

from customers.enums import OfficeDayKind
from customers.models import OfficeDay


class OfficeDayFilter(django_filters.FilterSet):
    year = django_filters.NumberFilter(label=_("Year"), field_name="day", lookup_expr="year", min_value=1, max_value=9999)
    kind = django_filters.ChoiceFilter(label=_("Kind"), choices=OfficeDayKind.choices)

    class Meta:
        model = OfficeDay
        fields = ()
