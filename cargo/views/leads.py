"""Cargo leads: list, board, record, form, moves, and the panel of the start page."""

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from cargo.columns.leads import LEAD_COLUMNS, LEAD_ORDERINGS
from cargo.enums import LeadStage
from cargo.filters.leads import LeadFilter
from cargo.forms.leads import LeadForm, MoveForm
from cargo.models import Lead, Sighting
from cargo.permissions import EDIT_LEAD, EXPORT_LEADS, VIEW_LEAD
from cargo.queries.leads import board_columns, due_leads, stale_leads
from cargo.queries.odds import pipeline
from cargo.queries.seen_leads import lead_by_default, source_of
from cargo.queries.twins import lead_typed, similar_leads
from cargo.services.leads import create_lead, edit_lead
from portcrm.clock import port_today
from portcrm.errors import RuleBroken
from portcrm.exchange.exporting import export_response
from portcrm.pages.lists import Empty, Listing, Preset
from portcrm.pages.render import page, redirect_whole, toast

PRESETS = (
    Preset("stale", gettext_lazy("Leads nobody works on"), "state=stale"),
    Preset("short", gettext_lazy("Won, not borne out by the ledger"), "confirmation=short"),
    Preset("bare", gettext_lazy("Won, without a contract"), "stage=won&contract=false"),
)
FORM_METHODS = ["GET", "HEAD", "POST"]


def visible_lead(request, pk: int) -> Lead:
    return get_object_or_404(Lead.objects.visible_to(request.user).for_record(), pk=pk)


@require_safe
@permission_required(VIEW_LEAD, raise_exception=True)
def lead_list(request):
    """Cargo leads, newest first."""
    may_edit = request.user.has_perm(EDIT_LEAD)
    offer = (_("New cargo lead"), reverse("cargo:lead_create")) if may_edit else ()
    listing = Listing(
        request,
        record="cargo.lead",
        queryset=Lead.objects.visible_to(request.user).for_list(),
        filterset_class=LeadFilter,
        columns=LEAD_COLUMNS,
        orderings=LEAD_ORDERINGS,
        presets=(Preset("open", _("Open leads"), "state=open"), Preset("due", _("Next step due"), "state=due&sort=next_step"), *PRESETS),
        empty=Empty(_("No cargo leads here"), _("Record what you hear of cargo that could come through this port."), *offer),
        export_permission=EXPORT_LEADS,
    )
    if listing.export_format:
        return export_response(request, listing, by=request.user)
    return page(request, "cargo/lead_list.html", {"listing": listing, "may_edit": may_edit}, fragments=listing.fragments)


def board_context(request) -> dict:
    """Everybody's leads, or with `?owner=` those one is in charge of or nobody is, by the filter of the list."""
    owner = request.GET.get("owner", "")
    owner = owner if owner in ("me", "nobody") else ""
    leads = LeadFilter({"owner": owner}, Lead.objects.visible_to(request.user), request=request).qs
    weighed = pipeline(leads)
    return {
        "columns": board_columns(leads, weighed.stages),
        "pipeline": weighed,
        "owner": owner,
        "of_owner": f"&owner={owner}" if owner else "",
        "stages": LeadStage.choices,
        "today": port_today(),
        "may_edit": request.user.has_perm(EDIT_LEAD),
    }


@require_safe
@permission_required(VIEW_LEAD, raise_exception=True)
def lead_board(request):
    """Leads by stage; what is due first stands on top."""
    return page(request, "cargo/lead_board.html", board_context(request), fragments=("board",))


@require_safe
@permission_required(VIEW_LEAD, raise_exception=True)
def lead(request, pk):
    """One cargo lead with its history."""
    record = visible_lead(request, pk)
    context = {
        "lead": record,
        "source": source_of(record, request.user),
        "today": port_today(),
        "least": settings.LEAD_ODDS_LEAST,
        "percent": settings.LEAD_CONFIRM_PERCENT,
        "may_edit": request.user.has_perm(EDIT_LEAD),
        "form": MoveForm(initial={"stage": record.stage, "seen": record.stage}),
    }
    return page(request, "cargo/lead.html", context)


