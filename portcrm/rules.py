"""The rules models declare, told as sentences: to whoever broke one, in the language of the screen."""

from collections.abc import Collection, Iterator
from contextlib import contextmanager

from django.apps import apps
from django.core.exceptions import ValidationError
from django.db import IntegrityError
from django.db.models import BaseConstraint, CheckConstraint, F, Model, UniqueConstraint
from django.utils.functional import lazystr

from portcrm.errors import RuleBroken


def broken_constraint(error: IntegrityError) -> BaseConstraint | None:
    """The declared constraint the database refused a row for; None for a key, a foreign key or a trigger."""
    diagnosis = getattr(error.__cause__, "diag", None)
    table, name = getattr(diagnosis, "table_name", None), getattr(diagnosis, "constraint_name", None)
    models = (model for model in apps.get_models() if model._meta.db_table == table)
    return next((rule for model in models for rule in model._meta.constraints if rule.name == name), None)


def sentence_of(rule: BaseConstraint) -> object | None:
    """What a constraint says to people, lazily translated; None where it only has its name."""
    said = rule.violation_error_message
    return None if said == rule.default_violation_error_message else said


def refuse_misfits(row: Model, names: Collection[str]) -> None:
    """Raise RuleBroken for the first of these fields whose value is too long, out of range or not among its choices.

    The database is not asked: related rows came out of it, and what fields must keep between them it says itself
    when the row is saved (`rules_told`).
    """
    left_out = {field.name for field in row._meta.concrete_fields if field.is_relation or field.name not in names}
    try:
        row.clean_fields(exclude=left_out)
    except ValidationError as errors:
        name, found = next(iter(errors.error_dict.items()))
        raise RuleBroken(_in_words(found), field=name) from errors


def _in_words(errors: list[ValidationError]):
    """One text, put together only when it is shown: its reader's language counts, not the writer's."""
    return lazystr(_Sentences(errors))


class _Sentences:
    def __init__(self, errors: list[ValidationError]):
        self.errors = errors

    def __str__(self) -> str:
        return " ".join(message for error in self.errors for message in error.messages)


@contextmanager
def rules_told(*, changed: Collection[str] = ()) -> Iterator[None]:
    """Save inside: a constraint the row breaks is told as a RuleBroken, beside the `changed` field it concerns.

    The transaction is lost; it must end with this exception, or the save must stand in a savepoint of its own.
    """
    try:
        yield
    except IntegrityError as error:
        rule = broken_constraint(error)
        said = sentence_of(rule) if rule else None
        if rule is None or said is None:
            raise
        raise RuleBroken(said, field=_field_of(rule, changed)) from error


def _field_of(rule: BaseConstraint, changed: Collection[str]) -> str:
    """The first changed field the rule speaks of, else the first it speaks of at all."""
    named = fields_of(rule)
    return next((name for name in changed if name in named), named[0] if named else "")


def fields_of(rule: BaseConstraint) -> list[str]:
    """The fields a rule speaks of, in a fixed order."""
    if isinstance(rule, CheckConstraint):
        return sorted(rule.condition.referenced_base_fields - {"pk", "id"})
    if not isinstance(rule, UniqueConstraint):
        return []
    parts = [part for expression in rule.expressions for part in (expression.flatten() if hasattr(expression, "flatten") else [expression])]
    return [*rule.fields, *(part.name for part in parts if isinstance(part, F))]
