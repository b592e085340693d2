"""A page of rows whose keys are all known in their order: nothing is looked for, sorted or counted, and only its rows are read."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from portcrm.pages.lists.keyset import KeysetPage, SortKey, cursor, is_plain, place_of

Read = Callable[[list[int]], list]  # the rows with these keys, in no order


@dataclass(frozen=True)
class Known:
    """The primary keys of all rows that match, in the order of the field `order`, then of the keys. Those of `first` are the first of
    the two parts of a list that has parts."""

    order: str
    keys: Sequence[int]
    first: frozenset[int] = frozenset()

    def listed(self, *, parted: bool, descending: bool) -> list[int]:
        keys = list(self.keys)
        if parted:
            keys = [key for key in keys if key in self.first] + [key for key in keys if key not in self.first]
        return keys[::-1] if descending else keys


def fetch_known(
    read: Read, keys: list[SortKey], known: Known, *, size: int, parts: int = 1, after: str = "", before: str = ""
) -> KeysetPage | None:
    """As keyset.fetch, of the known rows. None where they are not known in the order asked for,
    or where the page begins at a row that is no longer among them."""
    if keys[0].path != known.order or not is_plain(keys):
        return None
    listed = known.listed(parted=parts > 1, descending=keys[0].descending)
    place = place_of(before or after, keys, parts) if before or after else None
    if place is None:
        begin, end = 0, size
    elif (row := place[1][-1]) not in listed:
        return None
    elif before:
        begin, end = max(listed.index(row) - size, 0), listed.index(row)
    else:
        begin, end = listed.index(row) + 1, listed.index(row) + 1 + size
    at = {key: number for number, key in enumerate(listed[begin:end])}
    rows = sorted(read(list(at)), key=lambda row: at[row.pk]) if at else []
    if not rows:
        return KeysetPage([], "", "")
    after, before = (cursor(row, keys, 0 if row.pk in known.first else 1, parts) for row in (rows[-1], rows[0]))
    return KeysetPage(rows, after if end < len(listed) else "", before if begin > 0 else "")
