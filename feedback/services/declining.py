"""Somebody would rather not answer: no reminder any more, and the wrong person is put right by the account manager."""

import datetime as dt

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, override

from customers.services.followups import open_follow_up
from feedback.enums import WRONG_PERSON, DeclineReason
from feedback.models import Invitation
from feedback.services.closed_loop import responsible
from feedback.services.opinions import standing
from portcrm.accounts.models import User
from portcrm.audit.actions import action
from portcrm.business_days import business_days_later
from portcrm.clock import port_date
from portcrm.errors import RuleBroken

WRONG_CONTACT = "feedback.invitation:"  # what the follow-up is opened once for, before the number of the invitation


def reasons_of(invitation: Invitation) -> list[DeclineReason]:
    """What somebody may say who would rather not answer; our own people are who they are."""
    return [reason for reason in DeclineReason if invitation.user_id is None or reason not in WRONG_PERSON]


@action("opinion.decline", gettext_lazy("Declined to answer"))
def decline(*, invitation: Invitation, reason: DeclineReason, at: dt.datetime, by: User) -> Invitation:
    """Note that the invited person would rather not answer. The link stays good until the closing; said again, the last reason counts.

    RuleBroken once the form is closed or answered. “Not me” and “no longer here” open one follow-up to put the contact right.
    """
    Invitation.objects.select_for_update().get(pk=invitation.pk)
    found = Invitation.objects.select_related("wave__programme__owner", "customer", "assignee").get(pk=invitation.pk)
    here = standing(found, at=at)
    if here.answered:
        raise RuleBroken(_("This form has been answered already."))
    if not here.takes_answers:
        raise RuleBroken(_("This form is closed and takes no answers any more."))
    found.declined_at, found.decline_reason = found.declined_at or at, reason
    found.save(update_fields=["declined_at", "decline_reason"])
    if reason in WRONG_PERSON:
        _put_right(found, on=port_date(at), by=by)
    return found


def _put_right(invitation: Invitation, *, on: dt.date, by: User) -> None:
    owner = responsible(invitation)
    with override(owner.language):
        told = {"name": invitation.name or invitation.address, "wave": invitation.wave.label}
        told |= {"reason": DeclineReason(invitation.decline_reason).label}
        title = _("Put the contact right: %(name)s") % told
        detail = _("Asked in %(wave)s; the answer was “%(reason)s”.") % told
    open_follow_up(
        customer=invitation.customer,
        title=title[:200],
        owner=owner,
        due_on=business_days_later(on, settings.LOW_SCORE_BUSINESS_DAYS),
        dedupe_key=f"{WRONG_CONTACT}{invitation.pk}",
        detail=detail,
        reason_url=invitation.contact.get_absolute_url() if invitation.contact else "",
        by=by,
    )
