from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST, require_safe

from portcrm.bulk.choosing import choice_of, told_with
from portcrm.bulk.forms import AskedOnceForm
from portcrm.bulk.models import BulkRun
from portcrm.bulk.permissions import RUN_BULK
from portcrm.bulk.queries import REFUSALS_SHOWN, answers_of, refusal_rows
from portcrm.bulk.running import work_at_once
from portcrm.bulk.services.runs import cancel_run, count_rows, start_run, too_many
from portcrm.errors import RuleBroken
from portcrm.exchange.exporting import csv_response, tell_export, xlsx_response
from portcrm.pages.lists import Column, Empty, Listing, Ordering
from portcrm.pages.render import page, redirect_whole

COLUMNS = (
    Column("title", gettext_lazy("What is done"), link=True),
    Column("state", gettext_lazy("State"), template="bulk/_cell_state.html", attribute="state_label"),
    Column("total", gettext_lazy("Rows"), numeric=True, format="number"),
    Column("changed", gettext_lazy("Changed"), numeric=True, format="number"),
    Column("refused", gettext_lazy("Refused"), numeric=True, format="number"),
    Column("created_by", gettext_lazy("By"), attribute="created_by.label"),
    Column("created_at", gettext_lazy("Asked for at"), format="datetime", ordering="newest"),
)
ORDERINGS = (Ordering("newest", gettext_lazy("Asked for at"), ("-created_at", "-pk")),)


@require_safe
@permission_required(RUN_BULK, raise_exception=True)
def run_list(request):
    """What was done to many rows at once, newest first."""
    empty = Empty(_("No bulk changes yet"), _("Tick rows of a list and choose what to do with them."))
    runs = BulkRun.objects.visible_to(request.user).for_list()
    listing = Listing(request, record="bulk.bulkrun", queryset=runs, columns=COLUMNS, orderings=ORDERINGS, empty=empty)
    return page(request, "bulk/run_list.html", {"listing": listing}, fragments=listing.fragments)


@require_http_methods(["GET", "HEAD", "POST"])
@permission_required(RUN_BULK, raise_exception=True)
def choose(request, record):
    """What exactly is to be done to the chosen rows, with their exact number."""
    choice = choice_of(request, record)
    form, once = choice.action.form(request.POST or None, user=request.user), AskedOnceForm(request.POST or None)
    if request.method == "POST" and form.is_valid() and once.is_valid():
        given = once.cleaned_data | {"values": form.as_sent()} | told_with(choice, request)
        try:
            run = start_run(chosen=choice.action, rows=choice.rows, by=request.user, **given)
        except RuleBroken as refusal:
            form.add_error(None, str(refusal.message))
        else:
            return _begun(request, run)
    context = {"choice": choice, "count": count_rows(choice.rows), "form": form, "once": once, "cancel_url": choice.list_url}
    context["refusal"] = too_many() if context["count"] > settings.BULK_MOST_ROWS else ""
    return page(request, "bulk/choose.html", context, status=422 if form.errors or context["refusal"] else 200)


def _begun(request, run: BulkRun):
    """A page of rows is done at once and leads back to the list; more are a job with a page of its own."""
    run = work_at_once(run)
    if run.is_under_way or run.refused or run.reason:
        return redirect(run)
    messages.success(request, _("%(what)s: %(number)s rows changed.") % {"what": run.by_action.label, "number": run.changed})
    return redirect(run.list_url)


@require_safe
@permission_required(RUN_BULK, raise_exception=True)
def run(request, pk):
    """Progress, then the result."""
    found = get_object_or_404(BulkRun.objects.visible_to(request.user).for_list(), pk=pk)
    refusals = list(found.refusals.all()[:REFUSALS_SHOWN])
    return page(request, "bulk/run.html", {"run": found, "refusals": refusals, "answers": answers_of(found)})


@require_GET
@permission_required(RUN_BULK, raise_exception=True)
def progress(request, pk):
    """The progress alone, asked every two seconds while the run is under way; its end is said and shown."""
    found = get_object_or_404(BulkRun.objects.visible_to(request.user), pk=pk)
    if request.htmx and not found.is_under_way:
        messages.info(request, _("%(what)s: %(state)s.") % {"what": found.title, "state": found.state_label})
        return redirect_whole(HttpResponse(), found.get_absolute_url())
    return page(request, "bulk/_progress.html", {"run": found})


@require_GET
@permission_required(RUN_BULK, raise_exception=True)
def refusals(request, pk, file_format):
    """The rows that stayed as they were, as a file."""
    found = get_object_or_404(BulkRun.objects.visible_to(request.user), pk=pk)
    tell_export(listing_record="bulk.bulkrefusal", format=file_format, rows=found.refused, query=f"run={pk}", by=request.user)
    respond = {"csv": csv_response, "xlsx": xlsx_response}[file_format]
    return respond([pgettext("bulk", "Row"), _("Reason")], refusal_rows(found), name=f"{_('refused')}-{pk}.{file_format}")


@require_POST
@permission_required(RUN_BULK, raise_exception=True)
def cancel(request, pk):
    """Stop what one has asked for."""
    found = get_object_or_404(BulkRun.objects.visible_to(request.user).filter(created_by=request.user), pk=pk)
    cancel_run(run=found, by=request.user)
    messages.info(request, _("The change stops after the rows under way. What was changed stays."))
    return redirect(reverse("bulk:run", args=[pk]))
