"""From one day on until another: when a relation is in force, and when two of them say the same at the same time."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True)
class Span:
    """From `since` (None: nobody knows, long ago) up to but without `until` (None: still)."""

    since: dt.date | None = None
    until: dt.date | None = None

    def holds_on(self, day: dt.date) -> bool:
        return (self.since is None or self.since <= day) and (self.until is None or day < self.until)

    @property
    def empty(self) -> bool:
        return self.since is not None and self.until is not None and self.since >= self.until

    def overlaps(self, other: "Span") -> bool:
        """Some day lies in both."""
        if self.empty or other.empty:
            return False
        begins_in_time = self.since is None or other.until is None or self.since < other.until
        ends_in_time = other.since is None or self.until is None or other.since < self.until
        return begins_in_time and ends_in_time


@dataclass(frozen=True)
class Tie:
    """One relation between two firms as far as a second one like it is concerned."""

    key: int
    first: int
    second: int
    kind: str
    span: Span
    mutual: bool = False  # says the same from both sides

    @property
    def pair(self) -> tuple[int, int]:
        return (min(self.first, self.second), max(self.first, self.second)) if self.mutual else (self.first, self.second)

    def moved(self, old: int, new: int) -> "Tie":
        """With `new` in the place of `old`."""
        ends = [new if end == old else end for end in (self.first, self.second)]
        return Tie(self.key, ends[0], ends[1], self.kind, self.span, self.mutual)

    def repeats(self, other: "Tie") -> bool:
        return self.kind == other.kind and self.pair == other.pair and self.span.overlaps(other.span)


def cannot_move(moving: Iterable[Tie], standing: Iterable[Tie], *, old: int, new: int) -> list[int]:
    """Keys of the ties that would bind a firm to itself, or say again what stands there, once `new` takes the place of `old`."""
    there = list(standing)
    stay = []
    for tie in moving:
        moved = tie.moved(old, new)
        if moved.first == moved.second or any(moved.repeats(other) for other in there):
            stay.append(tie.key)
        else:
            there.append(moved)
    return stay
