"""Programmes: the standing plans, their form, and "start a wave now"."""

import datetime as dt
import uuid
from collections import Counter

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from customers.enums import CustomerStatus
from customers.permissions import VIEW_CONTACT
from feedback import permissions
from feedback.analysis.samples import sample_size
from feedback.forms.programme import ProgrammeForm
from feedback.models import Programme
from feedback.queries.whom import obstacle_to_start, obstacles_of
from feedback.services.audience import Audience, audience_of, too_few
from feedback.services.programmes import create_programme, edit_programme
from feedback.services.sending_times import SendingTimes
from feedback.services.waves import start_wave
from portcrm.clock import now, port_today
from portcrm.errors import RuleBroken
from portcrm.pages.render import page


@require_safe
@permission_required(permissions.VIEW_WAVE, raise_exception=True)
def programme_list(request: HttpRequest) -> HttpResponse:
    found = Programme.objects.visible_to(request.user).select_related("questionnaire", "owner", "customer_view")
    programmes = list(found.prefetch_related("waves", "questionnaire__versions"))
    obstacles = obstacles_of(programmes)
    for programme in programmes:
        programme.stopped_by = obstacles[programme.pk]
    return page(request, "feedback/programmes.html", {"programmes": programmes, "today": port_today()})


@require_http_methods(["GET", "HEAD", "POST"])
@permission_required(permissions.SEND_WAVE, raise_exception=True)
def programme_create(request: HttpRequest) -> HttpResponse:
    initial = {"owner": request.user.pk, "customer_statuses": [CustomerStatus.EXISTING]}
    form = ProgrammeForm(request.POST or None, initial=initial, user=request.user)
    status = 422 if form.errors else 200
    if request.method == "POST" and form.is_valid():
        try:
            create_programme(fields=form.values, on=port_today(), by=request.user)
        except RuleBroken as refusal:
            status = form.refuse(refusal)
        else:
            messages.success(request, _("The programme is planned."))
            return redirect("feedback:programme_list")
    return _form(request, form, _("New programme"), status)


@require_http_methods(["GET", "HEAD", "POST"])
@permission_required(permissions.SEND_WAVE, raise_exception=True)
def programme_edit(request: HttpRequest, pk: int) -> HttpResponse:
    programme = get_object_or_404(Programme.objects.visible_to(request.user), pk=pk)
    form = ProgrammeForm(request.POST or None, instance=programme, user=request.user)
    status = 422 if form.errors else 200
    if request.method == "POST" and form.is_valid():
        try:
            edit_programme(programme=programme, fields=form.changes(), seen=form.seen_values(), on=port_today(), by=request.user)
        except RuleBroken as refusal:
            status = form.refuse(refusal)
        else:
            messages.success(request, _("Saved."))
            return redirect("feedback:programme_list")
    return _form(request, form, programme.label, status)


def _form(request: HttpRequest, form: ProgrammeForm, title: str, status: int) -> HttpResponse:
    context = {"form": form, "title": title, "cancel_url": reverse("feedback:programme_list")}
    return page(request, "feedback/programme_form.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
@permission_required(permissions.SEND_WAVE, raise_exception=True)
def programme_start(request: HttpRequest, pk: int) -> HttpResponse:
    """Show whom a wave would ask and spare; a POST starts it."""
    programme = get_object_or_404(Programme.objects.visible_to(request.user).select_related("questionnaire"), pk=pk)
    if request.method == "POST":
        any_hour = "any_hour" in request.POST
        wave = start_wave(programme=programme, at=now(), request_key=_key(request), by=request.user, any_hour=any_hour)
        messages.success(request, _("The wave has started; its mails are being written."))
        return redirect("feedback:wave", pk=wave.pk)
    context = {"programme": programme, "request_key": uuid.uuid4()}
    return page(request, "feedback/programme_start.html", context | _asking(request, programme) | leaving(now()))


def _asking(request: HttpRequest, programme: Programme) -> dict:
    """Whom a wave of today would ask and spare, or what stands against it; and how many customers would do for a sample."""
    stopped_by, audience = obstacle_to_start(programme), Audience()
    if not stopped_by:
        audience = audience_of(programme, on=port_today())
        stopped_by = too_few(programme, audience)
    companies = 0 if programme.asks_our_own else len({contact.customer_id for contact in audience.asked})
    return {
        "audience": audience,
        "sees_whom": request.user.has_perm(permissions.VIEW_OUR_OWN if programme.asks_our_own else VIEW_CONTACT),
        "companies": companies,
        "draws": programme.sample_size is not None and programme.sample_size < companies,
        "suggested": sample_size(companies) if companies else None,
        "stopped_by": stopped_by,
        "reasons": reasons_of(audience),
    }


def reasons_of(audience: Audience) -> list[tuple[str, int]]:
    """Why how many are spared, the most frequent reason first."""
    return Counter(skip.reason.label for skip in audience.skipped).most_common()


def leaving(at: dt.datetime) -> dict:
    """Why the mails of a wave started at that moment would wait, and until when."""
    times = SendingTimes.from_settings(at=at)
    return {"waits_for": times.reason(at), "leaves_at": times.first_moment(at)}


def _key(request: HttpRequest) -> uuid.UUID:
    try:
        return uuid.UUID(request.POST.get("request_key", ""))
    except ValueError:
        return uuid.uuid4()
