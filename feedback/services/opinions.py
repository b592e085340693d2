"""The customer's answer: saved as it goes, sent once per form, changed until the wave closes."""

import datetime as dt
import uuid
from dataclasses import dataclass

from django.conf import settings
from django.utils.translation import gettext_lazy
from django.utils.translation import gettext_lazy as _

from customers.models import Channel
from feedback.enums import CHOICES, OVERALL, RECOMMEND, SCALES, UNCOUNTED, ItemKind, WaveState
from feedback.models import Answer, Draft, Invitation, Item, Response, ResponseVersion
from feedback.queries.questions import items_of
from feedback.queries.rules import end_of_grace
from feedback.services.answers import NOT_APPLICABLE, ReadAnswers, missing, uneven
from feedback.services.conditions import of_what_is_asked
from feedback.services.enclosures import Enclosed, drop_taken_out, enclose
from feedback.services.passing_on import note_mail_arrived, tell_others
from portcrm.accounts.models import User
from portcrm.audit.actions import action
from portcrm.clock import port_date
from portcrm.errors import RuleBroken
from portcrm.prepared import Place, Prepared

CHANNEL = "periodic_opinion_form"
# What another sending may have changed meanwhile is read once the lock is there; customer and assignee when they are asked for.
ONE = Invitation.objects.order_by().filter(pk=Place("invitation"))
LOCK = Prepared(lambda nobody: ONE.select_for_update().values_list("pk"))
AS_IT_STANDS = Prepared(lambda nobody: ONE.select_related("wave", "draft").with_mail_state())
OF_KEY = Prepared(lambda nobody: Channel.objects.order_by().filter(key=Place("key")))


@dataclass(frozen=True)
class Standing:
    """Whether a form takes answers, and why not; `grace_until` where it does so after its closing because it was begun."""

    takes_answers: bool
    answered: bool
    grace_until: dt.datetime | None = None


def standing(invitation: Invitation, *, at: dt.datetime, begun: bool = False) -> Standing:
    """Open until the wave closes; a form that was begun may still be sent for some hours after the planned closing.
    Anonymous answers cannot be changed: nobody knows any more which they are.

    Begun is what has a draft, or what was open before it closed (`begun`).
    """
    wave, answered = invitation.wave, invitation.answered_at is not None
    if answered and wave.is_anonymous:
        return Standing(False, answered)
    if wave.state == WaveState.CLOSED:  # by hand at any time, for everybody at once; by the clock after the grace only
        return Standing(False, answered)
    if at < wave.closes_at:
        return Standing(True, answered)
    until = end_of_grace(wave)
    if answered or at >= until or not (begun or Draft.objects.filter(invitation=invitation).exists()):
        return Standing(False, answered)
    return Standing(True, answered, until)


def typing_in(invitation: Invitation, *, at: dt.datetime) -> Standing:
    """Whether staff may type in what the customer wrote or said: until some days after the closing, as post takes its time.

    Of an anonymous wave that asks nobody on paper until the closing: the answers that wait there are written then.
    """
    if invitation.user_id is not None:  # no colleague types in what our own people say
        return Standing(False, invitation.answered_at is not None)
    until = invitation.wave.ends_at
    if not invitation.wave.is_anonymous or invitation.wave.invitations.filter(address="").exists():
        until += dt.timedelta(days=settings.SURVEY_PAPER_DAYS)
    return Standing(invitation.answered_at is None and at < until, invitation.answered_at is not None, until)


def stored_answers(invitation: Invitation) -> dict:
    """What the form shows: the draft, else what was sent last, else nothing."""
    draft = Draft.objects.filter(invitation=invitation).first()
    return draft.answers if draft else sent_answers(invitation)


def answers_as_read(invitation: Invitation) -> dict:
    """The same as it was when invitation and draft were read together (`find_invitation`, `locked_form`)."""
    if draft := draft_of(invitation):
        return draft.answers
    return sent_answers(invitation) if invitation.answered_at else {}


def draft_of(invitation: Invitation) -> Draft | None:
    return getattr(invitation, "draft", None)


def sent_answers(invitation: Invitation) -> dict:
    """The answers that count at present."""
    latest = ResponseVersion.objects.filter(response__invitation=invitation).order_by("-number").first()
    return latest.answers if latest else {}


