"""Documents the port receives: their list, taking them in, the report of one, its file."""

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.http import FileResponse, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from cargo.columns.documents import DOCUMENT_COLUMNS, DOCUMENT_ORDERINGS
from cargo.filters.documents import DocumentFilter
from cargo.forms.documents import DocumentsForm
from cargo.models import CargoDocument, Sighting
from cargo.permissions import TAKE_IN_DOCUMENT, VIEW_DOCUMENT
from cargo.queries.documents import report_of
from cargo.services.documents import receive_document
from cargo.services.reading import read_again
from portcrm.errors import RuleBroken
from portcrm.pages.lists import Empty, Listing, Preset
from portcrm.pages.render import page, redirect_whole

COMPANIES_SHOWN = 100


@require_safe
@permission_required(VIEW_DOCUMENT, raise_exception=True)
def document_list(request):
    """Documents taken in, newest first."""
    may_take_in = request.user.has_perm(TAKE_IN_DOCUMENT)
    listing = Listing(
        request,
        record="cargo.cargodocument",
        queryset=CargoDocument.objects.visible_to(request.user).for_list(),
        filterset_class=DocumentFilter,
        columns=DOCUMENT_COLUMNS,
        orderings=DOCUMENT_ORDERINGS,
        presets=(Preset("manifests", _("Manifests"), "kind=manifest"), Preset("remarks", _("With remarks"), "remarks=true")),
        empty=Empty(
            _("No documents here"),
            _("Take in manifests, stowage plans and bookings: EDIFACT or the platform file."),
            *((_("Take in documents"), reverse("cargo:document_upload"), "upload") if may_take_in else ()),
        ),
    )
    return page(request, "cargo/document_list.html", {"listing": listing, "may_take_in": may_take_in}, fragments=listing.fragments)


@require_http_methods(["GET", "POST"])
@permission_required(TAKE_IN_DOCUMENT, raise_exception=True)
def document_upload(request):
    """Take in several files, each for itself: what became of one says nothing of the others."""
    form = DocumentsForm(request.POST, request.FILES) if request.method == "POST" else DocumentsForm()
    outcomes = [_taken_in(upload, request.user) for upload in form.cleaned_data["files"]] if form.is_valid() else []
    refused = bool(form.errors) or any("refusal" in outcome for outcome in outcomes)
    context = {"form": form, "outcomes": outcomes, "cancel_url": reverse("cargo:document_list")}
    return page(request, "cargo/document_upload.html", context, status=422 if refused else 200)


def _taken_in(upload, user) -> dict:
    """Of a file over the limit no more is read than shows that it is over."""
    try:
        document, is_new = receive_document(name=upload.name, content=upload.read(settings.MAX_DOCUMENT_BYTES + 1), by=user)
    except RuleBroken as refusal:
        return {"name": upload.name, "refusal": refusal.message}
    is_read = document.is_read and document.messages.exclude(kind="").exists()
    return {"name": upload.name, "document": document, "is_new": is_new, "is_read": is_read}


@require_safe
@permission_required(VIEW_DOCUMENT, raise_exception=True)
def document(request, pk):
    """What one document says, what is odd in it first; of one that is not read, how far it is."""
    found = get_object_or_404(CargoDocument.objects.visible_to(request.user).select_related("received_by"), pk=pk)
    if not found.is_read:
        return page(request, "cargo/document.html", {"document": found})
    seen = Sighting.objects.visible_to(request.user).of_document(found).defer("message__facts", "message__remarks")[:COMPANIES_SHOWN]
    report = report_of(found, _first_message(request))
    return page(request, "cargo/document.html", {"document": found, "report": report, "seen": seen})


def _first_message(request) -> int:
    """`?from=`: the number of the message with which the page begins."""
    told = request.GET.get("from", "")
    return int(told) if told.isascii() and told.isdigit() and len(told) < 10 else 1


@require_safe
@permission_required(VIEW_DOCUMENT, raise_exception=True)
def document_progress(request, pk):
    """How far a document is, asked every two seconds until a worker has read it."""
    found = get_object_or_404(CargoDocument.objects.visible_to(request.user), pk=pk)
    if request.htmx and not found.is_under_way:
        return redirect_whole(HttpResponse(), found.get_absolute_url())
    return page(request, "cargo/_reading.html", {"document": found})


@require_POST
@permission_required(TAKE_IN_DOCUMENT, raise_exception=True)
def document_read_again(request, pk):
    """Let a worker try a document once more that was refused for a fault of the program."""
    found = get_object_or_404(CargoDocument.objects.visible_to(request.user), pk=pk)
    try:
        read_again(document=found, by=request.user)
    except RuleBroken as refusal:
        messages.error(request, refusal.message)
    return redirect(found)


@require_safe
@permission_required(VIEW_DOCUMENT, raise_exception=True)
def document_file(request, pk):
    """The file as it came, never interpreted by the browser."""
    found = get_object_or_404(CargoDocument.objects.visible_to(request.user).exclude(file=""), pk=pk)
    return FileResponse(
        found.file.open("rb"),
        as_attachment=True,
        filename=found.file_name,
        content_type="application/octet-stream",
        headers={
            "X-Content-Type-Options": "nosniff",
            "Content-Security-Policy": "default-src 'none'; sandbox",
            "Cache-Control": "private, no-store",
        },
    )
