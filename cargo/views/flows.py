"""Flow lists with the firms to be pinned down, and notes from the media."""

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.core.exceptions import PermissionDenied
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from cargo.columns.flows import FLOW_COLUMNS, FLOW_ORDERINGS
from cargo.filters.flows import FlowFilter
from cargo.forms.flows import MediaNoteForm, SettleForm
from cargo.models import FlowLine
from cargo.permissions import DECIDE_CANDIDATE, VIEW_CANDIDATE
from cargo.services.flows import record_note
from portcrm.clock import port_today
from portcrm.errors import RuleBroken
from portcrm.pages.lists import Empty, Listing, Preset
from portcrm.pages.render import page

FORM_METHODS = ["GET", "HEAD", "POST"]


@require_safe
@permission_required(VIEW_CANDIDATE, raise_exception=True)
def flow_list(request):
    """Lines of flow lists, newest first."""
    may_decide = request.user.has_perm(DECIDE_CANDIDATE)
    address = reverse("exchange:import_upload", args=["flows"])
    listing = Listing(
        request,
        record="cargo.flowline",
        queryset=FlowLine.objects.visible_to(request.user).for_list(),
        filterset_class=FlowFilter,
        columns=FLOW_COLUMNS,
        orderings=FLOW_ORDERINGS,
        presets=(Preset("open", _("To be pinned down"), "state=unsettled"), Preset("found", _("Firm found"), "state=found")),
        empty=Empty(
            _("No flows here"),
            _("Transport and storage companies and associations know what moves. Their lists show whose cargo could come to us."),
            *((_("Import a flow list"), address, "upload") if may_decide else ()),
        ),
    )
    context = {"listing": listing, "may_decide": may_decide, "import_url": address}
    return page(request, "cargo/flow_list.html", context, fragments=listing.fragments)


@require_http_methods(FORM_METHODS)
@permission_required(VIEW_CANDIDATE, raise_exception=True)
def flow(request, pk):
    """One line, and whose cargo it is."""
    may_decide = request.user.has_perm(DECIDE_CANDIDATE)
    if request.method == "POST" and not may_decide:
        raise PermissionDenied
    record = get_object_or_404(FlowLine.objects.visible_to(request.user).for_list(), pk=pk)
    form = SettleForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            form.settle(record, by=request.user)
        except RuleBroken as refusal:
            form.add_error("said" if refusal.field else None, str(refusal.message))
        else:
            messages.success(request, _("Noted."))
            return redirect(record)
    context = {
        "flow": record,
        "form": form,
        "may_decide": may_decide,
        "sighting": record.sightings.select_related("candidate__customer", "customer").first(),
    }
    return page(request, "cargo/flow.html", context, status=422 if form.errors else 200)


@require_http_methods(FORM_METHODS)
@permission_required(DECIDE_CANDIDATE, raise_exception=True)
def media_note_create(request):
    """Note what a medium said of a company."""
    form = MediaNoteForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            note = record_note(**form.cleaned_data, today=port_today(), by=request.user)
        except RuleBroken as refusal:
            form.add_error(refusal.field or None, str(refusal.message))
        else:
            messages.success(request, _("The note is kept."))
            seen = note.sightings.select_related("candidate", "customer").get()
            return redirect(seen.candidate or seen.customer)
    context = {"form": form, "cancel_url": reverse("cargo:candidate_desk")}
    return page(request, "cargo/media_note.html", context, status=422 if form.errors else 200)
