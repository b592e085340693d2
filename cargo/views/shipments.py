"""The ledger: its list, one row with its corrections."""

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from cargo.columns.shipments import SHIPMENT_COLUMNS, SHIPMENT_ORDERINGS
from cargo.filters.shipments import ShipmentFilter
from cargo.forms.shipments import CorrectionForm
from cargo.models import Shipment
from cargo.permissions import CORRECT_SHIPMENT, EXPORT_SHIPMENTS, IMPORT_SHIPMENTS, VIEW_SHIPMENT
from cargo.queries.roles import parties_of
from cargo.services.ledger import correct_shipment
from portcrm.errors import RuleBroken
from portcrm.exchange.exporting import export_response
from portcrm.pages.lists import Empty, Listing, Preset
from portcrm.pages.render import page


@require_safe
@permission_required(VIEW_SHIPMENT, raise_exception=True)
def shipment_list(request):
    """Handled cargo, newest first."""
    may_import = request.user.has_perm(IMPORT_SHIPMENTS)
    listing = Listing(
        request,
        record="cargo.shipment",
        queryset=Shipment.objects.visible_to(request.user).for_list(),
        filterset_class=ShipmentFilter,
        columns=SHIPMENT_COLUMNS,
        orderings=SHIPMENT_ORDERINGS,
        presets=(Preset("no-cost", _("Without cost"), "without=cost"), Preset("corrections", _("Corrections"), "corrections=true")),
        empty=Empty(
            _("No handled cargo here"),
            _("Import a file of handled cargo: CSV or XLSX, with your own column names."),
            *((_("Import"), reverse("exchange:import_upload", args=["shipments"])) if may_import else ()),
        ),
        export_permission=EXPORT_SHIPMENTS,
    )
    if listing.export_format:
        return export_response(request, listing, by=request.user)
    return page(request, "cargo/shipment_list.html", {"listing": listing, "may_import": may_import}, fragments=listing.fragments)


def shipment_context(request, pk: int) -> dict:
    row = get_object_or_404(Shipment.objects.visible_to(request.user).for_record(), pk=pk)
    corrections = list(row.corrections.select_related("unit").order_by("pk"))
    reversed_already = any(other.is_reversal for other in corrections)
    return {
        "shipment": row,
        "corrections": corrections,
        "parties": parties_of(row),
        "may_correct": request.user.has_perm(CORRECT_SHIPMENT) and not row.is_reversal and not reversed_already,
        "reversed_already": reversed_already,
    }


@require_safe
@permission_required(VIEW_SHIPMENT, raise_exception=True)
def shipment(request, pk):
    """One ledger row: figures, way, document, and what corrects it."""
    context = shipment_context(request, pk)
    row = context["shipment"]
    return page(request, "cargo/shipment.html", context | {"form": CorrectionForm(shipment=row, initial=CorrectionForm.figures_of(row))})


@require_POST
@permission_required(CORRECT_SHIPMENT, raise_exception=True)
def shipment_correct(request, pk):
    """Reverse the row and, unless it is taken back, write it as it should have been."""
    context = shipment_context(request, pk)
    form = CorrectionForm(request.POST, shipment=context["shipment"])
    if form.is_valid():
        try:
            right = correct_shipment(shipment=context["shipment"], reason=form.cleaned_data["reason"], by=request.user, **form.changes())
        except RuleBroken as refusal:
            form.add_error(None, str(refusal.message))
        else:
            messages.success(request, _("The row is corrected; both rows stay in the ledger."))
            return redirect(right or context["shipment"])
    return page(request, "cargo/shipment.html", context | {"form": form, "form_open": True}, status=422)
