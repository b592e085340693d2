"""From a won lead to its contract in the customer's file."""

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from cargo.enums import LeadStage
from cargo.forms.lead_contracts import LeadContractForm, LinkContractForm
from cargo.models import Lead
from cargo.permissions import EDIT_LEAD
from cargo.queries.lead_contracts import contract_by_default
from cargo.services.lead_contracts import draw_up_contract, link_contract
from cargo.views.leads import FORM_METHODS, visible_lead
from customers.permissions import CHANGE_CONTRACT
from portcrm.errors import RuleBroken
from portcrm.pages.render import page

BOTH = (EDIT_LEAD, CHANGE_CONTRACT)


@require_http_methods(FORM_METHODS)
@permission_required(BOTH, raise_exception=True)
def lead_contract(request, pk):
    """Draw up the contract of a won lead; the form begins with what the lead says."""
    record = visible_lead(request, pk)
    if request.method != "POST" and (refused := _refusal(record)):
        messages.error(request, refused)
        return redirect(record)
    form = LeadContractForm(request.POST or None, user=request.user, lead=record, initial=contract_by_default(record))
    if request.method == "POST" and form.is_valid():
        try:
            drawn = draw_up_contract(lead=record, by=request.user, **form.values)
        except RuleBroken as refusal:
            form.refuse(refusal)
        else:
            messages.success(request, _("The contract is in the file of %(customer)s.") % {"customer": record.customer.label})
            return redirect(drawn)
    context = {"lead": record, "form": form, "cancel_url": record.get_absolute_url()}
    return page(request, "cargo/lead_contract.html", context, status=422 if form.errors else 200)


def _refusal(record: Lead) -> str:
    if record.stage != LeadStage.WON:
        return _("Only a won lead becomes a contract.")
    return _("This lead has its contract already.") if record.contract_id else ""


@require_http_methods(FORM_METHODS)
@permission_required(BOTH, raise_exception=True)
def lead_contract_link(request, pk):
    """Name the contract in the file that a won lead belongs to."""
    record = visible_lead(request, pk)
    form = LinkContractForm(request.POST or None, user=request.user, lead=record, initial={"contract": record.contract_id})
    if request.method == "POST" and form.is_valid():
        try:
            link_contract(lead=record, contract=form.cleaned_data["contract"], by=request.user)
        except RuleBroken as refusal:
            form.add_error(refusal.field if refusal.field in form.fields else None, str(refusal.message))
        else:
            messages.success(request, _("The lead is saved."))
            return redirect(record)
    context = {"lead": record, "form": form, "cancel_url": record.get_absolute_url()}
    return page(request, "cargo/lead_contract_link.html", context, status=422 if form.errors else 200)