def note_opened(*, invitation: Invitation, at: dt.datetime, by: User) -> None:
    """Remember that the form was opened: telemetry, never an answer. Of an anonymous form not even that.

    Its link is known from the mail, which therefore has arrived.
    """
    if invitation.wave.is_anonymous or invitation.opened_at is not None:
        return
    if Invitation.objects.filter(pk=invitation.pk, opened_at=None).update(opened_at=at):
        note_mail_arrived(invitation=invitation, reason=_("The recipient has opened the form."), by=by)


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
    enclosed: Enclosed | None = None,
) -> dict:
    """Lay the read answers over the draft, key by key, and return all of them.

    Two tabs never lose each other's: a text that would overwrite one its writer has not seen is held back and named in
    `read.problems`. What was sent already with this `form_key` is not begun anew. `begun`: the form was open before it closed.
    Files that came along (`enclosed`) are kept with them, or with nothing.
    """
    invitation = locked_form(invitation, at, begun)
    demand_a_name(invitation)
    stored, own = answers_as_read(invitation), _sent_with(invitation, form_key)
    items = items_of(invitation.wave.version)
    if enclosed is not None:
        enclose(read, enclosed, items, stored, invitation=invitation, by=by)
    if own is not None and of_what_is_asked(items, read.over(own)) == own:
        return stored
    read.meet(stored, own=own)
    answers = read.over(stored)
    if invitation.answered_at and answers == sent_answers(invitation):
        Draft.objects.filter(invitation=invitation).delete()
    else:
        draft = draft_of(invitation) or Draft(invitation=invitation)  # nobody else writes one while the form is locked
        draft.answers, draft.language, draft.updated_at = answers, language, at
        draft.save()
    if read.taken_out:
        drop_taken_out(invitation, by=by)
    return answers


@action("opinion.submit", gettext_lazy("Opinion sent"))
def submit(
    *,
    invitation: Invitation,
    read: ReadAnswers,
    form_key: uuid.UUID,
    language: str,
    at: dt.datetime,
    by: User,
    channel: str = CHANNEL,
    entered_by: User | None = None,
    taken_on: dt.date | None = None,
    gaps: bool = False,
) -> Response | list[Item]:
    """Make the answers count. Returns the response, or the items in the way: required ones without an answer, splits whose points
    do not make a hundred, and texts changed elsewhere meanwhile (`read.elsewhere`).

    The same form sent twice, from two tabs or by an impatient finger, is one version; changed answers are a new one,
    also from a page the browser went back to.

    `channel` is the key of a service channel. With `entered_by` it is what the customer wrote or said on the day `taken_on`,
    typed in by a colleague: only where nothing was sent yet, and what the customer has begun online stays out of it. With
    `gaps` required questions may stay open.
    """
    typed = entered_by is not None
    invitation = locked_form(invitation, at, typed=typed)
    demand_a_name(invitation)
    response = Response.objects.filter(invitation=invitation).first() if invitation.answered_at else None
    own = _sent_with(invitation, form_key)
    items = items_of(invitation.wave.version)
    if own is not None and of_what_is_asked(items, read.over(own)) == own:  # what does not apply was left out then, too
        return response
    if typed and response is not None:
        raise RuleBroken(already_answered(response))
    draft = None if typed else draft_of(invitation)
    sent = sent_answers(invitation) if response else {}
    stored = draft.answers if draft else sent
    read.meet(stored, own=own)
    answers = of_what_is_asked(items, read.over(stored))
    open_ones = ([] if gaps else missing(items, answers)) + uneven(items, answers)
    if in_the_way := open_ones + [item for item in items if item.key in read.elsewhere]:
        return in_the_way
    if response is None or answers != sent:
        response = response or _new_response(invitation, at)
        response.wave = invitation.wave
        came = {"channel": OF_KEY.first(None, key=channel), "entered_by": entered_by, "taken_on": taken_on}
        told = {"answers": answers, "items": items, "at": at, "by": by}
        response = write_response(response=response, language=language, came=came, **told)
        write_version(response=response, form_key=form_key if own is None else uuid.uuid4(), came=came, **told)
        tell_others(invitation=invitation, response=response, by=by)
    if draft is not None:
        draft.delete()
    return response


def _sent_with(invitation: Invitation, form_key: uuid.UUID | None) -> dict | None:
    """The answers this very form has sent already, or None."""
    if form_key is None or invitation.answered_at is None:
        return None
    sent = ResponseVersion.objects.filter(response__invitation=invitation, form_key=form_key)
    return sent.values_list("answers", flat=True).first()


def is_sent(*, invitation: Invitation, form_key: uuid.UUID) -> bool:
    """Whether this very form has been sent: what its page still wanted to save is in there."""
    return _sent_with(invitation, form_key) is not None


