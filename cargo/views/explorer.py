"""The ledger explorer: a table of sums, its picture, and the table as a file."""

from decimal import Decimal

from django.contrib.auth.decorators import permission_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest
from django.views.decorators.http import require_safe

from cargo.forms.explorer import ExplorerForm
from cargo.models import ClassSum
from cargo.permissions import EXPORT_SHIPMENTS, VIEW_SHIPMENT
from cargo.queries.ledger import months_ending
from cargo.queries.overview import last_month_of
from cargo.queries.pivot import Cell, Pivot, pivot
from cargo.views.pivot_chart import pivot_chart
from portcrm.clock import port_today
from portcrm.exchange.exporting import csv_response, tell_export, xlsx_response
from portcrm.pages.render import page

MONTHS = 12


def asked_form(request: HttpRequest) -> ExplorerForm:
    sums = ClassSum.objects.visible_to(request.user)
    return ExplorerForm(request.GET, months=months_ending(last_month_of(sums, port_today()), MONTHS), user=request.user)


@require_safe
@permission_required(VIEW_SHIPMENT, raise_exception=True)
def explorer(request):
    """Handled cargo summed by anything down and across; `?file=csv` or `xlsx` is the same table as a file."""
    form = asked_form(request)
    found = pivot(form.question, request.user) if form.is_valid() else None
    if found and request.GET.get("file") in ("csv", "xlsx"):
        return as_file(request, found)
    query = request.GET.copy()
    query.pop("file", None)
    context = {"form": form, "pivot": found, "query": query.urlencode(), "may_export": request.user.has_perm(EXPORT_SHIPMENTS)}
    return page(request, "cargo/explorer.html", context, fragments=("pivot",), status=200 if found else 422)


@require_safe
@permission_required(VIEW_SHIPMENT, raise_exception=True)
def explorer_chart(request):
    form = asked_form(request)
    if not form.is_valid():
        raise Http404
    return pivot_chart(pivot(form.question, request.user)).response()


def as_file(request: HttpRequest, found: Pivot):
    if not request.user.has_perm(EXPORT_SHIPMENTS):
        raise PermissionDenied
    kind = request.GET["file"]
    query = request.GET.copy()
    del query["file"]
    tell_export(listing_record="cargo.explorer", format=kind, rows=len(found.lines), query=query.urlencode(), by=request.user)
    header = [str(found.question.down.label), *(column.label for column in found.columns), str(found.question.measure.label)]
    rows = ([line.head.label, *(as_cell(cell) for cell in line.cells), as_cell(line.total)] for line in found.lines)
    name = f"ledger-{port_today():%Y-%m-%d}.{kind}"
    return csv_response(header, rows, name=name) if kind == "csv" else xlsx_response(header, rows, name=name)


def as_cell(cell: Cell) -> Decimal | str:
    return "" if cell.value is None else cell.value
