"""The customer's side of an invitation: the form page by page, saving as it goes, sending, thanks."""

import datetime as dt
import uuid
from functools import wraps
from urllib.parse import urlencode

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from feedback.forms.opinion import (
    BASE,
    PREFIX,
    PROPOSAL,
    TRAP,
    build_page,
    form_key,
    posted_answers,
    posted_bases,
    shown_answers,
)
from feedback.models import Draft, Invitation, Response
from feedback.services.answers import ReadAnswers, mark_of, propose, read_answers
from feedback.services.invitations import closing_text
from feedback.services.links import drawn_at, drawn_stamp, find_invitation, invitation_token, opt_out_token
from feedback.services.opinions import RECOMMEND, is_sent, note_opened, save_draft, sent_answers, standing, stored_answers, submit
from feedback.views.door import address_of, answer, asked_language, known_language, notice, public_form, public_page, typed
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
    """Asked for in the address, else what the form was filled in or sent in last, else the mail's."""
    if asked := asked_language(request):
        return asked
    draft = Draft.objects.filter(invitation=invitation).only("language").first()
    last = draft or Response.objects.filter(invitation=invitation).only("language").first()
    return (known_language(last.language) if last else "") or invitation.language


def _company(invitation: Invitation) -> str:
    return pick(invitation.customer.name_zh, invitation.customer.name_en)


def _address(invitation: Invitation, language: str):
    """Where the pages of the form are, in the language spoken now."""
    token, query = invitation_token(invitation.public_id), _said(invitation, language)
    return lambda number: reverse("opinion:form_page", args=[token, number]) + query


def _said(invitation: Invitation, language: str) -> str:
    return "" if language == invitation.language else f"?lang={language}"


def _shut(request: HttpRequest, invitation: Invitation, *, answered: bool) -> HttpResponse:
    context = {"invitation": invitation, "company": _company(invitation), "closes": closing_text(invitation.wave)}
    context |= {"token": invitation_token(invitation.public_id), "typed": typed(request)}
    return notice(request, "used" if answered else "closed", status=410, **context)


@with_invitation
@require_safe
def form(request: HttpRequest, invitation: Invitation) -> HttpResponse:
    """Where the link in the mail leads: page one, or the thanks to somebody who has answered."""
    here = standing(invitation, at=now())
    if not here.takes_answers:
        return _shut(request, invitation, answered=here.answered)
    if here.answered:
        return _to_thanks(invitation, translation.get_language(), clicked=_clicked(request, invitation))
    if request.method == "GET":  # a machine that asks for the head alone has opened nothing
        note_opened(invitation=invitation, at=now(), by=system_user())
    return _show(request, invitation, 1, stored_answers(invitation))


@with_invitation
@require_http_methods(["GET", "HEAD", "POST"])
def form_page(request: HttpRequest, invitation: Invitation, number: int) -> HttpResponse:
    """One topic of the form; a GET only shows, a POST saves and goes where the pressed button says."""
    here = standing(invitation, at=now(), begun=_begun(request, invitation))
    if not here.takes_answers:
        return _shut(request, invitation, answered=here.answered)
    if not 1 <= number <= invitation.wave.version.sections.count():
        return notice(request, "invalid", status=404)
    if request.method == "POST":
        return _take(request, invitation, number)
    return _show(request, invitation, number, stored_answers(invitation))


def _begun(request: HttpRequest, invitation: Invitation) -> bool:
    """Whether what is sent comes from a page that was open before the closing."""
    drawn = drawn_at(request.POST.get("drawn", ""), invitation.public_id)
    return drawn is not None and drawn < invitation.wave.closes_at


def _take(request: HttpRequest, invitation: Invitation, number: int) -> HttpResponse:
    """Save what was posted, then go on, back, over to the other language, or send.

    It is saved before it is sent, in a transaction of its own: whatever fails while sending, the words are kept.
    """
    raw, go, key = posted_answers(request.POST), request.POST.get("go", "next"), form_key(request.POST)
    read = _read(request, invitation, raw)
    language = known_language(go.removeprefix("lang:")) or translation.get_language()
    stored = _save(request, invitation, read, language, key)
    if not read.problems and go == "submit":
        outcome = submit(invitation=invitation, read=read, form_key=key, language=language, at=now(), by=system_user())
        if isinstance(outcome, Response):
            return _to_thanks(invitation, language)
        read.problems = {item.key: _("Please choose an answer.") for item in outcome} | read.problems
    if read.problems:
        return _show(request, invitation, number, stored, raw=raw, read=read)
    step = {"next": 1, "back": -1}.get(go, 0)
    pages = invitation.wave.version.sections.count()
    return redirect(_address(invitation, language)(min(max(number + step, 1), pages)))


def _read(request: HttpRequest, invitation: Invitation, raw: dict[str, str]) -> ReadAnswers:
    items = list(invitation.wave.version.items.all())
    read = read_answers(items, raw, longest=settings.LONGEST_OPINION_TEXT, bases=posted_bases(request.POST))
    propose(read, items, RECOMMEND, request.POST.get(PROPOSAL, ""))
    if request.POST.get(TRAP):
        read.problems[TRAP] = _("Please leave the field “Website” empty.")
    if not within_limit("form", invitation.public_id, settings.FORM_SENDINGS_AN_HOUR):
        read.problems["limit"] = _("This form was sent very often within an hour. Your answers are kept; please try again later.")
    return read


def _save(request: HttpRequest, invitation: Invitation, read: ReadAnswers, language: str, key: uuid.UUID) -> dict:
    """Keep what was read; what a machine filled in stays on its page and nowhere else."""
    if TRAP in read.problems:
        return stored_answers(invitation)
    begun = _begun(request, invitation)
    return save_draft(invitation=invitation, read=read, language=language, form_key=key, begun=begun, at=now(), by=system_user())


