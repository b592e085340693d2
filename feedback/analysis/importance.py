"""Importance-performance analysis: where to act first (Martilla & James 1977)."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from statistics import mean, median

Interval = tuple[float, float]


class Cut(StrEnum):
    """Where high begins. A value equal to the cut counts as high."""

    MEANS = "means"  # grand means of the data
    MIDPOINT = "midpoint"  # of the scale
    MEDIANS = "medians"


class Quadrant(StrEnum):
    CONCENTRATE = "concentrate"  # important and poor
    KEEP_UP = "keep_up"  # important and good
    LOW_PRIORITY = "low_priority"  # neither
    OVERKILL = "overkill"  # good and hardly important


@dataclass(frozen=True)
class Attribute:
    """Mean importance and mean performance on one scale, with their intervals where they are known."""

    key: str
    importance: float
    performance: float
    importance_interval: Interval | None = None
    performance_interval: Interval | None = None


@dataclass(frozen=True)
class Placed:
    """`undecided`: an interval crosses its cut, so the quadrant may be another (Wu & Shieh 2009). `gap` = P - I."""

    key: str
    quadrant: Quadrant
    undecided: bool
    gap: float


def cuts(attributes: Sequence[Attribute], rule: Cut, scale: Interval) -> tuple[float, float]:
    """The cut of importance and that of performance; `scale` is its lowest and highest value."""
    if rule == Cut.MIDPOINT:
        return (sum(scale) / 2,) * 2
    middle = mean if rule == Cut.MEANS else median
    return middle(one.importance for one in attributes), middle(one.performance for one in attributes)


def placed(attributes: Sequence[Attribute], rule: Cut = Cut.MEANS, scale: Interval = (1, 5)) -> list[Placed]:
    """Each attribute's quadrant, ordered by distance below the line P = I: the first is where to act."""
    if not attributes:
        return []
    important, good = cuts(attributes, rule, scale)
    found = [
        Placed(
            one.key,
            _quadrant(high=one.importance >= important, well=one.performance >= good),
            _crosses(one.importance_interval, important) or _crosses(one.performance_interval, good),
            one.performance - one.importance,
        )
        for one in attributes
    ]
    return sorted(found, key=lambda point: (point.gap, point.key))


def _quadrant(*, high: bool, well: bool) -> Quadrant:
    if high:
        return Quadrant.KEEP_UP if well else Quadrant.CONCENTRATE
    return Quadrant.OVERKILL if well else Quadrant.LOW_PRIORITY


def _crosses(interval: Interval | None, cut: float) -> bool:
    return interval is not None and interval[0] < cut <= interval[1]


def satisfaction_index(attributes: Sequence[Attribute], highest: float = 5) -> float | None:
    """SUM I P / SUM I / highest value of the scale, in 0..1; None without importance."""
    total = sum(one.importance for one in attributes)
    return sum(one.importance * one.performance for one in attributes) / total / highest if total else None
