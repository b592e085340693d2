"""Programmes that ask when something has happened to a customer: one wave a day at most, for those to whom it has."""

import datetime as dt

from django.utils.translation import gettext_lazy

from feedback.models import OccasionMark, Programme, Wave
from feedback.queries.occasions import Reached, reached
from feedback.queries.whom import obstacle_of
from feedback.services.audience import meant_among
from feedback.services.programme_notices import tell_nobody_asked
from feedback.services.waves import close_wave, open_wave
from portcrm.accounts.models import User
from portcrm.audit.actions import action
from portcrm.clock import port_date
from portcrm.errors import RuleBroken


@action("wave.run_occasion", gettext_lazy("Wave started by an occasion"))
def run_occasion(*, programme_id: int, at: dt.datetime, by: User) -> Wave | None:
    """Open the wave of the day for the customers that have reached the programme's occasion, of those it is meant for; None where none
    has, or the day has its wave.

    Wave, invitations and marks are written together: whoever is stopped on the way has asked nobody and marked nobody. A wave in
    which everybody is spared lists why, tells it and is closed at once.
    """
    today = port_date(at)
    programme = Programme.objects.select_for_update().by_event().filter(pk=programme_id).first()
    if programme is None or programme.waves.filter(period_key=today.isoformat()).exists():
        return None
    if obstacle := obstacle_of(programme):
        raise RuleBroken(obstacle)
    found = meant_among(reached(programme, on=today, by=programme.owner), programme=programme, by=programme.owner)
    if not found:
        return None
    names = (today.isoformat(), today.isoformat())
    wave = open_wave(programme=programme, at=at, planned_on=today, names=names, by=by, among=found, period_key=today.isoformat())
    OccasionMark.objects.bulk_create(_mark(wave, one) for one in found)
    if wave.invited:
        return wave
    tell_nobody_asked(wave=wave, on=today, by=by)
    return close_wave(wave=wave, at=at, by=by)


def _mark(wave: Wave, one: Reached) -> OccasionMark:
    return OccasionMark(
        programme=wave.programme,
        customer_id=one.customer_id,
        wave=wave,
        events_from=wave.programme.events_from,
        reference=one.reference,
        handled=one.handled,
    )
