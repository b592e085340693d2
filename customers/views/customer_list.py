from django.contrib.auth.decorators import permission_required
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from customers import permissions
from customers.columns import CUSTOMER_COLUMNS, CUSTOMER_ORDERINGS, CUSTOMER_READS
from customers.filters import CustomerFilter
from customers.models import Customer
from portcrm.exchange.exporting import export_response
from portcrm.pages.lists import Empty, Listing, Preset
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


@require_safe
@permission_required(permissions.VIEW_CUSTOMER, raise_exception=True)
def customer_list(request):
    """All customer files, found by whatever one remembers of them."""
    may_create = request.user.has_perm(permissions.CHANGE_CUSTOMER)
    listing = Listing(
        request,
        record="customers.customer",
        queryset=Customer.objects.visible_to(request.user).for_list(),
        filterset_class=CustomerFilter,
        columns=CUSTOMER_COLUMNS,
        reads=CUSTOMER_READS,
        orderings=CUSTOMER_ORDERINGS,
        presets=PRESETS,
        empty=Empty(
            _("No customers yet"),
            _("Open the first file, or import a list of companies."),
            _("New customer") if may_create else "",
            reverse("customers:customer_create") if may_create else "",
            "building",
        ),
        export_permission=permissions.EXPORT_CUSTOMER,
    )
    if listing.export_format:
        return export_response(request, listing, by=request.user)
    return page(request, "customers/customer_list.html", {"listing": listing, "may_create": may_create}, fragments=listing.fragments)
