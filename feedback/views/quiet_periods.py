"""Quiet periods: their table, and the form of one."""

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from feedback import permissions
from feedback.forms.quiet_period import QuietPeriodForm
from feedback.models import QuietPeriod
from feedback.queries.rules import survey_rules
from feedback.services.quiet_periods import add_quiet_period, edit_quiet_period, remove_quiet_period
from portcrm.clock import port_today
from portcrm.errors import RuleBroken
from portcrm.pages.render import page


@require_safe
@permission_required(permissions.VIEW_WAVE, raise_exception=True)
def quiet_periods(request: HttpRequest) -> HttpResponse:
    """The periods that are not over, with the sending hours they belong to."""
    periods = QuietPeriod.objects.visible_to(request.user).ending_from(port_today())
    return page(request, "feedback/quiet_periods.html", {"periods": periods, "rules": survey_rules()})


@require_http_methods(["GET", "HEAD", "POST"])
@permission_required(permissions.SEND_WAVE, raise_exception=True)
def quiet_period_create(request: HttpRequest) -> HttpResponse:
    form = QuietPeriodForm(request.POST or None)
    status = 422 if form.errors else 200
    if request.method == "POST" and form.is_valid():
        try:
            add_quiet_period(fields=form.values, by=request.user)
        except RuleBroken as refusal:
            status = form.refuse(refusal)
        else:
            messages.success(request, _("Saved."))
            return redirect("feedback:quiet_periods")
    return _form(request, form, _("New quiet period"), status)


@require_http_methods(["GET", "HEAD", "POST"])
@permission_required(permissions.SEND_WAVE, raise_exception=True)
def quiet_period_edit(request: HttpRequest, pk: int) -> HttpResponse:
    period = get_object_or_404(QuietPeriod.objects.visible_to(request.user), pk=pk)
    form = QuietPeriodForm(request.POST or None, instance=period)
    status = 422 if form.errors else 200
    if request.method == "POST" and form.is_valid():
        try:
            edit_quiet_period(period=period, fields=form.changes(), seen=form.seen_values(), by=request.user)
        except RuleBroken as refusal:
            status = form.refuse(refusal)
        else:
            messages.success(request, _("Saved."))
            return redirect("feedback:quiet_periods")
    return _form(request, form, period.label, status)


@require_POST
@permission_required(permissions.SEND_WAVE, raise_exception=True)
def quiet_period_remove(request: HttpRequest, pk: int) -> HttpResponse:
    period = get_object_or_404(QuietPeriod.objects.visible_to(request.user), pk=pk)
    remove_quiet_period(period=period, by=request.user)
    messages.success(request, _("Mails may leave on these days again."))
    return redirect("feedback:quiet_periods")


def _form(request: HttpRequest, form: QuietPeriodForm, title: str, status: int) -> HttpResponse:
    context = {"form": form, "title": title, "cancel_url": reverse("feedback:quiet_periods")}
    return page(request, "feedback/quiet_period_form.html", context, status=status)
