"""The network around a customer: the tab and full page, its picture, and the same lines as a file."""

from django.contrib.auth.decorators import permission_required
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_safe

from customers import permissions
from customers.forms.network import NetworkForm
from customers.models import Customer
from customers.queries.hierarchy import Group
from customers.queries.network import Link, Network
from customers.queries.network_chart import network_address
from customers.queries.network_chart import network_chart as drawn
from customers.queries.relations import acquaintances_of, brought_by
from customers.views.customer import visible_customer
from customers.views.relations import relations_context
from portcrm.clock import port_today
from portcrm.exchange.exporting import csv_response, plain, tell_export
from portcrm.pages.render import page


def asked_network(request, customer: Customer) -> tuple[Network, NetworkForm]:
    form = NetworkForm(request.GET, user=request.user, today=port_today())
    return Network(customer, form.asked(), request.user), form


@require_safe
@permission_required(permissions.VIEW_CUSTOMER, raise_exception=True)
def network_tab(request, pk):
    """Graph and table of the network, the relations of this customer, its group, whom it brought."""
    customer, user, today = visible_customer(request, pk), request.user, port_today()
    network, form = asked_network(request, customer)
    context = {
        "customer": customer, "network": network, "form": form, "today": today, "state": request.GET.urlencode(),
        "address": network_address(pk, network), "may_export": user.has_perm(permissions.EXPORT_CUSTOMER),
    }  # fmt: skip
    if request.htmx.target != "network":
        context |= relations_context(customer, user) | {
            "group": Group(customer, user),
            "brought": brought_by(customer, user=user, on=today),
            "acquaintances": acquaintances_of(customer, user=user),
            "may_read_contacts": user.has_perm(permissions.VIEW_CONTACT),
            "may_note": user.has_perm(permissions.VIEW_CONTACT) and user.has_perm(permissions.RECORD_INTERACTION),
        }
    return page(request, "customers/network_tab.html", context, fragments=("network",))


@require_safe
@permission_required(permissions.VIEW_CUSTOMER, raise_exception=True)
def network_chart(request, pk):
    """The picture's figures."""
    return drawn(asked_network(request, visible_customer(request, pk))[0]).response()


@require_safe
@permission_required((permissions.VIEW_CUSTOMER, permissions.EXPORT_CUSTOMER), raise_exception=True)
def network_export(request, pk):
    """The lines of the table as CSV; leaving with them is written down."""
    customer = visible_customer(request, pk)
    links = asked_network(request, customer)[0].links
    query = f"customer={pk}&{request.GET.urlencode()}"
    names = {"customer": {str(pk): {"zh": customer.name_zh, "en": customer.name_en}}}
    tell_export(listing_record="customers.relation", format="csv", rows=len(links), query=query, names=names, by=request.user)
    header = [
        pgettext("relation", "From"),
        _("Relation"),
        pgettext("relation", "To"),
        pgettext("relation", "Since"),
        _("Ended on"),
        _("Strength"),
        _("Share of the business in per cent"),
        _("Verified on"),
    ]
    return csv_response(header, map(as_cells, links), name=f"network-{customer.code}.csv")


def as_cells(link: Link) -> list:
    told = (link.since, link.until, link.strength, link.share, link.verified_on)
    return [link.first.label, link.label, link.second.label, *map(plain, told)]
