"""What the lists of published statistics show, and how they sort."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from portcrm.pages.lists import Column, Ordering

STATISTIC_COLUMNS = (
    Column("name", _("Series"), attribute="label", link=True, shape="roomy"),
    Column("subject", pgettext_lazy("statistics", "Subject"), attribute="get_subject_display", default=False),
    Column("place", _("Place"), template="cargo/_cell_series-place.html", value=lambda row: row.place_label),
    Column("other_place", _("Place across"), attribute="other_place_label", default=False),
    Column("code", _("Code of the place"), attribute="place_code", default=False),
    Column("other_code", _("Code of the place across"), attribute="other_place_code", default=False),
    Column("direction", _("Direction"), attribute="get_direction_display", default=False),
    Column("periodicity", _("Rhythm of the figures"), attribute="get_periodicity_display"),
    Column(
        "last_period",
        _("Last period"),
        value=lambda row: row.period_label(row.last_period) if row.last_period else None,
        shape="nowrap",
    ),
    Column("last_value", _("Last figure"), numeric=True, format="number"),
    Column("unit", _("Unit"), attribute="unit_label"),
    Column("source", _("Publisher")),
    Column("item", _("Item"), default=False),
    Column("load", _("Laden or empty"), attribute="get_load_display", default=False),
    Column("measure", _("Measure"), attribute="get_measure_display", default=False),
)
STATISTIC_ORDERINGS = (Ordering("newest", _("Newest first"), ("-pk",)),)

FIGURE_COLUMNS = (
    Column(
        "period",
        pgettext_lazy("statistics", "Period"),
        value=lambda row: row.series.period_label(row.period),
        ordering="period",
        shape="nowrap",
    ),
    Column("series", _("Series"), template="cargo/_cell_series.html", value=lambda row: row.series.label, shape="roomy"),
    Column("value", _("Value"), attribute="amount", numeric=True, format="number"),
    Column("unit", _("Unit"), attribute="series.unit_label"),
    Column("written", _("As written"), numeric=True, value=lambda row: f"{row.written} {row.unit_written}"),
    Column("revision", _("Revision"), numeric=True, format="number"),
    Column("source", _("Publisher"), attribute="series.source"),
    Column("published_on", _("Published on"), format="date"),
    Column("import_run", _("Import no."), attribute="import_run_id", default=False),
    Column("line", _("Line"), default=False),
    Column("taken_back_at", _("Taken back"), format="date", default=False),
)
FIGURE_ORDERINGS = (Ordering("period", pgettext_lazy("statistics", "Period"), ("-period", "-pk")),)
