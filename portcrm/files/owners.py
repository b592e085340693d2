"""Which records may carry files, and who may see them; apps register here from their registry.py."""

from collections.abc import Callable
from dataclasses import dataclass

from django.db.models import QuerySet


@dataclass(frozen=True)
class FileOwner:
    record: str
    visible: Callable[..., QuerySet]
    change_permission: str
    sealed: bool = False


_owners: dict[str, FileOwner] = {}


def register_file_owner(record: str, visible: Callable[..., QuerySet], *, change_permission: str = "", sealed: bool = False) -> None:
    """Let `record` ("customers.customer") carry files: `visible(user)` is the queryset of its records the user may
    see; adding and removing files needs `change_permission` too, where one is named. `sealed`: what somebody outside sent;
    none of us adds or removes."""
    _owners[record] = FileOwner(record, visible, change_permission, sealed)


def carrying_records() -> list[str]:
    """The kinds of records that may carry files."""
    return sorted(_owners)


def owner_of(record: str) -> FileOwner | None:
    return _owners.get(record)
