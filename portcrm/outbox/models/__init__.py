from portcrm.outbox.models.control import OutboxControl
from portcrm.outbox.models.domain_check import DomainCheck
from portcrm.outbox.models.journal_entry import JournalEntry
from portcrm.outbox.models.outgoing_email import OutgoingEmail
from portcrm.outbox.models.returns import AddressBlock, MailEvent, MailReport, ReturnedMail
from portcrm.outbox.models.sending_rate import SendingRate
from portcrm.outbox.models.suppressed_address import SuppressedAddress

__all__ = [
    "AddressBlock",
    "DomainCheck",
    "JournalEntry",
    "MailEvent",
    "MailReport",
    "OutboxControl",
    "OutgoingEmail",
    "ReturnedMail",
    "SendingRate",
    "SuppressedAddress",
]
