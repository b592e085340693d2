"""The steps of a case: assess, assign, answer, close, note. Each is a POST that comes back to the case."""

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from feedback import permissions
from feedback.forms.complaint import AnswerForm, AssessForm, AssignForm, CloseForm, NoteForm
from feedback.models import Complaint
from feedback.services.assessing import assess_complaint
from feedback.services.closing import close_complaint
from feedback.services.complaints import add_note, answer_complaint, assign_complaint
from feedback.views.complaints import case_context, find_complaint
from portcrm.clock import now
from portcrm.pages.render import page


def _refused(request: HttpRequest, complaint: Complaint, name: str, form: Form) -> HttpResponse:
    return page(request, "feedback/complaint.html", case_context(complaint, request.user, **{name: form}), fragments=("case",), status=422)


def _done(request: HttpRequest, pk: int, message: str) -> HttpResponse:
    messages.success(request, message)
    return redirect("feedback:complaint", pk=pk)


@require_POST
@permission_required(permissions.CHANGE_COMPLAINT, raise_exception=True)
def complaint_assign(request: HttpRequest, pk: int) -> HttpResponse:
    complaint = find_complaint(request, pk)
    form = AssignForm(request.POST, complaint=complaint)
    if not form.is_valid():
        return _refused(request, complaint, "assign_form", form)
    assign_complaint(complaint=complaint, **form.cleaned_data, at=now(), by=request.user)
    return _done(request, pk, _("Given to %(name)s.") % {"name": form.cleaned_data["owner"].label})


@require_POST
@permission_required(permissions.ANSWER_COMPLAINT, raise_exception=True)
def complaint_assess(request: HttpRequest, pk: int) -> HttpResponse:
    complaint = find_complaint(request, pk)
    form = AssessForm(request.POST, complaint=complaint)
    if not form.is_valid():
        return _refused(request, complaint, "assess_form", form)
    assess_complaint(complaint=complaint, **form.cleaned_data, at=now(), by=request.user)
    return _done(request, pk, _("The assessment is written down."))


@require_POST
@permission_required(permissions.ANSWER_COMPLAINT, raise_exception=True)
def complaint_answer(request: HttpRequest, pk: int) -> HttpResponse:
    complaint = find_complaint(request, pk)
    form = AnswerForm(request.POST, complaint=complaint)
    if not form.is_valid():
        return _refused(request, complaint, "answer_form", form)
    answered = answer_complaint(complaint=complaint, answer=form.cleaned_data["answer"], at=now(), by=request.user)
    mailed = _("The answer is on the customer's page and goes to %(address)s by mail.") % {"address": answered.reply_address}
    return _done(
        request, pk, mailed if answered.reply_address else _("The answer is on the customer's page. Tell the customer by telephone.")
    )


@require_POST
@permission_required(permissions.CHANGE_COMPLAINT, raise_exception=True)
def complaint_close(request: HttpRequest, pk: int) -> HttpResponse:
    complaint = find_complaint(request, pk)
    form = CloseForm(request.POST, complaint=complaint)
    if not form.is_valid():
        return _refused(request, complaint, "close_form", form)
    close_complaint(complaint=complaint, **form.cleaned_data, at=now(), by=request.user)
    return _done(request, pk, _("The complaint is closed."))


@require_POST
@permission_required(permissions.ANSWER_COMPLAINT, raise_exception=True)
def complaint_note(request: HttpRequest, pk: int) -> HttpResponse:
    complaint, form = find_complaint(request, pk), NoteForm(request.POST)
    if not form.is_valid():
        return _refused(request, complaint, "note_form", form)
    add_note(complaint=complaint, text=form.cleaned_data["text"], at=now(), by=request.user)
    return _done(request, pk, _("Noted."))
