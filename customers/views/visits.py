"""The visit plan: list, week, month, who is due; and what becomes of a planned visit."""

import datetime as dt

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from customers import permissions
from customers.columns import VISIT_COLUMNS, VISIT_ORDERINGS
from customers.filters import VisitFilter
from customers.forms.visits import CallOffForm, PeriodPlanForm, ReportForm, VisitEditForm, VisitForm
from customers.models import PlannedVisit
from customers.queries.takers import takers
from customers.queries.visits import DAYS, customers_due, monday_of, month_of, next_visits, total_of, visit_figures, visits_of_week
from customers.services import visits
from customers.views.customer import visible_customer
from customers.views.interactions import edited, handed_over
from portcrm.accounts.models import User
from portcrm.clock import port_today, start_of_day
from portcrm.exchange.exporting import export_response
from portcrm.pages.lists import Empty, Listing, Preset
from portcrm.pages.render import page

PRESETS = (
    Preset("mine", _("My visits"), "mine=True&state=planned"),
    Preset("report", _("To report"), "mine=True&to_report=True"),
    Preset("week", _("This week"), "period=this_week"),
    Preset("month", _("This month"), "period=this_month"),
)


def visible_visit(request, pk: int) -> PlannedVisit:
    rows = PlannedVisit.objects.visible_to(request.user).for_list().select_related("planned_by", "settled_by", "interaction")
    return get_object_or_404(rows, pk=pk)


def asked_day(request, name: str) -> dt.date:
    """The day named in the address, or today."""
    try:
        return dt.date.fromisoformat(request.GET.get(name, ""))
    except ValueError:
        return port_today()


def asked_colleague(request, among: QuerySet[User]) -> User:
    """The one of these colleagues named in the address, or oneself."""
    named = request.GET.get("of", "")
    return (among.filter(pk=int(named)).first() if named.isascii() and named.isdigit() else None) or request.user


@require_safe
@permission_required(permissions.VIEW_CUSTOMER, raise_exception=True)
def visit_list(request):
    """Planned visits and what became of them."""
    listing = Listing(
        request,
        record="customers.plannedvisit",
        queryset=PlannedVisit.objects.visible_to(request.user).for_list(),
        filterset_class=VisitFilter,
        columns=VISIT_COLUMNS,
        orderings=VISIT_ORDERINGS,
        presets=PRESETS,
        empty=Empty(_("No visits yet"), _("Plan one from the page of a customer, or see who is due."), icon="map-pin"),
        export_permission=permissions.EXPORT_CUSTOMER,
    )
    if listing.export_format:
        return export_response(request, listing, by=request.user)
    return page(request, "customers/visit_list.html", {"listing": listing, "today": port_today()}, fragments=listing.fragments)


@require_safe
@permission_required(permissions.VIEW_CUSTOMER, raise_exception=True)
def visit_week(request):
    """A week of visits, of one colleague or of everybody."""
    monday, today = monday_of(asked_day(request, "week")), port_today()
    everybody = request.GET.get("of") == "all"
    visitor = None if everybody else asked_colleague(request, User.objects.ever())
    context = {
        "days": visits_of_week(request.user, monday=monday, today=today, visitor=visitor),
        "monday": monday, "sunday": monday + dt.timedelta(days=DAYS - 1), "visitor": visitor, "people": User.objects.ever(),
        "before": monday - dt.timedelta(days=DAYS), "after": monday + dt.timedelta(days=DAYS), "of": "all" if everybody else visitor.pk,
    }  # fmt: skip
    return page(request, "customers/visit_week.html", context)


@require_safe
@permission_required(permissions.VIEW_CUSTOMER, raise_exception=True)
def visit_month(request):
    """Planned against made, by colleague, for a month."""
    first, last = month_of(asked_day(request, "month"))
    figures = visit_figures(request.user, first=first, last=last, today=port_today())
    context = {
        "first": first, "last": last, "figures": figures, "total": total_of(figures),
        "before": first - dt.timedelta(days=1), "after": last + dt.timedelta(days=1),
    }  # fmt: skip
    return page(request, "customers/visit_month.html", context)


@permission_required(permissions.RECORD_INTERACTION, raise_exception=True)
def visits_due(request):
    """Who has not been spoken with for too long; the ticked ones are spread over a period."""
    today, of = port_today(), asked_colleague(request, takers())
    monday = monday_of(today) + dt.timedelta(days=DAYS)
    form = PeriodPlanForm(request.POST or None, user=request.user, initial={"first": monday, "last": monday + dt.timedelta(days=4)})
    if (
        request.method == "POST"
        and form.is_valid()
        and (made := handed_over(form, visits.plan_period, visitor=of, by=request.user)) is not None
    ):
        messages.success(request, ngettext("One visit is planned.", "%(n)s visits are planned.", len(made)) % {"n": len(made)})
        return redirect("customers:visit_list")
    context = {"form": form, "of": of, "people": takers(), "today": today, "cancel_url": "",
               "customers": customers_due(request.user, of=of, today=today), "ticked": set(request.POST.getlist("customers"))}  # fmt: skip
    return page(request, "customers/visits_due.html", context, status=422 if form.errors else 200)


