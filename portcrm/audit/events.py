"""The closed list of audit events; each app's registry adds its own."""

_labels: dict[str, str] = {}


def register_event(action: str, label: str) -> None:
    _labels[action] = label


def event_label(action: str) -> str:
    """The label of a registered action; KeyError for one nobody registered."""
    return _labels[action]


def registered_events() -> dict[str, str]:
    return dict(_labels)
