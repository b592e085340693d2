"""Low marks of the wave before, and what became of them."""

from dataclasses import dataclass

from django.db.models import Count, F, Q

from feedback.models import LoopResult, WaveResult

CHANGES = {
    "better": Q(after__gt=F("before")),
    "same": Q(after=F("before")),
    "worse": Q(after__lt=F("before")),
    "silent": Q(after=None),
}


@dataclass(frozen=True)
class LoopFigures:
    """Low marks of one wave before (one per customer and question), by what the customer gave the question this time."""

    low: int
    better: int
    same: int
    worse: int
    silent: int


def loop_figures(result: WaveResult) -> LoopFigures:
    counts = {name: Count("pk", filter=rule) for name, rule in CHANGES.items()}
    return LoopFigures(**LoopResult.objects.filter(result=result).aggregate(low=Count("pk"), **counts))
