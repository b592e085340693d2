from django.db.models import Model

from portcrm.accounts.models import User
from portcrm.audit.channel import current_channel
from portcrm.audit.events import event_label
from portcrm.audit.models import AuditEvent


def record(*, by: User, action: str, target: Model | None = None, **detail) -> AuditEvent:
    """Write one audit event; unknown actions are refused, so that the list of events stays closed."""
    event_label(action)
    return AuditEvent.objects.create(
        actor_id=by.pk,
        actor_name=by.name,
        action=action,
        channel=current_channel(),
        record=target._meta.label_lower if target else "",
        record_pk=str(target.pk) if target else "",
        record_text=str(target)[:300] if target else "",
        detail=detail,
    )
