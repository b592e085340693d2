"""The customer's answer: saved as it goes, sent once per form, changed until the wave closes."""

import datetime as dt
import uuid
from dataclasses import dataclass

from django.conf import settings
from django.utils.translation import gettext_lazy
from django.utils.translation import gettext_lazy as _

from customers.models import Channel
from feedback.enums import ItemKind, WaveState
from feedback.models import Answer, Draft, Invitation, Item, Response, ResponseVersion
from feedback.services.answers import NOT_APPLICABLE, ReadAnswers, missing
from feedback.services.passing_on import tell_others
from portcrm.accounts.models import User
from portcrm.audit.actions import action
from portcrm.errors import RuleBroken

OVERALL, RECOMMEND, COMMENT = "overall", "recommend", "comment"  # keys every opinion form uses for these three
CHANNEL = "periodic_opinion_form"


@dataclass(frozen=True)
class Standing:
    """Whether a form takes answers, and why not; `grace_until` where it does so after its closing because it was begun."""

    takes_answers: bool
    answered: bool
    grace_until: dt.datetime | None = None


def standing(invitation: Invitation, *, at: dt.datetime, begun: bool = False) -> Standing:
    """Open until the wave closes; a form that was begun may still be sent for some hours after the planned closing.

    Begun is what has a draft, or what was open before it closed (`begun`).
    """
    wave, answered = invitation.wave, invitation.answered_at is not None
    if wave.state == WaveState.CLOSED:  # by hand at any time, for everybody at once; by the clock after the grace only
        return Standing(False, answered)
    if at < wave.closes_at:
        return Standing(True, answered)
    until = wave.closes_at + dt.timedelta(hours=settings.SURVEY_GRACE_HOURS)
    if answered or at >= until or not (begun or Draft.objects.filter(invitation=invitation).exists()):
        return Standing(False, answered)
    return Standing(True, answered, until)


def stored_answers(invitation: Invitation) -> dict:
    """What the form shows: the draft, else what was sent last, else nothing."""
    draft = Draft.objects.filter(invitation=invitation).first()
    return draft.answers if draft else sent_answers(invitation)


def sent_answers(invitation: Invitation) -> dict:
    """The answers that count at present."""
    latest = ResponseVersion.objects.filter(response__invitation=invitation).order_by("-number").first()
    return latest.answers if latest else {}


def note_opened(*, invitation: Invitation, at: dt.datetime, by: User) -> None:
    """Remember that the form was opened: telemetry, never an answer."""
    Invitation.objects.filter(pk=invitation.pk, opened_at=None).update(opened_at=at)


@action("opinion.save", gettext_lazy("Opinion saved"))
def save_draft(
    *,
    invitation: Invitation,
    read: ReadAnswers,
    language: str,
    at: dt.datetime,
    by: User,
    form_key: uuid.UUID | None = None,
    begun: bool = False,
) -> dict:
    """Lay the read answers over the draft, key by key, and return all of them.

    Two tabs never lose each other's: a text that would overwrite one its writer has not seen is held back and named in
    `read.problems`. What was sent already with this `form_key` is not begun anew. `begun`: the form was open before it closed.
    """
    invitation = _locked(invitation, at, begun)
    stored, own = stored_answers(invitation), _sent_with(invitation, form_key)
    if own is not None and read.over(own) == own:
        return stored
    read.meet(stored, own=own)
    answers = read.over(stored)
    if invitation.answered_at and answers == sent_answers(invitation):
        Draft.objects.filter(invitation=invitation).delete()
    else:
        Draft.objects.update_or_create(invitation=invitation, defaults={"answers": answers, "language": language, "updated_at": at})
    return answers


@action("opinion.submit", gettext_lazy("Opinion sent"))
def submit(
    *, invitation: Invitation, read: ReadAnswers, form_key: uuid.UUID, language: str, at: dt.datetime, by: User
) -> Response | list[Item]:
    """Make the answers count. Returns the response, or the items in the way: required ones without an answer, and texts
    changed elsewhere meanwhile (`read.elsewhere`).

    The same form sent twice, from two tabs or by an impatient finger, is one version; changed answers are a new one,
    also from a page the browser went back to.
    """
    invitation = _locked(invitation, at)
    response, own = Response.objects.filter(invitation=invitation).first(), _sent_with(invitation, form_key)
    if own is not None and read.over(own) == own:
        return response
    draft, sent = Draft.objects.filter(invitation=invitation).first(), sent_answers(invitation) if response else {}
    stored, items = draft.answers if draft else sent, list(invitation.wave.version.items.all())
    read.meet(stored, own=own)
    answers = read.over(stored)
    if in_the_way := missing(items, answers) + [item for item in items if item.key in read.elsewhere]:
        return in_the_way
    if response is None or answers != sent:
        response = _write_response(response or _new_response(invitation, at), answers, language=language, at=at)
        _write_version(response, answers, items, form_key=form_key if own is None else uuid.uuid4(), at=at)
        tell_others(invitation=invitation, response=response, by=by)
    if draft is not None:
        draft.delete()
    return response


def _sent_with(invitation: Invitation, form_key: uuid.UUID | None) -> dict | None:
    """The answers this very form has sent already, or None."""
    if form_key is None:
        return None
    sent = ResponseVersion.objects.filter(response__invitation=invitation, form_key=form_key)
    return sent.values_list("answers", flat=True).first()


def is_sent(*, invitation: Invitation, form_key: uuid.UUID) -> bool:
    """Whether this very form has been sent: what its page still wanted to save is in there."""
    return _sent_with(invitation, form_key) is not None


def _locked(invitation: Invitation, at: dt.datetime, begun: bool = False) -> Invitation:
    """One writer at a time for one form; refused once it takes no answers."""
    Invitation.objects.select_for_update().get(pk=invitation.pk)
    locked = Invitation.objects.select_related("wave__version", "customer", "assignee").get(pk=invitation.pk)
    if not standing(locked, at=at, begun=begun).takes_answers:
        raise RuleBroken(_("This form is closed and takes no answers any more."))
    return locked


def _new_response(invitation: Invitation, at: dt.datetime) -> Response:
    return Response(
        invitation=invitation,
        wave=invitation.wave,
        customer_id=invitation.customer_id,
        contact_id=invitation.contact_id,
        channel=Channel.objects.filter(key=CHANNEL).first(),
        first_submitted_at=at,
        submissions=0,
    )


def _write_response(response: Response, answers: dict, *, language: str, at: dt.datetime) -> Response:
    response.overall, response.recommend = answers.get(OVERALL), answers.get(RECOMMEND)
    response.comment, response.language = answers.get(COMMENT, ""), language
    response.submitted_at = at
    response.submissions += 1
    response.save()
    Invitation.objects.filter(pk=response.invitation_id, answered_at=None).update(answered_at=at)
    return response


def _write_version(response: Response, answers: dict, items: list[Item], *, form_key: uuid.UUID, at: dt.datetime) -> None:
    """Keep what was sent as it was sent; only the scores of the latest version count."""
    ResponseVersion.objects.create(response=response, number=response.submissions, form_key=form_key, answers=answers, submitted_at=at)
    if response.submissions > 1:
        response.answers.all().delete()
    Answer.objects.bulk_create(
        Answer(response=response, item=item, not_applicable=True)
        if answers[item.key] == NOT_APPLICABLE
        else Answer(response=response, item=item, score=answers[item.key])
        for item in items
        if item.key in answers and item.kind != ItemKind.COMMENT
    )
