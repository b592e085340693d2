"""Seminars: the list, the page, planning and correcting, and what is added to one."""

import uuid

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.core.exceptions import PermissionDenied
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from feedback import columns, permissions
from feedback.enums import GuestReply
from feedback.filters import SeminarFilter
from feedback.forms.heard import split_about
from feedback.forms.seminar import DecisionForm, GuestForm, OpinionForm, SeminarForm, TopicForm
from feedback.models import Seminar, SeminarDecision
from feedback.queries.seminars import minutes, to_call, to_invite, wave_of
from feedback.services.heard import record_heard
from feedback.services.seminars import (
    add_guest,
    add_topic,
    decide,
    edit_seminar,
    finish_decision,
    invite_guests,
    note_attendance,
    plan_seminar,
)
from portcrm.clock import now, port_today
from portcrm.errors import RuleBroken
from portcrm.exchange.exporting import export_response
from portcrm.pages.lists import Empty, Listing, Preset
from portcrm.pages.render import page


@require_safe
@permission_required(permissions.VIEW_SEMINAR, raise_exception=True)
def seminar_list(request: HttpRequest) -> HttpResponse:
    listing = Listing(
        request,
        record="feedback.seminar",
        queryset=Seminar.objects.visible_to(request.user).for_list(),
        filterset_class=SeminarFilter,
        columns=columns.SEMINAR_COLUMNS,
        orderings=columns.SEMINAR_ORDERINGS,
        empty=Empty(
            _("No seminars"), _("Plan one: topics, guests, what they say, what is decided."), _("Plan a seminar"),
            reverse("feedback:seminar_create") if request.user.has_perm(permissions.HOLD_SEMINAR) else "", "users-group",
        ),
        presets=(Preset("planned", _("Planned"), "state=planned"),),
        export_permission=permissions.VIEW_SEMINAR,
    )  # fmt: skip
    if listing.export_format:
        return export_response(request, listing, by=request.user)
    return page(request, "feedback/seminars.html", {"listing": listing}, fragments=Listing.fragments)


def find_seminar(request: HttpRequest, pk: int) -> Seminar:
    return get_object_or_404(Seminar.objects.visible_to(request.user).select_related("host"), pk=pk)


