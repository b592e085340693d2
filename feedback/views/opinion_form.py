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
    CHOICE,
    PREFIX,
    PROPOSAL,
    TAKEN_OUT,
    TRAP,
    FormPage,
    build_page,
    carried_fields,
    form_key,
    page_of,
    posted_answers,
    posted_bases,
    posted_files,
    shown_answers,
)
from feedback.models import Draft, Invitation, Item, Response
from feedback.queries.questions import asked_in_mail, items_of, read_pages, sections_of
from feedback.queries.rules import end_of_grace
from feedback.queries.said_and_done import latest_published
from feedback.queries.senders import sent_at
from feedback.services.answers import ReadAnswers, is_point, mark_of, propose, read_answers, refuse_uneven, why_open
from feedback.services.closed_loop import is_low
from feedback.services.declining import reasons_of
from feedback.services.enclosures import MOST_FILES
from feedback.services.invitations import closing_text
from feedback.services.links import TO_SHOW, TO_TAKE, drawn_at, drawn_stamp, find_invitation, invitation_token, opt_out_token
from feedback.services.opinions import (
    answers_as_read,
    draft_of,
    is_sent,
    note_opened,
    save_draft,
    sent_answers,
    standing,
    stored_answers,
    submit,
)
from feedback.services.promises import promise_of
from feedback.services.sealing import seal
from feedback.views.door import address_of, answer, asked_language, known_language, notice, public_form, public_page, typed
from portcrm.accounts.services import system_user
from portcrm.bilingual import pick
from portcrm.clock import now, port_date, port_zone
from portcrm.files.kinds import ENDINGS
from portcrm.limits import within_limit

FORWARD = ("next", "submit")  # on the way back nothing has to be whole yet


def with_invitation(view):
    """Find whom the link belongs to; strangers, closed and used forms get their own page instead of `view`."""

    @wraps(view)
    def found(request: HttpRequest, token: str, **kwargs) -> HttpResponse:
        invitation = find_invitation(token, along=TO_TAKE if request.method == "POST" else TO_SHOW)
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
    last = draft_of(invitation) or (getattr(invitation, "response", None) if invitation.answered_at else None)
    return (known_language(last.language) if last else "") or invitation.language


def _address(invitation: Invitation, language: str):
    """Where the pages of the form are, in the language spoken now."""
    token, query = invitation_token(invitation.public_id), _said(invitation, language)
    return lambda number: reverse("opinion:form_page", args=[token, number]) + query


def _said(invitation: Invitation, language: str) -> str:
    return "" if language == invitation.language else f"?lang={language}"


def shut(request: HttpRequest, invitation: Invitation, *, answered: bool) -> HttpResponse:
    """The page of a form that takes no answers any more."""
    context = {"invitation": invitation, "company": invitation.company, "closes": closing_text(invitation.wave)}
    context |= {"token": invitation_token(invitation.public_id), "typed": typed(request)}
    return notice(request, "used" if answered else "closed", status=410, **context)


@with_invitation
@require_safe
def form(request: HttpRequest, invitation: Invitation) -> HttpResponse:
    """Where the link in the mail leads: page one, or the thanks to somebody who has answered."""
    here = standing(invitation, at=now())
    if here.answered and invitation.wave.is_anonymous:
        return _to_thanks(invitation, translation.get_language())
    if not here.takes_answers:
        return shut(request, invitation, answered=here.answered)
    if here.answered:
        return _to_thanks(invitation, translation.get_language(), clicked=_clicked(request, invitation))
    if request.method == "GET":  # a machine that asks for the head alone has opened nothing
        note_opened(invitation=invitation, at=now(), by=system_user())
    read_pages(invitation.wave.version)
    return _show(request, invitation, 1, answers_as_read(invitation))


@with_invitation
@require_http_methods(["GET", "HEAD", "POST"])
def form_page(request: HttpRequest, invitation: Invitation, number: int) -> HttpResponse:
    """One topic of the form; a GET only shows, a POST saves and goes where the pressed button says."""
    read_pages(invitation.wave.version)
    here = standing(invitation, at=now(), begun=_begun(request, invitation))
    if here.answered and invitation.wave.is_anonymous:  # sent twice, or gone back to: there is one answer, and nobody can open it
        return _to_thanks(invitation, translation.get_language())
    if not here.takes_answers:
        return shut(request, invitation, answered=here.answered)
    if not 1 <= number <= len(sections_of(invitation.wave.version)):
        return notice(request, "invalid", status=404)
    if request.method == "POST":
        return (_carry if invitation.wave.is_anonymous else _take)(request, invitation, number)
    return _show(request, invitation, number, answers_as_read(invitation))


def _begun(request: HttpRequest, invitation: Invitation) -> bool:
    """Whether what is sent comes from a page that was open before the closing."""
    drawn = drawn_at(request.POST.get("drawn", ""), invitation.public_id)
    return drawn is not None and drawn < invitation.wave.closes_at


