from django.contrib.auth.decorators import permission_required
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from portcrm.errors import RuleBroken
from portcrm.files import queries, services
from portcrm.files.kinds import ENDINGS
from portcrm.files.models import Attachment
from portcrm.files.owners import FileOwner, owner_of
from portcrm.files.permissions import READ
from portcrm.files.serving import file_response
from portcrm.pages.render import page, toast

FRAGMENTS = ("files", "tab-panel")


@require_http_methods(["GET", "POST"])
@permission_required(READ, raise_exception=True)
def record_files(request, record, pk):
    """The files of a record: list and upload. A record's app gives it an address of its own and a tab."""
    owner = _owner(record)
    instance = get_object_or_404(owner.visible(request.user), pk=pk)
    error = ""
    if request.method == "POST":
        _demand_change(request.user, owner)
        error = _attach_all(request, record, pk)
    response = page(
        request, "files/files.html", _context(request, owner, instance, error), fragments=FRAGMENTS, status=422 if error else 200
    )
    return response if error or request.method == "GET" else toast(response, _("The file is kept."))


@require_GET
@permission_required(READ, raise_exception=True)
def download(request, pk):
    """The file itself."""
    attachment = get_object_or_404(Attachment.objects.filter(pk=pk).visible_to(request.user).select_related("stored"))
    return file_response(attachment, show="show" in request.GET)


@require_POST
@permission_required(READ, raise_exception=True)
def remove(request, pk):
    attachment = get_object_or_404(Attachment.objects.filter(pk=pk).visible_to(request.user))
    owner = _owner(attachment.record)
    _demand_change(request.user, owner)
    instance = get_object_or_404(owner.visible(request.user), pk=attachment.object_pk)
    services.remove(attachment=attachment, by=request.user)
    if not request.htmx:
        return redirect(instance.get_absolute_url() if hasattr(instance, "get_absolute_url") else "pages:home")
    context = _context(request, owner, instance, "")
    return toast(page(request, "files/files.html", context, fragments=FRAGMENTS), _("The file is removed."))


def _attach_all(request, record: str, pk) -> str:
    """Keep what was uploaded; returns the sentence of the first file that could not be kept."""
    uploads = request.FILES.getlist("files")
    if not uploads:
        return _("Please choose a file.")
    try:
        for upload in uploads:
            services.attach(upload=upload, record=record, object_pk=pk, by=request.user)
    except RuleBroken as refusal:
        return f"{upload.name}: {refusal.message}"
    return ""


def _context(request, owner: FileOwner, instance, error: str) -> dict:
    return {
        "record": instance,
        "files_url": reverse("files:record_files", args=[owner.record, instance.pk]),
        "files": Attachment.objects.of(owner.record, instance.pk).for_list().order_by("-created_at", "-pk"),
        "events": queries.file_history(owner.record, instance.pk),
        "may_change": _may_change(request.user, owner),
        "endings": ",".join(ENDINGS),
        "error": error,
    }


def _owner(record: str) -> FileOwner:
    owner = owner_of(record)
    if owner is None:
        raise Http404
    return owner


def _may_change(user, owner: FileOwner) -> bool:
    return not owner.sealed and (not owner.change_permission or user.has_perm(owner.change_permission))


def _demand_change(user, owner: FileOwner) -> None:
    if not _may_change(user, owner):
        raise PermissionDenied
