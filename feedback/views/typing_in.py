"""Typing in what customers wrote on paper or said by telephone or at a visit: the code, then the whole form on one page."""

import logging
import uuid

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from feedback import permissions
from feedback.forms.opinion import PREFIX, form_key, posted_answers, whole_pages
from feedback.forms.typing_in import CodeForm, TakenForm, blocks_of, first_open, read_typed
from feedback.models import Invitation, Item, Response
from feedback.queries.questions import items_of
from feedback.queries.senders import knows_senders
from feedback.queries.typing_in import answer_of
from feedback.services.answers import ReadAnswers, why_open
from feedback.services.conditions import texts_out_of_place
from feedback.services.opinions import already_answered, typing_in
from feedback.services.sealing import already_sealed, seal
from feedback.services.typing_in import type_in
from portcrm.accounts.models import User
from portcrm.clock import now
from portcrm.errors import RuleBroken
from portcrm.pages.refused import NOT_STORED, is_refused_write
from portcrm.pages.render import page

logger = logging.getLogger(__name__)
DOES_NOT_APPLY = gettext_lazy("By the other answers this question is not asked. Tick the answer it depends on, or leave this text out.")
LEFT_OUT = gettext_lazy("Please choose an answer, or tick below that the customer left it out.")
LOOK = "look"  # Enter in a field where there is no script: nothing is stored, the cursor goes on


@require_safe
@permission_required(permissions.ADD_RESPONSE, raise_exception=True)
def type_in_code(request: HttpRequest) -> HttpResponse:
    """Ask for the code on the paper and lead on to its form."""
    form = CodeForm(request.GET if "code" in request.GET else None, invitations=Invitation.objects.visible_to(request.user).of_customers())
    if form.is_valid():
        return redirect("feedback:type_in_form", pk=form.invitation.pk)
    return page(request, "feedback/type_in_code.html", {"form": form}, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@permission_required(permissions.ADD_RESPONSE, raise_exception=True)
def type_in_form(request: HttpRequest, pk: int) -> HttpResponse:
    """Whose form it is and where it stands; all its questions, where it may still be typed in."""
    rows = Invitation.objects.visible_to(request.user).of_customers()
    invitation = get_object_or_404(rows.select_related("wave__version", "wave__programme", "customer", "contact"), pk=pk)
    if request.method == "POST":
        return _take(request, invitation)
    return _show(request, invitation, TakenForm(invitation=invitation, channel=request.GET.get("channel", "")))


def _take(request: HttpRequest, invitation: Invitation) -> HttpResponse:
    """Store what was typed. Whatever stands in the way, every word of it is on the page again."""
    raw, key, items = posted_answers(request.POST), form_key(request.POST), items_of(invitation.wave.version)
    read = read_typed(items, raw)
    read.problems |= {item.key: DOES_NOT_APPLY for item in texts_out_of_place(items, read.values)}
    form, outcome, status = TakenForm(request.POST, request.FILES, invitation=invitation), [], 422
    if request.POST.get("go") == LOOK:
        return _look(request, invitation, form, raw=raw, read=read, key=key, items=items)
    if form.is_valid() and not read.problems and not read.values:
        form.add_error(None, _("Nothing is filled in yet."))
    elif form.is_valid() and not read.problems:
        try:
            outcome = _store(invitation, form, read, key, request.user)
        except RuleBroken as refusal:
            form.add_error(None, refusal.message)
            status = 409
        except Exception as fault:  # whatever is wrong with us, nobody types a whole form twice
            status = _not_stored(request, invitation, form, fault)
    if outcome is True:
        messages.success(request, _("Stored without a name. Destroy the paper now."))
        return redirect("feedback:type_in_code")
    if isinstance(outcome, Response):
        return _stored(request, invitation, outcome)
    read.problems |= {item.key: why_open(item, read.values, unanswered=LEFT_OUT) for item in outcome}
    return _show(request, invitation, form, raw=raw, read=read, key=key, status=status)


def _look(request: HttpRequest, invitation: Invitation, form: TakenForm, *, items: list[Item], raw: dict, **typed) -> HttpResponse:
    """The page once more with all that was typed, what is wrong with it, and the cursor on the next empty number."""
    shown = {"focus": f"{PREFIX}{first_open(items, raw)}", "status": 422 if typed["read"].problems else 200}
    return _show(request, invitation, form, raw=raw, **typed, **shown)


def _stored(request: HttpRequest, invitation: Invitation, outcome: Response) -> HttpResponse:
    if not knows_senders(request.user, invitation.wave):
        messages.success(request, _("Stored. Tell nobody whose answers they are."))
        return redirect("feedback:type_in_code")
    messages.success(request, _("Stored: the answers of %(company)s count.") % {"company": invitation.customer.label})
    return redirect("feedback:type_in_code") if request.POST.get("go") == "next" else redirect(outcome)


def _store(invitation: Invitation, form: TakenForm, read: ReadAnswers, key: uuid.UUID, by: User) -> Response | bool | list[Item]:
    """The answer, True for an anonymous one, or the required items that are open."""
    if invitation.wave.is_anonymous:
        return seal(invitation=invitation, read=read, typed=True, gaps=form.cleaned_data["gaps"], at=now(), by=by)
    return type_in(invitation=invitation, read=read, form_key=key, **form.cleaned_data, at=now(), by=by)


def _not_stored(request: HttpRequest, invitation: Invitation, form: TakenForm, fault: Exception) -> int:
    """Say it on the form and in the log; the status of the answer."""
    logger.exception("feedback.not_typed_in %s", invitation.pk, exc_info=fault)
    refused = is_refused_write(request, fault)
    form.add_error(None, NOT_STORED if refused else _("A fault on our side: nothing was stored. Everything you typed is still here."))
    return 503 if refused else 500


def _show(
    request: HttpRequest, invitation: Invitation, form: TakenForm, *, raw: dict | None = None, read: ReadAnswers | None = None, **shown
) -> HttpResponse:
    """The page; with `raw` and `read` what was typed stands in it. `shown`: `key` of the form it was, `status` of the answer, the field
    in `focus`."""
    response, here, read = answer_of(invitation), typing_in(invitation, at=now()), read or ReadAnswers()
    context = {
        "invitation": invitation,
        "form": form,
        "sealed": invitation.wave.is_anonymous,
        "open": here.takes_answers or bool(raw),
        "until": here.grace_until,
        "response": response if knows_senders(request.user, invitation.wave) else None,
        "answered": already_answered(response) if response else already_sealed(invitation) if here.answered else "",
        "pages": [(one, blocks_of(one)) for one in whole_pages(invitation.wave.version, raw=raw or {}, read=read)],
        "focus": shown.get("focus", ""),
        "look": LOOK,
        "problems": read.problems,
        "form_key": shown.get("key") or uuid.uuid4(),
        "longest": settings.LONGEST_OPINION_TEXT,
    }
    return page(request, "feedback/type_in_form.html", context, status=shown.get("status", 200))
