"""What was found about a case, what is claimed for it and what is done about its cause."""

from collections.abc import Callable

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.core.exceptions import ValidationError
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_http_methods

from feedback import permissions
from feedback.forms.finding import ActionForm, CheckForm, ClaimForm, DoneForm, FindingForm
from feedback.models import Claim, Complaint, CorrectiveAction, Finding
from feedback.services.corrective import check_action, finish_action, plan_action
from feedback.services.findings import record_claim, record_finding
from feedback.views.complaints import find_complaint
from portcrm.clock import now, port_today
from portcrm.errors import RuleBroken
from portcrm.pages.render import page


@require_http_methods(["GET", "HEAD", "POST"])
@permission_required(permissions.ANSWER_COMPLAINT, raise_exception=True)
def complaint_finding(request: HttpRequest, pk: int) -> HttpResponse:
    complaint = find_complaint(request, pk)
    form = FindingForm(request.POST or None, instance=Finding.objects.filter(complaint=complaint).first())

    def save():
        record_finding(complaint=complaint, changes=form.changes(), seen=form.seen_values(), at=now(), by=request.user)

    return _edited(request, complaint, form, pgettext("complaint", "What was found"), save)


@require_http_methods(["GET", "HEAD", "POST"])
@permission_required(permissions.CHANGE_COMPLAINT, raise_exception=True)
def complaint_claim(request: HttpRequest, pk: int) -> HttpResponse:
    complaint = find_complaint(request, pk)
    form = ClaimForm(request.POST or None, instance=Claim.objects.filter(complaint=complaint).first())

    def save():
        record_claim(complaint=complaint, changes=form.changes(), seen=form.seen_values(), by=request.user)

    return _edited(request, complaint, form, pgettext("complaint", "Claim and payment"), save)


@require_http_methods(["GET", "HEAD", "POST"])
@permission_required(permissions.ANSWER_COMPLAINT, raise_exception=True)
def complaint_action(request: HttpRequest, pk: int) -> HttpResponse:
    """Plan what is done so that the same does not happen again."""
    complaint = find_complaint(request, pk)
    form = ActionForm(request.POST or None)

    def save():
        plan_action(complaint=complaint, **form.cleaned_data, by=request.user)

    return _edited(request, complaint, form, _("Plan a corrective action"), save)


@require_http_methods(["GET", "HEAD", "POST"])
@permission_required(permissions.ANSWER_COMPLAINT, raise_exception=True)
def corrective_action(request: HttpRequest, pk: int) -> HttpResponse:
    """Say that it was done, later whether it works; afterwards its page is the case."""
    found = get_object_or_404(CorrectiveAction.objects.visible_to(request.user).select_related("complaint"), pk=pk)
    if found.effective:
        return redirect(found.complaint)
    form = (CheckForm if found.done_on else DoneForm)(request.POST or None)

    def save():
        if found.done_on:
            check_action(corrective=found, **form.cleaned_data, on=port_today(), by=request.user)
        else:
            finish_action(corrective=found, **form.cleaned_data, by=request.user)

    return _edited(request, found.complaint, form, found.what, save)


def _edited(request: HttpRequest, complaint: Complaint, form: Form, title: str, save: Callable[[], None]) -> HttpResponse:
    """The form, or back to the case once `save` has taken it."""
    status = 422 if form.errors else 200
    if request.method == "POST" and form.is_valid():
        try:
            save()
        except RuleBroken as refusal:
            status = _refuse(form, refusal)
        else:
            messages.success(request, _("Saved."))
            return redirect(complaint)
    context = {"form": form, "title": title, "complaint": complaint, "cancel_url": reverse("feedback:complaint", args=[complaint.pk])}
    return page(request, "feedback/case_form.html", context, status=status)


def _refuse(form: Form, refusal: RuleBroken) -> int:
    if hasattr(form, "refuse"):
        return form.refuse(refusal)
    form.add_error(refusal.field if refusal.field in form.fields else None, ValidationError(refusal.message))
    return 409
