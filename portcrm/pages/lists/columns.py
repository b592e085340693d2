"""What a list shows and offers."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

from portcrm.pages import formats

FORMATS = {
    "number": formats.number,
    "score": lambda value: formats.number(value, 2),
    "short": formats.short,
    "tonnes": formats.tonnes,
    "money": formats.money,
    "percent": formats.percent,
    "date": formats.day,
    "datetime": formats.moment,
}


@dataclass(frozen=True)
class Column:
    """One column. The cell is `html(row)`, or `template` (rendered with `row` and `value`), or the value written by `format`.

    The value comes from `value(row)` if given, else from `attribute` (dots and calls followed), else from `key`.
    `ordering` names the Ordering its header sorts by; `link` makes the cell a link to the row's get_absolute_url();
    `shape` is "roomy" (not squeezed to a few characters) or "nowrap" (never broken); `default=False` hides it until chosen;
    `format` is number, score (two decimals), short, tonnes, money, percent, date or datetime; `reads` names the fields the
    cell needs, in a list that asks for no others (default: the one of its own name); `annotate(rows)` adds what no field holds.
    `edits` names the field that is changed in the cell itself, in a list whose records have an address for it.
    """

    key: str
    label: str
    template: str = ""
    html: Callable | None = None
    attribute: str = ""
    ordering: str = ""
    numeric: bool = False
    default: bool = True
    value: Callable | None = None
    link: bool = False
    shape: str = ""
    format: str = ""
    reads: tuple[str, ...] = ()
    annotate: Callable | None = None
    edits: str = ""

    @property
    def css_class(self) -> str:
        if self.numeric:
            return "numeric"
        return self.shape or ("nowrap" if self.format == "date" else "")

    @cached_property
    def _path(self) -> list[str]:
        return (self.attribute or self.key).split(".")

    def raw(self, row):
        """The value behind the cell, as the export writes it."""
        if self.value is not None:
            return self.value(row)
        found = row
        for name in self._path:
            found = getattr(found, name, None)
            if found is None:
                return None
            if callable(found):
                found = found()
        return found

    export = raw

    def text(self, row) -> str:
        """The value as people read it."""
        found = self.raw(row)
        if found is None or found == "":
            return formats.DASH
        return FORMATS[self.format](found) if self.format else str(found)


@dataclass(frozen=True)
class Empty:
    """What an empty list says and the next action it offers."""

    title: str
    text: str = ""
    action_label: str = ""
    action_url: str = ""
    icon: str = "list"


@dataclass(frozen=True)
class Look:
    """Another way to show the same rows: its word in the address, its name and drawing."""

    key: str
    label: str
    icon: str


@dataclass(frozen=True)
class Preset:
    """A view that comes with the product: a name for a query string."""

    key: str
    label: str
    query: str


@dataclass(frozen=True)
class Search:
    """The search field of a list: the words in it, its name, and what it says while it is empty."""

    words: str
    label: str
    hint: str


@dataclass(frozen=True)
class FilterGroup:
    """Filters that belong together, how many of them are set, and whether they are shown at once."""

    label: str
    fields: list
    chosen: int
    open: bool


@dataclass(frozen=True)
class Chip:
    """A filter that is set, with the address of the list without it."""

    label: str
    text: str
    remove_url: str


@dataclass(frozen=True)
class Count:
    """How many rows match; `capped` means "this many or more"."""

    value: int
    capped: bool = False

    def __str__(self) -> str:
        return f"{formats.number(self.value)}{'+' if self.capped else ''}"
