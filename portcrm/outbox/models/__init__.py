from portcrm.outbox.models.control import OutboxControl
from portcrm.outbox.models.outgoing_email import OutgoingEmail

__all__ = ["OutboxControl", "OutgoingEmail"]
