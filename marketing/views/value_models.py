"""The versions of the value model."""

from decimal import Decimal

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from marketing.forms import ValueModelForm
from marketing.models import ValueModel
from marketing.permissions import EDIT_MODEL, VIEW_RANKING
from marketing.queries.versions import model_columns
from marketing.services.value_models import discard_draft, draft_value_model, edit_value_model, put_in_force
from portcrm.audit.queries import field_changes
from portcrm.clock import now
from portcrm.errors import RuleBroken
from portcrm.pages.render import page


def _models(request: HttpRequest):
    return ValueModel.objects.visible_to(request.user).select_related("created_by", "in_force_by").prefetch_related("weights")


@require_safe
@permission_required(VIEW_RANKING, raise_exception=True)
def model_list(request: HttpRequest) -> HttpResponse:
    """The version in force and all others."""
    models = list(_models(request))
    in_force = next((model for model in models if model.state == "in_force"), None)
    return page(request, "marketing/models.html", {"models": models, "in_force": in_force})


@require_safe
@permission_required(VIEW_RANKING, raise_exception=True)
def model(request: HttpRequest, pk: int) -> HttpResponse:
    found = get_object_or_404(_models(request), pk=pk)
    context = {
        "model": found,
        "total": sum((weight.weight for weight in found.weights.all()), Decimal(0)),
        "runs": found.runs.visible_to(request.user).complete().newest_first()[:5],
        "changes": field_changes(found),
        "versions": model_columns(request.user, found),
    }
    return page(request, "marketing/model.html", context)


@require_POST
@permission_required(EDIT_MODEL, raise_exception=True)
def model_draft(request: HttpRequest) -> HttpResponse:
    """A new draft from the version in force."""
    in_force = ValueModel.objects.visible_to(request.user).in_force().first()
    draft = draft_value_model(based_on=in_force, by=request.user)
    return redirect("marketing:model_edit", draft.pk)


@permission_required(EDIT_MODEL, raise_exception=True)
def model_edit(request: HttpRequest, pk: int) -> HttpResponse:
    found = get_object_or_404(_models(request), pk=pk)
    form = ValueModelForm(request.POST or None, instance=found)
    status = 422 if form.is_bound else 200
    if request.method == "POST" and form.is_valid():
        try:
            edit_value_model(model=found, changes=form.changes(), seen=form.seen_values(), by=request.user)
        except RuleBroken as refusal:
            status = form.refuse(refusal)
        else:
            return redirect("marketing:model", found.pk)
    context = {"form": form, "model": found, "cancel_url": reverse("marketing:model", args=[pk])}
    return page(request, "marketing/model_form.html", context, status=status)


@require_POST
@permission_required(EDIT_MODEL, raise_exception=True)
def model_put_in_force(request: HttpRequest, pk: int) -> HttpResponse:
    found = get_object_or_404(_models(request), pk=pk)
    put_in_force(model=found, at=now(), by=request.user)
    messages.success(request, _("%(model)s is in force from now on.") % {"model": found.label})
    return redirect("marketing:model", pk)


@require_POST
@permission_required(EDIT_MODEL, raise_exception=True)
def model_discard(request: HttpRequest, pk: int) -> HttpResponse:
    found = get_object_or_404(_models(request), pk=pk)
    discard_draft(model=found, by=request.user)
    messages.success(request, _("The draft is discarded."))
    return redirect("marketing:model_list")
