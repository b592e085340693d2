"""What somebody would leave behind: apps say it here, and the page that closes accounts shows it.

    register_left_behind("customers", customers_of)

`customers_of(person)` gives a sentence (lazily translated), or "" where there is nothing. It counts and names no record:
who closes accounts need not be allowed to read them.
"""

from collections.abc import Callable

from portcrm.accounts.models import User

_said_by: dict[str, Callable[[User], str]] = {}


def register_left_behind(key: str, say: Callable[[User], str]) -> None:
    _said_by[key] = say


def left_behind_by(person: User) -> list[str]:
    return [said for say in _said_by.values() if (said := say(person))]
