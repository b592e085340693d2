"""Where the outbox cries for help: it knows no notices, those who do register here."""

from collections.abc import Callable

_listeners: list[Callable[[dict[str, str], str], None]] = []


def register_alarm(tell: Callable[[dict[str, str], str], None]) -> None:
    """`tell(reason, key)` gets a sentence per language; one key is one alarm, however often it is given."""
    _listeners.append(tell)


def sound(reason: dict[str, str], key: str) -> None:
    for tell in _listeners:
        tell(reason, key)
