"""A low score is followed up by a person: a visible rule of the wave, never a hidden one."""

import datetime as dt

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import override

from customers.services.followups import note_on_follow_up, open_follow_up
from feedback.enums import LOW_SCORE, ItemKind
from feedback.models import Invitation, Response, Wave
from feedback.services.telling import tell_low_score
from portcrm.accounts.models import User
from portcrm.accounts.roles import Role
from portcrm.bilingual import enumerated
from portcrm.business_days import business_days_later

LOW_RATING = 2  # of 1 to 5


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


def _what_was_said(response: Response) -> str:
    """The comment and what was rated lowest, in the language that is active."""
    items = response.answers.filter(item__kind=ItemKind.RATING).exclude(item__key="overall")  # the title says it
    low = items.filter(score__lte=LOW_RATING).select_related("item").order_by("score", "item")
    marks = enumerated(f"{answer.item.text} {answer.score}" for answer in low)
    return "\n".join(part for part in (response.comment, _("Low marks: %(marks)s") % {"marks": marks} if marks else "") if part)


def follow_up_low_score(*, invitation: Invitation, response: Response, on: dt.date, by: User) -> None:
    """Open one follow-up per response, for the account manager of the moment of asking, else for the next in line.

    An answer changed later is noted on it while it is open: whoever calls the customer knows what they say now.
    """
    owner, key = responsible(invitation), f"{LOW_SCORE}{response.pk}"
    due_on = business_days_later(on, settings.LOW_SCORE_BUSINESS_DAYS)
    scores = {
        "overall": "–" if response.overall is None else response.overall,
        "recommend": "–" if response.recommend is None else response.recommend,
    }
    with override(owner.language):
        title = _("Low score in %(wave)s: satisfaction %(overall)s, recommendation %(recommend)s") % {
            "wave": invitation.wave.label,
            **scores,
        }
        note = _("Answer changed on %(day)s: satisfaction %(overall)s, recommendation %(recommend)s") % {"day": on.isoformat(), **scores}
        detail = _what_was_said(response)
    if response.submissions > 1:
        note_on_follow_up(dedupe_key=key, note=note, by=by)
    if not is_low(invitation.wave, response):
        return
    open_follow_up(
        customer=invitation.customer,
        title=title[:200],
        owner=owner,
        due_on=due_on,
        dedupe_key=key,
        detail=detail,
        reason_url=response.get_absolute_url(),
        by=by,
    )
    tell_low_score(response=response, owner=owner, due_on=due_on, by=by)