def _show(
    request: HttpRequest, invitation: Invitation, number: int, stored: dict, *, raw: dict | None = None, read: ReadAnswers | None = None
) -> HttpResponse:
    """Page `number` of the form; with problems it says what is wrong and keeps every word."""
    language, read, at = translation.get_language(), read or ReadAnswers(), now()
    address = _address(invitation, language)
    draft = Draft.objects.filter(invitation=invitation).first()
    context = {
        "page": build_page(invitation.wave.version, number, stored, address, raw=raw or {}, read=read),
        "token": invitation_token(invitation.public_id),
        "invitation": invitation,
        "company": _company(invitation),
        "closes": closing_text(invitation.wave),
        "grace_until": _grace(invitation, at),
        "saved_at": timezone.localtime(draft.updated_at, port_zone()) if draft else None,
        "form_key": uuid.uuid4(),
        "drawn": drawn_stamp(invitation.public_id, at=at),
        "trap": TRAP,
        "proposal": PROPOSAL,
        "longest": settings.LONGEST_OPINION_TEXT,
        "action": address(number),
    }
    return public_page("form", context | _click(request, invitation, stored), status=422 if read.problems else 200)


def _click(request: HttpRequest, invitation: Invitation, stored: dict) -> dict[str, str]:
    """What was clicked in the mail beside what is stored; proposed only where nothing is."""
    clicked = _clicked(request, invitation)
    return {"preselected": clicked if RECOMMEND not in stored else "", "clicked": clicked, "chosen": str(stored.get(RECOMMEND, ""))}


def _clicked(request: HttpRequest, invitation: Invitation) -> str:
    """The 0-10 answer clicked in the mail. A GET never stores it: it waits in the form for the first sending."""
    clicked = request.GET.get("a", "")
    if clicked not in {str(point) for point in range(11)}:
        return ""
    return clicked if invitation.wave.version.items.filter(key=RECOMMEND).exists() else ""


def _grace(invitation: Invitation, at: dt.datetime) -> dt.datetime | None:
    """Until when a form may be sent whose wave has closed already."""
    until = invitation.wave.closes_at + dt.timedelta(hours=settings.SURVEY_GRACE_HOURS)
    return timezone.localtime(until, port_zone()) if at >= invitation.wave.closes_at else None


def _to_thanks(invitation: Invitation, language: str, *, clicked: str = "") -> HttpResponse:
    address = reverse("opinion:thanks", args=[invitation_token(invitation.public_id)])
    query = {"lang": language} if language != invitation.language else {}
    query |= {"a": clicked} if clicked else {}
    return redirect(f"{address}?{urlencode(query)}" if query else address)


@with_invitation
@require_POST
def save(request: HttpRequest, invitation: Invitation) -> HttpResponse:
    """Keep what was just changed; asked by the page's script between two pages and before each of them is sent."""
    if not standing(invitation, at=now(), begun=_begun(request, invitation)).takes_answers:
        return JsonResponse({"problem": _("This form is closed and takes no answers any more.")}, status=410)
    key = form_key(request.POST)
    if is_sent(invitation=invitation, form_key=key):  # overtaken by the form itself
        return JsonResponse({"saved": True})
    read = _read(request, invitation, posted_answers(request.POST))
    stored = _save(request, invitation, read, translation.get_language(), key)
    told = {"bases": {f"{BASE}{key}": mark_of(stored.get(key, "")) for key in read.bases if key not in read.problems}}
    if read.problems:
        refused = [f"{PREFIX}{key}" for key in read.problems]
        problem = " ".join(str(sentence) for sentence in read.problems.values())
        return JsonResponse(told | {"problem": problem, "refused": refused}, status=422)
    return JsonResponse(told | {"saved": True})


@with_invitation
@require_safe
def copy(request: HttpRequest, invitation: Invitation) -> HttpResponse:
    """What was sent and counts, as a text to keep."""
    response = Response.objects.filter(invitation=invitation).first()
    if response is None:
        return redirect("opinion:form", token=invitation_token(invitation.public_id))
    context = {
        "port_name": pick(settings.PORT_NAME_ZH, settings.PORT_NAME_EN),
        "company": _company(invitation),
        "submitted_at": timezone.localtime(response.submitted_at, port_zone()),
        "sent": shown_answers(invitation.wave.version, sent_answers(invitation)),
    }
    text = render_to_string("feedback/public/copy.txt", context)
    name = f"opinion-{context['submitted_at']:%Y-%m-%d}.txt"
    return HttpResponse(text, content_type="text/plain; charset=utf-8", headers={"Content-Disposition": f'attachment; filename="{name}"'})


@with_invitation
@require_safe
def thanks(request: HttpRequest, invitation: Invitation) -> HttpResponse:
    """What was stored, what happens next, and the way back into the form while the wave is open."""
    response = Response.objects.filter(invitation=invitation).first()
    here, sent = standing(invitation, at=now()), sent_answers(invitation)
    if response is None:
        return redirect("opinion:form", token=invitation_token(invitation.public_id))  # nothing to thank for yet
    context = {
        "invitation": invitation,
        "token": invitation_token(invitation.public_id),
        "stop_token": opt_out_token(invitation.public_id),
        "company": _company(invitation),
        "sent": shown_answers(invitation.wave.version, sent),
        "response": response,
        "submitted_at": timezone.localtime(response.submitted_at, port_zone()),
        "closes": closing_text(invitation.wave),
        "can_change": here.takes_answers,
        "unsent": Draft.objects.filter(invitation=invitation).exists(),
    }
    return public_page("thanks", context | _click(request, invitation, sent))
