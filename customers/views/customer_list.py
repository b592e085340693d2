"""The list of customer files: as a table, as a board by status, as a chart."""

from copy import copy
from urllib.parse import urlencode

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.http import Http404, QueryDict
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from customers import permissions
from customers.columns import CELL_SECTIONS, CUSTOMER_COLUMNS, CUSTOMER_ORDERINGS, CUSTOMER_READS
from customers.enums import CustomerStatus
from customers.filters import CustomerFilter
from customers.forms.sections import SECTIONS
from customers.models import Customer
from customers.queries.pictures import BREAKDOWNS, lane_of, list_chart
from portcrm.addresses import record_url
from portcrm.bulk.actions import bulk_bar
from portcrm.exchange.exporting import export_response
from portcrm.pages.lists import IN_LIST, Empty, Listing, Look, Preset
from portcrm.pages.lists.sources import Source
from portcrm.pages.render import page

PRESETS = (
    Preset("mine", _("My customers"), "mine=True"),
    Preset("key", _("Key accounts"), "key_account=True&sort=rank"),
    Preset("prospects", _("Prospects"), "status=prospect&sort=changed"),
    Preset("stale", _("Files to confirm"), "stale=True&sort=verified"),
    Preset("complaints", _("With open complaints"), "complaints=True"),
    Preset("rule", _("Key accounts to decide on"), "rule=missing"),
    Preset("overdue", _("With overdue payments"), "overdue=True"),
)
ENDS = {"previous": _("This is the first customer of the list."), "next": _("This is the last customer of the list.")}
LOOKS = (Look("", _("Table"), "table"), Look("board", _("Board by status"), "layout-kanban"), Look("chart", _("Chart"), "chart-bar"))

CUSTOMERS = Source(
    lambda user: Customer.objects.visible_to(user).for_list(), columns=CUSTOMER_COLUMNS, orderings=CUSTOMER_ORDERINGS, reads=CUSTOMER_READS
)


def listing_of(request) -> Listing:
    """The rows the address names, however they are shown; the one place where pages, lanes and charts get them."""
    offer = (_("New customer"), reverse("customers:customer_create")) if request.user.has_perm(permissions.CHANGE_CUSTOMER) else ("", "")
    return Listing(
        request,
        record="customers.customer",
        source=CUSTOMERS,
        filterset_class=CustomerFilter,
        presets=PRESETS,
        empty=Empty(_("No customers yet"), _("Open the first file, or import a list of companies."), *offer, "building"),
        export_permission=permissions.EXPORT_CUSTOMER,
        bulk=bulk_bar("customers.customer", request.user),
        looks=LOOKS,
        preview=True,
        keeps_default=True,
        walks=True,
        editable=frozenset(field for field, key in CELL_SECTIONS.items() if request.user.has_perm(SECTIONS[key].permission)),
    )


@require_safe
@permission_required(permissions.VIEW_CUSTOMER, raise_exception=True)
def customer_list(request):
    """All customer files, found by whatever one remembers of them."""
    listing = listing_of(request)
    if listing.export_format:
        return export_response(request, listing, by=request.user)
    if default := listing.default_url:
        return redirect(default)
    context = {"listing": listing, "may_create": request.user.has_perm(permissions.CHANGE_CUSTOMER)}
    if listing.look == "board":
        context["lanes"] = CustomerStatus
    if listing.look == "chart":
        context |= {"breakdowns": BREAKDOWNS, "by": asked_breakdown(request)}
    return page(request, "customers/customer_list.html", context, fragments=listing.fragments)


def asked_breakdown(request) -> str:
    asked = request.GET.get("by", "")
    return asked if asked in BREAKDOWNS else "status"


@require_safe
@permission_required(permissions.VIEW_CUSTOMER, raise_exception=True)
def customer_step(request, pk, way):
    """From a customer to the next or previous one of the list it was opened from; at the end one stays."""
    if way not in ENDS:
        raise Http404
    here = get_object_or_404(Customer.objects.visible_to(request.user), pk=pk)
    asked = copy(request)
    asked.GET = QueryDict(request.GET.get(IN_LIST, ""))
    there = listing_of(asked).neighbour(pk, back=way == "previous")
    if there is None:
        messages.info(request, ENDS[way])
    return redirect(f"{record_url('customers:customer', there or here.pk)}?{urlencode({IN_LIST: asked.GET.urlencode()})}")


@require_safe
@permission_required(permissions.VIEW_CUSTOMER, raise_exception=True)
def board_lane(request, status):
    """One column of the board: its first cards, or those after ?after=."""
    if status not in CustomerStatus.values:
        raise Http404
    listing = listing_of(request)
    lane = lane_of(listing, CustomerStatus(status), after=request.GET.get("after", ""))
    context = {"lane": lane, "listing": listing, "lanes": CustomerStatus, "may_move": request.user.has_perm(permissions.ASSIGN_CUSTOMER)}
    fragments = (f"lane-{status}", f"more-{status}")
    if request.htmx and request.htmx.target in fragments:
        return page(request, "customers/_lane-cards.html" if request.htmx.target.startswith("more-") else "customers/_lane.html", context)
    return page(request, "customers/board_lane.html", context)


@require_safe
@permission_required(permissions.VIEW_CUSTOMER, raise_exception=True)
def customer_chart(request):
    """The same rows counted up: customers and tonnes by status, tier, region …"""
    return list_chart(listing_of(request), asked_breakdown(request)).response()
