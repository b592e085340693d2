"""Who cares for a customer: the tab, handing over, the pool, the team and credit holds."""

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.core.exceptions import PermissionDenied
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from customers import permissions
from customers.columns import CUSTOMER_COLUMNS, CUSTOMER_ORDERINGS, CUSTOMER_READS
from customers.filters import CustomerFilter
from customers.forms.care import HandOverAllForm, HandOverForm, ReasonForm, TeamForm
from customers.models import CreditHold, Customer, TeamMember
from customers.queries.care import Care
from customers.services import care as caring
from customers.services import credit_holds
from customers.views.customer import visible_customer
from customers.views.in_place import one_form
from portcrm.clock import port_today
from portcrm.errors import RuleBroken
from portcrm.exchange.exporting import export_response
from portcrm.pages.lists import Empty, Listing
from portcrm.pages.render import page


def care_of(request, customer: Customer) -> Care:
    return Care(customer, request.user, port_today())


def care_address(customer: Customer) -> str:
    return f"{customer.get_absolute_url()}?tab=care"


@require_safe
@permission_required(permissions.VIEW_CUSTOMER, raise_exception=True)
def care_tab(request, pk):
    """Account manager and team, how they came to the customer, the key-account rule and the credit hold."""
    customer = visible_customer(request, pk)
    context = {"customer": customer, "care": care_of(request, customer), "may_edit": request.user.has_perm(permissions.CHANGE_CUSTOMER)}
    return page(request, "customers/care_tab.html", context)


@permission_required(permissions.CHANGE_CUSTOMER, raise_exception=True)
def hand_over(request, pk):
    """Give a customer to a colleague, with a record."""
    customer = visible_customer(request, pk)
    if not care_of(request, customer).may_hand_over:
        raise PermissionDenied
    form = HandOverForm(request.POST or None, but=customer.account_manager)
    lead = _("In the care of %(name)s now.") % {"name": customer.account_manager.label}
    return one_form(
        request, customer, form, lambda **given: caring.hand_over(customer=customer, **given),
        title=_("Hand over"), said=_("Handed over."), back=care_address(customer), lead=lead,
    )  # fmt: skip


@permission_required(permissions.ASSIGN_CUSTOMER, raise_exception=True)
def hand_over_all(request):
    """All customers of somebody who leaves, to one successor."""
    form = HandOverAllForm(request.POST or None, initial={"giver": request.GET.get("giver")})
    return one_form(
        request, None, form, caring.hand_over_all, title=_("Hand over all customers of a colleague"),
        said=_("All of them are handed over."), back="customers:customer_list",
        lead=_("For a colleague who leaves or takes on something else. Every customer keeps a record of it."),
    )  # fmt: skip


@permission_required(permissions.CHANGE_CUSTOMER, raise_exception=True)
def return_to_pool(request, pk):
    """Give a customer back to the pool, with the reason."""
    customer = visible_customer(request, pk)
    if not care_of(request, customer).may_return:
        raise PermissionDenied
    return one_form(
        request, customer, ReasonForm(request.POST or None), lambda **given: caring.return_customer(customer=customer, **given),
        title=_("Return to the pool"), said=_("The customer is in the pool."), back=care_address(customer),
        lead=_("Colleagues can pick the customer there. The file stays as it is."),
    )  # fmt: skip


@require_POST
@permission_required(permissions.CHANGE_CUSTOMER, raise_exception=True)
def pick(request, pk):
    """Take a customer out of the pool."""
    customer = visible_customer(request, pk)
    try:
        caring.pick_customer(customer=customer, by=request.user)
    except RuleBroken as refusal:
        messages.error(request, refusal.message)
    else:
        messages.success(request, _("%(customer)s is in your care now.") % {"customer": customer.label})
    return redirect(customer)


@require_safe
@permission_required(permissions.VIEW_CUSTOMER, raise_exception=True)
def pool(request):
    """Customers nobody cares for, to be picked."""
    listing = Listing(
        request,
        record="customers.customer",
        queryset=Customer.objects.visible_to(request.user).in_pool().for_list(),
        filterset_class=CustomerFilter,
        columns=CUSTOMER_COLUMNS,
        reads=CUSTOMER_READS,
        orderings=CUSTOMER_ORDERINGS,
        empty=Empty(_("The pool is empty"), _("Every customer has an account manager."), icon="users-group"),
        export_permission=permissions.EXPORT_CUSTOMER,
    )
    if listing.export_format:
        return export_response(request, listing, by=request.user)
    return page(request, "customers/pool.html", {"listing": listing, "lead": _pool_lead(request.user)}, fragments=listing.fragments)


def _pool_lead(user) -> str:
    mine = Customer.objects.cared_for(user)[: settings.POOL_LIMIT].count()
    said = ngettext(
        "%(count)s customer of at most %(limit)s is in your care.", "%(count)s customers of at most %(limit)s are in your care.", mine
    )
    return said % {"count": mine, "limit": settings.POOL_LIMIT}


@permission_required(permissions.CHANGE_CUSTOMER, raise_exception=True)
def team_join(request, pk):
    """Add a colleague to the team of a customer."""
    customer = visible_customer(request, pk)
    return one_form(
        request, customer, TeamForm(request.POST or None), lambda **given: caring.join_team(customer=customer, **given),
        title=_("Add to the team"), said=_("Added."), back=care_address(customer),
    )  # fmt: skip


@require_POST
@permission_required(permissions.CHANGE_CUSTOMER, raise_exception=True)
def team_leave(request, pk):
    """Take a colleague out of the team."""
    member = get_object_or_404(TeamMember.objects.visible_to(request.user).select_related("customer"), pk=pk)
    caring.leave_team(member=member, by=request.user)
    messages.success(request, _("No longer in the team."))
    return redirect(care_address(member.customer))


@permission_required(permissions.PLACE_CREDIT_HOLD, raise_exception=True)
def hold_place(request, pk):
    """Put a customer on credit hold."""
    customer = visible_customer(request, pk)
    return one_form(
        request, customer, ReasonForm(request.POST or None), lambda **given: credit_holds.place_hold(customer=customer, **given),
        title=_("Put on credit hold"), said=_("The customer is on credit hold."), back=care_address(customer),
        lead=_("Every page of this customer says so until a manager lifts it."),
    )  # fmt: skip


@permission_required(permissions.LIFT_CREDIT_HOLD, raise_exception=True)
def hold_lift(request, pk):
    """Lift a credit hold."""
    hold = get_object_or_404(CreditHold.objects.visible_to(request.user).select_related("customer"), pk=pk)
    return one_form(
        request, hold.customer, ReasonForm(request.POST or None), lambda **given: credit_holds.lift_hold(hold=hold, **given),
        title=_("Lift the credit hold"), said=_("The credit hold is lifted."), back=care_address(hold.customer), lead=hold.reason,
    )  # fmt: skip