@require_http_methods(FORM_METHODS)
@permission_required(EDIT_LEAD, raise_exception=True)
def lead_create(request):
    """Record a lead, begun with a customer or a sighting. Similar leads are shown before anything is saved."""
    form = LeadForm(request.POST or None, user=request.user, initial=_begun_with(request) if request.method == "GET" else {})
    found = []
    if request.method == "POST" and form.is_valid():
        found = _similar(request, form)
        made = None if found else _recorded(request, form)
        if made:
            return redirect(made)
    context = {"form": form, "found": found, "cancel_url": reverse("cargo:lead_board")}
    return page(request, "cargo/lead_form.html", context, status=422 if form.errors or found else 200)


def _begun_with(request) -> dict[str, object]:
    """`?customer=` comes from a customer page, `?sighting=` from where a document or list names a company; it says of which cargo."""
    begun = {"customer": request.GET.get("customer", ""), "owner": request.user, "unit": "t"}
    if not request.GET.get("sighting", ""):
        return begun
    sighting = _sighting(request)
    if sighting is None:
        raise Http404
    return begun | lead_by_default(sighting)


def _sighting(request) -> Sighting | None:
    """The one in the address, to which the form is sent as well; None where there is none, or none this person sees."""
    key = request.GET.get("sighting", "")
    if not (key.isdecimal() and len(key) < 19):
        return None
    return Sighting.objects.visible_to(request.user).for_list().filter(pk=key).first()


def _similar(request, form: LeadForm) -> list[Lead]:
    """What is shown once before a lead is saved; a form sent twice does not find what it has recorded itself."""
    key = form.cleaned_data.get("form_key")
    sent_before = key is not None and Lead.objects.filter(form_key=key).exists()
    return [] if sent_before or "confirmed" in request.POST else similar_leads(request.user, lead_typed(form.cleaned_data))


def _recorded(request, form: LeadForm) -> Lead | None:
    try:
        made = create_lead(today=port_today(), sighting=_sighting(request), by=request.user, **form.values)
    except RuleBroken as refusal:
        form.refuse(refusal)
        return None
    messages.success(request, _("The lead is recorded."))
    return made


@require_http_methods(FORM_METHODS)
@permission_required(EDIT_LEAD, raise_exception=True)
def lead_edit(request, pk):
    """Edit a lead; fields that two changed come back with both texts."""
    record = visible_lead(request, pk)
    form = LeadForm(request.POST or None, instance=record, user=request.user)
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                edit_lead(lead=record, changes=form.changes(), seen=form.seen_values(), by=request.user)
                messages.success(request, _("The lead is saved."))
                return redirect(record)
            except RuleBroken as refusal:
                status = form.refuse(refusal)
    return page(request, "cargo/lead_form.html", {"form": form, "lead": record, "cancel_url": record.get_absolute_url()}, status=status)


@require_http_methods(FORM_METHODS)
@permission_required(EDIT_LEAD, raise_exception=True)
def lead_move(request, pk):
    """Move a lead to another stage, from the board or its page; "lost" asks why first."""
    record = visible_lead(request, pk)
    form = MoveForm(request.POST or None, initial={"stage": request.GET.get("stage", record.stage), "seen": record.stage})
    if request.method == "POST" and form.is_valid():
        try:
            form.move(record, today=port_today(), by=request.user)
        except RuleBroken as refusal:
            form.add_error(refusal.field if refusal.field in form.fields else None, str(refusal.message))
        else:
            return _moved(request, record)
    if request.htmx and form.errors:
        stage = form.data.get("stage", "")
        return redirect_whole(page(request, "cargo/_board.html", board_context(request)), f"{request.path}?stage={stage}")
    return page(request, "cargo/lead_move.html", {"lead": record, "form": form}, status=422 if form.errors else 200)


def _moved(request, record: Lead):
    said = _("%(lead)s is now “%(stage)s”.") % {"lead": record, "stage": record.get_stage_display()}
    if request.htmx:
        return toast(page(request, "cargo/_board.html", board_context(request)), said)
    messages.success(request, said)
    back = request.POST.get("next", "")
    safe = url_has_allowed_host_and_scheme(back, allowed_hosts={request.get_host()}, require_https=request.is_secure())
    return redirect(back if safe else record)


@require_safe
@permission_required(VIEW_LEAD, raise_exception=True)
def panel_leads(request):
    """Start page: leads whose next step is due, and leads nobody works on."""
    today = port_today()
    context = {"leads": due_leads(request.user, today), "stale": stale_leads(request.user, today), "today": today}
    return page(request, "cargo/panel_leads.html", context)
