"""Which entries of the code lists rows point at."""

from collections.abc import Collection

from django.db.models import Model
from pghistory.models import Event


def is_named_by_rows(entry: Model, *, but: Collection[type[Model]] = (), last: Collection[str] = ()) -> bool:
    """Whether a row of any table but these points at this entry; the tables named `last`, the longest, are asked last in their order."""
    relations = [
        relation
        for relation in entry._meta.get_fields(include_hidden=True)
        if relation.auto_created and relation.one_to_many and relation.related_model not in but
        if not issubclass(relation.related_model, Event)
    ]
    order = list(last)
    relations.sort(key=lambda one: order.index(one.related_model._meta.label) if one.related_model._meta.label in order else -1)
    return any(relation.related_model._base_manager.filter(**{relation.field.name: entry.pk}).exists() for relation in relations)
