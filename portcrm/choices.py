"""Constraints that keep a column to the values its choices name. A form checks them for its reader; the database for everybody."""

from collections.abc import Iterable

from django.db.models import CheckConstraint, Choices, Q


def _values(choices: type[Choices] | Iterable) -> list:
    return list(choices.values) if isinstance(choices, type) else list(choices)


def known(model: str, **fields: type[Choices] | Iterable) -> list[CheckConstraint]:
    """One constraint a field, e.g. known("lead", direction=Direction, rhythm=("", *Rhythm.values)). NULL passes."""
    return [
        CheckConstraint(condition=Q(**{f"{field}__in": _values(choices)}), name=f"{model}_{field}_is_known")
        for field, choices in fields.items()
    ]


def all_known(model: str, **fields: type[Choices] | Iterable) -> list[CheckConstraint]:
    """The same for fields that hold a list of values."""
    return [
        CheckConstraint(condition=Q(**{f"{field}__contained_by": _values(choices)}), name=f"{model}_{field}_are_known")
        for field, choices in fields.items()
    ]
