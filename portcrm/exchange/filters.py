import django_filters
from django.utils.translation import gettext_lazy as _

from portcrm.exchange.enums import Choice, RowKind, RunState
from portcrm.exchange.importing import importers
from portcrm.exchange.models import Forecast, ImportRun


def importer_choices() -> list[tuple[str, object]]:
    return [(key, importer.label) for key, importer in sorted(importers().items())]


class ImportRunFilter(django_filters.FilterSet):
    q = django_filters.CharFilter(label=_("File name"), field_name="file_name", lookup_expr="icontains")
    importer = django_filters.ChoiceFilter(label=_("What"), choices=importer_choices)
    state = django_filters.MultipleChoiceFilter(label=_("State"), choices=RunState.choices)
    dry_run = django_filters.BooleanFilter(label=_("Dry run"))

    class Meta:
        model = ImportRun
        fields = ()


class ForecastFilter(django_filters.FilterSet):
    q = django_filters.CharFilter(label=_("Row"), field_name="label", lookup_expr="icontains")
    kind = django_filters.MultipleChoiceFilter(label=_("What would happen"), choices=RowKind.choices)
    choice = django_filters.MultipleChoiceFilter(label=_("Decision"), choices=Choice.choices)

    class Meta:
        model = Forecast
        fields = ()
