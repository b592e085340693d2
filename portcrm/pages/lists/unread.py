"""Conditions in the address of a list that nothing understands: told on the page, and nothing leaves the list under them.

What is saved as a view comes back from a browser, so the page that understood a state seals it.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from functools import cached_property

from django.core.signing import Signer
from django.http import HttpRequest, QueryDict
from django.utils.crypto import constant_time_compare
from django.utils.translation import gettext_lazy as _
from django_filters import FilterSet

from portcrm.bilingual import enumerated
from portcrm.errors import RuleBroken
from portcrm.pages.lists.columns import Chip
from portcrm.pages.lists.filters import is_set, parameters_read
from portcrm.pages.lists.partly import asked_of

PAGE_STATE = ("after", "before", "exact", "export", "filters", "menus", "row", "all", "action")  # where one stands, not what one looks at
LOOK_STATE = ("sort", "columns", "view", "look", "by")
UNREADABLE = _("One of the filters of the list cannot be read. Please set it again.")


class Unread:
    """What a Listing says and refuses of conditions it does not understand."""

    request: HttpRequest
    record: str
    filterset: FilterSet | None
    url: Callable[..., str]
    state: str

    @cached_property
    def unread(self) -> list[Chip]:
        frame = {*PAGE_STATE, *LOOK_STATE}
        return unread_of(self.filterset, self.request.GET, self.url, frame=frame) if self.request.GET.keys() - frame else []

    def refuse_unread(self) -> None:
        """What would go by these filters would go by all rows."""
        if self.unread:
            raise RuleBroken(UNREADABLE)

    @property
    def seal(self) -> str:
        """Shows whoever keeps this state as a view that all of it was understood."""
        return "" if self.unread else seal_of(self.record, self.state)


@dataclass(frozen=True)
class Condition:
    """What of a condition narrows nothing: `wrong` values by parameter, and beside them the `right` ones that stay in force."""

    label: str
    wrong: dict[str, list[str]]
    right: dict[str, list[str]] = field(default_factory=dict)

    @property
    def values(self) -> list[str]:
        return [value for values in self.wrong.values() for value in values]


def unread_of(filterset: FilterSet | None, data: QueryDict, url: Callable[..., str], *, frame: Iterable[str]) -> list[Chip]:
    """A chip for every condition that narrows nothing, with the address without it; `frame` as in `conditions_unread`."""
    unread = conditions_unread(filterset, data, frame=frame)
    return [Chip(one.label, enumerated(one.values), url(**{name: one.right.get(name) for name in one.wrong})) for one in unread]


def conditions_unread(filterset: FilterSet | None, data: QueryDict, *, frame: Iterable[str]) -> Iterator[Condition]:
    """Every condition, or part of one, that narrows nothing, because its value fits no filter or its name is none.

    `frame`: names the list reads itself. A condition without a value asks for nothing.
    """
    bound = filterset if filterset is not None and filterset.form.is_bound else None
    read = {*(parameters_read(bound) if bound else ()), *frame}
    if bound:
        yield from _without_effect(bound, data)
    for name in data:
        values = [value for value in data.getlist(name) if value.strip()]
        if name not in read and values:
            yield Condition(name, {name: values})


def _without_effect(filterset: FilterSet, data: QueryDict) -> Iterator[Condition]:
    """Of each filter the values that are refused, or read as none: "maybe" is neither yes nor no."""
    form = filterset.form
    for name, field_ in form.fields.items():
        asked = asked_of(field_, name, data)
        refused = name in form.errors or not is_set(form.cleaned_data.get(name))
        wrong = asked.wrong or ({parameter: values for parameter, values in asked.values.items() if values} if refused else {})
        if wrong:
            yield Condition(str(field_.label or filterset.filters[name].label or name), wrong, asked.right if asked.wrong else {})


def seal_of(record: str, state: str) -> str:
    return Signer(salt="state of a list").signature(f"{record}?{state}")


def refuse_unsealed(*, record: str, state: str, seal: str) -> None:
    """A state with filters is kept only as its list has understood it; without any there is nothing to understand."""
    if state and not constant_time_compare(seal, seal_of(record, state)):
        raise RuleBroken(UNREADABLE)
