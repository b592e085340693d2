"""Rows of an import one by one: what would become of them, what is to be done with them, mending those with problems."""

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from portcrm.errors import RuleBroken
from portcrm.exchange import queries, services
from portcrm.exchange.enums import UNDECIDED, RowKind, RowState, RunState
from portcrm.exchange.filters import ForecastFilter
from portcrm.exchange.forms import ChooseAllForm, DecisionForm, MendForm
from portcrm.exchange.models import Forecast, ImportProblem, ImportRun
from portcrm.exchange.permissions import IMPORT
from portcrm.exchange.problems import DecidedMeanwhile
from portcrm.exchange.views.imports import workable_run
from portcrm.pages.lists import Column, Empty, Listing, Ordering, Preset
from portcrm.pages.render import page

COLUMNS = (
    Column("row_number", gettext_lazy("Line"), numeric=True, format="number"),
    Column("label", gettext_lazy("Row"), shape="roomy"),
    Column("kind", gettext_lazy("What would happen"), template="exchange/_cell_kind.html", attribute="get_kind_display"),
    Column("changes", gettext_lazy("Details"), template="exchange/_cell_changes.html"),
    Column("choice", gettext_lazy("Decision"), template="exchange/_cell_choice.html"),
)
ORDERINGS = (Ordering("line", gettext_lazy("Line"), ("row_number", "pk")),)
PRESETS = (
    Preset("alike", gettext_lazy("To be decided"), "kind=alike&kind=conflict"),
    Preset("update", gettext_lazy("Would be completed"), "kind=update"),
    Preset("new", gettext_lazy("Would be added"), "kind=new"),
    Preset("fault", gettext_lazy("With problems"), "kind=fault"),
)


@require_safe
@permission_required(IMPORT, raise_exception=True)
def import_rows(request, pk):
    """What a dry run has found for each row, and what is to be done with it."""
    run = get_object_or_404(ImportRun.objects.visible_to(request.user).for_list(), pk=pk)
    importer = run.by_importer
    if importer is None or not (importer.tells_rows or importer.asks_rows) or not run.dry_run or run.state != RunState.DONE:
        return redirect("exchange:import_run", pk)
    listing = Listing(
        request,
        record="exchange.forecast",
        queryset=run.forecasts.all(),
        filterset_class=ForecastFilter,
        columns=COLUMNS,
        orderings=ORDERINGS,
        presets=PRESETS,
        empty=Empty(_("The dry run has told nothing of its rows"), icon="list"),
    )
    queries.furnish(run, listing.rows, request.user)
    context = {**queries.result_of(run, request.user), "listing": listing, "kinds": queries.kinds_of(run)}
    return page(request, "exchange/import_rows.html", context, fragments=listing.fragments)


@require_POST
@permission_required(IMPORT, raise_exception=True)
def row_choose(request, pk):
    """What is to be done with one row of a dry run."""
    run, form = workable_run(request, pk), DecisionForm(request.POST)
    number = request.POST.get("row", "")
    if not form.is_valid() or not number.isdecimal():
        raise RuleBroken(_("This cannot be done with the row."))
    decision = {"choice": form.choice, "target": form.target, "seen": form.cleaned_data["seen"]}
    try:
        services.choose_for_row(run=run, row_number=int(number), **decision, by=request.user)
    except DecidedMeanwhile as told:  # the list shows how the row stands now
        messages.warning(request, told.message)
    return redirect(_rows_url(request, pk, anchor=f"row-{number}"))


@require_POST
@permission_required(IMPORT, raise_exception=True)
def rows_choose(request, pk):
    """The same for all rows of a kind."""
    run, form = workable_run(request, pk), ChooseAllForm(request.POST)
    if not form.is_valid():
        raise RuleBroken(_("This cannot be done with the row."))
    try:
        count = services.choose_for_all(run=run, by=request.user, **form.cleaned_data)
        messages.success(request, ngettext("Decided for %(count)s row.", "Decided for %(count)s rows.", count) % {"count": count})
    except DecidedMeanwhile as told:
        messages.warning(request, told.message)
    return redirect(_rows_url(request, pk))


@require_http_methods(["GET", "HEAD", "POST"])
@permission_required(IMPORT, raise_exception=True)
def row_mend(request, pk):
    """One row with problems, and taking in what somebody has mended: in a dry run it is checked again and kept for the import."""
    problem = _problem(request, pk)
    if request.method != "POST":
        return page(request, "exchange/import_row.html", queries.row_of(problem, request.user) | {"form": MendForm(problem=problem)})
    form = MendForm(request.POST, problem=problem)
    if not form.is_valid():
        raise RuleBroken(_("A cell holds something that cannot be stored."))
    mended = {"problem": problem, "cells": form.cells(), "version": form.cleaned_data["version"]}
    if problem.run.dry_run:
        _tell_foreseen(request, services.mend_rehearsed(**mended, seen=form.cleaned_data["seen"], by=request.user))
    else:
        _tell_mended(request, services.mend_row(**mended, choice=form.choice, target=form.target, by=request.user))
    return redirect(_after_mending(request, problem))


def _tell_foreseen(request, row: Forecast) -> None:
    words = {"line": row.row_number, "result": row.get_kind_display()}
    if row.kind == RowKind.FAULT:
        messages.warning(request, _("Line %(line)s still has a problem. What you typed is kept.") % words)
    else:
        tell = messages.warning if row.kind in UNDECIDED else messages.success
        tell(request, _("Line %(line)s was checked again: %(result)s.") % words)


def _tell_mended(request, row: ImportProblem) -> None:
    if row.state == RowState.STORED:
        messages.success(request, _("Line %(line)s is in.") % {"line": row.row_number})
    else:
        messages.warning(request, _("Line %(line)s still has a problem. What you typed is kept.") % {"line": row.row_number})


@require_POST
@permission_required(IMPORT, raise_exception=True)
def row_leave_out(request, pk):
    problem = _problem(request, pk)
    if problem.run.dry_run:
        services.leave_rehearsed_out(problem=problem, **_seen(request, problem), by=request.user)
    else:
        services.leave_row_out(problem=problem, by=request.user)
    messages.success(request, _("Line %(line)s is left out.") % {"line": problem.row_number})
    return redirect(_after_mending(request, problem))


def _seen(request, problem: ImportProblem) -> dict:
    """Which state of a row the page showed; its cells do not matter to somebody who leaves it out."""
    form = MendForm(request.POST, problem=problem)
    form.is_valid()
    return {"version": form.cleaned_data.get("version"), "seen": form.cleaned_data.get("seen", "")}


def _problem(request, pk: int) -> ImportProblem:
    """A row of an import that is the user's to work on."""
    workable = ImportRun.objects.visible_to(request.user).workable_by(request.user)
    problem = get_object_or_404(ImportProblem.objects.filter(run__in=workable).select_related("run"), pk=pk)
    workable_run(request, problem.run_id)
    return problem


def _after_mending(request, problem: ImportProblem) -> str:
    """Where the row was mended: among the others, or on a page of its own."""
    if "alone" in request.POST:
        return reverse("exchange:row_mend", args=[problem.pk])
    return f"{reverse('exchange:import_run', args=[problem.run_id])}#problems"


def _rows_url(request, pk: int, *, anchor: str = "") -> str:
    """Back to the rows as they were filtered."""
    back = request.POST.get("back", "")
    address = reverse("exchange:import_rows", args=[pk])
    return f"{address}{f'?{back}' if back else ''}{f'#{anchor}' if anchor else ''}"
