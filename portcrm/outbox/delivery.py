"""Claim, commit, send, record: each mail is taken by one worker, and what became of it is written down.

A worker that dies leaves its one mail "being sent"; when the lease has run out the sweeper calls it uncertain.
Uncertain mails are not sent again by themselves, except service mails, which may arrive twice with one Message-ID.
"""

import datetime as dt
import html as html_text
import logging
import random
import time
import uuid
from dataclasses import dataclass

from django.conf import settings
from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext_lazy as _

from portcrm.accounts.services import system_user
from portcrm.bilingual import both
from portcrm.clock import now
from portcrm.outbox import instance
from portcrm.outbox.enums import MailState
from portcrm.outbox.kinds import LINK_PLACEHOLDER, STOP_PLACEHOLDER, NotYet, personal_link, reason_to_withhold, stop_link
from portcrm.outbox.models import OutboxControl, OutgoingEmail
from portcrm.outbox.services.blocking import BLOCKED, blocked_among
from portcrm.outbox.services.reports import note_refusal
from portcrm.outbox.transport import OutcomeUnknown, Refused, Transport, Unreachable, Unwritable, compose, mail_server_named

logger = logging.getLogger(__name__)

LEASE = dt.timedelta(minutes=10)  # well above the time-outs of one conversation
MAX_ATTEMPTS = 5
RETRY_AFTER = (dt.timedelta(minutes=1), dt.timedelta(minutes=5), dt.timedelta(minutes=20), dt.timedelta(hours=1))
LOOK_AGAIN = dt.timedelta(minutes=5)  # at a mail whose kind asked to wait
SERVER_AWAY = dt.timedelta(minutes=1)


@dataclass
class Delivered:
    """What one call did. `more` says that it stopped before everything due was handled."""

    sent: int = 0
    other: int = 0
    more: bool = False


class MustWait(Exception):
    """The rate limit is used up for this many seconds."""

    def __init__(self, seconds: float):
        super().__init__(seconds)
        self.seconds = seconds


def deliver_due(*, seconds: float = 50) -> Delivered:
    """Send what is due, one mail after the other, for at most about `seconds`. Safe in any number of processes."""
    done = Delivered()
    if not mail_server_named():
        return done
    instance.control()  # kept from here on: made inside a claim it would go with the first one that must wait
    end = time.monotonic() + seconds
    with Transport() as transport:
        while time.monotonic() < end:
            mail = claim_next()
            if mail is None:
                return done
            try:
                if not _send(mail, transport, done):
                    return done
            except MustWait as wait:
                time.sleep(min(wait.seconds, max(end - time.monotonic(), 0)))
    done.more = OutgoingEmail.objects.due(now()).exists()
    return done


@transaction.atomic
def claim_next() -> OutgoingEmail | None:
    """Take the next due mail for this process, or None. From the commit on nobody else sends it."""
    row = instance.control()
    if row.paused_at:
        return None
    if not instance.is_ours(row):
        OutboxControl.objects.filter(pk=row.pk, held_at=None).update(held_at=now())
        return None
    mail = OutgoingEmail.objects.due(now()).select_for_update(skip_locked=True).first()
    if mail is None:
        return None
    mail.state, mail.claim, mail.lease_until = MailState.SENDING, uuid.uuid4(), now() + LEASE
    mail.attempts += 1
    mail.save(update_fields=["state", "claim", "lease_until", "attempts"])
    return mail


def sweep() -> None:
    """Settle what time has settled: mails that came too late, and mails whose worker died."""
    at = now()
    OutgoingEmail.objects.too_late(at).update(
        state=MailState.EXPIRED, settled_at=at, reason=both(_("Its time had passed before it could be sent."))
    )
    abandoned = OutgoingEmail.objects.abandoned(at)
    abandoned.filter(service_mail=True, attempts__lt=MAX_ATTEMPTS).update(state=MailState.WAITING, due_at=at)
    abandoned.update(state=MailState.UNCERTAIN, reason=both(_("The worker stopped while sending it; it may have arrived.")))


def _send(mail: OutgoingEmail, transport: Transport, done: Delivered) -> bool:
    """Send a claimed mail and record the outcome; False when the server is away and the batch should end.

    The rate limit counts what really goes: a mail that is held back or has to wait takes no token.
    """
    message = _message_or_outcome(mail)
    if message is None:
        done.other += 1
        return True
    try:
        _take_token()
    except MustWait:  # given back before the pause, so that service mail written meanwhile goes first
        _record(mail, state=MailState.WAITING, answer=mail.answer, attempts=F("attempts") - 1)
        raise
    try:
        answer = transport.hand_over(message)
    except Unreachable as error:
        _server_away(mail, str(error))
        return False
    except Refused as error:
        _refused(mail, error)
    except Unwritable as error:
        _unwritable(mail, str(error))
    except OutcomeUnknown as error:
        _unknown(mail, str(error))
    else:
        _accepted(mail, answer)
        done.sent += 1
        return True
    done.other += 1
    return True


