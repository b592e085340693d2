"""The customer's side of an invitation: the form page by page, saving as it goes, sending, thanks."""

import uuid
from functools import wraps

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from feedback.forms.opinion import TRAP, build_page, form_key, posted_answers, shown_answers
from feedback.models import Draft, Invitation, Response
from feedback.services.answers import ReadAnswers, read_answers
from feedback.services.invitations import closing_text
from feedback.services.links import find_invitation, invitation_token, opt_out_token
from feedback.services.opinions import RECOMMEND, note_opened, save_draft, sent_answers, standing, stored_answers, submit
from feedback.views.door import address_of, answer, asked_language, known_language, notice, public_form, public_page
from portcrm.accounts.services import system_user
from portcrm.bilingual import pick
from portcrm.clock import now, port_zone
from portcrm.limits import within_limit


def with_invitation(view):
    """Find whom the link belongs to; strangers, closed and used forms get their own page instead of `view`."""

    @wraps(view)
    def found(request: HttpRequest, token: str, **kwargs) -> HttpResponse:
        invitation = find_invitation(token)
        if invitation is None:
            known = within_limit("unknown-link", address_of(request), settings.UNKNOWN_LINKS_AN_HOUR)
            return notice(request, "invalid", status=404 if known else 429)
        with translation.override(_language(request, invitation)):
            return answer(view, request, invitation, **kwargs)

    return public_form(found)


def _language(request: HttpRequest, invitation: Invitation) -> str:
    draft = Draft.objects.filter(invitation=invitation).only("language").first()
    return asked_language(request) or (draft.language if draft else "") or invitation.language


def _company(invitation: Invitation) -> str:
    return pick(invitation.customer.name_zh, invitation.customer.name_en)


def _address(invitation: Invitation):
    token = invitation_token(invitation.public_id)
    return lambda number: reverse("opinion:form_page", args=[token, number])


def _shut(request: HttpRequest, invitation: Invitation, *, answered: bool) -> HttpResponse:
    context = {"invitation": invitation, "company": _company(invitation), "closes": closing_text(invitation.wave)}
    return notice(request, "used" if answered else "closed", status=410, **context)


@with_invitation
@require_safe
def form(request: HttpRequest, invitation: Invitation) -> HttpResponse:
    """Where the link in the mail leads: page one, or the thanks to somebody who has answered."""
    here = standing(invitation, at=now())
    if not here.takes_answers:
        return _shut(request, invitation, answered=here.answered)
    if here.answered:
        return redirect("opinion:thanks", token=invitation_token(invitation.public_id))
    note_opened(invitation=invitation, at=now(), by=system_user())
    return _show(request, invitation, 1, stored_answers(invitation))


@with_invitation
@require_http_methods(["GET", "HEAD", "POST"])
def form_page(request: HttpRequest, invitation: Invitation, number: int) -> HttpResponse:
    """One topic of the form; a GET only shows, a POST saves and goes where the pressed button says."""
    here = standing(invitation, at=now())
    if not here.takes_answers:
        return _shut(request, invitation, answered=here.answered)
    if not 1 <= number <= invitation.wave.version.sections.count():
        return notice(request, "invalid", status=404)
    if request.method == "POST":
        return _take(request, invitation, number)
    return _show(request, invitation, number, stored_answers(invitation))


def _take(request: HttpRequest, invitation: Invitation, number: int) -> HttpResponse:
    """Save what was posted, then go on, back, over to the other language, or send."""
    raw, go = posted_answers(request.POST), request.POST.get("go", "next")
    read = _read(request, invitation, raw)
    language = go.removeprefix("lang:") if go.startswith("lang:") else translation.get_language()
    if not read.problems and go == "submit":
        outcome = submit(invitation=invitation, read=read, form_key=form_key(request.POST), language=language, at=now(), by=system_user())
        if isinstance(outcome, Response):
            return redirect("opinion:thanks", token=invitation_token(invitation.public_id))
        read.problems = {item.key: _("Please choose an answer.") for item in outcome}
    stored = save_draft(invitation=invitation, read=read, language=known_language(language), at=now(), by=system_user())
    if read.problems:
        return _show(request, invitation, number, stored | raw, problems=read.problems)
    step = {"next": 1, "back": -1}.get(go, 0)
    pages = invitation.wave.version.sections.count()
    return redirect(_address(invitation)(min(max(number + step, 1), pages)))


