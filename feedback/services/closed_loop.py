"""A low score is followed up by a person: a visible rule of the wave, never a hidden one."""

import datetime as dt

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import override

from customers.services.followups import open_follow_up
from feedback.enums import LOW_SCORE
from feedback.models import Invitation, Response, Wave
from portcrm.accounts.models import User
from portcrm.accounts.roles import Role
from portcrm.business_days import business_days_later


def is_low(wave: Wave, response: Response) -> bool:
    """At or below one of the two limits the wave was started with."""
    poor = response.overall is not None and response.overall <= wave.low_overall_at_most
    detractor = response.recommend is not None and response.recommend <= wave.low_recommend_at_most
    return poor or detractor


def responsible(invitation: Invitation) -> User:
    """Who can still take it on: account manager then or now, the programme's owner, else a manager or colleague."""
    programme = invitation.wave.programme
    for person in (invitation.assignee, invitation.customer.account_manager, programme.owner):
        if person is not None and person.is_active:
            return person
    for role in (Role.MANAGER, Role.SERVICE, Role.MARKETING):
        if found := User.objects.people().active().holding(role).order_by("pk").first():
            return found
    return programme.owner  # nobody is left: better with its old owner than lost


def follow_up_low_score(*, invitation: Invitation, response: Response, on: dt.date, by: User) -> None:
    """Open one follow-up per response, for the account manager of the moment of asking, else for the next in line."""
    if not is_low(invitation.wave, response):
        return
    owner = responsible(invitation)
    with override(owner.language):
        title = _("Low score in %(wave)s: satisfaction %(overall)s, recommendation %(recommend)s") % {
            "wave": invitation.wave.label,
            "overall": "–" if response.overall is None else response.overall,
            "recommend": "–" if response.recommend is None else response.recommend,
        }
    open_follow_up(
        customer=invitation.customer,
        title=title[:200],
        owner=owner,
        due_on=business_days_later(on, settings.LOW_SCORE_BUSINESS_DAYS),
        dedupe_key=f"{LOW_SCORE}{response.pk}",
        by=by,
    )
