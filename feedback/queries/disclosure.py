"""Who may see which figure: without the right to read answers nobody can reckon one person's answer from what is shown.

A closed wave takes no more answers, so its figures never change by a single one; a running wave's do, and what was shown
yesterday beside what is shown today would give the last answer away.
"""

from django.conf import settings
from django.db.models import Q, QuerySet

from feedback import permissions
from feedback.enums import WaveState
from feedback.models import ItemResult, Wave, WaveResult

OVERALL_FIGURES = (
    "overall_mean", "overall_low", "overall_high", "top_two", "top_two_low", "top_two_high", "customer_mean", "customer_low",
    "customer_high", "weighted_mean", "weighted_n",
)  # fmt: skip
RECOMMEND_FIGURES = ("recommend", "recommend_low", "recommend_high")


def reads_answers(user) -> bool:
    return user.has_perm(permissions.VIEW_RESPONSE)


def disclosed(user) -> Q:
    """Waves whose figures this reader may see at all."""
    return Q() if reads_answers(user) else Q(state=WaveState.CLOSED, result__responses__gte=settings.HIDE_GROUPS_BELOW)


def shown_result(user, wave: Wave) -> WaveResult | None:
    """The stored result as this reader may see it; None where nothing is counted or nothing may be shown."""
    result = getattr(wave, "result", None)
    if result is None or reads_answers(user):
        return result
    if wave.state != WaveState.CLOSED or result.responses < settings.HIDE_GROUPS_BELOW:
        return None
    return _without_small_figures(result)


def shown_items(user, wave: Wave) -> QuerySet[ItemResult]:
    """The stored items with a mean this reader may see."""
    rated = ItemResult.objects.filter(result__wave=wave, n__gt=0).select_related("item", "result")
    if reads_answers(user):
        return rated
    if shown_result(user, wave) is None:
        return rated.none()
    return rated.filter(n__gte=settings.HIDE_GROUPS_BELOW)


def _without_small_figures(result: WaveResult) -> WaveResult:
    """Satisfaction or recommendation of too few of the answers is left out; the row in the database stays as it is."""
    if result.overall_n < settings.HIDE_GROUPS_BELOW:
        for name in OVERALL_FIGURES:
            setattr(result, name, None)
    if result.recommend_n < settings.HIDE_GROUPS_BELOW:
        result.promoters = result.passives = result.detractors = 0
        for name in RECOMMEND_FIGURES:
            setattr(result, name, None)
    return result
