"""Histories whose very reading is written down, because they tell of a person; filled by the apps' registry.py.

register_told_reading("customers.observation", tell_history_read)
"""

from collections.abc import Callable
from typing import Any

from django.db.models import Model

_tellers: dict[str, Callable[..., Any]] = {}


def register_told_reading(record: str, tell: Callable[..., Any]) -> None:
    """`tell(row=…, by=…)` is a service that writes down that somebody read the history of a row of this model."""
    _tellers[record] = tell


def tell_reading(row: Model, *, by: Any) -> None:
    """Write the reading down where the app asks for it, before anything is shown."""
    if tell := _tellers.get(row._meta.label_lower):
        tell(row=row, by=by)
