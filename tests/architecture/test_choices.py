"""A field with choices is kept to them by the database, whoever writes it."""

from django.apps import apps
from django.contrib.postgres.fields import ArrayField
from django.db.models import CheckConstraint, Field, Model, Q

from portcrm.audit.history import tracked_models
from portcrm.audit.queries import event_model_of
from tests.architecture.source import APPS


def has_choices(field: Field) -> bool:
    return bool((field.base_field if isinstance(field, ArrayField) else field).choices)


def fields_named(condition: Q) -> set[str]:
    named = set()
    for part in condition.children:
        named |= fields_named(part) if isinstance(part, Q) else {part[0].split("__")[0]}
    return named


def checked_fields(model: type[Model]) -> set[str]:
    return set().union(*(fields_named(found.condition) for found in model._meta.constraints if isinstance(found, CheckConstraint)))


def test_every_field_with_choices_is_checked_by_the_database():
    histories = {event_model_of(model) for model in tracked_models()}  # written by triggers from checked rows
    ours = [model for model in apps.get_models() if model.__module__.split(".")[0] in APPS and model not in histories]

    assert len(ours) > 40
    assert [
        f"{model._meta.label}.{field.name}"
        for model in ours
        for field in model._meta.concrete_fields
        if has_choices(field) and field.name not in checked_fields(model)
    ] == []
