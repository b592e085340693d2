"""Candidates: their list, the desk with one of them in focus, and the decisions, each of which draws the next one at once."""

from collections.abc import Callable
from urllib.parse import urlencode

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from cargo.columns.candidates import CANDIDATE_COLUMNS, CANDIDATE_ORDERINGS
from cargo.filters.candidates import CandidateFilter
from cargo.forms.candidates import MergeForm
from cargo.models import Candidate
from cargo.permissions import DECIDE_CANDIDATE, EDIT_LEAD, VIEW_CANDIDATE
from cargo.queries.desk import desk_of, next_to
from cargo.services.deciding import accept_candidate, ignore_always, ignore_candidate, ignore_candidates, merge_candidate, undo_decision
from customers.permissions import CHANGE_CUSTOMER
from portcrm.bulk.actions import bulk_bar
from portcrm.clock import port_today
from portcrm.errors import RuleBroken
from portcrm.pages.lists import Empty, Listing, Preset
from portcrm.pages.render import page, toast

DECIDE = permission_required(DECIDE_CANDIDATE, raise_exception=True)
OPENS_FILES = permission_required((DECIDE_CANDIDATE, CHANGE_CUSTOMER), raise_exception=True)
MOST_TICKED = 100


@require_safe
@permission_required(VIEW_CANDIDATE, raise_exception=True)
def candidate_list(request):
    """Companies found in documents, the heaviest first."""
    listing = Listing(
        request,
        record="cargo.candidate",
        queryset=Candidate.objects.visible_to(request.user).for_list(),
        filterset_class=CandidateFilter,
        columns=CANDIDATE_COLUMNS,
        orderings=CANDIDATE_ORDERINGS,
        presets=(Preset("open", _("To be decided"), "state=open"), Preset("ignored", _("Ignored"), "state=ignored")),
        bulk=bulk_bar("cargo.candidate", request.user),
        empty=Empty(_("No candidates here"), _("Companies without a file show here once a document names them.")),
    )
    context = {"listing": listing, "desk_query": query_of(request)}
    return page(request, "cargo/candidate_list.html", context, fragments=listing.fragments)


def asked_of(request) -> dict[str, str]:
    """The filters of the desk: those of the list but for the state, because there all wait for a decision."""
    names = CandidateFilter.base_filters.keys() - {"state"}
    return {name: value for name, value in request.GET.items() if name in names and value}


def query_of(request) -> str:
    asked = urlencode(sorted(asked_of(request).items()))
    return f"?{asked}" if asked else ""


def waiting_rows(request):
    return CandidateFilter(asked_of(request), Candidate.objects.visible_to(request.user), request=request).qs.open()


def desk_page(request, at: Candidate | None, *, status: int = 200, form: MergeForm | None = None):
    desk, query = desk_of(waiting_rows(request), at=at, user=request.user), query_of(request)
    context = {
        "desk": desk,
        "query": query,
        "form": form or MergeForm(user=request.user),
        "may_decide": request.user.has_perms((DECIDE_CANDIDATE, CHANGE_CUSTOMER)),
        "may_lead": request.user.has_perm(EDIT_LEAD),
    }
    response = page(request, "cargo/candidate_desk.html", context, fragments=("desk",), status=status)
    if request.htmx:
        response["HX-Push-Url"] = address_of(desk.focus, query)
    return response


def address_of(candidate: Candidate | None, query: str) -> str:
    return (candidate.get_absolute_url() if candidate else reverse("cargo:candidate_desk")) + query


def visible_candidate(request, pk: int) -> Candidate:
    return get_object_or_404(Candidate.objects.visible_to(request.user).for_record(), pk=pk)


@require_safe
@permission_required(VIEW_CANDIDATE, raise_exception=True)
def candidate_desk(request):
    """The first candidate that waits."""
    return desk_page(request, None)


@require_safe
@permission_required(VIEW_CANDIDATE, raise_exception=True)
def candidate(request, pk):
    """One candidate in focus, decided or not."""
    return desk_page(request, visible_candidate(request, pk))


def decided(request, record: Candidate, decide: Callable[[], Candidate], said: str):
    """The next candidate once this one is decided; a refusal shows the same one as it stands now."""
    following = next_to(waiting_rows(request), record)
    try:
        decide()
    except RuleBroken as refusal:
        return shown(request, visible_candidate(request, record.pk), refusal.message, "danger", 409)
    return shown(request, following, said % {"name": record.name}, "success", 200)


def shown(request, at: Candidate | None, said: str, level: str, status: int):
    if request.htmx:
        return toast(desk_page(request, at, status=status), said, level)
    messages.add_message(request, messages.ERROR if level == "danger" else messages.SUCCESS, said)
    return redirect(address_of(at, query_of(request)))


def wants_lead(request) -> bool:
    return "with_lead" in request.POST and request.user.has_perm(EDIT_LEAD)


@require_POST
@OPENS_FILES
def candidate_accept(request, pk):
    """Open a customer file, with a lead where one is wanted."""
    record = visible_candidate(request, pk)
    chosen = {"candidate": record, "with_lead": wants_lead(request), "today": port_today(), "by": request.user}
    return decided(request, record, lambda: accept_candidate(**chosen), _("%(name)s has a customer file now."))


@require_POST
@OPENS_FILES
def candidate_merge(request, pk):
    """Make the name another name of a customer file, with a lead on its cargo where one is wanted."""
    record = visible_candidate(request, pk)
    form = MergeForm(request.POST, user=request.user)
    if not form.is_valid():
        return desk_page(request, record, status=422, form=form)
    chosen = {"candidate": record, "customer": form.chosen, "with_lead": wants_lead(request), "today": port_today(), "by": request.user}
    return decided(request, record, lambda: merge_candidate(**chosen), _("%(name)s belongs to the chosen file now."))


@require_POST
@DECIDE
def candidate_ignore(request, pk):
    """Until the next document that names the company."""
    record = visible_candidate(request, pk)
    return decided(request, record, lambda: ignore_candidate(candidate=record, by=request.user), _("%(name)s is ignored."))


@require_POST
@DECIDE
def candidate_ignore_always(request, pk):
    """By a rule, whatever names the company."""
    record = visible_candidate(request, pk)
    return decided(request, record, lambda: ignore_always(candidate=record, by=request.user), _("%(name)s is ignored from now on."))


@require_POST
@OPENS_FILES
def candidate_undo(request, pk):
    """Put a candidate back on the desk, in focus."""
    record = visible_candidate(request, pk)
    try:
        undo_decision(candidate=record, by=request.user)
    except RuleBroken as refusal:
        return shown(request, visible_candidate(request, pk), refusal.message, "danger", 409)
    return shown(request, visible_candidate(request, pk), _("%s is on the desk again.") % record.name, "success", 200)


@require_POST
@DECIDE
def candidates_ignore(request):
    """The ticked ones of the queue."""
    ticked = [int(key) for key in request.POST.getlist("ticked")[:MOST_TICKED] if key.isdecimal()]
    rows = Candidate.objects.visible_to(request.user).filter(pk__in=ticked)
    count = ignore_candidates(keys=list(rows.values_list("pk", flat=True)), by=request.user)
    said = ngettext("%(count)s candidate is ignored.", "%(count)s candidates are ignored.", count) % {"count": count}
    return shown(request, None, said, "success" if count else "info", 200)
