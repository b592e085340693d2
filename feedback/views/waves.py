"""Waves: the list, the page of one, who got what, and the buttons."""

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.db.models import QuerySet, Value
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_POST, require_safe

from feedback import columns, permissions
from feedback.enums import WaveState
from feedback.filters import InvitationFilter, InvitationMailFilter, SkipFilter, WaveFilter
from feedback.models import Invitation, Wave
from feedback.queries.disclosure import reads_answers
from feedback.queries.senders import knows_senders
from feedback.queries.typing_in import answers_by_channel
from feedback.queries.waves import live_figures
from feedback.services.jobs import COUNT_AGAIN, enqueue
from feedback.services.waves import close_wave, pause_wave, resume_wave
from feedback.views.wave_results import result_context
from portcrm.clock import now
from portcrm.exchange.exporting import export_response
from portcrm.outbox.enums import SENDABLE_AGAIN
from portcrm.outbox.permissions import VIEW_MAIL
from portcrm.pages.lists import Column, Empty, Listing, Preset
from portcrm.pages.render import page
from portcrm.paper.permissions import PRINT


def _wave(request: HttpRequest, pk: int) -> Wave:
    shown = ("programme__owner", "signed_by", "version__questionnaire", "result", "started_by", "seminar")
    return get_object_or_404(Wave.objects.visible_to(request.user).select_related(*shown), pk=pk)


@require_safe
@permission_required(permissions.VIEW_WAVE, raise_exception=True)
def wave_list(request: HttpRequest) -> HttpResponse:
    listing = Listing(
        request,
        record="feedback.wave",
        queryset=Wave.objects.visible_to(request.user).for_list(),
        filterset_class=WaveFilter,
        columns=columns.WAVE_COLUMNS if reads_answers(request.user) else columns.WAVE_COLUMNS_WITHOUT_FIGURES,
        orderings=columns.WAVE_ORDERINGS,
        empty=Empty(
            _("Nobody has been asked yet"),
            _("A programme asks your customers every quarter, or whenever you start it."),
            _("Go to the programmes"),
            reverse("feedback:programme_list"),
            "message",
        ),
        presets=(Preset("open", pgettext("wave", "Open"), "state=open&state=paused"),),
        export_permission=permissions.VIEW_WAVE,
    )
    if listing.export_format:
        return export_response(request, listing, by=request.user)
    return page(request, "feedback/waves.html", {"listing": listing}, fragments=Listing.fragments)


@require_safe
@permission_required(permissions.VIEW_WAVE, raise_exception=True)
def wave(request: HttpRequest, pk: int) -> HttpResponse:
    """Live figures of the mails and forms, stored figures of the answers."""
    wave = _wave(request, pk)
    return page(request, "feedback/wave.html", wave_context(request, wave), fragments=("live", "results"))


def wave_context(request: HttpRequest, wave: Wave) -> dict:
    live, found = live_figures(wave), result_context(request, wave)
    counted = found["result"].responses if found["result"] else 0
    every = "" if wave.state == WaveState.CLOSED else "5s" if live.waiting and wave.state == WaveState.OPEN else "30s"
    signature = wave.signed_by or wave.programme.owner
    found |= {"channels": answers_by_channel(wave, request.user) if wave.is_named else []}
    sees_whom = request.user.has_perm(permissions.VIEW_OUR_OWN if wave.asks_our_own else permissions.VIEW_RESPONSE)
    found |= {"sees_whom": sees_whom, "knows_forms": sees_whom and _knows_forms(request, wave)}
    found |= {"knows_senders": knows_senders(request.user, wave)}
    found |= {"sealed": wave.sealed.count() if wave.is_anonymous else 0}
    return {
        "wave": wave,
        "signature": signature,
        "live": live,
        "new_answers": live.answered - counted - found["sealed"],
        "every": every,
    } | found


