"""What cargo shows on the page of a customer."""

from django.contrib.auth.decorators import permission_required
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_safe

from cargo.models import Lead
from cargo.permissions import EDIT_LEAD, VIEW_LEAD, VIEW_SHIPMENT
from cargo.queries.lanes import customer_flows
from cargo.queries.record import customer_cargo as cargo_of
from cargo.queries.record import customer_months
from cargo.queries.seen_leads import classes_by_code
from cargo.views.charts import customer_chart
from customers.models import Customer
from portcrm.clock import port_today
from portcrm.pages.render import page

LEADS_SHOWN = 25


def visible_customer(request, pk: int) -> Customer:
    return get_object_or_404(Customer.objects.visible_to(request.user), pk=pk)


@require_safe
@permission_required(VIEW_SHIPMENT, raise_exception=True)
def customer_cargo(request, pk):
    """Tab: handled cargo of one customer."""
    customer = visible_customer(request, pk)
    context = {
        "customer": customer,
        "cargo": cargo_of(customer, request.user, port_today()),
        "classes": classes_by_code(),
        "may_record": request.user.has_perm(EDIT_LEAD),
    }
    return page(request, "cargo/customer_cargo.html", context)


@require_safe
@permission_required(VIEW_SHIPMENT, raise_exception=True)
def customer_cargo_months(request, pk):
    customer = visible_customer(request, pk)
    return customer_chart(customer, customer_months(customer, request.user, port_today())).response()


@require_safe
@permission_required(VIEW_SHIPMENT, raise_exception=True)
def customer_cargo_flows(request, pk):
    """The part of the tab that reads the ledger, fetched after the rest; a page of its own where no script fetches it."""
    customer = visible_customer(request, pk)
    period, flows = customer_flows(customer, request.user, port_today())
    context = {"customer": customer, "period": period, "flows": flows}
    return page(request, "cargo/customer_flows.html", context, fragments=("customer-flows",))


@require_safe
@permission_required(VIEW_LEAD, raise_exception=True)
def customer_leads(request, pk):
    """Tab: cargo leads of one customer, and those it introduced."""
    customer = visible_customer(request, pk)
    leads = Lead.objects.visible_to(request.user).for_list()
    context = {
        "customer": customer,
        "leads": list(leads.filter(customer=customer)[: LEADS_SHOWN + 1]),
        "introduced": list(leads.filter(introducer=customer)[:LEADS_SHOWN]),
        "shown": LEADS_SHOWN,
        "may_edit": request.user.has_perm(EDIT_LEAD),
    }
    return page(request, "cargo/customer_leads.html", context)
