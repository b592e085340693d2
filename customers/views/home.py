"""Panels of the home page."""

from django.contrib.auth.decorators import permission_required
from django.views.decorators.http import require_safe

from customers import permissions
from customers.models import Customer, FollowUp, PlannedVisit
from portcrm.clock import port_today
from portcrm.pages.render import page

SHOWN = 8


@require_safe
@permission_required(permissions.VIEW_CUSTOMER, raise_exception=True)
def my_follow_ups(request):
    """What is due today or late, then what comes next."""
    rows = FollowUp.objects.visible_to(request.user).open().owned_by(request.user).for_list()[:SHOWN]
    return page(request, "customers/panel_follow_ups.html", {"follow_ups": rows, "today": port_today()})


@require_safe
@permission_required(permissions.VIEW_CUSTOMER, raise_exception=True)
def my_visits(request):
    """Visits to report first, then those to come."""
    rows = PlannedVisit.objects.visible_to(request.user).planned().made_by(request.user).for_list()[:SHOWN]
    return page(request, "customers/panel_visits.html", {"visits": rows, "today": port_today()})


@require_safe
@permission_required(permissions.VIEW_CUSTOMER, raise_exception=True)
def my_customers(request):
    """My customers by value; a manager without own ones sees the key accounts."""
    visible = Customer.objects.visible_to(request.user).for_list()
    rows = list(visible.managed_by(request.user).order_by("rank_order", "pk")[:SHOWN])
    mine = bool(rows)
    if not mine:
        rows = list(visible.key_accounts().order_by("rank_order", "pk")[:SHOWN])
    return page(request, "customers/panel_customers.html", {"customers": rows, "mine": mine})
