"""Waves: opened by a person or by a due programme, paused, resumed, closed."""

import datetime as dt
import uuid
from collections.abc import Iterable

from django.db import connection
from django.db.models import QuerySet
from django.utils.text import Truncator
from django.utils.translation import gettext_lazy, override
from django.utils.translation import gettext_lazy as _

from customers.models import Contact
from feedback.enums import Occasion, SkipReason, WaveState
from feedback.models import Invitation, Programme, Reminder, Wave, WaveSkip
from feedback.queries.occasions import Reached
from feedback.queries.rules import survey_rules
from feedback.queries.whom import obstacle_of, obstacle_to_start, view_of
from feedback.services.audience import Audience, Skip, audience_of, too_few
from feedback.services.codes import new_codes
from feedback.services.invitations import WAVE_IS_CLOSED, WAVE_IS_PAUSED
from feedback.services.jobs import COMPUTE_RESULTS, WRITE_MAILS, WRITE_SEALED, enqueue
from feedback.services.periods import next_run, period_key, period_label, planned_day
from feedback.services.programme_notices import tell_nobody_asked, tell_passed_over
from feedback.services.sampling import draw_sample
from feedback.services.sending_times import SendingTimes
from portcrm.accounts.models import User
from portcrm.audit.actions import action
from portcrm.clock import port_date, port_zone
from portcrm.errors import RuleBroken
from portcrm.outbox.models import OutgoingEmail
from portcrm.outbox.services import bring_forward, put_off, withhold

CHOOSING_AN_AUDIENCE = int.from_bytes(b"audience")  # the lock of whoever opens a wave
CLOSING_HOUR = 18  # a wave closes at 18:00 port time of its last day


@action("wave.start", gettext_lazy("Wave started"))
def start_wave(*, programme: Programme, at: dt.datetime, request_key: uuid.UUID, by: User, any_hour: bool = False) -> Wave:
    """Open a wave now, whatever day is planned; not of a programme by occasion. The same request (`request_key`) twice gives the same wave.

    Its mails leave within the sending times, or with `any_hour` at once.
    """
    programme = Programme.objects.select_for_update().get(pk=programme.pk)
    started = Wave.objects.filter(request_key=request_key).first()
    if started is not None:
        return started
    if obstacle := obstacle_to_start(programme):
        raise RuleBroken(obstacle)
    day = port_date(at)
    names = (day.isoformat(), day.isoformat())
    return open_wave(programme=programme, at=at, planned_on=day, names=names, by=by, request_key=request_key, any_hour=any_hour)


@action("wave.run_programme", gettext_lazy("Wave started by its programme"))
def run_programme(*, programme_id: int, at: dt.datetime, by: User) -> Wave | None:
    """Open the wave a programme is due for and set its next date; None where it is not due (any more).

    A programme with an obstacle stays due: its period is not used up while nobody can be asked.
    """
    today = port_date(at)
    programme = Programme.objects.select_for_update().due(today).filter(pk=programme_id).first()
    if programme is None:
        return None
    due_on, planned_on = programme.next_run_on, planned_day(programme.next_run_on, today)
    once = programme.occasion == Occasion.ONCE
    key = planned_on.isoformat() if once else period_key(planned_on, programme.period)
    wave = None
    if not programme.waves.filter(period_key=key).exists():
        names = (key, key) if once else period_label(key)
        wave = open_wave(programme=programme, at=at, planned_on=planned_on, names=names, by=by, period_key=key)
    _plan_next(programme, asked=planned_on, today=today)
    if wave is None:
        tell_passed_over(programme=programme, day=due_on.isoformat(), by=by)
    elif not wave.invited:
        tell_nobody_asked(wave=wave, on=today, by=by)
    return wave


def _plan_next(programme: Programme, *, asked: dt.date, today: dt.date) -> None:
    """The day after this run; none for a programme that asks once."""
    due_on = programme.next_run_on
    programme.day_of_month = programme.day_of_month or due_on.day
    if programme.occasion == Occasion.ONCE:
        programme.next_run_on = None
    else:
        programme.next_run_on = next_run(due_on, programme.period, day_of_month=programme.day_of_month, asked=asked, after=today)
    programme.save(update_fields=["next_run_on", "day_of_month"])


@action("wave.pause", gettext_lazy("Wave paused"))
def pause_wave(*, wave: Wave, by: User) -> Wave:
    """Stop writing and sending mails of this wave; the form stays open for those who have their link."""
    wave = _change(wave, WaveState.OPEN, WaveState.PAUSED, _("Only an open wave can be paused."))
    put_off(mails=_mails(wave), until=wave.closes_at, reason=WAVE_IS_PAUSED, by=by)
    return wave


@action("wave.resume", gettext_lazy("Wave resumed"))
def resume_wave(*, wave: Wave, by: User) -> Wave:
    """Let the mails of a paused wave go again."""
    wave = _change(wave, WaveState.PAUSED, WaveState.OPEN, _("Only a paused wave can be resumed."))
    bring_forward(mails=_mails(wave), by=by)
    enqueue(WRITE_MAILS, wave.pk)
    return wave


@action("wave.close", gettext_lazy("Wave closed"))
def close_wave(*, wave: Wave, at: dt.datetime, by: User) -> Wave:
    """Close the wave: no answer comes in any more, mails still waiting are held back."""
    changed = Wave.objects.filter(pk=wave.pk).running().update(state=WaveState.CLOSED, closed_at=at)
    if changed != 1:
        raise RuleBroken(_("This wave is closed already."))
    withhold(mails=_mails(wave), reason=WAVE_IS_CLOSED, by=by)
    enqueue(COMPUTE_RESULTS, wave.pk)
    if wave.is_anonymous:
        enqueue(WRITE_SEALED, wave.pk)
    wave.refresh_from_db()
    return wave


