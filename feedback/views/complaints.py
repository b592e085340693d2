"""Complaints for staff: the list, the case, recording and correcting."""

import uuid
from urllib.parse import urlencode

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from customers.models import Customer
from feedback import columns, permissions
from feedback.enums import ClockKind
from feedback.filters import ComplaintFilter
from feedback.forms.complaint import AnswerForm, AssessForm, AssignForm, CloseForm, ComplaintForm, NoteForm, WaitForm
from feedback.forms.complaint_cargo import CLUES
from feedback.models import Complaint, HeardOpinion
from feedback.queries.complaint_board import lanes_by_deadline
from feedback.queries.complaint_cargo import rows_named_by
from feedback.queries.complaints import mails_of
from feedback.services.complaints import ComplaintFacts, edit_complaint, record_complaint
from feedback.services.links import complaint_url
from feedback.views.heard import asked_key, taken_over
from portcrm.accounts.models import User
from portcrm.clock import now, port_today
from portcrm.errors import RuleBroken
from portcrm.exchange.exporting import export_response
from portcrm.pages.lists import Empty, Listing, Preset
from portcrm.pages.render import page


@require_safe
@permission_required(permissions.VIEW_COMPLAINT, raise_exception=True)
def complaint_list(request: HttpRequest) -> HttpResponse:
    listing = Listing(
        request,
        record="feedback.complaint",
        queryset=Complaint.objects.visible_to(request.user).for_list(),
        filterset_class=ComplaintFilter,
        columns=columns.COMPLAINT_COLUMNS,
        orderings=columns.COMPLAINT_ORDERINGS,
        empty=Empty(
            _("No complaints"), _("Customers complain on the public page; you record what you hear."),
            _("Record a complaint"), reverse("feedback:complaint_create"), "message-report",
        ),
        presets=(
            Preset("open", _("Not closed yet"), "open=true&sort=due"),
            Preset("mine", _("Mine"), f"owner={request.user.pk}&open=true&sort=due"),
            Preset("overdue", _("Overdue"), "overdue=true&sort=due"),
            Preset("ownerless", _("Without an owner"), "ownerless=true&sort=due"),
        ),
        export_permission=permissions.VIEW_COMPLAINT,
    )  # fmt: skip
    if listing.export_format:
        return export_response(request, listing, by=request.user)
    return page(request, "feedback/complaints.html", {"listing": listing, "today": port_today()}, fragments=Listing.fragments)


@require_safe
@permission_required(permissions.VIEW_COMPLAINT, raise_exception=True)
def complaint_board(request: HttpRequest) -> HttpResponse:
    return page(request, "feedback/complaint_board.html", {"lanes": lanes_by_deadline(request.user, today=port_today())})


def find_complaint(request: HttpRequest, pk: int) -> Complaint:
    rows = Complaint.objects.visible_to(request.user)
    people = ("contact", "owner", "assessed_by", "answered_by", "closed_by", "recorded_by", "finding__decided_by")
    return get_object_or_404(rows.select_related("customer", "channel", "claim", *people), pk=pk)


def case_context(complaint: Complaint, user: User, **forms) -> dict:
    """What the page of a case shows to this reader; `forms` replaces empty forms by those just refused."""
    mails = mails_of(complaint)
    clocks = list(complaint.clocks.order_by("due_at", "pk"))
    return {
        "complaint": complaint,
        "clocks": clocks,
        "unacknowledged": any(clock.kind == ClockKind.ACKNOWLEDGE and clock.met_at is None for clock in clocks),
        "pause": complaint.pauses.filter(until_at=None).first(),
        "present": now(),
        "wait_form": WaitForm(auto_id="wait-%s"),
        "mails": mails,
        "undelivered": any(mail.can_be_sent_again for mail in mails),
        "ledger_url": reverse("cargo:shipment_list") + "?" + urlencode({"q": complaint.bl_no}) if complaint.bl_no else "",
        "shipments": rows_named_by(complaint, user),
        "files_url": reverse("files:record_files", args=["feedback.complaint", complaint.pk]),
        "actions": complaint.corrective_actions.select_related("owner"),
        "notes": complaint.notes.select_related("by"),
        "overdue": complaint.state in ("new", "assigned") and complaint.due_on < port_today(),
        "public_url": complaint_url(complaint.public_id),
    } | {**_empty_forms(complaint), **forms}


