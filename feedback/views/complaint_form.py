"""The customer's side of a complaint: the form, and the page that follows the case."""

import uuid

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from customers.models import Channel
from feedback.enums import ComplaintState
from feedback.forms.complaint_public import PublicComplaintForm
from feedback.forms.opinion import TRAP
from feedback.models import Complaint, Invitation
from feedback.queries.complaints import next_instance
from feedback.services.complaints import ComplaintFacts, record_complaint
from feedback.services.contacts import still_theirs
from feedback.services.links import complaint_token, find_complaint, find_customers_invitation
from feedback.views.door import address_of, arrived, asked_language, known_language, public_form, public_page, to_receipt, unknown_link
from portcrm.accounts.services import system_user
from portcrm.clock import now, port_zone
from portcrm.limits import within_limit

CHANNEL = "complaint_channel"


@public_form
@require_http_methods(["GET", "HEAD", "POST"])
def complaint(request: HttpRequest) -> HttpResponse:
    """The form; sent well it leads to the page of the case, else it comes back with every word kept."""
    invitation = find_customers_invitation(request.POST.get("o", "") or request.GET.get("o", ""))
    if request.method != "POST":
        return _form(PublicComplaintForm(initial=_known(invitation) | {"form_key": uuid.uuid4()}), request)
    if language := known_language(request.POST.get("go", "").removeprefix("lang:")):
        with translation.override(language):
            return _form(PublicComplaintForm(initial=request.POST.dict()), request)
    form = PublicComplaintForm(request.POST)
    if form.is_valid() and not _within_limit(request, form.cleaned_data["form_key"]):
        form.add_error(
            None, _("Many complaints came from your network within an hour. Nothing is lost: please send this page again later.")
        )
        return _form(form, request, status=429)
    if not form.is_valid():
        return _form(form, request, status=422)
    sent = form.cleaned_data["form_key"]
    recorded = _record(form.cleaned_data, invitation)
    return to_receipt("opinion:complaint_status", complaint_token(recorded.public_id), recorded.form_key, sent=sent)


def _within_limit(request: HttpRequest, form_key: uuid.UUID) -> bool:
    """An impatient finger counts once, and a second press on the last one allowed is answered as the first."""
    return within_limit("complaint", address_of(request), settings.COMPLAINTS_AN_HOUR, once=str(form_key))


def _known(invitation: Invitation | None) -> dict:
    """What we know of somebody who comes from an opinion form, so that nobody types it again."""
    if invitation is None:
        return {}
    return {"company_name": invitation.company, "reporter_name": invitation.name, "reporter_email": invitation.address}


def _record(cleaned: dict, invitation: Invitation | None):
    form_key = cleaned.pop("form_key")
    facts = ComplaintFacts(
        **cleaned,
        customer=invitation.customer if invitation else None,
        contact=still_theirs(invitation.contact, invitation.customer) if invitation else None,
        channel=Channel.objects.filter(key=CHANNEL).first(),
        language=translation.get_language(),
    )
    return record_complaint(facts=facts, form_key=form_key, at=now(), by=system_user())


def _form(form: PublicComplaintForm, request: HttpRequest, *, status: int = 200) -> HttpResponse:
    token = request.POST.get("o", "") or request.GET.get("o", "")
    context = {"form": form, "trap": TRAP, "from_invitation": token, "action": f"{request.path}?lang={translation.get_language()}"}
    context |= {"form_id": "complaint", "fresh": request.method != "POST"}
    return public_page("complaint", context, status=status)


STEPS = (ComplaintState.NEW, ComplaintState.ASSIGNED, ComplaintState.ANSWERED, ComplaintState.CLOSED)


def _way(case: Complaint) -> list[tuple[str, str]]:
    """Each step and whether it is past, here, later, or was left out: a case that fell away is closed without an answer."""
    reached = STEPS.index(case.state)
    happened = {ComplaintState.ASSIGNED: case.assigned_at, ComplaintState.ANSWERED: case.answered_at}
    places = ("past" if happened.get(state, True) else "left-out" for state in STEPS[:reached])
    return list(zip(STEPS, (*places, "here", *("later" for _state in STEPS[reached + 1 :])), strict=True))


@public_form
@require_safe
def complaint_status(request: HttpRequest, token: str) -> HttpResponse:
    """Where a case stands, for whoever holds its link: number, deadline, answer; never an internal note."""
    found = find_complaint(token)
    if found is None:
        return unknown_link(request)
    with translation.override(asked_language(request) or found.language):
        context = {
            "complaint": found,
            "token": token,
            "steps": _way(found),
            "answered_at": timezone.localtime(found.answered_at, port_zone()) if found.answered_at else None,
            "next_instance": next_instance(found),
            "path": request.path,
            "arrived": arrived(request, found.form_key),
        }
        return public_page("complaint_status", context)