def _mails(wave: Wave) -> QuerySet[OutgoingEmail]:
    """Of its invitations and of its reminders."""
    invitations = Invitation.objects.filter(wave=wave).exclude(mail=None).order_by().values("mail")
    reminders = Reminder.objects.filter(invitation__wave=wave).exclude(mail=None).order_by().values("mail")
    return OutgoingEmail.objects.filter(pk__in=invitations.union(reminders))


def _change(wave: Wave, before: str, after: str, refusal) -> Wave:
    if Wave.objects.filter(pk=wave.pk, state=before).update(state=after) != 1:
        raise RuleBroken(refusal)
    wave.refresh_from_db()
    return wave


@action("wave.open")
def open_wave(
    *,
    programme: Programme,
    at: dt.datetime,
    planned_on: dt.date,
    names: tuple[str, str],
    by: User,
    any_hour: bool = False,
    among: Iterable[Reached] | None = None,
    **keys,
) -> Wave:
    """Open a wave of a locked programme with everybody it is meant for, or of these only those who reached its occasion, `among`.

    `keys`: further columns of the wave, such as its period or its seminar.
    """
    if obstacle := obstacle_of(programme):
        raise RuleBroken(obstacle)
    _one_at_a_time()
    view = view_of(programme) if programme.customer_view_id else None
    sends_from = at if any_hour else SendingTimes.from_settings(at=at).first_moment(at)
    wave = Wave.objects.create(
        programme=programme,
        version=programme.questionnaire.current_version(),
        name_zh=_name(programme.name_zh or programme.name_en, names[0]),
        name_en=_name(programme.name_en or programme.name_zh, names[1]),
        opens_at=at,
        closes_at=_closing(sends_from, programme.days_open),
        planned_on=planned_on,
        sends_from=sends_from,
        any_hour=any_hour,
        view_name=view.name if view else "",
        view_query=view.query if view else "",
        grace_hours=survey_rules().grace_hours,
        hide_below=survey_rules().hide_below,
        anonymity=programme.anonymity,
        reminders=programme.reminders,
        remind_after_days=programme.remind_after_days,
        low_overall_at_most=programme.low_overall_at_most,
        low_recommend_at_most=programme.low_recommend_at_most,
        started_by=by,
        signed_by=programme.owner,
        **keys,
    )
    audience = audience_of(programme, on=port_date(at), among=among)
    if refusal := too_few(programme, audience):
        raise RuleBroken(refusal)
    if programme.sample_size and among is None:
        audience = draw_sample(wave=wave, audience=audience, size=programme.sample_size, by=by)
    _freeze(wave, audience, on=planned_on)
    enqueue(WRITE_MAILS, wave.pk)
    return wave


def _one_at_a_time() -> None:
    """Two waves that choose their audience at once would each find the same people rested: the second waits for the first."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [CHOOSING_AN_AUDIENCE])


def _closing(sends_from: dt.datetime, days_open: int) -> dt.datetime:
    """So many days from the first one on which mails leave: whoever is asked after a holiday has as long as others."""
    last_day = port_date(sends_from) + dt.timedelta(days=days_open)
    return dt.datetime.combine(last_day, dt.time(CLOSING_HOUR), tzinfo=port_zone())


def _name(programme: str, own: str) -> str:
    """Programme and what is the wave's own, as much of it as a name may hold."""
    return Truncator(f"{programme} · {own}").chars(Wave._meta.get_field("name_zh").max_length)


def _name_of(person: Contact | User) -> str:
    """The name in the language they are written to in: it stands in the greeting."""
    with override(person.language):
        return person.label


def _who(person: Contact | User) -> dict[str, object]:
    """The columns that name a contact, or one of our own people."""
    if isinstance(person, Contact):
        return {"customer_id": person.customer_id, "contact": person}
    return {"user": person}


def _assignee_of(person: Contact | User) -> int | None:
    return person.customer.account_manager_id if isinstance(person, Contact) else None


def _freeze(wave: Wave, audience: Audience, *, on: dt.date) -> None:
    """Write down who is asked and who is not, as of the day `on`. The database refuses a second row for a person or an
    address; whom it refuses is listed like the others."""
    invitations = (
        Invitation(
            wave=wave,
            **_who(person),
            address=person.email.strip(),
            name=_name_of(person),
            language=person.language,
            assignee_id=_assignee_of(person),
            invited_on=on,
            code=code,
        )
        for person, code in zip(audience.asked, new_codes(len(audience.asked)), strict=True)
    )
    Invitation.objects.bulk_create(invitations, ignore_conflicts=True, batch_size=1000)
    invited = {contact or user for contact, user in wave.invitations.values_list("contact", "user")}
    audience.skipped += [Skip(person, SkipReason.SAME_ADDRESS) for person in audience.asked if person.pk not in invited]
    wave.invited = len(invited)
    wave.save(update_fields=["invited"])
    skips = (WaveSkip(wave=wave, **_who(skip.person), reason=skip.reason, last_asked_on=skip.last_asked_on) for skip in audience.skipped)
    WaveSkip.objects.bulk_create(skips, ignore_conflicts=True, batch_size=1000)
