from typing import Any

from django.db.models import Model

from portcrm.audit.channel import current_channel
from portcrm.audit.events import event_label
from portcrm.audit.models import AuditEvent


def record(*, by: Any, action: str, target: Model | None = None, **detail: Any) -> AuditEvent:
    """Write one audit event in the caller's transaction; KeyError for an action nobody registered.

    `by` is the user who acts. `detail` holds plain values (counts, codes, file names) and no personal data.
    """
    event_label(action)
    return AuditEvent.objects.create(
        actor_id=by.pk,
        actor_name=by.name,
        action=action,
        channel=current_channel(),
        record=target._meta.label_lower if target is not None else "",
        record_pk=str(target.pk) if target is not None else "",
        record_text=str(target)[:300] if target is not None else "",
        detail=detail,
    )
