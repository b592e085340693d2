"""Filters of published statistics, the same for pages, exports and the API."""

import django_filters
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema_field

from cargo.filters.shared import DayRangeFilter, RecordFilter, all_ports
from cargo.models import StatisticSeries, StatisticValue
from cargo.models.statistic import choices_of
from cargo.statistic_words import LOADS, MEASURES, PERIODICITIES, SUBJECTS, UNIT_CHOICES, WAYS


def visible_series(request):
    return StatisticSeries.objects.visible_to(request.user) if request else StatisticSeries.objects.none()


class StatisticFilter(django_filters.FilterSet):
    q = django_filters.CharFilter(method="by_words", label=_("Search"), help_text=_("Place, code, subject, publisher"))
    subject = django_filters.MultipleChoiceFilter(choices=choices_of(SUBJECTS), label=pgettext_lazy("statistics", "Subject"))
    port = RecordFilter(queryset=all_ports, source="ports", method="at_port", label=_("Port"))
    periodicity = django_filters.ChoiceFilter(choices=choices_of(PERIODICITIES), label=_("Rhythm of the figures"))
    direction = django_filters.ChoiceFilter(choices=choices_of(WAYS), label=_("Direction"))
    load = django_filters.ChoiceFilter(choices=choices_of(LOADS), label=_("Laden or empty"))
    measure = django_filters.ChoiceFilter(choices=choices_of(MEASURES), label=_("Measure"))
    unit = django_filters.ChoiceFilter(choices=UNIT_CHOICES, label=_("Unit"))
    unknown = django_filters.BooleanFilter(method="by_codes", label=_("Codes no port of ours has"))
    import_run = django_filters.NumberFilter(method="of_import", label=_("Import no."))

    class Meta:
        model = StatisticSeries
        fields: tuple[str, ...] = ()

    def by_words(self, series, _name, text):
        return series.search(text)

    @extend_schema_field(OpenApiTypes.INT)
    def at_port(self, series, _name, port):
        return series.at_place(port) if port else series

    def by_codes(self, series, _name, wanted):
        return series.with_unknown_codes() if wanted else series.with_known_codes()

    def of_import(self, series, _name, number):
        return series.of_import(int(number))


class StatisticValueFilter(django_filters.FilterSet):
    series = RecordFilter(queryset=visible_series, source="statistics", label=_("Series"))
    period = DayRangeFilter(label=pgettext_lazy("statistics", "Period"))
    latest = django_filters.BooleanFilter(field_name="is_latest", label=_("Last revision only"))
    subject = django_filters.MultipleChoiceFilter(
        field_name="series__subject", choices=choices_of(SUBJECTS), label=pgettext_lazy("statistics", "Subject")
    )
    taken_back = django_filters.BooleanFilter("taken_back_at", lookup_expr="isnull", exclude=True, label=_("Taken back"))
    import_run = django_filters.NumberFilter(field_name="import_run_id", label=_("Import no."))

    class Meta:
        model = StatisticValue
        fields: tuple[str, ...] = ()
