"""The cargo a complaint is about: chosen on a page of its own; on the page of a ledger row the cases that name it."""

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from cargo.models import Shipment
from cargo.permissions import VIEW_SHIPMENT
from feedback import permissions
from feedback.forms.complaint_cargo import CargoSearchForm
from feedback.models import Complaint, ComplaintShipment
from feedback.queries.complaint_cargo import cases_about, rows_named_by, rows_that_may_be_meant, words_of
from feedback.services.complaint_cargo import link_shipments, unlink_shipments
from portcrm.clock import now, port_today
from portcrm.pages.render import page

LATEST = 20


@require_http_methods(["GET", "HEAD", "POST"])
@permission_required((permissions.ANSWER_COMPLAINT, VIEW_SHIPMENT), raise_exception=True)
def complaint_shipments(request: HttpRequest, pk: int) -> HttpResponse:
    """Rows the case names, and rows that may be meant by ?q= or by what the case says of its cargo; POST chooses `shipment`."""
    found = get_object_or_404(Complaint.objects.visible_to(request.user).select_related("customer"), pk=pk)
    if request.method == "POST":
        return _choose(request, found)
    asked = CargoSearchForm(request.GET if "q" in request.GET else None, initial={"q": ""})
    words = words_of(asked.data["q"]) if asked.is_bound and asked.is_valid() else _told(found)
    named = rows_named_by(found, request.user)
    rows = rows_that_may_be_meant(request.user, customer=found.customer_id, words=words, on=found.received_on)
    known = {one.named.pk for one in named}
    context = {"complaint": found, "form": asked, "named": named, "words": words, "rows": [row for row in rows if row.pk not in known]}
    return page(request, "feedback/complaint_shipments.html", context, fragments=("found-shipments",))


def _told(complaint: Complaint) -> tuple[str, ...]:
    return words_of(complaint.bl_no, complaint.vessel, complaint.voyage, complaint.cargo_reference)


def _choose(request: HttpRequest, complaint: Complaint) -> HttpResponse:
    key = request.POST.get("shipment", "")
    chosen = get_object_or_404(Shipment.objects.visible_to(request.user), pk=int(key) if key.isdecimal() and len(key) <= 18 else 0)
    link_shipments(complaint=complaint, shipments=[chosen], at=now(), by=request.user)
    messages.success(request, _("The shipment is named on the case."))
    return redirect("feedback:complaint_shipments", pk=complaint.pk)


@require_POST
@permission_required((permissions.ANSWER_COMPLAINT, VIEW_SHIPMENT), raise_exception=True)
def complaint_shipment_remove(request: HttpRequest, pk: int) -> HttpResponse:
    seen = Complaint.objects.visible_to(request.user)
    link = get_object_or_404(ComplaintShipment.objects.filter(complaint__in=seen).select_related("complaint"), pk=pk)
    unlink_shipments(complaint=link.complaint, keys=[link.shipment_id], by=request.user)
    messages.success(request, _("The shipment is taken off the case."))
    return redirect("feedback:complaint_shipments", pk=link.complaint_id)


@require_safe
@permission_required((permissions.VIEW_COMPLAINT, VIEW_SHIPMENT), raise_exception=True)
def shipment_complaints(request: HttpRequest, pk: int) -> HttpResponse:
    """Part of the page of a ledger row: cases that name it, or a row it corrects or is corrected by."""
    row = get_object_or_404(Shipment.objects.visible_to(request.user), pk=pk)
    cases = list(cases_about(row, request.user)[: LATEST + 1])
    context = {"shipment": row, "complaints": cases[:LATEST], "more": len(cases) > LATEST, "today": port_today()}
    return page(request, "feedback/shipment_complaints.html", context)
