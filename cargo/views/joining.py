"""Leads recorded twice, leads without a customer file, leads that were lost."""

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from cargo.forms.joining import FileForm, JoinForm, PeriodForm
from cargo.forms.leads import LeadForm
from cargo.models import Lead
from cargo.permissions import EDIT_LEAD, VIEW_LEAD
from cargo.queries.ledger import year_before
from cargo.queries.lost import lost_by_reason, lost_lines
from cargo.queries.twins import MOST_PAIRS, lead_typed, similar_leads, twin_pairs
from cargo.services.joining import bind_lead, join_leads, open_file_for_lead
from cargo.views.leads import FORM_METHODS, visible_lead
from customers.naming.keys import CHINESE
from customers.permissions import CHANGE_CUSTOMER
from customers.queries.likely import Typed, before_opening
from portcrm.clock import port_today
from portcrm.errors import RuleBroken
from portcrm.pages.render import page


@require_safe
@permission_required(VIEW_LEAD, raise_exception=True)
def lead_twins(request):
    """Open leads that may be one cargo, side by side."""
    context = {"pairs": twin_pairs(request.user), "most": MOST_PAIRS, "today": port_today(), "may_edit": request.user.has_perm(EDIT_LEAD)}
    return page(request, "cargo/lead_twins.html", context)


@require_safe
@permission_required(EDIT_LEAD, raise_exception=True)
def lead_similar(request):
    """Open leads that may be the cargo somebody is typing in, as far as the form says; whose it is and which class are the least."""
    form = LeadForm(request.GET, user=request.user)
    form.is_valid()
    typed = lead_typed(form.cleaned_data)
    found = similar_leads(request.user, typed) if typed.cargo_class_id else []
    return page(request, "cargo/_similar-leads.html", {"found": found, "typing": True})


@require_POST
@permission_required(EDIT_LEAD, raise_exception=True)
def lead_join(request):
    """Keep one of two leads."""
    form = JoinForm(request.POST, user=request.user)
    if not form.is_valid():
        messages.error(request, _("One of the two leads is not there any more."))
        return redirect("cargo:lead_twins")
    try:
        kept = join_leads(today=port_today(), by=request.user, **form.cleaned_data)
    except RuleBroken as refusal:
        messages.error(request, str(refusal.message))
        return redirect("cargo:lead_twins")
    messages.success(request, _("%(other)s is joined into %(kept)s.") % {"other": form.cleaned_data["other"].number, "kept": kept.number})
    return redirect(kept)


@require_http_methods(FORM_METHODS)
@permission_required(EDIT_LEAD, raise_exception=True)
def lead_file(request, pk):
    """Give a lead its customer file: one that exists, or a new one; likely files are shown before one is opened."""
    record, may_open = visible_lead(request, pk), request.user.has_perm(CHANGE_CUSTOMER)
    name = "name_zh" if CHINESE.search(record.party_name) else "name_en"
    form = FileForm(request.POST or None, user=request.user, may_open=may_open, initial={name: record.party_name})
    found = []
    if request.method == "POST" and form.is_valid():
        chosen = form.cleaned_data
        if not chosen["customer"] and "confirmed" not in request.POST:
            found = before_opening(request.user, Typed(name_zh=chosen["name_zh"], name_en=chosen["name_en"]))
        if not found and _given_file(request, record, form):
            return redirect(record)
    context = {"lead": record, "form": form, "found": found, "cancel_url": record.get_absolute_url()}
    return page(request, "cargo/lead_file.html", context, status=422 if form.errors or found else 200)


def _given_file(request, record: Lead, form: FileForm) -> bool:
    chosen = form.cleaned_data
    try:
        if chosen["customer"]:
            bind_lead(lead=record, customer=chosen["customer"], by=request.user)
        else:
            open_file_for_lead(lead=record, name_zh=chosen["name_zh"], name_en=chosen["name_en"], by=request.user)
    except RuleBroken as refusal:
        form.add_error(refusal.field if refusal.field in form.fields else None, str(refusal.message))
        return False
    messages.success(request, _("The lead belongs to a customer file now."))
    return True


@require_safe
@permission_required(VIEW_LEAD, raise_exception=True)
def lost_leads(request):
    """Why leads were lost in a period, by reason and class; by default the last twelve months."""
    today = port_today()
    usual = {"first": year_before(today), "last": today}
    asked = "first" in request.GET or "last" in request.GET
    form = PeriodForm(request.GET if asked else usual)
    period = form.cleaned_data if form.is_valid() else usual
    reasons = lost_by_reason(lost_lines(Lead.objects.visible_to(request.user), period["first"], period["last"]))
    return page(request, "cargo/lost_leads.html", {"form": form, "period": period, "reasons": reasons})
