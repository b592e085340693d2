from itertools import count

from portcrm.outbox.models import OutgoingEmail
from portcrm.outbox.services import EmailDraft, queue_email

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
