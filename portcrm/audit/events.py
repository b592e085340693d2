"""The closed list of audit events; each app's registry adds its own with a label and the words of its detail.

register_event("exchange.mend", _("Row of an import mended"), Told(line=_("Line"), state=(_("State"), labels_of(RowState))))
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Choices
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from portcrm.bilingual import reads_chinese

Presenter = Callable[[Mapping[str, Any]], str]
Words = str | Promise


@dataclass(frozen=True)
class EventKind:
    """`label` names the event to readers; `present` turns its detail into one sentence, or nothing."""

    action: str
    label: str
    present: Presenter


class Told:
    """A detail told part by part in the order given: each by its words, or by its words and how its value reads.

    Empty parts are left out. A key without words, written by an earlier version, is shown as it is stored: the log hides nothing.
    `prepared` first turns the whole detail into one that reads well.
    """

    def __init__(
        self, prepared: Callable[[Mapping[str, Any]], Mapping[str, Any]] = dict, /, **parts: Words | tuple[Words, Callable[[Any], str]]
    ):
        self._prepared = prepared
        self._parts = {name: part if isinstance(part, tuple) else (part, as_text) for name, part in parts.items()}

    @property
    def keys(self) -> frozenset[str]:
        return frozenset(self._parts)

    def __call__(self, detail: Mapping[str, Any]) -> str:
        detail = self._prepared(detail)
        named = [name for name in self._parts if detail.get(name) not in ("", None)]
        told = [(words, read(detail[name])) for name in named for words, read in [self._parts[name]]]
        told += [(name, str(value)) for name, value in detail.items() if name not in self._parts]
        between, after = ("；", "：") if reads_chinese() else ("; ", ": ")
        return between.join(f"{words}{after}{text}" for words, text in told)


def as_text(value: Any) -> str:
    """A plain value as people read it."""
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    return str(value)


def labels_of(choices: type[Choices]) -> Callable[[Any], str]:
    """How a stored choice reads; one that is no longer offered as it is stored."""
    return lambda value: str(dict(choices.choices).get(value, value))


_kinds: dict[str, EventKind] = {}


def register_event(action: str, label: str, present: Presenter | None = None) -> None:
    """Add an action to the closed list; whoever records a detail with it says here how the detail reads."""
    _kinds[action] = EventKind(action, label, present or Told())


def event_label(action: str) -> str:
    """The label of a registered action; KeyError for one nobody registered."""
    return _kinds[action].label


def event_kind(action: str) -> EventKind:
    """How to show an action; one that a later version no longer registers shows its own name."""
    return _kinds.get(action) or EventKind(action, action, Told())


def registered_events() -> dict[str, str]:
    return {action: kind.label for action, kind in _kinds.items()}
