"""The ranking list, the ranking by quantity and "why this rank"."""

from django.contrib.auth.decorators import permission_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from marketing.columns import QUANTITY_COLUMNS, QUANTITY_ORDERINGS, ROW_COLUMNS, ROW_ORDERINGS, ROW_READS
from marketing.filters import RankingQuantityFilter, RankingRowFilter
from marketing.models import RankingQuantity, RankingRow, RankingRun
from marketing.permissions import EXPORT_RANKING, VIEW_RANKING
from marketing.queries.explaining import criteria_of, part_lines, row_before
from marketing.queries.reasons import reason_text
from marketing.queries.runs import newest_run
from portcrm.exchange.exporting import export_response
from portcrm.pages.lists import Empty, Listing, Preset
from portcrm.pages.render import page

PRESETS = (
    Preset("a", _("Class A"), "value_class=A"),
    Preset("down", _("Fallen"), "moved=down&sort=-movement"),
    Preset("key", _("Key accounts"), "key=true"),
)


@require_safe
@permission_required(VIEW_RANKING, raise_exception=True)
def newest_ranking(request: HttpRequest) -> HttpResponse:
    """The list of the newest ranking, or the runs where there is none yet."""
    run = newest_run(request.user)
    return redirect("marketing:ranking", run.pk) if run else redirect("marketing:run_list")


@require_safe
@permission_required(VIEW_RANKING, raise_exception=True)
def ranking(request: HttpRequest, pk: int) -> HttpResponse:
    run = get_object_or_404(RankingRun.objects.visible_to(request.user).complete().select_related("model", "previous"), pk=pk)
    listing = Listing(
        request,
        record="marketing.rankingrow",
        queryset=RankingRow.objects.visible_to(request.user).filter(run=run).for_list(),
        filterset_class=RankingRowFilter,
        columns=ROW_COLUMNS,
        reads=ROW_READS,
        orderings=ROW_ORDERINGS,
        presets=PRESETS,
        empty=Empty(_("No customer had cargo in this window"), _("Import handled cargo, then run the ranking again."), icon="trophy"),
        export_permission=EXPORT_RANKING,
    )
    if listing.export_format:
        return export_response(request, listing, by=request.user)
    context = {"listing": listing, "run": run, "newest": newest_run(request.user), "criteria": criteria_of(run)}
    return page(request, "marketing/ranking.html", context, fragments=listing.fragments)


@require_safe
@permission_required(VIEW_RANKING, raise_exception=True)
def quantity_ranking(request: HttpRequest, pk: int) -> HttpResponse:
    run = get_object_or_404(RankingRun.objects.visible_to(request.user).complete(), pk=pk)
    listing = Listing(
        request,
        record="marketing.rankingquantity",
        queryset=RankingQuantity.objects.visible_to(request.user).filter(run=run).for_list(),
        filterset_class=RankingQuantityFilter,
        columns=QUANTITY_COLUMNS,
        orderings=QUANTITY_ORDERINGS,
        empty=Empty(_("No customer had cargo in this window"), icon="scale"),
        export_permission=EXPORT_RANKING,
    )
    if listing.export_format:
        return export_response(request, listing, by=request.user)
    return page(request, "marketing/quantities.html", {"listing": listing, "run": run}, fragments=listing.fragments)


@require_safe
@permission_required(VIEW_RANKING, raise_exception=True)
def why(request: HttpRequest, pk: int, customer_pk: int) -> HttpResponse:
    """Why this customer has this rank in this run."""
    rows = RankingRow.objects.visible_to(request.user).for_list().select_related("run__model", "run__previous")
    row = rows.filter(run=pk, customer=customer_pk).first()
    if row is None:
        raise Http404
    before = row_before(row)
    context = {
        "row": row,
        "run": row.run,
        "before": before,
        "lines": part_lines(row, before),
        "left_out": [criterion for criterion in criteria_of(row.run) if not criterion["used"]],
        "reasons": [reason_text(reason) for reason in row.reasons],
        "crumb_url": reverse("marketing:ranking", args=[pk]),
    }
    return page(request, "marketing/why.html", context)