def _empty_forms(complaint: Complaint) -> dict:
    return {
        "assess_form": AssessForm(complaint=complaint),
        "assign_form": AssignForm(complaint=complaint),
        "answer_form": AnswerForm(complaint=complaint),
        "close_form": CloseForm(complaint=complaint),
        "note_form": NoteForm(),
    }


@require_safe
@permission_required(permissions.VIEW_COMPLAINT, raise_exception=True)
def complaint(request: HttpRequest, pk: int) -> HttpResponse:
    return page(request, "feedback/complaint.html", case_context(find_complaint(request, pk), request.user), fragments=("case",))


@require_http_methods(["GET", "HEAD", "POST"])
@permission_required(permissions.ADD_COMPLAINT, raise_exception=True)
def complaint_create(request: HttpRequest) -> HttpResponse:
    """Record what a customer told us; ?customer= prefills from a customer's page, ?heard= from an opinion heard, ?shipments= from
    a row of the ledger. The button `look` asks for rows of the ledger by what is typed so far, for browsers without scripts."""
    heard = _heard(request)
    initial = {"subject": heard.title, "description": heard.text} | taken_over(heard) if heard else _from_customer(request)
    typed = None if "look" in request.POST else request.POST or None
    form = ComplaintForm(typed, initial=initial | _of_cargo(request), user=request.user)
    if typed and form.is_valid():
        recorded = _record(request, form.values, heard)
        messages.success(request, _("Recorded as %(number)s.") % {"number": recorded.number})
        return redirect("feedback:complaint", pk=recorded.pk)
    context = {"form": form, "title": _("Record a complaint"), "cancel_url": reverse("feedback:complaint_list")}
    return page(request, "feedback/complaint_form.html", context, status=422 if form.errors else 200)


def _from_customer(request: HttpRequest) -> dict:
    asked = asked_key(request, "customer")
    customer = Customer.objects.visible_to(request.user).filter(pk=asked).first() if asked else None
    return {"customer": customer.pk} if customer else {}


def _of_cargo(request: HttpRequest) -> dict:
    """What the address says of the cargo; where rows are looked for, everything that is typed."""
    if "look" in request.POST:
        return request.POST.dict() | {"shipments": request.POST.getlist("shipments")}
    return {name: request.GET[name] for name in CLUES if name in request.GET} | {"shipments": request.GET.getlist("shipments")}


def _heard(request: HttpRequest) -> HeardOpinion | None:
    asked = asked_key(request, "heard")
    return HeardOpinion.objects.visible_to(request.user).filter(pk=asked).first() if asked else None


def _record(request: HttpRequest, cleaned: dict, heard: HeardOpinion | None) -> Complaint:
    form_key = cleaned.pop("form_key", None) or uuid.uuid4()
    cleaned["shipments"] = tuple(cleaned.get("shipments") or ())
    contact = cleaned.get("contact")
    language = contact.language if contact else get_language()
    facts = ComplaintFacts(**cleaned, language=language)
    return record_complaint(facts=facts, form_key=form_key, heard=heard, at=now(), by=request.user)


@require_http_methods(["GET", "HEAD", "POST"])
@permission_required(permissions.CHANGE_COMPLAINT, raise_exception=True)
def complaint_edit(request: HttpRequest, pk: int) -> HttpResponse:
    found = find_complaint(request, pk)
    form = ComplaintForm(request.POST or None, instance=found, user=request.user)
    status = 422 if form.errors else 200
    if request.method == "POST" and form.is_valid():
        try:
            edit_complaint(complaint=found, changes=form.changes(), seen=form.seen_values(), by=request.user)
        except RuleBroken as refusal:
            status = form.refuse(refusal)
        else:
            messages.success(request, _("Saved."))
            return redirect("feedback:complaint", pk=pk)
    context = {"form": form, "title": found.number, "cancel_url": reverse("feedback:complaint", args=[pk])}
    return page(request, "feedback/complaint_form.html", context, status=status)