def _take(request: HttpRequest, invitation: Invitation, number: int) -> HttpResponse:
    """Save what was posted, then go on, back, over to the other language, or send.

    It is saved before it is sent, in a transaction of its own: whatever ends the sending, the words are kept.
    """
    raw, go, key = posted_answers(request.POST), request.POST.get("go", "next"), form_key(request.POST)
    read = _read(request, invitation, raw, posted_bases(request.POST))
    language = known_language(go.removeprefix("lang:")) or translation.get_language()
    stored = _save(request, invitation, read, language, key)
    if go in FORWARD:
        refuse_uneven(read, items_of(invitation.wave.version), raw, stored)
    if not read.problems and go == "submit":
        outcome = submit(invitation=invitation, read=read, form_key=key, language=language, at=now(), by=system_user())
        if isinstance(outcome, Response):
            return _to_thanks(invitation, language)
        read.problems = {item.key: why_open(item, stored) for item in outcome} | read.problems
    if read.problems:
        return _show(request, invitation, number, stored, raw=raw, read=read)
    step = {"next": 1, "back": -1}.get(go, 0)
    pages = len(sections_of(invitation.wave.version))
    return redirect(_address(invitation, language)(min(max(number + step, 1), pages)))


def _carry(request: HttpRequest, invitation: Invitation, number: int) -> HttpResponse:
    """A page of an anonymous form. Nothing is kept between two pages but in the page itself: each carries what was told on the others."""
    raw, go = posted_answers(request.POST), request.POST.get("go", "next")
    read = _read(request, invitation, raw, bases=None)
    language = known_language(go.removeprefix("lang:")) or translation.get_language()
    if go in FORWARD:
        refuse_uneven(read, _on_page(invitation, number), raw, read.values)
    pages = len(sections_of(invitation.wave.version))
    number = min(max(number + {"next": 1, "back": -1}.get(go, 0), 1), pages) if not read.problems else number
    if not read.problems and go == "submit":
        begun = _begun(request, invitation)
        open_ones = seal(invitation=invitation, read=read, begun=begun, at=now(), by=system_user())
        if open_ones is True:
            return _to_thanks(invitation, language)
        number = page_of(open_ones[0])
        read.problems = {item.key: why_open(item, read.values) for item in open_ones if page_of(item) == number}
    with translation.override(language):
        return _show(request, invitation, number, read.values, raw=raw, read=read)


def _on_page(invitation: Invitation, number: int) -> list[Item]:
    return list(sections_of(invitation.wave.version)[number - 1].items.all())


def _read(request: HttpRequest, invitation: Invitation, raw: dict[str, str], bases: dict[str, str] | None) -> ReadAnswers:
    items = items_of(invitation.wave.version)
    read = read_answers(items, raw, longest=settings.LONGEST_OPINION_TEXT, bases=bases)
    propose(read, asked_in_mail(invitation.wave.version), request.POST.get(PROPOSAL, ""))
    if request.POST.get(TRAP):
        read.problems[TRAP] = _("Please leave the field “Website” empty.")
    if not within_limit("form", invitation.public_id, settings.FORM_SENDINGS_AN_HOUR):
        read.problems["limit"] = _("This form was sent very often within an hour. Your answers are kept; please try again later.")
    return read


def _save(request: HttpRequest, invitation: Invitation, read: ReadAnswers, language: str, key: uuid.UUID) -> dict:
    """Keep what was read; what a machine filled in stays on its page and nowhere else, and who sends too often sends no files."""
    if TRAP in read.problems:
        return stored_answers(invitation)
    words = {"language": language, "form_key": key, "begun": _begun(request, invitation)}
    enclosed = None if "limit" in read.problems else posted_files(request)
    return save_draft(invitation=invitation, read=read, enclosed=enclosed, **words, at=now(), by=system_user())


def _show(
    request: HttpRequest, invitation: Invitation, number: int, stored: dict, *, raw: dict | None = None, read: ReadAnswers | None = None
) -> HttpResponse:
    """Page `number` of the form; with problems it says what is wrong and keeps every word."""
    language, read, at = translation.get_language(), read or ReadAnswers(), now()
    address = _address(invitation, language)
    click = _click(request, invitation, stored)
    shown = build_page(invitation.wave.version, number, click.get("proposed", {}) | stored, address, raw=raw or {}, read=read)
    draft = draft_of(invitation) if request.method != "POST" else Draft.objects.filter(invitation=invitation).first()
    context = {
        "page": shown,
        "token": invitation_token(invitation.public_id),
        "invitation": invitation,
        "company": invitation.company,
        "purpose": invitation.wave.version.purpose(port=pick(settings.PORT_NAME_ZH, settings.PORT_NAME_EN), company=invitation.company),
        "closes": closing_text(invitation.wave),
        "grace_until": _grace(invitation, at),
        "saved_at": timezone.localtime(draft.updated_at, port_zone()) if draft else None,
        "form_key": uuid.uuid4(),
        "drawn": drawn_stamp(invitation.public_id, at=at),
        "longest": settings.LONGEST_OPINION_TEXT,
        "action": address(number),
    }
    context |= {"trap": TRAP, "proposal": PROPOSAL} | _enclosing() | _secrecy(invitation, shown, raw or {}) | reasons_to_decline(invitation)
    return public_page("form", context | click, status=422 if read.problems else 200)


