"""What follows from an answer: the customer's score and the follow-up of a low one. A fault here never costs the answer."""

import logging

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from feedback.models import Invitation, Response
from feedback.services.closed_loop import follow_up_low_score
from feedback.services.customer_facts import store_opinion
from feedback.services.jobs import ask_for_figures
from portcrm.accounts.models import User
from portcrm.audit.actions import action
from portcrm.clock import port_zone
from portcrm.outbox.models import OutgoingEmail
from portcrm.outbox.services import note_arrival

logger = logging.getLogger(__name__)


def tell_others(*, invitation: Invitation, response: Response, by: User) -> None:
    """Store the score, open the follow-up, ask for a new count. What fails is undone alone and left to `tell_leftovers`."""
    try:
        with transaction.atomic():
            _tell(invitation, response, by)
    except Exception:  # whatever is wrong there, what the customer wrote is kept
        logger.exception("feedback.answer_not_told %s", response.pk)
        Response.objects.filter(pk=response.pk).update(untold=True)
    ask_for_figures(invitation.wave_id)


def tell_leftovers(*, by: User) -> int:
    """Make good what failed when the answer came; returns how many. One that fails again waits and keeps no other back."""
    told = 0
    for pk in Response.objects.filter(untold=True).order_by("pk").values_list("pk", flat=True):
        try:
            told += tell_again(response_id=pk, by=by)
        except Exception:  # said in the log, tried again by the next sweep
            logger.exception("feedback.answer_still_not_told %s", pk)
    return told


@action("opinion.tell", _("Answer passed on"))
def tell_again(*, response_id: int, by: User) -> bool:
    """Tell of an answer that was not told; False when somebody else does it or has done it."""
    found = Response.objects.filter(pk=response_id, untold=True).select_for_update(of=("self",), skip_locked=True).first()
    if found is None:
        return False
    invitation = Invitation.objects.select_related("wave__programme__owner", "customer", "assignee").get(pk=found.invitation_id)
    _tell(invitation, found, by)
    Response.objects.filter(pk=found.pk).update(untold=False)
    return True


def _tell(invitation: Invitation, response: Response, by: User) -> None:
    on = response.submitted_at.astimezone(port_zone()).date()
    note_arrival(mails=OutgoingEmail.objects.filter(pk=invitation.mail_id), reason=_("The recipient has answered the form."), by=by)
    store_opinion(response=response, by=by)
    follow_up_low_score(invitation=invitation, response=response, on=on, by=by)
