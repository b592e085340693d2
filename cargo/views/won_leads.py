"""Won leads: what was agreed with the customer."""

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from cargo.forms.leads import AgreedForm
from cargo.permissions import EDIT_LEAD
from cargo.queries.expected import agreed_by_default
from cargo.queries.lead_contracts import as_typed
from cargo.services.expected import agree_flow
from cargo.views.leads import FORM_METHODS, visible_lead
from portcrm.clock import port_today
from portcrm.errors import RuleBroken
from portcrm.pages.render import page


@require_http_methods(FORM_METHODS)
@permission_required(EDIT_LEAD, raise_exception=True)
def lead_agreed(request, pk):
    """Note or correct what a won lead promises a month."""
    record, today = visible_lead(request, pk), port_today()
    form = AgreedForm(request.POST or None, initial=_noted(record, today))
    if request.method == "POST" and form.is_valid():
        try:
            agree_flow(lead=record, today=today, by=request.user, **form.cleaned_data)
        except RuleBroken as refusal:
            form.add_error(refusal.field if refusal.field in form.fields else None, str(refusal.message))
        else:
            messages.success(request, _("What was agreed is noted."))
            return redirect(record)
    context = {"lead": record, "form": form, "cancel_url": record.get_absolute_url()}
    return page(request, "cargo/lead_agreed.html", context, status=422 if form.errors else 200)


def _noted(record, today) -> dict:
    """What is noted already, else what the lead says of itself."""
    flow = record.expected
    if flow is None:
        return agreed_by_default(record, today) or {}
    amounts = {"tonnes_a_month": flow.tonnes_a_month, "teu_a_month": flow.teu_a_month}
    typed = {name: amount and as_typed(amount) for name, amount in amounts.items()}
    return typed | {name: getattr(flow, name) for name in ("first_month", "last_month", "continues")}
