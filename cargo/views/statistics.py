"""Published statistics: the list of series, one series with its revisions, all figures, taking in bulletins."""

from django.conf import settings
from django.contrib.auth.decorators import permission_required
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from cargo.columns.statistics import FIGURE_COLUMNS, FIGURE_ORDERINGS, STATISTIC_COLUMNS, STATISTIC_ORDERINGS
from cargo.filters.statistics import StatisticFilter, StatisticValueFilter
from cargo.forms.statistics import BulletinForm
from cargo.models import StatisticSeries, StatisticValue
from cargo.permissions import EXPORT_STATISTICS, IMPORT_STATISTICS, VIEW_STATISTIC
from cargo.queries.statistics import series_report
from cargo.services.bulletins import take_in_bulletins
from cargo.views.statistic_charts import series_chart
from portcrm.errors import RuleBroken
from portcrm.exchange.exporting import export_response
from portcrm.pages.lists import Empty, Listing, Preset
from portcrm.pages.render import page

SHOWN = 60


@require_safe
@permission_required(VIEW_STATISTIC, raise_exception=True)
def statistic_list(request):
    """Series of published figures, newest first."""
    may_import = request.user.has_perm(IMPORT_STATISTICS)
    listing = Listing(
        request,
        record="cargo.statisticseries",
        queryset=StatisticSeries.objects.visible_to(request.user).with_figures().for_list(),
        filterset_class=StatisticFilter,
        columns=STATISTIC_COLUMNS,
        orderings=STATISTIC_ORDERINGS,
        presets=(Preset("monthly", _("Monthly"), "periodicity=month"), Preset("unknown", _("Codes no port of ours has"), "unknown=true")),
        empty=Empty(
            _("No statistics here"),
            _("Import what customs, ports and statistical offices publish: CSV or XLSX, one figure a row or one a column."),
            *((_("Import"), reverse("exchange:import_upload", args=["statistics"])) if may_import else ()),
        ),
        export_permission=EXPORT_STATISTICS,
    )
    if listing.export_format:
        return export_response(request, listing, by=request.user)
    return page(request, "cargo/statistic_list.html", {"listing": listing, "may_import": may_import}, fragments=listing.fragments)


@require_safe
@permission_required(VIEW_STATISTIC, raise_exception=True)
def figure_list(request):
    """Every figure of every series as it was published, revisions too."""
    listing = Listing(
        request,
        record="cargo.statisticvalue",
        queryset=StatisticValue.objects.visible_to(request.user).for_list(),
        filterset_class=StatisticValueFilter,
        columns=FIGURE_COLUMNS,
        orderings=FIGURE_ORDERINGS,
        presets=(Preset("latest", _("Last revision only"), "latest=true"),),
        empty=Empty(_("No figures here"), _("Figures come with the series they belong to.")),
        export_permission=EXPORT_STATISTICS,
    )
    if listing.export_format:
        return export_response(request, listing, by=request.user)
    return page(request, "cargo/figure_list.html", {"listing": listing}, fragments=listing.fragments)


def visible_series(request, pk: int) -> StatisticSeries:
    rows = StatisticSeries.objects.visible_to(request.user).select_related("place", "other_place", "cargo_class", "opened_by")
    return get_object_or_404(rows, pk=pk)


@require_safe
@permission_required(VIEW_STATISTIC, raise_exception=True)
def statistic(request, pk):
    """One series: what it says, what was said before."""
    series = visible_series(request, pk)
    report = series_report(series, request.user)
    return page(request, "cargo/statistic.html", {"series": series, "report": report, "shown": report.newest_first[:SHOWN]})


@require_safe
@permission_required(VIEW_STATISTIC, raise_exception=True)
def statistic_figures(request, pk):
    return series_chart(series_report(visible_series(request, pk), request.user)).response()


@require_http_methods(["GET", "POST"])
@permission_required(IMPORT_STATISTICS, raise_exception=True)
def bulletin_upload(request):
    """Take in the text of monthly bulletins; what is odd in it is told."""
    form = BulletinForm(request.POST, request.FILES) if request.method == "POST" else BulletinForm()
    taken = None
    if form.is_valid():
        try:
            content = form.content(settings.MAX_DOCUMENT_BYTES)
            taken = take_in_bulletins(content=content, source=form.cleaned_data["source"], name=form.name, by=request.user)
        except RuleBroken as refusal:
            form.add_error(None, str(refusal.message))
    context = {"form": form, "taken": taken, "cancel_url": reverse("cargo:statistic_list")}
    return page(request, "cargo/bulletin_upload.html", context, status=422 if form.errors else 200)
