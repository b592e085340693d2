"""What weighs on a customer's mind: the tab, its radar, a department's form, talking points for a visit."""

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from customers import permissions
from customers.exports.needs import HEADER, score_rows
from customers.forms.as_of import DayForm
from customers.forms.needs import DepartmentViewForm
from customers.models import Traits
from customers.queries.need_charts import concerns_chart, needs_radar
from customers.queries.needs import Standpoints, may_speak_for, speaks_for
from customers.services.needs import add_department_view
from customers.views.customer import visible_customer
from portcrm.accounts.models import Department
from portcrm.clock import port_today
from portcrm.errors import RuleBroken
from portcrm.exchange.exporting import csv_response, tell_export
from portcrm.pages.render import page

CHARTS = {"concerns": concerns_chart, "needs": needs_radar}


def _standpoints(request, pk: int) -> tuple[Standpoints, DayForm]:
    """The views of a customer as of the day the address names, today without one."""
    form = DayForm(request.GET if "day" in request.GET else None, today=port_today())
    day = form.cleaned_data["day"] if form.is_valid() else port_today()
    return Standpoints(visible_customer(request, pk), request.user, day), form


@require_safe
@permission_required(permissions.VIEW_CUSTOMER, raise_exception=True)
def needs_tab(request, pk):
    """Departments side by side, how far they agree, needs against what we deliver, and the evidence."""
    points, form = _standpoints(request, pk)
    context = {
        "customer": points.customer, "points": points, "form": form, "is_today": points.day == port_today(),
        "day_text": points.day.isoformat(),
        "traits": Traits.objects.visible_to(request.user).filter(customer=points.customer).first(),
        "speaks_for": speaks_for(request.user), "may_export": request.user.has_perm(permissions.EXPORT_CUSTOMER),
    }  # fmt: skip
    return page(request, "customers/needs_tab.html", context, status=422 if form.errors else 200)


@require_safe
@permission_required(permissions.VIEW_CUSTOMER, raise_exception=True)
def needs_chart(request, pk, key):
    points, _form = _standpoints(request, pk)
    if key not in CHARTS:
        raise Http404
    return CHARTS[key](points).response()


@require_safe
@permission_required(permissions.EXPORT_CUSTOMER, raise_exception=True)
def needs_export(request, pk):
    """Every score with its day, evidence and author as CSV."""
    points, _form = _standpoints(request, pk)
    customer = points.customer
    told = {"query": f"customer={pk}", "names": {"customer": {str(pk): {"zh": customer.name_zh, "en": customer.name_en}}}}
    tell_export(listing_record="customers.viewscore", format="csv", rows=len(points.scores), by=request.user, **told)
    name = f"needs-{customer.code}-{points.day:%Y-%m-%d}.csv"
    return csv_response([str(label) for label in HEADER], score_rows(points), name=name)


@permission_required(permissions.RECORD_NEED, raise_exception=True)
def view_add(request, pk, department):
    """Write down what one department thinks of the customer; its earlier views stay."""
    customer = visible_customer(request, pk)
    chosen = get_object_or_404(Department, pk=department)
    if not may_speak_for(request.user, chosen):
        raise PermissionDenied
    points = Standpoints(customer, request.user, port_today())
    last = {(one.matter, one.side): one for one in points.scores if one.is_current and one.view.department_id == chosen.pk}
    form = DepartmentViewForm(request.POST or None, last=last)
    back = f"{customer.get_absolute_url()}?tab=needs"
    if request.method == "POST" and form.is_valid():
        try:
            add_department_view(customer=customer, department=chosen, by=request.user, **form.given())
        except RuleBroken as refusal:
            form.add_error(refusal.field if refusal.field in form.fields else None, refusal.message)
        else:
            messages.success(request, _("The view of %(department)s is recorded.") % {"department": chosen.label})
            return redirect(back)
    context = {"customer": customer, "department": chosen, "form": form, "cancel_url": back}
    return page(request, "customers/department_view_form.html", context, status=422 if form.errors else 200)


@require_safe
@permission_required(permissions.VIEW_CUSTOMER, raise_exception=True)
def talking_points(request, pk):
    """What to speak of on a visit; also inside the forms in which a visit is planned or recorded."""
    points = Standpoints(visible_customer(request, pk), request.user, port_today())
    return page(request, "customers/talking_points.html", {"customer": points.customer, "points": points}, fragments=("talking-points",))
