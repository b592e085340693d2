"""The page of a cargo flow: from one port to another."""

from django.contrib.auth.decorators import permission_required
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from cargo.models import Port
from cargo.permissions import VIEW_SHIPMENT
from cargo.queries.lanes import lane_customers as customers_of
from cargo.queries.lanes import lane_documents, lane_of, lane_points
from cargo.views.charts import lane_chart
from portcrm.clock import port_today
from portcrm.pages.render import page


def ends(origin: int, destination: int) -> tuple[Port, Port]:
    return get_object_or_404(Port, pk=origin), get_object_or_404(Port, pk=destination)


@require_safe
@permission_required(VIEW_SHIPMENT, raise_exception=True)
def lane(request, origin, destination):
    """Figures of twelve months, classes, whose cargo it is, and the documents that name both ports."""
    both = ends(origin, destination)
    context = {"lane": lane_of(*both, request.user, port_today()), "documents": lane_documents(*both, request.user)}
    return page(request, "cargo/lane.html", context)


@require_safe
@permission_required(VIEW_SHIPMENT, raise_exception=True)
def lane_months(request, origin, destination):
    both = ends(origin, destination)
    return lane_chart(*both, lane_points(*both, request.user, port_today())).response()


@require_safe
@permission_required(VIEW_SHIPMENT, raise_exception=True)
def lane_customers(request, origin, destination):
    """The part of the page that reads the ledger, fetched after the rest."""
    both = ends(origin, destination)
    period, customers = customers_of(*both, request.user, port_today())
    context = {"customers": customers, "period": period, "origin": both[0], "destination": both[1], "none": _("no data")}
    return page(request, "cargo/_lane-customers.html", context)
