"""What follows from an answer: the customer's score, the follow-up of a low one, what it suggests. A fault here never costs the answer."""

import logging

from django.db import transaction
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from feedback.models import Invitation, Response, Wave
from feedback.queries.senders import sent_at
from feedback.services.asked_suggestions import asks_for_suggestions, take_suggestions, take_unsigned_suggestions
from feedback.services.closed_loop import follow_up_low_score, report_low_score
from feedback.services.customer_facts import store_opinion
from feedback.services.jobs import ask_for_figures
from portcrm.accounts.models import User
from portcrm.audit.actions import action
from portcrm.clock import port_date, port_zone
from portcrm.outbox.enums import MailState
from portcrm.outbox.models import OutgoingEmail
from portcrm.outbox.services import note_arrival

ALONG = ("wave__programme__owner", "wave__version__questionnaire", "customer", "assignee")
logger = logging.getLogger(__name__)


def tell_others(*, invitation: Invitation, response: Response, by: User) -> None:
    """Store the score, open the follow-up, ask for a new count. What fails is undone alone and left to `tell_leftovers`.

    The invitation is one that was read `with_mail_state`.
    """
    try:
        with transaction.atomic():
            told = _tell(invitation, response, by)
    except Exception:  # whatever is wrong there, what the customer wrote is kept
        logger.exception("feedback.answer_not_told %s", response.pk)
        told = False
    if not told:
        Response.objects.filter(pk=response.pk).update(untold=True)
    ask_for_figures(invitation.wave_id)


def tell_without_a_name(*, wave: Wave, responses: list[Response], by: User) -> None:
    """Of anonymous answers nothing is told but what they suggest: no score of a customer, no follow-up."""
    for response in responses:
        try:
            with transaction.atomic():
                take_unsigned_suggestions(wave=wave, response=response, by=by)
        except Exception:  # as above
            logger.exception("feedback.suggestions_not_taken %s", response.pk)
            Response.objects.filter(pk=response.pk).update(untold=True)


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
    """Tell of an answer that was not told; False when somebody else does it or has done it, or a part failed again."""
    found = Response.objects.filter(pk=response_id, untold=True).select_for_update(of=("self",), skip_locked=True).first()
    if found is None:
        return False
    if found.wave.is_anonymous:
        take_unsigned_suggestions(wave=found.wave, response=found, by=by)
        return Response.objects.filter(pk=found.pk).update(untold=False) == 1
    invitation = Invitation.objects.select_related(*ALONG).with_mail_state().get(pk=found.invitation_id)
    told = _tell(invitation, found, by)
    Response.objects.filter(pk=found.pk).update(untold=not told)
    return told


def _tell(invitation: Invitation, response: Response, by: User) -> bool:
    """False where score and follow-up are kept, and what the answer suggests could not be taken from it."""
    if invitation.mail_state == MailState.UNCERTAIN and response.entered_by_id is None:  # paper and telephone tell nothing of a mail
        note_mail_arrived(invitation=invitation, reason=_("The recipient has answered the form."), by=by)
    if invitation.wave.is_confidential:
        return _tell_the_few(invitation, response, by)
    on = response.submitted_at.astimezone(port_zone()).date()
    store_opinion(response=response, by=by)
    follow_up_low_score(invitation=invitation, response=response, on=on, by=by)
    if not asks_for_suggestions(invitation.wave):
        return True
    try:
        with transaction.atomic():
            take_suggestions(invitation=invitation, response=response, by=by)
    except Exception:  # a suggestion that fails undoes neither score nor follow-up
        logger.exception("feedback.suggestions_not_taken %s", response.pk)
        return False
    return True


def _tell_the_few(invitation: Invitation, response: Response, by: User) -> bool:
    """Of a confidential answer nobody learns but those who may know its sender: no score of the customer, no follow-up on its file,
    no suggestion."""
    report_low_score(invitation=invitation, response=response, on=port_date(sent_at(response, invitation.wave)), by=by)
    return True


def note_mail_arrived(*, invitation: Invitation, reason: str | Promise, by: User) -> None:
    """Where nobody knew whether the mail of the invitation arrived. Of a confidential one the words do not say by what it is known."""
    if invitation.mail_id is not None:
        told = _("It is known to have arrived.") if invitation.wave.is_confidential else reason
        note_arrival(mails=OutgoingEmail.objects.filter(pk=invitation.mail_id), reason=told, by=by)
