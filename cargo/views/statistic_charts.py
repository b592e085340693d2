"""Pictures of published statistics; each title states what they show."""

from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from cargo.models import StatisticSeries
from cargo.queries.statistics import SeriesReport
from portcrm.pages import formats
from portcrm.pages.charts import Chart


def figures_url(series: StatisticSeries, period) -> str:
    """The figures of one period, revisions too."""
    return f"{reverse('cargo:figure_list')}?{urlencode({'series': series.pk, 'period_after': period, 'period_before': period})}"


def finding(report: SeriesReport) -> str:
    """The last figure and its change against the year before, in a sentence."""
    series, last = report.series, report.last
    if last is None:
        return _("No figures yet")
    said = {
        "period": series.period_label(last.period),
        "value": formats.number(last.value, None if last.value == last.value.to_integral_value() else 2),
        "unit": series.unit_label,
    }
    if last.change is None:
        return _("%(period)s: %(value)s %(unit)s") % said
    if abs(last.change) < 0.0005:
        return _("%(period)s: %(value)s %(unit)s, as much as a year before") % said
    words = (
        _("%(period)s: %(value)s %(unit)s, %(share)s more than a year before")
        if last.change > 0
        else _("%(period)s: %(value)s %(unit)s, %(share)s less than a year before")
    )
    return words % (said | {"share": formats.percent(abs(last.change))})


def series_chart(report: SeriesReport) -> Chart:
    series, points = report.series, report.points
    labels = [series.period_label(point.period) for point in points]
    values = [float(point.value) for point in points]
    line = {"type": "line", "name": series.get_subject_display(), "data": values, "showSymbol": len(points) < 40}
    return Chart(
        title=finding(report),
        n=len(points),
        unit=series.unit_label,
        note=series.source,
        option={"xAxis": {"type": "category", "data": labels}, "yAxis": {"type": "value", "scale": True}, "series": [line]},
        columns=[pgettext("statistics", "Period"), series.unit_label, _("Year on year")],
        rows=[
            [label, value, None if point.change is None else formats.percent(point.change)]
            for label, value, point in zip(labels, values, points, strict=True)
        ],
        links=[figures_url(series, point.period) for point in points],
    )
