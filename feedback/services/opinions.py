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
from feedback.services.closed_loop import follow_up_low_score
from feedback.services.customer_facts import store_opinion
from feedback.services.jobs import ask_for_figures
from portcrm.accounts.models import User
from portcrm.audit.actions import action
from portcrm.clock import port_zone
from portcrm.errors import RuleBroken

OVERALL, RECOMMEND, COMMENT = "overall", "recommend", "comment"  # keys every opinion form uses for these three
CHANNEL = "periodic_opinion_form"


@dataclass(frozen=True)
class Standing:
    """Whether a form takes answers, and why not."""

    takes_answers: bool
    answered: bool


def standing(invitation: Invitation, *, at: dt.datetime) -> Standing:
    """Open until the wave closes; a form that was begun may still be sent for some hours after the planned closing."""
    wave, answered = invitation.wave, invitation.answered_at is not None
    if wave.state == WaveState.CLOSED:  # by hand at any time, for everybody at once; by the clock after the grace only
        return Standing(False, answered)
    if at < wave.closes_at:
        return Standing(True, answered)
    begun = Draft.objects.filter(invitation=invitation).exists()
    grace = dt.timedelta(hours=settings.SURVEY_GRACE_HOURS)
    return Standing(begun and not answered and at < wave.closes_at + grace, answered)


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
def save_draft(*, invitation: Invitation, read: ReadAnswers, language: str, at: dt.datetime, by: User) -> dict:
    """Lay the read answers over the draft, key by key, so that two tabs never lose each other's; returns all of them."""
    invitation = _locked(invitation, at)
    answers = read.over(stored_answers(invitation))
    if invitation.answered_at and answers == sent_answers(invitation):
        Draft.objects.filter(invitation=invitation).delete()
    else:
        Draft.objects.update_or_create(invitation=invitation, defaults={"answers": answers, "language": language, "updated_at": at})
    return answers


@action("opinion.submit", gettext_lazy("Opinion sent"))
def submit(
    *, invitation: Invitation, read: ReadAnswers, form_key: uuid.UUID, language: str, at: dt.datetime, by: User
) -> Response | list[Item]:
    """Make the answers count. Returns the response, or the required items that have no answer yet.

    The same form sent twice, from two tabs or by an impatient finger, is one version; changed answers are a new one.
    """
    invitation = _locked(invitation, at)
    response = Response.objects.filter(invitation=invitation).first()
    if response is not None and response.versions.filter(form_key=form_key).exists():
        return response
    draft, sent = Draft.objects.filter(invitation=invitation).first(), sent_answers(invitation) if response else {}
    answers = read.over(draft.answers if draft else sent)
    items = list(invitation.wave.version.items.all())
    if lacking := missing(items, answers):
        return lacking
    if response is None or answers != sent:
        response = _write_response(response or _new_response(invitation, at), answers, language=language, at=at)
        _write_version(response, answers, items, form_key=form_key, at=at)
        _tell_others(invitation, response, at=at, by=by)
    if draft is not None:
        draft.delete()
    return response


def _locked(invitation: Invitation, at: dt.datetime) -> Invitation:
    """One writer at a time for one form; refused once it takes no answers."""
    Invitation.objects.select_for_update().get(pk=invitation.pk)
    locked = Invitation.objects.select_related("wave__version", "customer", "assignee").get(pk=invitation.pk)
    if not standing(locked, at=at).takes_answers:
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


def _tell_others(invitation: Invitation, response: Response, *, at: dt.datetime, by: User) -> None:
    store_opinion(response=response, by=by)
    follow_up_low_score(invitation=invitation, response=response, on=at.astimezone(port_zone()).date(), by=by)
    ask_for_figures(invitation.wave_id)
