"""Low scores of confidential waves: how many, as far as that gives nobody away."""

from dataclasses import dataclass

from django.db.models import Count, Q

from feedback.models import LowMark, Wave
from feedback.queries.disclosure import shown_result
from feedback.queries.rules import fewest_shown
from feedback.queries.senders import knows_senders


@dataclass(frozen=True)
class LowMarkFigures:
    """`low`: answers that were low when they came; `done`: those seen to, None for who may not know the senders."""

    low: int
    done: int | None


def low_mark_figures(user, wave: Wave) -> LowMarkFigures | None:
    """The few see all of it. Others see how many once the figures are shown, from five on and where the rest is none or five: never how
    many are done, for that number moves on the day somebody calls a customer. None where nothing is to be shown."""
    if not wave.is_confidential:
        return None
    counted = LowMark.objects.filter(response__wave=wave).aggregate(low=Count("pk"), done=Count("pk", filter=Q(done_on__isnull=False)))
    if knows_senders(user, wave):
        return LowMarkFigures(**counted) if counted["low"] else None
    result, least = shown_result(user, wave), fewest_shown(wave)
    if result is None or counted["low"] < least or 0 < result.responses - counted["low"] < least:
        return None
    return LowMarkFigures(counted["low"], None)
