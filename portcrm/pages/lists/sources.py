"""Where the rows of a list come from, with its pages compiled once.

To put the query of a page together takes longer than to ask it: of a list page a sixth.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from itertools import chain

from django.contrib.auth.base_user import AbstractBaseUser
from django.db.models import QuerySet

from portcrm.pages.lists.columns import Column
from portcrm.pages.lists.keyset import KeysetPage, Ordering, SortKey, beyond, is_plain, ordered, page_from, place_of, sort_keys
from portcrm.prepared import Place, Prepared


@dataclass(frozen=True, eq=False)
class Source:
    """`rows` gives the same query for everybody with the same rights, in either language and on every day; so do the columns'
    `annotate`. A day in it would stay that of the first page."""

    rows: Callable[[AbstractBaseUser], QuerySet]
    columns: tuple[Column, ...]
    orderings: tuple[Ordering, ...]
    reads: tuple[str, ...] = ()
    _keys: dict[tuple[str, bool], list[SortKey]] = field(default_factory=dict, repr=False)

    def keys(self, user: AbstractBaseUser, order: str, *, reverse: bool) -> list[SortKey]:
        if (order, reverse) not in self._keys:
            ordering = next(one for one in self.orderings if one.key == order)
            self._keys[order, reverse] = sort_keys(self.rows(user), ordering, reverse=reverse)
        return self._keys[order, reverse]

    def narrow(self, user: AbstractBaseUser, columns: tuple[str, ...], keys: list[SortKey]) -> QuerySet:
        return narrow(self.rows(user), [column for column in self.columns if column.key in columns], self.reads, keys)


@dataclass(frozen=True)
class Compiled:
    """The pages of a source as one request looks at it: which columns, in which order."""

    source: Source
    user: AbstractBaseUser
    columns: tuple[str, ...]
    order: str
    reverse: bool

    @property
    def keys(self) -> list[SortKey]:
        return self.source.keys(self.user, self.order, reverse=self.reverse)

    def rows(self, primary_keys: list[int]) -> list:
        """These rows, in no order."""
        return ROWS.rows(self.user, self.source, self.columns, self.order, self.reverse, keys=primary_keys) if primary_keys else []

    def page(self, *, size: int, after: str = "", before: str = "") -> KeysetPage | None:
        """As keyset.fetch, of all rows; None where the place in the order is more than one comparison."""
        place = place_of(before or after, self.keys, 1) if before or after else None
        if place is not None and not is_plain(self.keys):
            return None
        way = "" if place is None else "before" if before else "after"
        values = {f"value{number}": value for number, value in enumerate(place[1] if place else [])}
        rows = PAGE.rows(self.user, self.source, self.columns, self.order, self.reverse, way, size + 1, **values)
        return page_from(rows, self.keys, size=size, placed=place is not None, backwards=way == "before")

    def count(self, most: int) -> int:
        """How many rows there are, at most so many."""
        return KEYS.count(self.user, self.source, most)


def narrow(rows: QuerySet, columns: Iterable[Column], reads: tuple[str, ...], keys: list[SortKey]) -> QuerySet:
    """With nothing but what the shown columns read, where the list says what every row `reads`: a file has a hundred
    fields with those of its neighbours, a row shows ten, and each is asked for, carried and turned into a value."""
    if reads:
        named = chain.from_iterable(column.reads or (column.key,) for column in columns)
        sorted_by = (key.path for key in keys if key.attribute == key.path and key.path not in rows.query.annotations)
        paths = {*reads, *named, *sorted_by}
        rows = rows.select_related(None).defer(None).only(*paths)
        joins = {path.rpartition("__")[0] for path in paths if "__" in path}
        rows = rows.select_related(*joins) if joins else rows
    for column in columns:
        rows = column.annotate(rows) if column.annotate else rows
    return rows


def _rows(user: AbstractBaseUser, source: Source, columns: tuple[str, ...], order: str, reverse: bool) -> QuerySet:
    return source.narrow(user, columns, source.keys(user, order, reverse=reverse)).filter(pk__among=Place("keys")).order_by()


def _page(user: AbstractBaseUser, source: Source, columns: tuple[str, ...], order: str, reverse: bool, way: str, most: int) -> QuerySet:
    keys = source.keys(user, order, reverse=reverse)
    rows, backwards = source.narrow(user, columns, keys), way == "before"
    if way:
        rows = rows.filter(beyond(keys, [Place(f"value{number}") for number in range(len(keys))], backwards=backwards))
    return ordered(rows, keys, backwards=backwards)[:most]


def _keys(user: AbstractBaseUser, source: Source, most: int) -> QuerySet:
    return source.rows(user).order_by().values("pk")[:most]


ROWS, PAGE, KEYS = Prepared(_rows), Prepared(_page), Prepared(_keys)
