"""A low score is followed up by a person: a visible rule of the wave, never a hidden one."""

import datetime as dt

from django.conf import settings
from django.db.models import F
from django.utils.translation import gettext as _
from django.utils.translation import override

from customers.services.followups import note_on_follow_up, open_follow_up
from feedback import permissions
from feedback.enums import JUDGING, LOW_SCORE, ItemKind
from feedback.models import Invitation, Response, Wave
from feedback.queries.told_words import words_for_all
from feedback.services.low_marks import open_low_mark
from feedback.services.telling import tell_confidential_low_score, tell_low_score
from portcrm.accounts.models import User
from portcrm.accounts.roles import Role
from portcrm.bilingual import enumerated
from portcrm.business_days import business_days_later

LOW_RATING = F("item__minimum") + (F("item__maximum") - F("item__minimum")) / 4  # lowest quarter of the scale: 2 of 1 to 5 and of 1 to 7


def is_low(wave: Wave, response: Response) -> bool:
    """At or below one of the two limits the wave was started with; satisfaction is told from 1 to 5."""
    poor = response.satisfaction is not None and response.satisfaction <= wave.low_overall_at_most
    detractor = response.recommend is not None and response.recommend <= wave.low_recommend_at_most
    return poor or detractor


def responsible(invitation: Invitation) -> User:
    """Who can still take it on: account manager then or now, the programme's owner, else a manager or colleague."""
    programme = invitation.wave.programme
    for person in _next_in_line(invitation):
        if person is not None and person.is_active:
            return person
    for role in (Role.MANAGER, Role.SERVICE, Role.MARKETING):
        if found := User.objects.people().active().holding(role).order_by("pk").first():
            return found
    return programme.owner  # nobody is left: better with its old owner than lost


def _next_in_line(invitation: Invitation) -> tuple[User | None, ...]:
    return invitation.assignee, invitation.customer.account_manager, invitation.wave.programme.owner


def _next_who_may_know(invitation: Invitation) -> User | None:
    """Of a confidential answer: the next in line of those who may see its sender."""
    for person in _next_in_line(invitation):
        if person is not None and person.is_active and person.has_perm(permissions.VIEW_SENDER):
            return person
    return None


def _what_was_said(response: Response) -> str:
    """The comment and what was rated lowest, in the language that is active."""
    items = response.answers.filter(item__kind=ItemKind.RATING, item__aspect__in=JUDGING).exclude(item__key="overall")  # the title says it
    low = items.filter(score__lte=LOW_RATING).select_related("item").order_by("score", "item")
    marks = enumerated(f"{answer.item.text} {answer.score}" for answer in low)
    comment = words_for_all(response, response.comment)  # more people read the follow-up than may read the answer as it was written
    return "\n".join(part for part in (comment, _("Low marks: %(marks)s") % {"marks": marks} if marks else "") if part)


def follow_up_low_score(*, invitation: Invitation, response: Response, on: dt.date, by: User) -> None:
    """Open one follow-up per response, for the account manager of the moment of asking, else for the next in line.

    An answer changed later is noted on it while it is open: whoever calls the customer knows what they say now.
    """
    low = is_low(invitation.wave, response)
    if not low and response.submissions == 1:
        return  # as nearly every answer: who would be told is not even asked
    owner, key = responsible(invitation), f"{LOW_SCORE}{response.pk}"
    due_on = business_days_later(on, settings.LOW_SCORE_BUSINESS_DAYS)
    scores = {
        "overall": "–" if response.overall is None else response.satisfaction,
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
    if not low:
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


def report_low_score(*, invitation: Invitation, response: Response, on: dt.date, by: User) -> None:
    """Open a case beside a low answer of a confidential wave for whoever may know its sender, and tell them in words that do not name it:
    the next in line, else all of them, of whom one takes it on.

    No follow-up is opened: it would stand on the customer's file, and everybody who sees the file would know.
    """
    if is_low(invitation.wave, response):
        due_on = business_days_later(on, settings.LOW_SCORE_BUSINESS_DAYS)
        owner = _next_who_may_know(invitation)
        open_low_mark(response=response, owner=owner, due_on=due_on, by=by)
        told = [owner] if owner else list(User.objects.able(permissions.VIEW_SENDER))
        tell_confidential_low_score(wave=invitation.wave, response=response, people=told, due_on=due_on, by=by)
