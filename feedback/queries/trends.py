"""One question, or one group of questions, from wave to wave of a programme."""

from dataclasses import dataclass

from django.db.models import Case, F, IntegerField, OuterRef, QuerySet, Subquery, When
from django.db.models.functions import Greatest

from feedback.analysis.intervals import Difference, Estimate, difference, on_scale
from feedback.enums import JUDGING, SCALES
from feedback.models import GroupResult, Item, ItemResult, Programme, Wave, WaveResult
from feedback.queries.disclosure import disclosed, modes_read_in_full
from feedback.queries.rules import survey_rules

GROUP = "group:"  # before the key of a section; keys of items hold no colon


@dataclass(frozen=True)
class Point:
    """What one wave says of the question; its interval is missing below two ratings. `scale`: lowest and highest mark."""

    wave: Wave
    estimate: Estimate
    scale: tuple[int, int]

    @property
    def ends(self) -> tuple[float | None, float | None]:
        """Of the interval, as they are drawn."""
        return on_scale(self.estimate.low, self.estimate.high, self.scale)


def question_trend(user, programme: Programme, key: str, *, limit: int = 12) -> list[Point]:
    """Stored means of an item (by its key, over all versions) or of a group ("group:" and the section's key), oldest first."""
    results = WaveResult.objects.filter(wave__in=Wave.objects.visible_to(user).filter(disclosed(user), programme=programme))
    least = Greatest(F("result__wave__hide_below"), survey_rules().hide_below)
    least = Case(When(result__wave__anonymity__in=modes_read_in_full(user), then=1), default=least, output_field=IntegerField())
    if key.startswith(GROUP):
        of_group = Item.objects.filter(section__key=key.removeprefix(GROUP), version=OuterRef("result__wave__version"), kind__in=SCALES)
        marks = {"lowest": _extreme(of_group, "minimum"), "highest": _extreme(of_group, "-maximum")}
        rows = GroupResult.objects.filter(dimension="service", group=key.removeprefix(GROUP), hidden=False, n__gte=least)
    else:
        marks = {"lowest": F("item__minimum"), "highest": F("item__maximum")}
        rows = ItemResult.objects.filter(item__key=key, n__gte=least)
    known = rows.filter(result__in=results).select_related("result__wave").annotate(**marks)
    return [_point(row) for row in known.order_by("-result__wave__opens_at", "-pk")[:limit]][::-1]


def _extreme(items: QuerySet[Item], name: str) -> Subquery:
    return Subquery(items.order_by(name).values(name.removeprefix("-"))[:1])


def _point(row: GroupResult | ItemResult) -> Point:
    found = Estimate(row.mean, row.n, getattr(row, "deviation", None), row.low, row.high)
    return Point(row.result.wave, found, (row.lowest, row.highest))


def last_step(points: list[Point]) -> Difference | None:
    """From the wave before to the latest; None where that cannot be told."""
    return difference(points[-2].estimate, points[-1].estimate) if len(points) > 1 else None


def questions_of(wave: Wave) -> list[tuple[str, list[tuple[str, str]]]]:
    """What a trend can be asked of: per section its name and (key, text) of the group and of each rated item, as on the form."""
    sections: dict[int, tuple[str, list[tuple[str, str]]]] = {}
    judged = Item.objects.filter(version=wave.version_id, kind__in=SCALES, aspect__in=JUDGING)
    items = judged.select_related("section").order_by("position")
    for item in items:
        section = item.section
        first = [] if section.key == "overall" else [(f"{GROUP}{section.key}", section.title)]
        sections.setdefault(section.pk, (section.title, first))[1].append((item.key, item.text))
    return list(sections.values())
