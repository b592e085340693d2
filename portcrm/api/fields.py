"""Fields of serializers that the apps share."""

import json
import uuid
from collections.abc import Callable
from typing import Any

from django.db.models import Manager, Model, QuerySet
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

MOST_KEYS, BIGGEST_KEY = 200, 2**63 - 1


class KeysField(serializers.ListField):
    """Rows by their keys, `rows(user)` of them those the reader may name: looked up in one query however many there are.

    What a row names already may be sent back with a change of it, though it could not be chosen any more.
    """

    default_error_messages = {"missing": _("There is no such row, or you may not see it: %(keys)s.")}

    def __init__(self, *, rows: Callable[[Any], QuerySet], **options):
        self.rows = rows
        super().__init__(child=serializers.IntegerField(min_value=1, max_value=BIGGEST_KEY), max_length=MOST_KEYS, **options)

    def to_internal_value(self, data) -> list:
        keys = set(super().to_internal_value(data))
        found = list(self.rows(self.context["request"].user).filter(pk__in=keys)) if keys else []
        if missing := keys - {row.pk for row in found}:
            found += self._held(missing)
        if missing := keys - {row.pk for row in found}:
            raise serializers.ValidationError(self.error_messages["missing"] % {"keys": ", ".join(map(str, sorted(missing)))})
        return found

    def _held(self, keys: set[int]) -> list:
        row = self.parent.instance
        return list(getattr(row, self.source).filter(pk__in=keys)) if isinstance(row, Model) else []

    def to_representation(self, data: Manager) -> list[int]:
        return sorted(row.pk for row in data.all())


class FormKeyField(serializers.UUIDField):
    """A key the program makes for one request: the same request sent again gives the first row and writes no other.

    What is stored stands for the key, its sender and what was sent, like that of a page's form: nobody is given the row
    of another, nor an older row for other words under a key used before.
    """

    def __init__(self, **options):
        super().__init__(required=False, write_only=True, **options)

    def to_internal_value(self, data) -> uuid.UUID:
        key, sent = super().to_internal_value(data), self.parent.initial_data
        values = dict(sent.lists()) if isinstance(sent, QueryDict) else sent
        read = {name: values[name] for name in self.parent.fields if name != self.field_name and name in values}
        return uuid.uuid5(key, f"{self.context['request'].user.pk}:{json.dumps(read, sort_keys=True, default=str)}")
