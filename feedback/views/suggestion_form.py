"""The customer's side of a suggestion: the form, and the page that says what became of it."""

import uuid

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from customers.models import Channel
from feedback.enums import Credit
from feedback.forms.opinion import TRAP
from feedback.forms.suggestion_public import PublicSuggestionForm
from feedback.models import Invitation, Suggestion
from feedback.queries.said_and_done import latest_published
from feedback.services.contacts import still_theirs
from feedback.services.links import find_customers_invitation, find_suggestion, suggestion_token
from feedback.services.suggestions import record_suggestion
from feedback.views.door import (
    address_of,
    arrived,
    asked_language,
    known_language,
    public_form,
    public_page,
    to_receipt,
    unknown_link,
)
from portcrm.accounts.services import system_user
from portcrm.clock import now, port_today
from portcrm.limits import within_limit

CHANNEL = "suggestion_page"


@public_form
@require_http_methods(["GET", "HEAD", "POST"])
def suggestion(request: HttpRequest) -> HttpResponse:
    """The form; sent well it leads to the receipt, else it comes back with every word kept."""
    invitation = find_customers_invitation(request.POST.get("o", "") or request.GET.get("o", ""))
    if request.method != "POST":
        return _form(PublicSuggestionForm(initial=_known(invitation) | {"form_key": uuid.uuid4()}), request)
    if language := known_language(request.POST.get("go", "").removeprefix("lang:")):
        with translation.override(language):
            return _form(PublicSuggestionForm(initial=request.POST.dict()), request)
    form = PublicSuggestionForm(request.POST)
    if form.is_valid() and not _within_limit(request, form.cleaned_data["form_key"]):
        form.add_error(
            None, _("Many suggestions came from your network within an hour. Nothing is lost: please send this page again later.")
        )
        return _form(form, request, status=429)
    if not form.is_valid():
        return _form(form, request, status=422)
    sent = form.cleaned_data["form_key"]
    recorded = _record(form.cleaned_data, invitation)
    return to_receipt("opinion:suggestion_receipt", suggestion_token(recorded.public_id), recorded.form_key, sent=sent)


def _within_limit(request: HttpRequest, form_key: uuid.UUID) -> bool:
    """As with complaints, in a count of its own: who suggests much is not kept from complaining."""
    return within_limit("suggestion", address_of(request), settings.COMPLAINTS_AN_HOUR, once=str(form_key))


def _known(invitation: Invitation | None) -> dict:
    """What we know of somebody who comes from an opinion form, so that nobody types it again."""
    if invitation is None:
        return {}
    return {"company_name": invitation.company, "reporter_name": invitation.name, "reporter_email": invitation.address}


def _record(cleaned: dict, invitation: Invitation | None) -> Suggestion:
    may_name = cleaned.pop("may_name") == "yes"
    return record_suggestion(
        **cleaned,
        customer=invitation.customer if invitation else None,
        contact=still_theirs(invitation.contact, invitation.customer) if invitation else None,
        channel=Channel.objects.filter(key=CHANNEL).first(),
        **_credit(invitation, may_name=may_name),
        language=translation.get_language(),
        at=now(),
        by=system_user(),
    )


def _credit(invitation: Invitation | None, *, may_name: bool) -> dict:
    """Whoever holds an invitation speaks for that company; anybody else may type any name, so a colleague checks first."""
    if may_name and invitation:
        return {"credit": Credit.NAMED, "credit_agreed_on": port_today()}
    return {"asked_to_be_named": may_name}


def _form(form: PublicSuggestionForm, request: HttpRequest, *, status: int = 200) -> HttpResponse:
    context = {
        "form": form,
        "form_id": "suggestion",
        "trap": TRAP,
        "from_invitation": request.POST.get("o", "") or request.GET.get("o", ""),
        "action": f"{request.path}?lang={translation.get_language()}",
        "fresh": request.method != "POST",
        "said_and_done": latest_published(),
    }
    return public_page("suggestion", context, status=status)


@public_form
@require_safe
def suggestion_receipt(request: HttpRequest, token: str) -> HttpResponse:
    """Number, words and what became of them, for whoever holds the link; never who works on it."""
    found = find_suggestion(token)
    if found is None:
        return unknown_link(request)
    with translation.override(asked_language(request) or found.language):
        return public_page(
            "suggestion_receipt",
            {
                "suggestion": found,
                "arrived": arrived(request, found.form_key),
                "said_and_done": latest_published(),
            },
        )
