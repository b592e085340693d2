"""Who may see which figure: without the right to read answers nobody can reckon one person's answer from what is shown.

A wave that takes no more answers, not even from paper, has figures that never change by a single one; those of any other do,
and what was shown yesterday beside what is shown today would give the last answer away.
"""

import datetime as dt

from django.conf import settings
from django.db.models import F, Q, QuerySet
from django.db.models.functions import Greatest

from feedback import permissions
from feedback.enums import JUDGING, Anonymity, WaveState
from feedback.models import ItemResult, Wave, WaveResult
from feedback.queries.rules import fewest_shown, survey_rules
from feedback.queries.senders import knows_senders
from portcrm.clock import now

OVERALL_FIGURES = (
    "overall_mean", "overall_low", "overall_high", "top_two", "top_two_low", "top_two_high", "customer_mean", "customer_low",
    "customer_high", "weighted_mean", "weighted_n",
)  # fmt: skip
RECOMMEND_FIGURES = ("recommend", "recommend_low", "recommend_high")
GAP_ENDS = ("gap_overall_low", "gap_overall_high")
WEIGHTED_FIGURES = ("gap_weighted", "gap_weighted_low", "gap_weighted_high")


def reads_answers(user) -> bool:
    return user.has_perm(permissions.VIEW_RESPONSE)


def opens_answers(user, wave: Wave) -> bool:
    """Whether a figure of the wave leads this reader to the answers behind it: those of our own people are for whoever is responsible
    for asking them, see WaveQuerySet.keeping_answers_back."""
    return reads_answers(user) and (user.has_perm(permissions.VIEW_OUR_OWN) or not wave.asks_our_own)


def reads_answers_of(user, wave: Wave) -> bool:
    """Whether this reader sees every figure of the wave: of an anonymous one nobody does, small groups are hidden from all; of a
    confidential one who may know the senders of its answers."""
    return knows_senders(user, wave)


def modes_read_in_full(user) -> list[str]:
    """The modes of waves of which this reader sees every figure, see `reads_answers_of`."""
    if not reads_answers(user):
        return []
    return [Anonymity.NAMED, Anonymity.CONFIDENTIAL] if user.has_perm(permissions.VIEW_SENDER) else [Anonymity.NAMED]


def disclosed(user) -> Q:
    """Waves whose figures this reader may see at all."""
    enough = Q(result__responses__gte=Greatest(F("hide_below"), survey_rules().hide_below))
    settled = Q(state=WaveState.CLOSED, closed_at__lte=_settled_before())
    if reads_answers(user):
        settled |= Q(anonymity=Anonymity.ANONYMOUS)
    return Q(anonymity__in=modes_read_in_full(user)) | enough & settled


def _settled_before() -> dt.datetime:
    """Of a wave closed before this moment the time for typing in what came on paper is over as well."""
    return now() - dt.timedelta(days=settings.SURVEY_PAPER_DAYS)


def shown_result(user, wave: Wave) -> WaveResult | None:
    """The stored result as this reader may see it; None where nothing is counted or nothing may be shown.

    Anonymous answers are written several at once: their figures may be read while the wave runs.
    """
    result = getattr(wave, "result", None)
    if result is None or reads_answers_of(user, wave):
        return result
    settled = wave.state == WaveState.CLOSED and wave.closed_at <= _settled_before()
    if not (settled or wave.is_anonymous and reads_answers(user)) or result.responses < fewest_shown(wave):
        return None
    return _without_small_figures(result, fewest_shown(wave))


def shown_items(user, wave: Wave) -> QuerySet[ItemResult]:
    """What this reader may see of the stored means of how good things are; what they are wished to be stands apart."""
    return every_item(user, wave).filter(item__aspect__in=JUDGING)


def every_item(user, wave: Wave) -> QuerySet[ItemResult]:
    """Importance and expectation too."""
    rated = ItemResult.objects.filter(result__wave=wave, n__gt=0).select_related("item", "result")
    if reads_answers_of(user, wave):
        return rated
    if shown_result(user, wave) is None:
        return rated.none()
    return rated.filter(n__gte=fewest_shown(wave))


def _without_small_figures(result: WaveResult, least: int) -> WaveResult:
    """Satisfaction, recommendation or weighted gaps of too few of the answers is left out; the row in the database stays as it is."""
    if result.overall_n < least:
        for name in OVERALL_FIGURES:
            setattr(result, name, None)
    if result.recommend_n < least:
        result.promoters = result.passives = result.detractors = 0
        for name in RECOMMEND_FIGURES:
            setattr(result, name, None)
    if result.gap_overall_n < least:
        result.gap_overall_n = 0
        for name in GAP_ENDS:
            setattr(result, name, None)
    if result.gap_weighted_n < least:
        result.gap_weighted_n = 0
        for name in WEIGHTED_FIGURES:
            setattr(result, name, None)
    return result
