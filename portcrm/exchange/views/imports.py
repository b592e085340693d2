from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST

from portcrm.exchange import queries, services
from portcrm.exchange.enums import RunState
from portcrm.exchange.exporting import csv_response, refuse_too_long_a_workbook, tell_export, xlsx_response
from portcrm.exchange.filters import ImportRunFilter
from portcrm.exchange.forms import MappingForm, MendForm, UploadForm
from portcrm.exchange.importing import Importer, importers
from portcrm.exchange.models import ImportRun
from portcrm.exchange.permissions import IMPORT
from portcrm.exchange.problems import FileProblem
from portcrm.pages.lists import Column, Empty, Listing, Ordering
from portcrm.pages.render import page, redirect_whole

COLUMNS = (
    Column("file_name", gettext_lazy("File"), template="exchange/_cell_file.html"),
    Column("what", gettext_lazy("What"), attribute="what"),
    Column("state", gettext_lazy("State"), template="exchange/_cell_state.html", attribute="state_label"),
    Column("created", gettext_lazy("Added"), numeric=True, format="number"),
    Column("updated", gettext_lazy("Updated"), numeric=True, format="number"),
    Column("rejected", gettext_lazy("With problems"), numeric=True, format="number"),
    Column("created_by", gettext_lazy("By"), attribute="created_by.label"),
    Column("created_at", gettext_lazy("Uploaded"), format="datetime", ordering="newest"),
)
ORDERINGS = (Ordering("newest", gettext_lazy("Uploaded"), ("-created_at", "-pk")),)


@permission_required(IMPORT, raise_exception=True)
def import_list(request):
    listing = Listing(
        request,
        record="exchange.importrun",
        queryset=ImportRun.objects.visible_to(request.user).for_list().telling_openable(request.user),
        filterset_class=ImportRunFilter,
        columns=COLUMNS,
        orderings=ORDERINGS,
        empty=Empty(
            _("Nothing imported yet"),
            _("Take in customers or handled cargo from a workbook or a CSV file."),
            _("Import a file"),
            reverse("exchange:import_new"),
            "file-import",
        ),
    )
    return page(request, "exchange/import_list.html", {"listing": listing}, fragments=listing.fragments)


@require_GET
@permission_required(IMPORT, raise_exception=True)
def import_new(request):
    """First step: what is to be taken in?"""
    return page(request, "exchange/import_new.html", {"importers": queries.importers_for(request.user)})


@permission_required(IMPORT, raise_exception=True)
def import_upload(request, key):
    """Second step: the file."""
    importer = _importer(request, key)
    form = UploadForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        try:
            run = services.take_in(importer=importer, file=form.cleaned_data["file"], options=form.options(), by=request.user)
        except FileProblem as problem:
            form.add_error("file", str(problem.message))
        else:
            return redirect("exchange:import_columns", run.pk)
    context = {"form": form, "importer": importer, "cancel_url": reverse("exchange:import_list")}
    return page(request, "exchange/import_upload.html", context, status=422 if form.errors else 200)


@require_GET
@permission_required(IMPORT, raise_exception=True)
def import_template(request, key):
    """An empty workbook with the columns this import knows."""
    importer = _importer(request, key)
    return xlsx_response([str(field.label) for field in importer.fields], iter(()), name=f"{key}.xlsx")


@permission_required(IMPORT, raise_exception=True)
def import_columns(request, pk):
    """Third step: which column is which field? Then the dry run starts."""
    run = workable_run(request, pk)
    if run.state != RunState.DRAFT:
        return redirect("exchange:import_run", pk)
    form = MappingForm(request.POST if request.method == "POST" else None, run=run)
    if request.method == "POST" and form.may_start:
        services.set_mapping(run=run, mapping=form.mapping(), constants=form.constants(), by=request.user)
        services.start(run=run, by=request.user)
        return redirect("exchange:import_run", pk)
    context = {"run": run, "form": form, "sample": queries.sample(run)}
    return page(request, "exchange/import_columns.html", context, status=422 if form.errors else 200)


@require_GET
@permission_required(IMPORT, raise_exception=True)
def import_run(request, pk):
    """Fourth step: progress, then the result."""
    run = get_object_or_404(ImportRun.objects.visible_to(request.user).for_list(), pk=pk)
    if run.state == RunState.DRAFT:
        return redirect("exchange:import_columns", pk)
    context = queries.result_of(run, request.user)
    context["dealt_with"] = queries.dealt_with(run, request.user) if context["mends"] and run.dry_run else []
    context["problems"] = [MendForm(problem=problem) for problem in queries.open_problems(run, request.user)]
    context["are_cut"] = len(context["problems"]) == queries.PROBLEMS_SHOWN < run.rejected
    return page(request, "exchange/import_run.html", context)


@require_GET
@permission_required(IMPORT, raise_exception=True)
def import_progress(request, pk):
    """The progress alone, asked every two seconds while the run is under way."""
    run = get_object_or_404(ImportRun.objects.visible_to(request.user), pk=pk)
    if request.htmx and not run.is_under_way:
        return redirect_whole(HttpResponse(), reverse("exchange:import_run", args=[pk]))
    return page(request, "exchange/_progress.html", {"run": run})


@require_GET
@permission_required(IMPORT, raise_exception=True)
def import_problems(request, pk, file_format):
    """The rows with problems as a file."""
    run = get_object_or_404(ImportRun.objects.visible_to(request.user), pk=pk)
    ending = _("problems")
    name = f"{run.file_name.rpartition('.')[0] or run.file_name}-{ending}.{file_format}"
    if file_format == "xlsx":
        refuse_too_long_a_workbook(run.rejected)
    tell_export(listing_record="exchange.importproblem", format=file_format, rows=run.rejected, query=f"run={pk}", by=request.user)
    respond = {"csv": csv_response, "xlsx": xlsx_response}[file_format]
    return respond(queries.problem_header(run), queries.problem_rows(run), name=name)


@require_POST
@permission_required(IMPORT, raise_exception=True)
def import_start(request, pk):
    """Run in earnest what the dry run has shown."""
    run = services.import_rehearsed(run=workable_run(request, pk), by=request.user)
    return redirect("exchange:import_run", run.pk)


@require_POST
@permission_required(IMPORT, raise_exception=True)
def import_again(request, pk):
    """Back to the columns of the same file."""
    draft = services.draft_again(run=workable_run(request, pk), by=request.user)
    return redirect("exchange:import_columns", draft.pk)


@require_POST
@permission_required(IMPORT, raise_exception=True)
def import_cancel(request, pk):
    run = services.cancel(run=workable_run(request, pk), by=request.user)
    if run.state == RunState.CANCELLED:
        messages.info(request, _("The import is cancelled."))
    else:
        messages.info(request, _("The import stops after the rows under way. What has been stored is kept."))
    return redirect("exchange:import_run" if run.columns else "exchange:import_list", pk)


def _importer(request, key: str) -> Importer:
    importer = importers().get(key)
    if importer is None:
        raise Http404
    if not request.user.has_perm(importer.permission):
        raise PermissionDenied
    return importer


def workable_run(request, pk: int) -> ImportRun:
    """A run that is the user's to work on, of something the user may (still) import."""
    run = get_object_or_404(ImportRun.objects.visible_to(request.user).workable_by(request.user), pk=pk)
    _importer(request, run.importer)
    return run
