from collections.abc import Iterable, Mapping
from typing import Any

from django.db.models import Model

from portcrm.audit.channel import current_channel
from portcrm.audit.events import event_label
from portcrm.audit.models import AuditEvent


def record(*, by: Any, action: str, target: Model | None = None, **detail: Any) -> AuditEvent:
    """Write one audit event in the caller's transaction; KeyError for an action nobody registered.

    `by` is the user who acts. `detail` holds plain values (counts, codes, file names) and no personal data.
    """
    event = _event(by, action, target, detail)
    event.save(force_insert=True)
    return event


def record_each(*, by: Any, action: str, targets: Iterable[tuple[Model, Mapping[str, Any]]]) -> list[AuditEvent]:
    """The same of several records, each with its detail, in one statement."""
    return AuditEvent.objects.bulk_create([_event(by, action, target, detail) for target, detail in targets])


def _event(by: Any, action: str, target: Model | None, detail: Mapping[str, Any]) -> AuditEvent:
    event_label(action)
    return AuditEvent(
        actor_id=by.pk,
        actor_name=by.name,
        action=action,
        channel=current_channel(),
        record=target._meta.label_lower if target is not None else "",
        record_pk=str(target.pk) if target is not None else "",
        record_text=str(target)[:300] if target is not None else "",
        detail=dict(detail),
    )
