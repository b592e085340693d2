"""Lists behind the figures of the network: the firms of a group, and who brought whom."""

from django.contrib.auth.decorators import permission_required
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from customers import permissions
from customers.columns import CUSTOMER_ORDERINGS, CUSTOMER_READS, GROUP_COLUMNS, INTRODUCER_COLUMNS, INTRODUCER_ORDERINGS
from customers.filters import CustomerFilter
from customers.queries.hierarchy import Group
from customers.queries.relations import introducers
from customers.views.customer import visible_customer
from portcrm.clock import port_today
from portcrm.exchange.exporting import export_response
from portcrm.pages.lists import Empty, Listing
from portcrm.pages.render import page


@require_safe
@permission_required(permissions.VIEW_CUSTOMER, raise_exception=True)
def group(request, pk):
    """Every firm of the group this customer belongs to: the rows behind the group's figures."""
    customer = visible_customer(request, pk)
    firms = Group(customer, request.user)
    listing = Listing(
        request,
        record="customers.group",
        queryset=firms.firms.for_list(),
        filterset_class=CustomerFilter,
        columns=GROUP_COLUMNS,
        reads=CUSTOMER_READS,
        orderings=CUSTOMER_ORDERINGS,
        empty=Empty(_("No firm of this group fits")),
        export_permission=permissions.EXPORT_CUSTOMER,
    )
    if listing.export_format:
        return export_response(request, listing, by=request.user)
    return page(request, "customers/group.html", {"customer": customer, "group": firms, "listing": listing}, fragments=listing.fragments)


@require_safe
@permission_required(permissions.VIEW_CUSTOMER, raise_exception=True)
def introducer_list(request):
    """Who referred customers to us, and what came of it."""
    listing = Listing(
        request,
        record="customers.introducer",
        queryset=introducers(user=request.user, on=port_today()),
        columns=INTRODUCER_COLUMNS,
        orderings=INTRODUCER_ORDERINGS,
        empty=Empty(
            _("Nobody has referred a customer yet"), _("Record it in the network of the customer: “was referred by”."), icon="route"
        ),
        export_permission=permissions.EXPORT_CUSTOMER,
    )
    if listing.export_format:
        return export_response(request, listing, by=request.user)
    return page(request, "customers/introducer_list.html", {"listing": listing}, fragments=listing.fragments)