def _read(request: HttpRequest, invitation: Invitation, raw: dict[str, str]) -> ReadAnswers:
    read = read_answers(invitation.wave.version.items.all(), raw, longest=settings.LONGEST_OPINION_TEXT)
    if request.POST.get(TRAP):
        read.problems[TRAP] = _("Please leave the field “Website” empty.")
    if not within_limit("form", invitation.public_id, settings.FORM_SENDINGS_AN_HOUR):
        read.problems["limit"] = _("This form was sent very often within an hour. Your answers are kept; please try again later.")
    return read


def _show(request: HttpRequest, invitation: Invitation, number: int, shown: dict, *, problems: dict | None = None) -> HttpResponse:
    """Page `number` of the form; with problems it says what is wrong and keeps every word."""
    token = invitation_token(invitation.public_id)
    draft = Draft.objects.filter(invitation=invitation).first()
    context = {
        "page": build_page(invitation.wave.version, number, shown, problems or {}, _address(invitation)),
        "token": token,
        "invitation": invitation,
        "company": _company(invitation),
        "closes": closing_text(invitation.wave),
        "saved_at": timezone.localtime(draft.updated_at, port_zone()) if draft else None,
        "form_key": uuid.uuid4(),
        "trap": TRAP,
        "longest": settings.LONGEST_OPINION_TEXT,
        "preselected": _preselected(request, shown),
        "action": _address(invitation)(number),
    }
    return public_page("form", context, status=422 if problems else 200)


def _preselected(request: HttpRequest, shown: dict) -> str:
    """The 0-10 answer clicked in the mail. A GET never stores it: it waits in the form for the first sending."""
    clicked = request.GET.get("a", "")
    return clicked if RECOMMEND not in shown and clicked in {str(point) for point in range(11)} else ""


@with_invitation
@require_POST
def save(request: HttpRequest, invitation: Invitation) -> HttpResponse:
    """Keep what was just changed; asked by the page's script between two pages."""
    if not standing(invitation, at=now()).takes_answers:
        return JsonResponse({"problem": _("This form is closed and takes no answers any more.")}, status=410)
    read = _read(request, invitation, posted_answers(request.POST))
    save_draft(invitation=invitation, read=read, language=translation.get_language(), at=now(), by=system_user())
    if read.problems:
        return JsonResponse({"problem": " ".join(str(sentence) for sentence in read.problems.values())}, status=422)
    return JsonResponse({"saved": True})


@with_invitation
@require_safe
def thanks(request: HttpRequest, invitation: Invitation) -> HttpResponse:
    """What was stored, what happens next, and the way back into the form while the wave is open."""
    response = Response.objects.filter(invitation=invitation).first()
    here = standing(invitation, at=now())
    if response is None:
        return redirect("opinion:form", token=invitation_token(invitation.public_id))
    context = {
        "invitation": invitation,
        "token": invitation_token(invitation.public_id),
        "stop_token": opt_out_token(invitation.public_id),
        "company": _company(invitation),
        "sent": shown_answers(invitation.wave.version, sent_answers(invitation)),
        "response": response,
        "submitted_at": timezone.localtime(response.submitted_at, port_zone()),
        "closes": closing_text(invitation.wave),
        "can_change": here.takes_answers,
        "unsent": Draft.objects.filter(invitation=invitation).exists(),
    }
    return public_page("thanks", context)