@permission_required(permissions.RECORD_INTERACTION, raise_exception=True)
def visit_create(request, pk):
    """Plan a visit to a customer."""
    customer = visible_customer(request, pk)
    form = VisitForm(request.POST or None, customer=customer, user=request.user, initial={"planned_for": port_today()})
    if request.method == "POST" and form.is_valid() and handed_over(form, visits.plan_visit, customer=customer, by=request.user):
        messages.success(request, _("The visit is planned."))
        return redirect(customer)
    context = {"customer": customer, "form": form, "title": _("Plan a visit"), "cancel_url": customer.get_absolute_url()}
    return page(request, "customers/one_form.html", context, status=422 if form.errors else 200)


@require_safe
@permission_required(permissions.VIEW_CUSTOMER, raise_exception=True)
def visit(request, pk):
    """One visit: what it is for, whom to meet, what to talk about, and what became of it."""
    row, today = visible_visit(request, pk), port_today()
    may_record = request.user.has_perm(permissions.RECORD_INTERACTION) and row.state == "planned"
    people = row.contacts.all() if request.user.has_perm(permissions.VIEW_CONTACT) else ()
    context = {"visit": row, "customer": row.customer, "may_record": may_record, "contacts": people, "today": today,
               "its_day_came": row.planned_for <= today}  # fmt: skip
    return page(request, "customers/visit.html", context)


@permission_required(permissions.RECORD_INTERACTION, raise_exception=True)
def visit_edit(request, pk):
    """Another day, another visitor, other points."""
    row = visible_visit(request, pk)
    form, status = VisitEditForm(request.POST or None, instance=row, user=request.user), 200
    if request.method == "POST":
        status = edited(form, lambda **edit: visits.edit_visit(visit=row, by=request.user, **edit))
        if status == 200:
            messages.success(request, _("The visit is changed."))
            return redirect(row)
    context = {"customer": row.customer, "form": form, "title": _("Change the visit"), "cancel_url": row.get_absolute_url()}
    return page(request, "customers/one_form.html", context, status=status)


@permission_required(permissions.RECORD_INTERACTION, raise_exception=True)
def visit_report(request, pk):
    """The visit report, begun with what was planned."""
    row = visible_visit(request, pk)
    if row.state != "planned":
        return redirect(row)
    early = row.planned_for > port_today()
    planned = (
        start_of_day(row.planned_for) + dt.timedelta(hours=row.starts_at.hour, minutes=row.starts_at.minute) if row.starts_at else None
    )
    moment = None if early else planned
    begun = {"subject": row.purpose, "place": row.place, "contacts": row.contacts.all(), "happened_at": moment}
    form = ReportForm(request.POST or None, request.FILES or None, customer=row.customer, user=request.user, visit=row, initial=begun)
    asked = {"visit": row, "move_to_today": "move_to_today" in request.POST, "by": request.user}
    if request.method == "POST" and form.is_valid() and handed_over(form, visits.report_visit, **asked):
        messages.success(request, _("The visit is reported."))
        return redirect(row.customer)
    context = {"customer": row.customer, "visit": row, "form": form, "early": early, "cancel_url": row.get_absolute_url()}
    return page(request, "customers/visit_report.html", context, status=422 if form.errors else 200)


@permission_required(permissions.RECORD_INTERACTION, raise_exception=True)
def visit_call_off(request, pk):
    """Cancel a visit, or say that it did not take place."""
    row = visible_visit(request, pk)
    if row.state != "planned":
        raise PermissionDenied
    form = CallOffForm(request.POST or None)
    state = "missed" if "missed" in request.POST else "cancelled"
    if request.method == "POST" and form.is_valid() and handed_over(form, visits.call_off_visit, visit=row, state=state, by=request.user):
        messages.success(request, _("The visit is called off."))
        return redirect(row.customer)
    context = {"customer": row.customer, "visit": row, "form": form, "its_day_came": row.planned_for <= port_today()}
    return page(request, "customers/visit_call_off.html", context, status=422 if form.errors else 200)


@require_safe
@permission_required(permissions.VIEW_CUSTOMER, raise_exception=True)
def customer_visits(request, pk):
    """The next visits to a customer, fetched beside its page."""
    customer = visible_customer(request, pk)
    context = {
        "customer": customer,
        "visits": next_visits(request.user, customer),
        "may_record": request.user.has_perm(permissions.RECORD_INTERACTION),
    }
    return page(request, "customers/customer_visits.html", context)