@require_safe
@permission_required(permissions.VIEW_RESPONSE, raise_exception=True)
def wave_invitations(request: HttpRequest, pk: int) -> HttpResponse:
    """Who got what: one row per invitation with its mail and its form; of a confidential wave the form for the few who may know."""
    wave = _wave(request, pk)
    known = _knows_forms(request, wave)
    listing = Listing(
        request,
        record="feedback.invitation",
        queryset=_asked(request, wave, known),
        filterset_class=InvitationFilter if known else InvitationMailFilter,
        columns=_columns(wave, known),
        orderings=columns.INVITATION_ORDERINGS,
        empty=Empty(_("Nobody was invited"), _("See who was spared and why."), _("Spared"), reverse("feedback:wave_skips", args=[pk])),
        export_permission=permissions.VIEW_RESPONSE,
    )
    if listing.export_format:
        return export_response(request, listing, by=request.user)
    again = request.GET.get("mail") if request.GET.get("mail") in SENDABLE_AGAIN else ""
    context = {"wave": wave, "listing": listing, "again": again}
    return page(request, "feedback/wave_invitations.html", context, fragments=Listing.fragments)


def _knows_forms(request: HttpRequest, wave: Wave) -> bool:
    """Whether this reader sees who has answered: of an anonymous wave the day is all there is, of our own people not even that."""
    return not wave.asks_our_own and (wave.is_anonymous or knows_senders(request.user, wave))


def _columns(wave: Wave, known: bool) -> tuple[Column, ...]:
    if wave.asks_our_own:
        return columns.INVITATION_COLUMNS_OF_OUR_OWN
    return columns.INVITATION_COLUMNS if known else columns.INVITATION_COLUMNS_WITHOUT_FORMS


def _asked(request: HttpRequest, wave: Wave, known: bool) -> QuerySet[Invitation]:
    """Those asked, with what became of the form where that is `known` to this reader."""
    rows = wave.invitations.visible_to(request.user).select_related("customer", "user__department", "mail", "response", "wave")
    if known:
        rows = rows.with_progress().with_reminded()
    return rows.annotate(
        mail_may_be_read=Value(request.user.has_perm(VIEW_MAIL)),
        may_type_in=Value(request.user.has_perm(permissions.ADD_RESPONSE)),
        may_print=Value(request.user.has_perm(PRINT)),
    )


@require_safe
@permission_required(permissions.VIEW_RESPONSE, raise_exception=True)
def wave_skips(request: HttpRequest, pk: int) -> HttpResponse:
    """Who was meant to be asked and was not, with the reason."""
    wave = _wave(request, pk)
    listing = Listing(
        request,
        record="feedback.waveskip",
        queryset=wave.skips.visible_to(request.user).select_related("customer", "contact", "user__department"),
        filterset_class=SkipFilter,
        columns=columns.SKIP_COLUMNS,
        orderings=columns.SKIP_ORDERINGS,
        empty=Empty(_("Nobody was spared"), icon="circle-check"),
        export_permission=permissions.VIEW_RESPONSE,
    )
    if listing.export_format:
        return export_response(request, listing, by=request.user)
    return page(request, "feedback/wave_skips.html", {"wave": wave, "listing": listing}, fragments=Listing.fragments)


def _done(request: HttpRequest, wave: Wave, message: str) -> HttpResponse:
    messages.success(request, message)
    return redirect("feedback:wave", pk=wave.pk)


@require_POST
@permission_required(permissions.SEND_WAVE, raise_exception=True)
def wave_pause(request: HttpRequest, pk: int) -> HttpResponse:
    return _done(request, pause_wave(wave=_wave(request, pk), by=request.user), _("Paused: no further mail of this wave goes out."))


@require_POST
@permission_required(permissions.SEND_WAVE, raise_exception=True)
def wave_resume(request: HttpRequest, pk: int) -> HttpResponse:
    return _done(request, resume_wave(wave=_wave(request, pk), by=request.user), _("Mails of this wave go out again."))


@require_POST
@permission_required(permissions.SEND_WAVE, raise_exception=True)
def wave_close(request: HttpRequest, pk: int) -> HttpResponse:
    return _done(request, close_wave(wave=_wave(request, pk), at=now(), by=request.user), _("Closed. Answers are counted now."))


@require_POST
@permission_required(permissions.SEND_WAVE, raise_exception=True)
def wave_compute(request: HttpRequest, pk: int) -> HttpResponse:
    """Have a worker count the answers again; it does so by itself after new answers."""
    wave = _wave(request, pk)
    enqueue(COUNT_AGAIN, wave.pk)
    return _done(request, wave, _("The answers are being counted. Reload this page in a moment."))
