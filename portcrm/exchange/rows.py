"""Rows of a chunk kept by column: an importer that works column by column never pays for an object a row."""

from collections.abc import Iterator, Sequence
from typing import Any, overload

from portcrm.exchange.importing import Row


class Rows(Sequence[Row]):
    """A sequence of rows that makes each Row when it is asked for; walked through, it makes all of them once and keeps them.

    `columns` are the values by field name, as many as `numbers` and `cells`.
    """

    def __init__(self, numbers: list[int], columns: dict[str, list[Any]], cells: list[Sequence[Any]]):
        self.numbers, self.columns, self.cells = numbers, columns, cells
        self._made: list[Row] | None = None

    def __len__(self) -> int:
        return len(self.numbers)

    def __iter__(self) -> Iterator[Row]:
        if self._made is None:
            names = list(self.columns)
            rows = zip(self.numbers, self.cells, zip(*self.columns.values(), strict=True), strict=True)
            self._made = [Row(number, dict(zip(names, values, strict=True)), cells) for number, cells, values in rows]
        return iter(self._made)

    @overload
    def __getitem__(self, place: int) -> Row: ...
    @overload
    def __getitem__(self, place: slice) -> "Rows": ...
    def __getitem__(self, place):
        if isinstance(place, slice):
            part = Rows(self.numbers[place], {name: values[place] for name, values in self.columns.items()}, self.cells[place])
            part._made = None if self._made is None else self._made[place]
            return part
        if self._made is not None:
            return self._made[place]
        return Row(self.numbers[place], {name: values[place] for name, values in self.columns.items()}, self.cells[place])


def by_column(rows: Sequence[Row]) -> Rows:
    """The same rows by column; fields that a row lacks are None in it."""
    if isinstance(rows, Rows):
        return rows
    rows = list(rows)
    names = dict.fromkeys(name for row in rows for name in row.values)
    columns = {name: [row.values.get(name) for row in rows] for name in names}
    return Rows([row.number for row in rows], columns, [row.cells for row in rows])
