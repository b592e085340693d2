"""The ledger at a glance, and the check that its rollup agrees with it."""

from django.contrib.auth.decorators import permission_required
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_POST, require_safe

from cargo.models import LedgerCheck, Port, Unit
from cargo.permissions import IMPORT_SHIPMENTS, VIEW_SHIPMENT
from cargo.queries.overview import overview as overview_of
from cargo.services.checks import request_check
from cargo.views import charts
from customers.models import Customer
from portcrm.clock import port_today
from portcrm.pages.render import page

CHECKS_SHOWN = 10


@require_safe
@permission_required(VIEW_SHIPMENT, raise_exception=True)
def overview(request):
    """Twelve months beside the twelve before, by month and by class."""
    return page(request, "cargo/overview.html", {"overview": overview_of(request.user, port_today())})


@require_safe
@permission_required(VIEW_SHIPMENT, raise_exception=True)
def overview_months(request):
    return charts.months_chart(overview_of(request.user, port_today())).response()


@require_safe
@permission_required(VIEW_SHIPMENT, raise_exception=True)
def overview_classes(request):
    return charts.classes_chart(overview_of(request.user, port_today())).response()


@require_safe
@permission_required(VIEW_SHIPMENT, raise_exception=True)
def reconciliation(request):
    """The latest checks of the rollup against the ledger."""
    checks = list(LedgerCheck.objects.visible_to(request.user).select_related("requested_by")[:CHECKS_SHOWN])
    return page(request, "cargo/reconciliation.html", check_context(checks[0] if checks else None, request.user) | {"checks": checks})


def check_context(check: LedgerCheck | None, user) -> dict:
    """A check with the names of the units and customers it speaks of."""
    if check is None:
        return {"check": None}
    customers = Customer.objects.visible_to(user).in_bulk({one["customer_id"] for one in check.differences})
    ends = {one[end] for one in check.lane_differences for end in ("origin_id", "destination_id")}
    ports = Port.objects.in_bulk(ends - {None})
    units = Unit.objects.in_bulk()
    return {
        "check": check,
        "lines": [(units.get(line["unit"]), line) for line in check.units],
        "differences": [(customers.get(one["customer_id"]), one) for one in check.differences],
        "lane_differences": [(ports.get(one["origin_id"]), ports.get(one["destination_id"]), one) for one in check.lane_differences],
    }


@require_safe
@permission_required(VIEW_SHIPMENT, raise_exception=True)
def check(request, pk):
    """One check, polled while it runs."""
    found = get_object_or_404(LedgerCheck.objects.visible_to(request.user), pk=pk)
    return page(request, "cargo/_check.html", check_context(found, request.user))


@require_POST
@permission_required(IMPORT_SHIPMENTS, raise_exception=True)
def check_now(request):
    """Ask for a check; the job makes it."""
    request_check(by=request.user)
    return redirect("cargo:reconciliation")
