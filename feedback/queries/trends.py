"""One question, or one group of questions, from wave to wave of a programme."""

from dataclasses import dataclass

from django.conf import settings

from feedback.analysis.intervals import Difference, Estimate, difference
from feedback.models import GroupResult, Item, ItemResult, Programme, Wave, WaveResult
from feedback.queries.disclosure import disclosed, reads_answers

GROUP = "group:"  # before the key of a section; keys of items hold no colon


@dataclass(frozen=True)
class Point:
    """What one wave says of the question; its interval is missing below two ratings."""

    wave: Wave
    estimate: Estimate


def question_trend(user, programme: Programme, key: str, *, limit: int = 12) -> list[Point]:
    """Stored means of an item (by its key, over all versions) or of a group ("group:" and the section's key), oldest first."""
    results = WaveResult.objects.filter(wave__in=Wave.objects.visible_to(user).filter(disclosed(user), programme=programme))
    least = 1 if reads_answers(user) else settings.HIDE_GROUPS_BELOW
    if key.startswith(GROUP):
        rows = GroupResult.objects.filter(dimension="service", group=key.removeprefix(GROUP), hidden=False, n__gte=least)
    else:
        rows = ItemResult.objects.filter(item__key=key, n__gte=least)
    newest = rows.filter(result__in=results).select_related("result__wave").order_by("-result__wave__opens_at", "-pk")[:limit]
    return [Point(row.result.wave, Estimate(row.mean, row.n, getattr(row, "deviation", None), row.low, row.high)) for row in newest][::-1]


def last_step(points: list[Point]) -> Difference | None:
    """From the wave before to the latest; None where that cannot be told."""
    return difference(points[-2].estimate, points[-1].estimate) if len(points) > 1 else None


def questions_of(wave: Wave) -> list[tuple[str, list[tuple[str, str]]]]:
    """What a trend can be asked of: per section its name and (key, text) of the group and of each rated item, as on the form."""
    sections: dict[int, tuple[str, list[tuple[str, str]]]] = {}
    items = Item.objects.filter(version=wave.version_id).exclude(kind="comment").select_related("section").order_by("position")
    for item in items:
        section = item.section
        first = [] if section.key == "overall" else [(f"{GROUP}{section.key}", section.title)]
        sections.setdefault(section.pk, (section.title, first))[1].append((item.key, item.text))
    return list(sections.values())