@require_safe
@permission_required(permissions.VIEW_SEMINAR, raise_exception=True)
def seminar(request: HttpRequest, pk: int) -> HttpResponse:
    found = find_seminar(request, pk)
    context = minutes(found, request.user) | {
        "today": port_today(), "uninvited": to_invite(found).count(), "to_call": to_call(found),
        "wave": wave_of(found, request.user),
    }  # fmt: skip
    return page(request, "feedback/seminar.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@permission_required(permissions.HOLD_SEMINAR, raise_exception=True)
def seminar_create(request: HttpRequest) -> HttpResponse:
    form = SeminarForm(request.POST or None, user=request.user)
    if request.method == "POST" and form.is_valid():
        values = form.values
        planned = plan_seminar(**values | {"form_key": values["form_key"] or uuid.uuid4()}, at=now(), by=request.user)
        return redirect(planned)
    context = {"form": form, "title": _("Plan a seminar"), "cancel_url": reverse("feedback:seminar_list")}
    return page(request, "feedback/seminar_form.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@permission_required(permissions.HOLD_SEMINAR, raise_exception=True)
def seminar_edit(request: HttpRequest, pk: int) -> HttpResponse:
    found = find_seminar(request, pk)
    form = SeminarForm(request.POST or None, instance=found, user=request.user)
    status = 422 if form.errors else 200
    if request.method == "POST" and form.is_valid():
        try:
            edit_seminar(seminar=found, changes=form.changes(), seen=form.seen_values(), by=request.user)
        except RuleBroken as refusal:
            status = form.refuse(refusal)
        else:
            return redirect(found)
    context = {"form": form, "title": found.label, "cancel_url": found.get_absolute_url()}
    return page(request, "feedback/seminar_form.html", context, status=status)


def _add(request: HttpRequest, pk: int, form_class: type[Form], service, title: str, **options) -> HttpResponse:
    """A page with one form about a seminar; what is refused comes back with everything typed."""
    found = find_seminar(request, pk)
    form = form_class(request.POST or None, seminar=found, user=request.user, **options)
    if request.method == "POST" and form.is_valid():
        try:
            service(found, form.cleaned_data)
        except RuleBroken as refusal:
            form.add_error(refusal.field if refusal.field in form.fields else None, refusal.message)
        else:
            messages.success(request, _("Saved."))
            return redirect(found)
    context = {"form": form, "title": title, "seminar": found, "cancel_url": found.get_absolute_url()}
    return page(request, "feedback/seminar_form.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@permission_required(permissions.HOLD_SEMINAR, raise_exception=True)
def seminar_topic(request: HttpRequest, pk: int) -> HttpResponse:
    return _add(request, pk, TopicForm, lambda found, told: add_topic(seminar=found, **told, by=request.user), _("Add a topic"))


@require_http_methods(["GET", "HEAD", "POST"])
@permission_required(permissions.HOLD_SEMINAR, raise_exception=True)
def seminar_guest(request: HttpRequest, pk: int) -> HttpResponse:
    options = {"address": request.path, "chosen": request.GET.get("customer", "")}
    return _add(request, pk, GuestForm, lambda found, told: add_guest(seminar=found, **told, by=request.user), _("Add a guest"), **options)


@require_http_methods(["GET", "HEAD", "POST"])
@permission_required(permissions.ADD_SUGGESTION, raise_exception=True)
def seminar_opinion(request: HttpRequest, pk: int) -> HttpResponse:
    """What a guest said: an opinion heard, of the channel seminar, with its topic."""

    def write(found, told):
        record_heard(**split_about(told), heard_on=min(found.held_on, port_today()), at=now(), by=request.user)

    options = {"address": request.path, "chosen": request.GET.get("customer", "")}
    return _add(request, pk, OpinionForm, write, _("Write down an opinion"), **options)


@require_http_methods(["GET", "HEAD", "POST"])
@permission_required(permissions.HOLD_SEMINAR, raise_exception=True)
def seminar_decision(request: HttpRequest, pk: int) -> HttpResponse:
    return _add(request, pk, DecisionForm, lambda found, told: decide(seminar=found, **told, by=request.user), _("Add a decision"))


@require_POST
@permission_required(permissions.HOLD_SEMINAR, raise_exception=True)
def seminar_invite(request: HttpRequest, pk: int) -> HttpResponse:
    found = find_seminar(request, pk)
    number = invite_guests(seminar=found, at=now(), by=request.user)
    messages.success(request, ngettext("%(n)s guest is written to.", "%(n)s guests are written to.", number) % {"n": number})
    return redirect(found)


@require_http_methods(["GET", "HEAD", "POST"])
@permission_required(permissions.HOLD_SEMINAR, raise_exception=True)
def seminar_attendance(request: HttpRequest, pk: int) -> HttpResponse:
    """Every guest on one page: what they replied and, from the day on, whether they came."""
    found = find_seminar(request, pk)
    guests = list(found.guests.select_related("contact", "customer"))
    if request.method == "POST":
        replies = {guest.pk: request.POST[f"reply-{guest.pk}"] for guest in guests if f"reply-{guest.pk}" in request.POST}
        came = {guest.pk for guest in guests if request.POST.get(f"came-{guest.pk}")}
        note_attendance(seminar=found, replies=replies, came=came, at=now(), by=request.user)
        messages.success(request, _("Saved."))
        return redirect(found)
    context = {"seminar": found, "guests": guests, "replies": GuestReply.choices, "over": found.held_on <= port_today()}
    return page(request, "feedback/seminar_attendance.html", context)


@require_POST
@permission_required(permissions.VIEW_SEMINAR, raise_exception=True)
def seminar_finish(request: HttpRequest, pk: int) -> HttpResponse:
    """Its owner may, too."""
    decision = get_object_or_404(SeminarDecision.objects.visible_to(request.user).select_related("seminar"), pk=pk)
    if not decision.may_be_finished_by(request.user):
        raise PermissionDenied
    finish_decision(decision=decision, on=port_today(), by=request.user)
    return redirect(decision.seminar)
