"""The customer would rather not answer: told by a button, never by opening a link."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from feedback.enums import WRONG_PERSON, DeclineReason
from feedback.models import Invitation
from feedback.services.declining import decline, reasons_of
from feedback.services.invitations import closing_text
from feedback.services.links import invitation_token, opt_out_token
from feedback.services.opinions import standing
from feedback.views.door import public_page
from feedback.views.opinion_form import reasons_to_decline, shut, with_invitation
from portcrm.accounts.services import system_user
from portcrm.clock import now, port_zone


@with_invitation
@require_http_methods(["GET", "HEAD", "POST"])
def decline_page(request: HttpRequest, invitation: Invitation) -> HttpResponse:
    """What was noted, or the reasons to choose from; only a POST notes anything."""
    here = standing(invitation, at=now())
    if here.answered or not here.takes_answers:
        return shut(request, invitation, answered=here.answered)
    if request.method != "POST":
        return _show(invitation)
    reason = request.POST.get("reason", "")
    if reason not in reasons_of(invitation):
        return _show(invitation, problem=_("Please choose one of the reasons."))
    decline(invitation=invitation, reason=DeclineReason(reason), at=now(), by=system_user())
    address = reverse("opinion:decline", args=[invitation_token(invitation.public_id)])
    return redirect(f"{address}?lang={translation.get_language()}")


def _show(invitation: Invitation, *, problem: str = "") -> HttpResponse:
    noted = invitation.declined_at and timezone.localtime(invitation.declined_at, port_zone())
    context = {
        "token": invitation_token(invitation.public_id),
        "stop_token": opt_out_token(invitation.public_id),
        "noted": None if problem else noted,
        "wrong_person": invitation.decline_reason in WRONG_PERSON,
        "closes": closing_text(invitation.wave),
        "problem": problem,
    }
    return public_page("decline", context | reasons_to_decline(invitation), status=422 if problem else 200)
