"""A page of a narrowed list: looked for among the rows that come next in the list's order, then, where too few of them match,
among all that match.

PostgreSQL takes matches for evenly spread and walks along the order until a page is full. Where they lie together (the firms of
one city in a list by name) or are few, it walks through a million rows for it, which takes seconds.
"""

from collections.abc import Callable
from functools import cached_property
from typing import Any

from django.db.models import Case, IntegerField, Q, QuerySet, When

from portcrm.pages.lists.keyset import KeysetPage, RowComparison, SortKey, beyond, cursor, is_plain, ordered, place_of, up_to
from portcrm.pages.lists.known import Read
from portcrm.pages.lists.walks import Told, walk

WINDOW = 25_000  # rows walked through at most: about what it costs to find and sort as many matches
Found = list[tuple[int, Any]]  # rows with the number of their part


def fetch_in_stretches(
    queryset: QuerySet, keys: list[SortKey], *, everything: QuerySet, size: int, parts: tuple[Q, ...] = (), by_index: Callable[[], Q] = Q,
    told: Told | None = None, read: Read | None = None, far: bool = True, after: str = "", before: str = "",
) -> KeysetPage:  # fmt: skip
    """As keyset.fetch. `everything` is the list without conditions; of `parts` exactly one holds for each row: the rows of the
    first come first, each part in the order of the list. `by_index` gives what holds for all that match and an index answers; `told` is
    what the index of an order tells of them, and `read` gives rows of which it has told all there is to know. Few matches are not
    `far`: they are sorted and nothing is walked along for them."""
    parts = parts or (Q(),)
    place = place_of(before or after, keys, len(parts)) if before or after else None
    backwards = bool(before) and place is not None
    begin, values = place or (0, None)
    stretches = [
        (number, Stretch(queryset, everything, keys, part=parts[number], values=values if number == begin else None, backwards=backwards))
        for number in (range(begin, -1, -1) if backwards else range(begin, len(parts)))
    ]
    found, passed = _by_told(stretches, told, size + 1, read) if told and is_plain(keys) and keys[0].path == told.order else (None, False)
    if found is None:
        found = _by_reading(stretches, by_index, size + 1, walked=far and not passed)
    more, found = len(found) > size, found[:size]
    if backwards:
        found.reverse()
    further, earlier = (bool(found), more) if backwards else (more, values is not None and bool(found))
    after, before = (cursor(row, keys, number, len(parts)) for number, row in (found[-1], found[0])) if found else ("", "")
    return KeysetPage([row for _number, row in found], after if further else "", before if earlier else "")


def _by_reading(stretches: list[tuple[int, "Stretch"]], by_index: Callable[[], Q], most: int, *, walked: bool) -> Found:
    """`walked`: first among the rows that come next in the order, where nobody has looked among them yet."""
    found: Found = []
    for number, stretch in stretches:
        found += [(number, row) for row in stretch.first(most - len(found), by_index, walked=walked)]
        if len(found) == most:
            break
    return found


def _by_told(stretches: list[tuple[int, "Stretch"]], told: Told, most: int, read: Read | None) -> tuple[Found | None, bool]:
    """None where the walk ended too early or the index told too little: then rows are read. And whether the names that come next
    have been passed, so that matches lie further away; of a walk that found enough that other conditions then took away, nobody
    knows."""
    places: dict[int, int] = {}
    wanted, whole, sure = most * told.times, True, read is not None
    for number, stretch in stretches:
        keys, whole = walk(stretch.passed, told, most=wanted - len(places))
        sure = sure and all(keys.values())
        places |= dict.fromkeys(keys, number)
        if len(places) == wanted or not whole:
            break
    read = read if sure else stretches[0][1].rows_of
    rows = {row.pk: row for row in read(list(places))} if places else {}
    found = [(number, rows[key]) for key, number in places.items() if key in rows]
    if len(found) >= most:
        return found[:most], True
    enough = len(places) == wanted
    return (found if whole and not enough else None), not enough


def neighbour_key(
    everything: QuerySet,
    matching: QuerySet,
    keys: list[SortKey],
    pk: int,
    *,
    back: bool,
    parts: tuple[Q, ...],
    page_of: Callable[..., KeysetPage],
) -> int | None:
    """The row of `matching` that stands after this one (or before it) in a few steps along the order, whatever the size of the table.

    The row itself need only be in `everything`: what was changed on its page may have taken it out of the matching rows.
    `page_of` fetches a page of rows from a place on.
    """
    paths = {key.path for key in keys if key.attribute == key.path and key.path not in everything.query.annotations}
    rows = ordered(everything.select_related(None).only("pk", *paths), keys)
    here = rows.annotate(part_of_list=part_of(parts)).filter(pk=pk).first()
    if here is None:
        return None
    place = {"before" if back else "after": cursor(here, keys, here.part_of_list, len(parts) or 1)}
    narrow = matching.select_related(None).only("pk", *paths)
    found = page_of(narrow, keys, size=1, **place).rows
    return found[0].pk if found else None


def part_of(parts: tuple[Q, ...]) -> Case:
    """The number of the part a row belongs to."""
    return Case(*(When(part, then=number) for number, part in enumerate(parts)), default=0, output_field=IntegerField())


class Stretch:
    """The rows of one part that stand beyond one place, if there is one."""

    def __init__(self, queryset: QuerySet, everything: QuerySet, keys: list[SortKey], *, part: Q, values: list | None, backwards: bool):
        self.queryset, self.whole, self.keys, self.backwards = queryset, everything.select_related(None).order_by(), keys, backwards
        self.ahead = (part, beyond(keys, values, backwards=backwards)) if values is not None else (part,)

    @property
    def passed(self) -> QuerySet:
        """What a walk along the order comes by."""
        return self._in_order(self.whole.filter(*self.ahead))

    def rows_of(self, keys: list[int]) -> list:
        return list(self._in_order(self.queryset.filter(pk__among=keys)))

    @cached_property
    def matching(self) -> QuerySet:
        return self.queryset.select_related(None).filter(*self.ahead)

    def first(self, most: int, by_index: Callable[[], Q], *, walked: bool = True) -> list:
        edge = self._edge() if walked and is_plain(self.keys) else None
        if edge is not None:
            rows = self._rows(self._in_order(self.matching.filter(edge))[:most])
            if len(rows) == most:
                return rows
        elif walked:
            return self._rows(self._in_order(self.matching)[:most])
        return self._rows(ordered(self.matching.filter(by_index()), self.keys, backwards=self.backwards, walked=False)[:most])

    def _rows(self, chosen: QuerySet) -> list:
        """With what they show of their neighbours, which the planner would rather join before it knows that a page is full."""
        return list(self._in_order(self.queryset.filter(pk__in=chosen.values("pk"))))

    def _edge(self) -> RowComparison | None:
        """That a row lies within the window; None where the window holds all there is."""
        everything = self.whole.all()
        everything.query.clear_where()  # so that the index of the order answers alone
        order = self._in_order(everything.filter(*self.ahead)).values_list(*(key.path for key in self.keys))
        last = next(iter(order[WINDOW - 1 : WINDOW]), None)
        return up_to(self.keys, list(last), backwards=self.backwards) if last else None

    def _in_order(self, rows: QuerySet) -> QuerySet:
        return ordered(rows, self.keys, backwards=self.backwards)
