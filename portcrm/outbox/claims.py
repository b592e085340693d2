"""Whose mail is whose: a worker reserves a few due mails, looks at them together, and claims one after the other.

A reservation is a short lease on waiting mails, so that what is asked of the database for each of them is asked once for all; a
worker that dies leaves them waiting. The claim is what makes a mail this worker's own: from its commit on nobody else sends it.
"""

import datetime as dt
import uuid
from collections.abc import Iterable
from dataclasses import dataclass

from portcrm.clock import now
from portcrm.outbox.behind import journal_of
from portcrm.outbox.enums import MailState
from portcrm.outbox.models import OutboxControl, OutgoingEmail

LEASE = dt.timedelta(minutes=10)  # well above the time-outs of one conversation
RESERVED = dt.timedelta(seconds=20)
MOST = 25

RESERVE = """
UPDATE outbox_outgoingemail AS mail SET lease_until = %(until)s
FROM (
    SELECT id FROM outbox_outgoingemail
    WHERE state = 'waiting' AND due_at <= %(at)s AND (not_after IS NULL OR not_after >= %(at)s)
      AND (lease_until IS NULL OR lease_until < %(at)s)
    ORDER BY service_mail DESC, due_at, id LIMIT %(most)s FOR UPDATE SKIP LOCKED
) AS due
WHERE mail.id = due.id RETURNING mail.*
"""

# Only while the outbox is as it was when the worker looked (open, its journal not ahead of the database), and the mail too. The
# number is committed before the journal hears of it, see portcrm.outbox.behind.
CLAIM = """
UPDATE outbox_outgoingemail AS mail
SET state = 'sending', claim = %(claim)s, lease_until = %(until)s, attempts = attempts + 1,
    journal_number = nextval('outbox_journal_number')
FROM outbox_outboxcontrol AS control
WHERE mail.id = %(id)s AND mail.state = 'waiting' AND mail.lease_until = %(reserved)s AND mail.due_at <= %(at)s
  AND control.id = %(control)s AND control.paused_at IS NULL AND control.behind_at IS NULL
  AND control.instance_id = %(instance)s AND control.stopped_at IS NOT DISTINCT FROM %(stopped)s
  AND %(written)s <= GREATEST(control.journal_number, (SELECT max(journal_number) FROM outbox_outgoingemail))
RETURNING mail.*
"""


@dataclass(frozen=True)
class Reserved:
    mails: list[OutgoingEmail]
    until: dt.datetime


def reserve(most: int = MOST) -> Reserved:
    """Up to so many due mails, service mail first, then the oldest; no other worker takes them up for some seconds."""
    at = now()
    until = at + RESERVED
    mails = list(OutgoingEmail.objects.raw(RESERVE, {"at": at, "until": until, "most": most}))
    return Reserved(sorted(mails, key=lambda mail: (not mail.service_mail, mail.due_at, mail.pk)), until)


def claim(mail: OutgoingEmail, reserved: Reserved, row: OutboxControl) -> OutgoingEmail | None:
    """The mail as it stands now, this worker's own; None where it, or the outbox, has changed since: look anew."""
    at = now()
    values = {
        "id": mail.pk,
        "claim": uuid.uuid4(),
        "at": at,
        "until": at + LEASE,
        "reserved": reserved.until,
        "control": row.pk,
        "instance": row.instance_id,
        "stopped": row.stopped_at,
        "written": journal_of(row).last_number(),
    }
    return next(iter(OutgoingEmail.objects.raw(CLAIM, values)), None)


def release(mails: Iterable[OutgoingEmail], reserved: Reserved) -> None:
    """What was reserved and not claimed is anybody's again."""
    keys = [mail.pk for mail in mails]
    if keys:
        OutgoingEmail.objects.filter(pk__in=keys, state=MailState.WAITING, lease_until=reserved.until).update(lease_until=None)
