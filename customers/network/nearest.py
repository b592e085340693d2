"""Whom a picture of limited size shows: the nearest first, and what it leaves out."""

from collections import Counter
from collections.abc import Hashable, Iterable
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Candidate:
    """Something that could stand in the picture. `steps` from the centre; among equals the heavier comes first."""

    key: Hashable
    steps: int
    sort: str  # company, contact, colleague …
    weight: float = 0.0

    def place(self, turn: dict[str, int]) -> tuple:
        return (self.steps, turn.get(self.sort, len(turn)), -self.weight, str(self.key))


@dataclass(frozen=True)
class Chosen:
    """`left_out`: how many of each sort at each distance found no room, nearest first."""

    kept: list[Candidate]
    left_out: list[tuple[int, str, int]] = field(default_factory=list)  # (steps, sort, how many)

    @property
    def missing(self) -> int:
        return sum(number for _steps, _sort, number in self.left_out)


def nearest(candidates: Iterable[Candidate], *, limit: int, order: tuple[str, ...] = ()) -> Chosen:
    """The first `limit` by steps, then by sort in the given order, then by weight; never more steps away before fewer."""
    turn = {sort: number for number, sort in enumerate(order)}
    ranked = sorted(candidates, key=lambda one: one.place(turn))
    left = Counter((one.steps, one.sort) for one in ranked[limit:])
    ordered = sorted(left.items(), key=lambda pair: (pair[0][0], turn.get(pair[0][1], len(turn))))
    return Chosen(ranked[:limit], [(steps, sort, number) for (steps, sort), number in ordered])
