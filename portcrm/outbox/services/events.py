"""Events of mail services: stored as they were told, once each, and understood by a job afterwards."""

import datetime as dt

from django.utils.translation import gettext_lazy

from portcrm.accounts.models import User
from portcrm.audit.actions import action
from portcrm.outbox.enums import EventState, Fate
from portcrm.outbox.models import MailEvent, OutgoingEmail
from portcrm.outbox.returns.providers import PROVIDERS
from portcrm.outbox.services.reports import note_report

PATIENCE = dt.timedelta(hours=1)  # an event may be here before the transaction that wrote the mail down


@action("outbox.store_events", gettext_lazy("Events of a mail service stored"))
def store_events(*, provider: str, events: list[tuple[str, dict]], at: dt.datetime, by: User) -> None:
    """Keep (key, event) pairs as they were told; one that is known by its key is passed over."""
    rows = [MailEvent(provider=provider, key=key, body=event, received_at=at) for key, event in events]
    MailEvent.objects.bulk_create(rows, ignore_conflicts=True)


@action("outbox.read_events", gettext_lazy("Events of mail services read"))
def read_events(*, at: dt.datetime, by: User, most: int = 500) -> int:
    """Do what stored events say, in any number of workers at once; returns how many were settled.

    An event about a mail that is not written yet waits for an hour.
    """
    settled = 0
    for row in MailEvent.objects.new().select_for_update(skip_locked=True)[:most]:
        event = PROVIDERS[row.provider].read(row.body)
        mail = OutgoingEmail.objects.filter(message_id=event.message_id).first() if event.message_id else None
        if event.fate and mail is None and at - row.received_at < PATIENCE:
            continue
        if event.fate and mail is not None:
            note_report(mail=mail, key=f"event:{row.pk}", fate=Fate(event.fate), words=event.words, at=at, by=by)
        row.mail, row.settled_at = mail, at
        row.state = EventState.DONE if mail is not None or not event.fate else EventState.WITHOUT_MAIL
        row.save(update_fields=["mail", "settled_at", "state"])
        settled += 1
    return settled