def _enclosing() -> dict:
    return {"endings": ",".join(ENDINGS), "most_files": MOST_FILES, "taken_out": TAKEN_OUT, "megabytes": settings.MAX_UPLOAD_BYTES // 2**20}


def _secrecy(invitation: Invitation, shown: FormPage, raw: dict[str, str]) -> dict:
    """What the wave promises, and what an anonymous form carries along from its other pages."""
    carried = carried_fields(invitation.wave.version, shown, raw) if invitation.wave.is_anonymous else []
    return {"promise": promise_of(invitation.wave), "carried": carried, "answered": invitation.answered_at is not None}


def reasons_to_decline(invitation: Invitation) -> dict:
    """What somebody who would rather not answer can choose from, and has chosen."""
    reasons = [(reason.value, reason.label) for reason in reasons_of(invitation)]
    return {"reasons": reasons, "chosen_reason": invitation.decline_reason}


def _click(request: HttpRequest, invitation: Invitation, stored: dict) -> dict:
    """What was clicked in the mail beside what is stored; proposed only where nothing is."""
    if not (clicked := _clicked(request, invitation)):
        return {}
    item = asked_in_mail(invitation.wave.version)
    proposed = {item.key: clicked} if item.key not in stored else {}
    told = {"clicked": clicked, "chosen": str(stored.get(item.key, "")), "most": item.maximum}
    return told | {"proposed": proposed, "preselected": proposed.get(item.key, "")}


def _clicked(request: HttpRequest, invitation: Invitation) -> str:
    """The point clicked in the mail. A GET never stores it: it waits in the form for the first sending."""
    clicked = request.GET.get("a", "")
    return clicked if clicked and is_point(asked_in_mail(invitation.wave.version), clicked) else ""


def _grace(invitation: Invitation, at: dt.datetime) -> dt.datetime | None:
    """Until when a form may be sent whose wave has closed already."""
    until = end_of_grace(invitation.wave)
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
    if invitation.wave.is_anonymous:
        return JsonResponse({"problem": _("This form keeps nothing before it is sent.")}, status=409)
    key = form_key(request.POST)
    if is_sent(invitation=invitation, form_key=key):  # overtaken by the form itself
        return JsonResponse({"saved": True})
    read = _read(request, invitation, posted_answers(request.POST), posted_bases(request.POST))
    stored = _save(request, invitation, read, translation.get_language(), key)
    told = {"bases": {f"{BASE}{key}": mark_of(stored.get(key, "")) for key in read.bases if key not in read.problems}}
    if read.problems:
        refused = [name for name in request.POST if name.startswith((PREFIX, CHOICE)) and name[2:] in read.problems]
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
        "company": invitation.company,
        "form": invitation.wave.version.questionnaire.label,
        "submitted_at": timezone.localtime(sent_at(response, invitation.wave), port_zone()),
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
    if here.answered and invitation.wave.is_anonymous:
        return _thanks_to_nobody(invitation)
    if response is None:
        return redirect("opinion:form", token=invitation_token(invitation.public_id))  # nothing to thank for yet
    context = {
        "invitation": invitation,
        "token": invitation_token(invitation.public_id),
        "stop_token": opt_out_token(invitation.public_id),
        "company": invitation.company,
        "sent": shown_answers(invitation.wave.version, sent),
        "response": response,
        "submitted_at": timezone.localtime(sent_at(response, invitation.wave), port_zone()),
        "closes": closing_text(invitation.wave),
        "can_change": here.takes_answers,
        "low": is_low(invitation.wave, response),
        "days": settings.LOW_SCORE_BUSINESS_DAYS,
        "unsent": Draft.objects.filter(invitation=invitation).exists(),
        "said_and_done": latest_published(),
    }
    return public_page("thanks", context | _click(request, invitation, sent))


def _thanks_to_nobody(invitation: Invitation) -> HttpResponse:
    """Of anonymous answers nothing can be shown again, and no suggestion is asked for with the invitation's key."""
    context = {
        "invitation": invitation,
        "stop_token": opt_out_token(invitation.public_id),
        "closes": closing_text(invitation.wave),
        "answered_on": port_date(invitation.answered_at).isoformat(),
        "said_and_done": latest_published(),
    }
    return public_page("thanks_sealed", context)
