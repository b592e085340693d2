"""The board of the annual task, one class of it, and asking for a projection."""

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.http import Http404
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from cargo.forms.targets import BoardForm
from cargo.models import ProjectionRun
from cargo.permissions import EDIT_TARGET, VIEW_TARGET
from cargo.queries.completion import Completion, Line, completion, default_month
from cargo.queries.explaining import movers, open_leads
from cargo.queries.targets import ALL, MONTHS
from cargo.services.projections import request_projection
from cargo.views.target_charts import bullets_chart, finding, months_chart
from portcrm.clock import port_today
from portcrm.pages.render import page


def _chosen(request) -> tuple[BoardForm, Completion]:
    """What somebody chose to look at, and how far it is done."""
    today = port_today()
    form = BoardForm(request.GET, user=request.user, year=default_month(today).year)
    return form, completion(request.user, form.slot, today=today, month=form.up_to, merged=form.merged)


def _context(request, form: BoardForm, found: Completion, line: Line) -> dict:
    months = list(MONTHS[: found.through])
    return {
        "form": form,
        "found": found,
        "line": line,
        "slot": found.slot,
        "finding": finding(found, line),
        "query": f"?{request.GET.urlencode()}" if request.GET else "",
        "movers": movers(request.user, found.slot, months, code=line.code),
        "open_leads": open_leads(request.user, found.slot, code=line.code),
        "under_way": ProjectionRun.objects.visible_to(request.user).under_way().exists(),
        "may_edit": request.user.has_perm(EDIT_TARGET),
    }


@require_safe
@permission_required(VIEW_TARGET, raise_exception=True)
def target_board(request):
    """All classes beside their task."""
    form, found = _chosen(request)
    return page(request, "cargo/target_board.html", _context(request, form, found, found.whole))


@require_safe
@permission_required(VIEW_TARGET, raise_exception=True)
def target_bullets(request):
    _form, found = _chosen(request)
    return bullets_chart(found).response()


def _line_of(found: Completion, key: str) -> Line:
    """The class with this code, with or without a task; "all" is all of them."""
    line = found.whole if key == ALL else found.every.get(key)
    if line is None:
        raise Http404
    return line


@require_safe
@permission_required(VIEW_TARGET, raise_exception=True)
def target_class(request, key):
    """One class month by month, its projection with the trial of both methods, and who explains the gap."""
    form, found = _chosen(request)
    line = _line_of(found, key)
    return page(request, "cargo/target_class.html", _context(request, form, found, line) | {"key": key})


@require_safe
@permission_required(VIEW_TARGET, raise_exception=True)
def target_months(request, key):
    _form, found = _chosen(request)
    return months_chart(found, _line_of(found, key)).response()


@require_POST
@permission_required(EDIT_TARGET, raise_exception=True)
def project_now(request):
    """Ask for a projection; the job makes it."""
    request_projection(by=request.user)
    messages.success(request, _("The projection is being made. Reload the page in a minute."))
    return redirect("cargo:target_board")
