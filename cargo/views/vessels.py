"""The page of a vessel: its voyages in the ledger and the documents that name it."""

from django.contrib.auth.decorators import permission_required
from django.views.decorators.http import require_safe

from cargo.permissions import VIEW_SHIPMENT
from cargo.queries.vessels import vessel_named
from portcrm.pages.render import page

LONGEST = 100


@require_safe
@permission_required(VIEW_SHIPMENT, raise_exception=True)
def vessel(request):
    """`?name=` as it is written; without it the page asks."""
    name = request.GET.get("name", "").replace("\x00", "").strip()[:LONGEST]
    return page(request, "cargo/vessel.html", {"vessel": vessel_named(name, request.user) if name else None, "name": name})