def already_answered(response: Response) -> str:
    """On which day it was, and who typed it in or gave it."""
    if response.wave.is_confidential:
        return _("Already answered.")
    told = {"day": port_date(response.first_submitted_at).isoformat(), "name": response.entered_by or response.contact or response.customer}
    if response.entered_by:
        return _("Already answered: typed in on %(day)s by %(name)s.") % told
    return _("Already answered on %(day)s by %(name)s.") % told


def locked_form(invitation: Invitation, at: dt.datetime, begun: bool = False, *, typed: bool = False) -> Invitation:
    """One writer at a time for one form; refused once it takes no answers. The questions are those of the version in hand."""
    LOCK.tuples(None, invitation=invitation.pk)
    locked = AS_IT_STANDS.first(None, invitation=invitation.pk)
    if locked is None:
        raise Invitation.DoesNotExist
    locked.wave.version = invitation.wave.version
    if typed:
        until = typing_in(locked, at=at).grace_until
        if until is None or at >= until:
            raise RuleBroken(_("Too late: the time for typing in answers of this wave is over."))
    elif not _may_come(locked, at, begun):
        raise RuleBroken(_("This form is closed and takes no answers any more."))
    return locked


def _may_come(invitation: Invitation, at: dt.datetime, begun: bool) -> bool:
    here = standing(invitation, at=at, begun=begun)
    return here.takes_answers or (here.answered and invitation.wave.is_anonymous)  # sent twice: told kindly, not refused


def demand_a_name(invitation: Invitation) -> None:
    """What is kept with its invitation may not be that of an anonymous wave (services/sealing.py)."""
    if invitation.wave.is_anonymous:
        raise ValueError("answers of an anonymous wave are kept without their invitation")


def _new_response(invitation: Invitation, at: dt.datetime) -> Response:
    """Of a confidential wave nothing but the invitation leads to whoever answers, the time neither: all carry that of the opening."""
    if invitation.wave.is_confidential:
        return Response(invitation=invitation, wave=invitation.wave, first_submitted_at=invitation.wave.opens_at, submissions=0)
    return Response(
        invitation=invitation,
        wave=invitation.wave,
        customer_id=invitation.customer_id,
        contact_id=invitation.contact_id,
        first_submitted_at=at,
        submissions=0,
    )


def write_response(
    *, response: Response, answers: dict, items: list[Item], language: str, at: dt.datetime, by: User, came: dict | None = None
) -> Response:
    """Lay the answers into the response, inside the action that took them. `came`: channel, entered_by and taken_on of this time."""
    scored = {item.key: item for item in items if item.kind in SCALES and isinstance(answers.get(item.key), int)}
    response.overall, response.recommend = (answers[key] if key in scored else None for key in (OVERALL, RECOMMEND))
    response.overall_maximum = scored[OVERALL].maximum if OVERALL in scored else 5
    response.comment = written(answers, items)
    response.submissions += 1
    if response.wave.is_confidential:
        response.submitted_at = response.first_submitted_at
    else:
        response.language, response.submitted_at = language, at
        for name, value in (came or {}).items():
            setattr(response, name, value)
    response.save()
    Invitation.objects.filter(pk=response.invitation_id, answered_at=None).update(answered_at=at)
    return response


def written(answers: dict, items: list[Item]) -> str:
    """All that was written into the form, in its order: lists, search, exports and follow-ups read it as the comment."""
    return "\n\n".join(answers[item.key] for item in items if item.kind == ItemKind.COMMENT and item.key in answers)


def write_version(
    *, response: Response, answers: dict, items: list[Item], form_key: uuid.UUID, at: dt.datetime, by: User, came: dict | None = None
) -> None:
    """Keep what was sent as it was sent, and by which way it came; only the scores of the latest version count."""
    sent = {"number": response.submissions, "form_key": form_key, "answers": answers, "submitted_at": at}
    ResponseVersion.objects.create(response=response, **sent, **(came or {}))
    if response.submissions > 1:
        response.answers.all().delete()
    answered = [item for item in items if item.key in answers and item.kind not in UNCOUNTED]
    Answer.objects.bulk_create(row for item in answered for row in _counting(response, item, answers[item.key]))


def _counting(response: Response, item: Item, value) -> list[Answer]:
    """The rows an answer counts with: one, but one for each of several options."""
    if value == NOT_APPLICABLE:
        return [Answer(response=response, item=item, not_applicable=True)]
    if item.kind not in CHOICES:
        return [Answer(response=response, item=item, score=value)]
    chosen, several = value if isinstance(value, list) else [value], item.kind == ItemKind.MULTIPLE
    options = [option for option in item.options.all() if option.key in chosen]
    return [Answer(response=response, item=item, option=option, several=several) for option in options]
