"""Rankings as jobs: the list of runs, one run with its check against the ledger, running one now."""

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.db.models import OuterRef, Subquery
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from marketing.columns import RUN_COLUMNS, RUN_ORDERINGS
from marketing.enums import Exclusion
from marketing.filters import RankingRunFilter
from marketing.forms import RunForm
from marketing.models import RankingRun, Reconciliation
from marketing.permissions import RUN_RANKING, VIEW_RANKING
from marketing.queries.checks import check_lines, differing_customers
from marketing.queries.explaining import criteria_of, note_text
from marketing.queries.reconciling import added_since
from marketing.services.checking import check_again
from marketing.services.runs import ask_for_ranking, cancel_ranking
from marketing.value.windows import last_month_end
from portcrm.clock import now, port_today
from portcrm.errors import RuleBroken
from portcrm.pages.lists import Empty, Listing
from portcrm.pages.render import page, redirect_whole


def _runs(request: HttpRequest):
    return RankingRun.objects.visible_to(request.user).select_related("model", "asked_by", "previous")


@require_safe
@permission_required(VIEW_RANKING, raise_exception=True)
def run_list(request: HttpRequest) -> HttpResponse:
    newest_check = Reconciliation.objects.filter(run=OuterRef("pk")).order_by("-checked_at", "-pk").values("agrees")[:1]
    listing = Listing(
        request,
        record="marketing.rankingrun",
        queryset=_runs(request).annotate(agrees=Subquery(newest_check)),
        filterset_class=RankingRunFilter,
        columns=RUN_COLUMNS,
        orderings=RUN_ORDERINGS,
        empty=Empty(
            _("No ranking yet"),
            _("A ranking is made after every month end, or now."),
            _("Run now") if request.user.has_perm(RUN_RANKING) else "",
            reverse("marketing:run_create") if request.user.has_perm(RUN_RANKING) else "",
            icon="trophy",
        ),
    )
    return page(request, "marketing/runs.html", {"listing": listing}, fragments=listing.fragments)


@require_safe
@permission_required(VIEW_RANKING, raise_exception=True)
def run(request: HttpRequest, pk: int) -> HttpResponse:
    found = get_object_or_404(_runs(request), pk=pk)
    if found.state != "done":
        return page(request, "marketing/run_job.html", {"run": found})
    checks = list(found.reconciliations.select_related("checked_by")[:5])
    context = {
        "run": found,
        "criteria": criteria_of(found),
        "notes": [note_text(note) for note in found.notes],
        "excluded": [(Exclusion(key).label, count) for key, count in sorted(found.excluded.items())],
        "check": checks[0],
        "checks": checks,
        "check_lines": check_lines(checks[0]),
        "differing": differing_customers(checks[0], request.user),
        "added": added_since(found),
    }
    return page(request, "marketing/run.html", context, fragments=("check",))


@permission_required(RUN_RANKING, raise_exception=True)
def run_create(request: HttpRequest) -> HttpResponse:
    """Run now: the month end that passed last is offered; any day up to today can be chosen."""
    today = port_today()
    form = RunForm(request.POST or None, today=today, initial={"as_of": last_month_end(today)})
    if request.method == "POST" and form.is_valid():
        try:
            asked = ask_for_ranking(as_of=form.cleaned_data["as_of"], today=today, by=request.user)
        except RuleBroken as refused:
            form.add_error(refused.field or None, str(refused.message))
        else:
            return redirect("marketing:run", asked.pk)
    context = {"form": form, "cancel_url": reverse("marketing:run_list")}
    return page(request, "marketing/run_form.html", context, status=422 if form.is_bound else 200)


@require_safe
@permission_required(VIEW_RANKING, raise_exception=True)
def run_progress(request: HttpRequest, pk: int) -> HttpResponse:
    """The progress of a run, asked for by the page every two seconds; leaves for the result when it is there."""
    found = get_object_or_404(_runs(request), pk=pk)
    if request.htmx and not found.is_open:
        return redirect_whole(HttpResponse(), reverse("marketing:run", args=[pk]))
    return render(request, "components/job.html", {"job": found, "job_url": reverse("marketing:run_progress", args=[pk])})


@require_POST
@permission_required(RUN_RANKING, raise_exception=True)
def run_cancel(request: HttpRequest, pk: int) -> HttpResponse:
    found = get_object_or_404(_runs(request), pk=pk)
    cancel_ranking(run=found, at=now(), by=request.user)
    messages.success(request, _("The ranking is cancelled; nothing of it was kept."))
    return redirect("marketing:run_list")


@require_POST
@permission_required(RUN_RANKING, raise_exception=True)
def run_check(request: HttpRequest, pk: int) -> HttpResponse:
    """Check against the ledger again."""
    found = get_object_or_404(_runs(request), pk=pk)
    result = check_again(run=found, by=request.user)
    if result.agrees:
        messages.success(request, _("Checked again: the ranking agrees with the ledger to the last digit."))
    else:
        messages.warning(request, _("Checked again: the ranking and the ledger differ. The differences are marked."))
    return redirect(f"{reverse('marketing:run', args=[pk])}#check")