def _message_or_outcome(mail: OutgoingEmail):
    """The message to hand over; or None, with the reason recorded why there is none."""
    try:
        reason = BLOCKED if not mail.service_mail and blocked_among([mail.to_address]) else reason_to_withhold(mail)
        message = None if reason else prepared(mail)
    except NotYet as wait:
        due_at = wait.until or now() + LOOK_AGAIN
        _record(mail, state=MailState.WAITING, reason=both(wait.reason), due_at=due_at, attempts=F("attempts") - 1)
        return None
    except Unwritable as error:
        _unwritable(mail, str(error))
        return None
    except Exception:  # an app's check or link failed: nothing was sent, so trying again is safe
        logger.exception("outbox.not_prepared", extra={"mail": mail.pk, "kind": mail.kind})
        _retry(mail, _("The mail could not be prepared."), answer="")
        return None
    if reason:
        _record(mail, state=MailState.WITHHELD, reason=both(reason), settled_at=now())
    return message


def prepared(mail: OutgoingEmail):
    """The message with the personal link filled in; it exists in this process's memory only."""
    text, html = mail.text, mail.html
    if LINK_PLACEHOLDER in text or LINK_PLACEHOLDER in html:
        link = personal_link(mail)
        if not link:
            raise LookupError(f"no personal link for a mail of kind {mail.kind}")
        text = text.replace(LINK_PLACEHOLDER, link)
        html = html.replace(LINK_PLACEHOLDER, html_text.escape(link))
    stop = stop_link(mail)
    text, html = text.replace(STOP_PLACEHOLDER, stop), html.replace(STOP_PLACEHOLDER, html_text.escape(stop))
    return compose(mail, text=text, html=html, stop_link=stop)


def _accepted(mail: OutgoingEmail, answer: str) -> None:
    # Not only while "being sent": a mail called uncertain in the meantime is known to have gone after all.
    # A report that it came back may be here before our own note that it went.
    OutgoingEmail.objects.filter(pk=mail.pk, claim=mail.claim).exclude(state=MailState.BOUNCED).update(
        state=MailState.SENT, settled_at=now(), lease_until=None, answer=answer[:500], reason={}
    )


def _refused(mail: OutgoingEmail, error: Refused) -> None:
    if error.permanent:
        reason = both(_("The mail server refused this recipient."))
        _record(mail, state=MailState.FAILED, reason=reason, answer=error.answer, settled_at=now())
        if error.of_recipient:
            note_refusal(mail=mail, answer=error.answer, at=now(), by=system_user())
    else:
        _retry(mail, _("The mail server did not take it for now."), answer=error.answer)


def _unwritable(mail: OutgoingEmail, answer: str) -> None:
    reason = both(_("The mail cannot be put into the form that mail servers read."))
    _record(mail, state=MailState.FAILED, reason=reason, answer=answer, settled_at=now())


def _unknown(mail: OutgoingEmail, answer: str) -> None:
    if mail.service_mail and mail.attempts < MAX_ATTEMPTS:
        _retry(mail, _("The mail server did not confirm it; it is sent again."), answer=answer)
    else:
        reason = both(_("The mail server did not confirm it; it may have arrived."))
        _record(mail, state=MailState.UNCERTAIN, reason=reason, answer=answer)


def _retry(mail: OutgoingEmail, reason, *, answer: str) -> None:
    if mail.attempts >= MAX_ATTEMPTS:
        _record(mail, state=MailState.FAILED, reason=both(reason), answer=answer, settled_at=now())
        return
    pause = RETRY_AFTER[mail.attempts - 1] * random.uniform(0.75, 1.25)  # noqa: S311 spreads load, guards nothing
    _record(mail, state=MailState.WAITING, reason=both(reason), answer=answer, due_at=now() + pause)


def _server_away(mail: OutgoingEmail, answer: str) -> None:
    """Not the recipient's fault: give the mail back without counting the attempt."""
    reason = both(_("The mail server could not be reached; it is tried again."))
    due_at = now() + SERVER_AWAY * random.uniform(0.75, 1.25)  # noqa: S311
    _record(mail, state=MailState.WAITING, reason=reason, answer=answer, due_at=due_at, attempts=F("attempts") - 1)
    logger.warning("outbox.server_away: %s", answer)


def _record(mail: OutgoingEmail, **outcome) -> None:
    """Write the outcome down, unless the mail has been taken from this worker meanwhile."""
    outcome["answer"] = outcome.get("answer", "")[:500]
    mine = OutgoingEmail.objects.filter(pk=mail.pk, claim=mail.claim, state__in=(MailState.SENDING, MailState.UNCERTAIN))
    mine.update(lease_until=None, **outcome)


@transaction.atomic
def _take_token() -> None:
    """One token of the bucket that holds ten seconds' worth of OUTBOX_MAILS_PER_MINUTE (0: no limit)."""
    limit = settings.OUTBOX_MAILS_PER_MINUTE
    if not limit:
        return
    row, at = OutboxControl.objects.select_for_update().get(pk=1), now()
    per_second = limit / 60
    tokens = min(row.tokens + (at - row.refilled_at).total_seconds() * per_second, max(per_second * 10, 1))
    if tokens < 1:
        raise MustWait((1 - tokens) / per_second)
    OutboxControl.objects.filter(pk=1).update(tokens=tokens - 1, refilled_at=at)
