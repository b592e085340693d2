from itertools import count

from portcrm.accounts.services import system_user
from portcrm.clock import now
from portcrm.outbox import claims, gate
from portcrm.outbox.enums import Fate
from portcrm.outbox.kinds import objections
from portcrm.outbox.models import AddressBlock, OutgoingEmail, ReturnedMail
from portcrm.outbox.services import EmailDraft, note_report, queue_email
from portcrm.outbox.services.returned import take_in_returned

numbers = count(1)


def make_draft(**fields) -> EmailDraft:
    number = next(numbers)
    defaults = {
        "kind": "test.note",
        "to_address": f"reader{number}@customer.invalid",
        "to_name": f"演示联系人 {number:02}",
        "language": "zh-hans",
        "subject": f"意见征询 {number}",
        "text": f"第 {number} 封信\n",
        "dedupe_key": f"test:{number}",
    }
    return EmailDraft(**defaults | fields)


def make_mail(**fields) -> OutgoingEmail:
    """A queued mail; model fields such as state may be given beside those of a draft."""
    later = {name: fields.pop(name) for name in tuple(fields) if name not in EmailDraft.__dataclass_fields__}
    mail = queue_email(make_draft(**fields))
    if later:
        OutgoingEmail.objects.filter(pk=mail.pk).update(**later)
        mail.refresh_from_db()
    return mail


def claim_next() -> OutgoingEmail | None:
    """The next due mail as one worker takes it, or None."""
    row, reserved = gate.opened(), claims.reserve(1)
    return claims.claim(reserved.mails[0], reserved, row) if reserved.mails else None


def reason_to_withhold(mail: OutgoingEmail):
    """Why the mail should not go any more, or ""; raises NotYet for one that should wait, and what the check of its kind raises."""
    against = objections([mail]).get(mail.pk, "")
    if isinstance(against, Exception):
        raise against
    return against


def tell(mail: OutgoingEmail, fate: str, **fields) -> bool:
    """Something is heard of a mail."""
    told = {"key": f"test:{next(numbers)}", "words": "550 5.1.1 user unknown", "at": now()} | fields
    return note_report(mail=mail, fate=Fate(fate), by=system_user(), **told)


def make_block(*, mail: OutgoingEmail | None = None, **fields) -> AddressBlock:
    """The block of an address whose mailbox does not exist."""
    mail = mail or make_mail(**fields)
    tell(mail, "hard")
    return AddressBlock.objects.in_force().get(address=mail.to_address.lower())


def make_returned(raw: bytes = b"From: desk@customer.invalid\r\nSubject: Hello\r\n\r\nWho are you?\r\n") -> ReturnedMail:
    """A mail in the return mailbox, of which nobody knows what it is about."""
    return take_in_returned(raw=raw, at=now(), by=system_user())
