"""Asking for a form, printing it from the browser, the job's page and its file."""

from django.contrib.auth.decorators import permission_required
from django.core.exceptions import PermissionDenied
from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.views.decorators.http import require_safe

from portcrm.clock import now, port_date
from portcrm.pages.render import page, redirect_whole
from portcrm.paper import services
from portcrm.paper.drawing import draw
from portcrm.paper.enums import PrintState
from portcrm.paper.forms import OrderForm
from portcrm.paper.kinds import PaperKind, kind_of, portion_in
from portcrm.paper.models import Printout
from portcrm.paper.permissions import PRINT


def _kind_and_record(request, key: str, pk: int) -> tuple:
    """The kind of form and the record this user may print."""
    kind = kind_of(key)
    if kind is None:
        raise Http404
    if not request.user.has_perm(kind.permission):
        raise PermissionDenied
    record = kind.record_for(request.user, pk)
    if record is None:
        raise Http404
    return kind, record


@permission_required(PRINT, raise_exception=True)
def paper_order(request, key, pk):
    """Choose language and extras; a worker makes the PDF."""
    kind, record = _kind_and_record(request, key, pk)
    form = OrderForm(request.POST or None, kind=kind, user=request.user)
    if request.method == "POST" and form.is_valid():
        language = form.cleaned_data["language"]
        made = services.order_portions(kind=kind, target=record, language=language, extras=form.extras_chosen, by=request.user)
        return redirect(made[0])
    context = {"kind": kind, "record": record, "form": form, "cancel_url": _record_url(record)}
    return page(request, "paper/order.html", context, status=422 if form.errors else 200)


def _record_url(record) -> str:
    """Where the record is read; some are read on the page of the record they belong to."""
    owner = record if hasattr(record, "get_absolute_url") else getattr(record, "customer", None)
    return owner.get_absolute_url() if owner is not None else reverse("pages:home")


@require_safe
@permission_required(PRINT, raise_exception=True)
def paper_page(request, key, pk):
    """The form as a page for the browser's own printing; what is shown counts as taken out."""
    kind, record = _kind_and_record(request, key, pk)
    form = OrderForm(request.GET if "language" in request.GET else {"language": request.LANGUAGE_CODE}, kind=kind, user=request.user)
    if not form.is_valid():
        raise Http404
    language, extras = form.cleaned_data["language"], form.extras_chosen
    services.tell_taken(kind=kind, target=record, format="html", language=language, extras=extras, by=request.user)
    html = draw(kind, record, user=request.user, language=language, extras=extras, at=now(), in_browser=True)
    return HttpResponse(html, headers={"Cache-Control": "private, no-store"})


@require_safe
@permission_required(PRINT, raise_exception=True)
def printout(request, pk):
    """The job: progress, then the file; and the other files that were ordered with it."""
    seen = Printout.objects.visible_to(request.user)
    made = get_object_or_404(seen, pk=pk)
    together = list(seen.ordered_with(made)) if portion_in(made.extras) else []
    return page(request, "paper/printout.html", {"printout": made, "together": together})


@require_safe
@permission_required(PRINT, raise_exception=True)
def printout_progress(request, pk):
    """The progress alone, asked every two seconds while it is under way."""
    made = get_object_or_404(Printout.objects.visible_to(request.user), pk=pk)
    if request.htmx and not made.is_under_way:
        return redirect_whole(HttpResponse(), made.get_absolute_url())
    return page(request, "paper/_printout-progress.html", {"printout": made})


@require_safe
@permission_required(PRINT, raise_exception=True)
def printout_file(request, pk):
    """The PDF, for whoever asked for it and still may see the record; taking it is written down."""
    made = get_object_or_404(Printout.objects.visible_to(request.user).filter(state=PrintState.DONE, expires_at__gt=now()), pk=pk)
    kind, record = _kind_and_record(request, made.kind, made.record_pk)
    if not kind.allowed(request.user, made.extras):
        raise PermissionDenied
    services.tell_taken(kind=kind, target=record, format="pdf", language=made.language, extras=made.extras, by=request.user)
    return FileResponse(
        made.file.open("rb"), as_attachment=True, filename=_file_name(kind, made), content_type="application/pdf",
        headers={"X-Content-Type-Options": "nosniff", "Cache-Control": "private, no-store"},
    )  # fmt: skip


def _file_name(kind: PaperKind, made: Printout) -> str:
    """What the form is, of what, and when: 客户档案卡-C000012 ….pdf."""
    cleaned = "".join(sign for sign in made.record_text if sign.isalnum() or sign in " -_.").strip()
    return f"{kind.label}-{cleaned[:80]}-{port_date(made.asked_at):%Y-%m-%d}.pdf"
