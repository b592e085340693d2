"""The closed list of audit events; each app's registry adds its own with a label and, if it likes, a presenter."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

Presenter = Callable[[Mapping[str, Any]], str]


@dataclass(frozen=True)
class EventKind:
    """`label` names the event to readers; `present` turns its detail into one sentence, or nothing."""

    action: str
    label: str
    present: Presenter


def _plain(detail: Mapping[str, Any]) -> str:
    return ", ".join(f"{name} {value}" for name, value in detail.items())


_kinds: dict[str, EventKind] = {}


def register_event(action: str, label: str, present: Presenter = _plain) -> None:
    """Add an action to the closed list, e.g. register_event("customer.export", _("Exported customers"))."""
    _kinds[action] = EventKind(action, label, present)


def event_label(action: str) -> str:
    """The label of a registered action; KeyError for one nobody registered."""
    return _kinds[action].label


def event_kind(action: str) -> EventKind:
    """How to show an action; one that a later version no longer registers shows its own name."""
    return _kinds.get(action) or EventKind(action, action, _plain)


def registered_events() -> dict[str, str]:
    return {action: kind.label for action, kind in _kinds.items()}
