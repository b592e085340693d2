"""Anonymous answers: taken in without their sender, kept apart until they can be mixed, then written as rows of their own.

What is written in one go is at least as many sheets as a group must have to be shown, drawn by lot from at least twice as
many: as many stay behind, so that no later batch is smaller, the last one neither. See docs/adr/068-anonymity.md.
"""

import datetime as dt
import secrets
import uuid

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from feedback.enums import WaveState
from feedback.models import Invitation, Item, Response, SealedAnswers, Wave
from feedback.queries.questions import items_of
from feedback.queries.rules import end_of_grace, fewest_shown
from feedback.services.answers import ReadAnswers, missing, uneven
from feedback.services.conditions import of_what_is_asked
from feedback.services.jobs import WRITE_SEALED, ask_for_figures, enqueue
from feedback.services.opinions import locked_form, write_response, write_version
from feedback.services.passing_on import tell_without_a_name
from portcrm.accounts.models import User
from portcrm.audit.actions import action
from portcrm.clock import port_date, start_of_day
from portcrm.errors import RuleBroken

LOT = secrets.SystemRandom()
AT_ONCE = 500  # sheets one transaction writes at most


@action("opinion.seal", _("Anonymous opinion sent"))
def seal(
    *,
    invitation: Invitation,
    read: ReadAnswers,
    at: dt.datetime,
    by: User,
    begun: bool = False,
    typed: bool = False,
    gaps: bool = False,
) -> bool | list[Item]:
    """Keep the answers without whoever gave them; of the invitation is kept that it was answered, and on which day.

    Returns True, or the required items without an answer and uneven splits; with `gaps` the former stay open. An invitation counts
    once: of a form that was answered nothing more is taken, and True says that answers are there. `typed` in by a colleague:
    RuleBroken then.
    """
    invitation = locked_form(invitation, at, begun, typed=typed)
    if not invitation.wave.is_anonymous:
        raise ValueError("only an anonymous wave seals its answers")
    if invitation.answered_at is not None:
        return _answered_before(invitation, typed)
    items = items_of(invitation.wave.version)
    answers = of_what_is_asked(items, read.over({}))
    if open_ones := ([] if gaps else missing(items, answers)) + uneven(items, answers):
        return open_ones
    Invitation.objects.filter(pk=invitation.pk).update(answered_at=start_of_day(port_date(at)))
    _lay_among_the_others(invitation.wave, answers)
    enqueue(WRITE_SEALED, invitation.wave_id)
    return True


def _answered_before(invitation: Invitation, typed: bool) -> bool:
    if typed:
        raise RuleBroken(already_sealed(invitation))
    return True


def already_sealed(invitation: Invitation) -> str:
    return _("Already answered on %(day)s.") % {"day": port_date(invitation.answered_at).isoformat()}


def _lay_among_the_others(wave: Wave, answers: dict) -> None:
    """All sheets that wait are written anew with this one: the database would otherwise tell from its own numbers of
    transactions which sheet was written together with which invitation."""
    list(SealedAnswers.objects.filter(wave=wave).order_by("pk").select_for_update().values_list("pk", flat=True))
    SealedAnswers.objects.create(wave=wave, answers=answers)
    SealedAnswers.objects.filter(wave=wave).update(wave=wave)


def last_moment(wave: Wave) -> dt.datetime:
    """When the last answer may have come: with the closing, or, where some are asked on paper, when the post is through."""
    if wave.invitations.filter(address="").exists():
        return wave.ends_at + dt.timedelta(days=settings.SURVEY_PAPER_DAYS)
    return wave.ends_at


def is_over(wave: Wave, *, at: dt.datetime) -> bool:
    """Whether no answer comes any more, so that nothing waits for another to be mixed with."""
    closed = wave.state == WaveState.CLOSED or at >= end_of_grace(wave)
    return closed and at >= last_moment(wave)


@action("opinion.write_sealed", _("Anonymous opinions written"))
def write_sealed(*, wave_id: int, at: dt.datetime, by: User) -> int:
    """Write the answers of a wave that may be written by now, in an order drawn by lot; returns how many.

    One worker at a time for a wave, all or nothing: killed in the middle, the sheets wait as before. Each carries the day
    on which the batch is written, not that on which it came.
    """
    wave = Wave.objects.select_for_update(no_key=True).filter(pk=wave_id).first()
    if wave is None:
        return 0
    waiting = list(SealedAnswers.objects.filter(wave=wave).order_by("pk").select_for_update())
    taken = LOT.sample(waiting, _number_to_write(wave, len(waiting), over=is_over(wave, at=at)))
    items, day = items_of(wave.version), start_of_day(port_date(at))
    written = [_write(wave, sheet.answers, items, day, by) for sheet in taken]
    SealedAnswers.objects.filter(pk__in=[sheet.pk for sheet in taken]).delete()
    if written:
        tell_without_a_name(wave=wave, responses=written, by=by)
        ask_for_figures(wave.pk)
    return len(written)


def _number_to_write(wave: Wave, waiting: int, *, over: bool) -> int:
    """None as long as too few would be written, or would stay behind for the next batch. A wave too large for one
    transaction keeps enough back until its last one."""
    least = fewest_shown(wave)
    if over and waiting <= AT_ONCE + least:
        return waiting
    return min(waiting - least, AT_ONCE) if waiting >= 2 * least else 0


def _write(wave: Wave, answers: dict, items: list[Item], day: dt.datetime, by: User) -> Response:
    """A row that names nobody: neither the way it came nor the language, which in a small wave belong to one person."""
    told = {"answers": answers, "items": items, "at": day, "by": by}
    response = write_response(response=Response(wave=wave, first_submitted_at=day, submissions=0), language="", **told)
    write_version(response=response, form_key=uuid.uuid4(), **told)
    return response
