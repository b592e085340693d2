"""Deadlines of a case: told by telephone, standing still for the customer, counting on. Each is a POST that comes back to the case."""

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from feedback import permissions
from feedback.forms.complaint import WaitForm
from feedback.services.clocks import acknowledge, go_on, wait_for_customer
from feedback.views.complaints import case_context, find_complaint
from portcrm.clock import now
from portcrm.pages.render import page


@require_POST
@permission_required(permissions.ANSWER_COMPLAINT, raise_exception=True)
def complaint_acknowledge(request: HttpRequest, pk: int) -> HttpResponse:
    acknowledge(complaint=find_complaint(request, pk), at=now(), by=request.user)
    messages.success(request, _("Noted."))
    return redirect("feedback:complaint", pk=pk)


@require_POST
@permission_required(permissions.ANSWER_COMPLAINT, raise_exception=True)
def complaint_wait(request: HttpRequest, pk: int) -> HttpResponse:
    complaint, form = find_complaint(request, pk), WaitForm(request.POST, auto_id="wait-%s")
    if not form.is_valid():
        return page(
            request, "feedback/complaint.html", case_context(complaint, request.user, wait_form=form), fragments=("case",), status=422
        )
    wait_for_customer(complaint=complaint, reason=form.cleaned_data["reason"], at=now(), by=request.user)
    messages.success(request, _("The deadlines stand still until the customer has answered."))
    return redirect("feedback:complaint", pk=pk)


@require_POST
@permission_required(permissions.ANSWER_COMPLAINT, raise_exception=True)
def complaint_go_on(request: HttpRequest, pk: int) -> HttpResponse:
    go_on(complaint=find_complaint(request, pk), at=now(), by=request.user)
    messages.success(request, _("The deadlines count on; a note says how they moved."))
    return redirect("feedback:complaint", pk=pk)
