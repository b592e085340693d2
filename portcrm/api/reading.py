"""What a program sent, read by a serializer. A name the serializer does not know is refused: passed over, a slip of the pen in the name
of a field would look like a change that was made."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

UNKNOWN = _("There is no such field.")


def read(asked: serializers.Serializer) -> dict[str, Any]:
    """The fields as services take them; ValidationError names what is wrong with any of them and every name that is unknown.

    Names of fields that are only told are known: what was read may be sent back.
    """
    sound = asked.is_valid()
    unknown = unknown_names(asked, asked.initial_data)
    if not sound or unknown:
        raise serializers.ValidationError({**asked.errors, **unknown})
    return asked.validated_data


def unknown_names(asked: serializers.Serializer, sent: Any) -> dict[str, Any]:
    """By name, as a serializer tells errors; of rows within a row too."""
    if not isinstance(sent, dict):
        return {}  # told by the serializer itself
    found: dict[str, Any] = {name: [UNKNOWN] for name in sent if name not in asked.fields}
    for name, field in asked.fields.items():
        if field.read_only or name not in sent:
            continue
        if isinstance(field, serializers.Serializer) and (within := unknown_names(field, sent[name])):
            found[name] = within
        if isinstance(field, serializers.ListSerializer) and isinstance(sent[name], list):
            rows = {number: within for number, row in enumerate(sent[name]) if (within := unknown_names(field.child, row))}
            found |= {name: rows} if rows else {}
    return found
