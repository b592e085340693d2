"""Ranks and value classes. Ties, order and cut-offs are stated here once and shown on every ranking page."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal


@dataclass(frozen=True, slots=True)
class Entry:
    customer: int
    points: int  # score in thousandths
    measure: Decimal  # what the class shares are counted in
    code: str  # customer code, the last word on order


@dataclass(frozen=True, slots=True)
class Place:
    position: int  # 1 … n, each once
    rank: int  # equal scores share a rank: 1, 2, 2, 4
    value_class: str
    share_before: Decimal  # per cent of the measure that the places above hold
    share_after: Decimal


def place(entries: Sequence[Entry], *, a_until: int, b_until: int) -> dict[int, Place]:
    """Order by score, then by the measure, then by code; class A until the share *above* reaches `a_until` per cent, B until `b_until`.

    A negative measure (only corrections in the window) counts as 0 for the shares.
    """
    ordered = sorted(entries, key=lambda e: (-e.points, -e.measure, e.code))
    total = sum((max(e.measure, Decimal(0)) for e in ordered), Decimal(0))
    places: dict[int, Place] = {}
    above, rank, last_points = Decimal(0), 0, None
    for position, entry in enumerate(ordered, start=1):
        if entry.points != last_points:
            rank, last_points = position, entry.points
        before = _share(above, total)
        value_class = "A" if above * 100 < total * a_until else "B" if above * 100 < total * b_until else "C"
        above += max(entry.measure, Decimal(0))
        places[entry.customer] = Place(position, rank, value_class, before, _share(above, total))
    return places


def _share(part: Decimal, total: Decimal) -> Decimal:
    return (part * 100 / total if total else Decimal(0)).quantize(Decimal("0.0001"))


def ranks_by(figures: Mapping[int, Decimal | None]) -> dict[int, int]:
    """Rank by one figure alone, largest first; equal figures share a rank; a missing figure has none."""
    ordered = sorted(((figure, customer) for customer, figure in figures.items() if figure is not None), key=lambda pair: -pair[0])
    ranks: dict[int, int] = {}
    rank, last = 0, None
    for position, (figure, customer) in enumerate(ordered, start=1):
        if figure != last:
            rank, last = position, figure
        ranks[customer] = rank
    return ranks
