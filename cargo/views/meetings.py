"""The monthly cargo-source meeting: its month on one page, what it decides, and the sheet to print."""

import datetime as dt

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from cargo.forms.targets import MeetingForm
from cargo.models import CargoMeeting
from cargo.models.target import FIRST_YEAR, LAST_YEAR
from cargo.permissions import HOLD_MEETING, VIEW_TARGET
from cargo.queries.completion import default_month
from cargo.queries.meeting import agenda
from cargo.services.meetings import hold_meeting
from portcrm.clock import port_today
from portcrm.errors import RuleBroken
from portcrm.pages.render import page


def month_of(key: str) -> dt.date:
    try:
        month = dt.datetime.strptime(key, "%Y-%m").date()  # noqa: DTZ007  a month, no instant
    except ValueError as wrong:
        raise Http404 from wrong
    if not FIRST_YEAR <= month.year <= LAST_YEAR:
        raise Http404
    return month


@require_safe
@permission_required(VIEW_TARGET, raise_exception=True)
def newest_meeting(_request):
    """The meeting on the last whole month."""
    return redirect("cargo:meeting", f"{default_month(port_today()):%Y-%m}")


@permission_required(VIEW_TARGET, raise_exception=True)
def meeting(request, key):
    """Figures, movements and leads of a month, and what the meeting is to decide."""
    month, may_edit = month_of(key), request.user.has_perm(HOLD_MEETING)
    found = agenda(request.user, month, today=port_today())
    form = MeetingForm(request.POST or None, instance=found.meeting or CargoMeeting(month=month)) if may_edit else None
    status = 200
    if request.method == "POST":
        status = _save(request, month, form)
        if status == 302:
            return redirect("cargo:meeting", key)
    context = {"agenda": found, "form": form, "key": key, "latest": default_month(port_today())}
    return page(request, "cargo/meeting.html", context, status=status)


def _save(request, month: dt.date, form: MeetingForm | None) -> int:
    if form is None:
        raise PermissionDenied
    if not form.is_valid():
        return 422
    try:
        hold_meeting(month=month, changes=form.changes(), seen=form.seen_values(), by=request.user)
    except RuleBroken as refusal:
        return form.refuse(refusal)
    messages.success(request, _("The sheet of the meeting is saved."))
    return 302
