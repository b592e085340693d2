"""The steps of a suggestion: consider, adopt, decline, publish, take back. Each is a POST that comes back to it."""

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from feedback import permissions
from feedback.forms.suggestion import AdoptForm, ConsiderForm, DeclineForm, PublishForm
from feedback.services.suggestions import (
    adopt_suggestion,
    consider_suggestion,
    decline_suggestion,
    publish_suggestion,
    withdraw_suggestion,
)
from feedback.views.suggestions import find_suggestion, suggestion_context
from portcrm.clock import now
from portcrm.pages.render import page


def _step(request: HttpRequest, pk: int, name: str, form_class: type[Form], service, said: str) -> HttpResponse:
    """Take the step, or show the page again with what is wrong and everything that was typed."""
    suggestion = find_suggestion(request, pk)
    form = form_class(request.POST, suggestion=suggestion)
    if not form.is_valid():
        context = suggestion_context(suggestion, **{name: form})
        return page(request, "feedback/suggestion.html", context, fragments=("suggestion",), status=422)
    service(suggestion=suggestion, **form.cleaned_data, at=now(), by=request.user)
    messages.success(request, said)
    return redirect("feedback:suggestion", pk=pk)


@require_POST
@permission_required(permissions.CHANGE_SUGGESTION, raise_exception=True)
def suggestion_consider(request: HttpRequest, pk: int) -> HttpResponse:
    return _step(request, pk, "consider_form", ConsiderForm, consider_suggestion, _("Given to be considered."))


@require_POST
@permission_required(permissions.DECIDE_SUGGESTION, raise_exception=True)
def suggestion_adopt(request: HttpRequest, pk: int) -> HttpResponse:
    return _step(request, pk, "adopt_form", AdoptForm, adopt_suggestion, _("The suggestion is adopted."))


@require_POST
@permission_required(permissions.DECIDE_SUGGESTION, raise_exception=True)
def suggestion_decline(request: HttpRequest, pk: int) -> HttpResponse:
    return _step(request, pk, "decline_form", DeclineForm, decline_suggestion, _("The suggestion is declined."))


@require_POST
@permission_required(permissions.CHANGE_SUGGESTION, raise_exception=True)
def suggestion_publish(request: HttpRequest, pk: int) -> HttpResponse:
    return _step(request, pk, "publish_form", PublishForm, publish_suggestion, _("Others read it now."))


@require_POST
@permission_required(permissions.CHANGE_SUGGESTION, raise_exception=True)
def suggestion_withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    withdraw_suggestion(suggestion=find_suggestion(request, pk), at=now(), by=request.user)
    messages.success(request, _("Nobody outside reads it any more."))
    return redirect("feedback:suggestion", pk=pk)
