"""What the filters of several lists use."""

import django_filters

from cargo.models import Port
from customers.models import Customer
from portcrm.pages.widgets import RecordSelect


class RecordChoice(django_filters.fields.ModelChoiceField):
    """Writes only the chosen record into the page; the browser asks `source` for others while somebody types."""

    def __init__(self, *args, source: str, **options):
        super().__init__(*args, widget=RecordSelect(source=source), **options)


class RecordFilter(django_filters.ModelChoiceFilter):
    """One record out of very many; `queryset(request)` says which this person may choose."""

    field_class = RecordChoice


def visible_customers(request):
    return Customer.objects.visible_to(request.user) if request else Customer.objects.none()


def all_ports(request):
    return Port.objects.all()


class DayRangeFilter(django_filters.DateFromToRangeFilter):
    """From a day to a day, both included; the browser offers a calendar for each."""
