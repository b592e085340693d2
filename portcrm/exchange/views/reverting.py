"""Taking an import back, and deciding on what was changed since."""

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from portcrm.exchange import queries, services
from portcrm.exchange.enums import ChangeState
from portcrm.exchange.models import ImportChange, ImportRevert, ImportRun
from portcrm.exchange.permissions import IMPORT
from portcrm.exchange.views.imports import workable_run
from portcrm.pages.render import page, redirect_whole


@require_http_methods(["GET", "HEAD", "POST"])
@permission_required(IMPORT, raise_exception=True)
def import_revert(request, pk):
    """What taking back would do; then it is done by a worker."""
    run = workable_run(request, pk)
    if request.method == "POST":
        services.start_revert(run=run, by=request.user)
        return redirect("exchange:import_run", pk)
    services.refuse_what_cannot_be_taken_back(run)
    context = {"run": run, "changes": queries.changes_of(run), "cancel_url": run.get_absolute_url()}
    return page(request, "exchange/import_revert.html", context)


@require_GET
@permission_required(IMPORT, raise_exception=True)
def revert_progress(request, pk):
    """The progress alone, asked every two seconds while the taking back is under way."""
    run = get_object_or_404(ImportRun.objects.visible_to(request.user), pk=pk)
    revert = get_object_or_404(ImportRevert.objects.filter(run=run).select_related("run"))
    if request.htmx and not revert.is_under_way:
        return redirect_whole(HttpResponse(), reverse("exchange:import_run", args=[pk]))
    return page(request, "exchange/_revert-progress.html", {"run": run, "revert": revert})


@require_POST
@permission_required(IMPORT, raise_exception=True)
def revert_keep(request, pk):
    """Keep everything that was not taken back."""
    run = workable_run(request, pk)
    services.keep_what_is_left(run=run, by=request.user)
    messages.success(request, _("What was changed since is kept as it is."))
    return redirect("exchange:import_run", pk)


@require_POST
@permission_required(IMPORT, raise_exception=True)
def change_decide(request, pk):
    """Take one record back although it was changed since, or keep it."""
    workable = ImportRun.objects.visible_to(request.user).workable_by(request.user)
    change = get_object_or_404(ImportChange.objects.filter(run__in=workable), pk=pk)
    run = workable_run(request, change.run_id)
    change = services.decide_change(change=change, insist="insist" in request.POST, by=request.user)
    if change.state == ChangeState.LEFT:
        messages.warning(request, _("This cannot be taken back: see what is in the way."))
    else:
        messages.success(request, _("Decided."))
    return redirect(f"{reverse('exchange:import_run', args=[run.pk])}#left")
