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

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext_lazy as _

from portcrm.accounts.services import system_user
from portcrm.bilingual import both
from portcrm.clock import now
from portcrm.outbox import behind, gate, pace
from portcrm.outbox.enums import MailState
from portcrm.outbox.journal import ACCEPTED, REFUSED, Journal, JournalAway
from portcrm.outbox.kinds import LINK_PLACEHOLDER, STOP_PLACEHOLDER, NotYet, personal_link, reason_to_withhold, stop_link
from portcrm.outbox.models import OutboxControl, OutgoingEmail
from portcrm.outbox.pace import DomainMustWait, MustWait
from portcrm.outbox.services.blocking import BLOCKED, blocked_among
from portcrm.outbox.services.reports import note_refusal
from portcrm.outbox.services.suppression import suppressed_among
from portcrm.outbox.transport import (
    NotTaken,
    OutcomeUnknown,
    Refused,
    SenderRefused,
    Transport,
    Unreachable,
    Unwritable,
    compose,
    mail_server_named,
)

logger = logging.getLogger(__name__)

LEASE = dt.timedelta(minutes=10)  # well above the time-outs of one conversation
TO_SPARE = dt.timedelta(minutes=2)  # of the lease, for the text and its answer
MAX_ATTEMPTS = 5
RETRY_AFTER = (dt.timedelta(minutes=1), dt.timedelta(minutes=5), dt.timedelta(minutes=20), dt.timedelta(hours=1))
LOOK_AGAIN = dt.timedelta(minutes=5)  # at a mail whose kind asked to wait
SERVER_AWAY = dt.timedelta(minutes=1)
PATIENCE = dt.timedelta(days=2)  # so long a server may ask us to slow down without an attempt being counted


@dataclass
class Delivered:
    """What one call did. `more` says that it stopped before everything due was handled."""

    sent: int = 0
    other: int = 0
    more: bool = False


class LeaseOver(NotTaken):
    """The worker took so long that its mail is no longer its own."""


def deliver_due(*, seconds: float = 50) -> Delivered:
    """Send what is due, one mail after the other, for at most about `seconds`. Safe in any number of processes."""
    done = Delivered()
    if not mail_server_named():
        return done
    end = time.monotonic() + seconds
    with pace.conversation() as may_talk, Transport() as transport:
        while may_talk and time.monotonic() < end:
            row = gate.opened()
            mail = claim_next() if row else None
            if mail is None:
                return done
            try:
                if not _send(mail, transport, done, row):
                    return done
            except MustWait as wait:
                time.sleep(min(wait.seconds, max(end - time.monotonic(), 0)))
    done.more = may_talk and OutgoingEmail.objects.due(now()).exists()
    return done


@transaction.atomic
def claim_next() -> OutgoingEmail | None:
    """Take the next due mail for this process, or None. From the commit on nobody else sends it."""
    mail = OutgoingEmail.objects.due(now()).select_for_update(skip_locked=True).first()
    if mail is None:
        return None
    mail.state, mail.claim, mail.lease_until = MailState.SENDING, uuid.uuid4(), now() + LEASE
    mail.attempts += 1
    mail.journal_number = behind.next_number()  # committed before the journal hears of it, see portcrm.outbox.behind
    mail.save(update_fields=["state", "claim", "lease_until", "attempts", "journal_number"])
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


def _send(mail: OutgoingEmail, transport: Transport, done: Delivered, row: OutboxControl) -> bool:
    """Send a claimed mail and record the outcome; False when the server is away and the batch should end.

    The rate limits count what really goes: a mail that is held back or has to wait takes no token.
    """
    message = _message_or_outcome(mail)
    if message is None or not _its_turn(mail, row):
        done.other += 1
        return True
    journal = behind.journal_of(row)
    try:
        answer = transport.hand_over(message, lambda: _last_moment(mail, journal))
    except Unreachable as error:
        _server_away(mail, error)
        return False
    except JournalAway as error:
        _give_back(mail, gate.NO_JOURNAL, answer=error.answer)
        gate.stop(gate.NO_JOURNAL, error.answer)
        return False
    except LeaseOver:
        _give_back(mail)
    except SenderRefused as error:
        _sender_refused(mail, error)
        journal.note(mail.journal_number, REFUSED)
    except Refused as error:
        _refused(mail, error)
        journal.note(mail.journal_number, REFUSED)
    except Unwritable as error:
        _unwritable(mail, str(error))
    except OutcomeUnknown as error:
        _unknown(mail, str(error))
    else:
        _accepted(mail, answer)
        journal.note(mail.journal_number, ACCEPTED)
        gate.note_success(row)
        pace.speed_up(mail.to_address, row)
        done.sent += 1
        return True
    done.other += 1
    return True


def _last_moment(mail: OutgoingEmail, journal: Journal) -> None:
    """Just before the text goes: is the mail still ours, and is it on the disk that it went?"""
    if now() > mail.lease_until - TO_SPARE:  # this machine slept; somebody may have sent the mail again meanwhile
        raise LeaseOver("")
    journal.hand_over(mail.journal_number, mail.dedupe_key, mail.message_id, now())


def _its_turn(mail: OutgoingEmail, row: OutboxControl) -> bool:
    """Take the tokens, or give the mail back: before the pause, so that service mail written meanwhile goes first."""
    try:
        pace.take_tokens(mail.to_address, row)
    except DomainMustWait:
        _give_back(mail)
        pace.take_turns(pace.domain_of(mail.to_address))
        return False
    except MustWait:
        _give_back(mail)
        raise
    return True


def _message_or_outcome(mail: OutgoingEmail):
    """The message to hand over; or None, with the reason recorded why there is none."""
    try:
        reason = _unwanted(mail) or reason_to_withhold(mail)
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


def _unwanted(mail: OutgoingEmail):
    """Why nobody may write to this address any more, whatever the mail is about; who writes to us is answered."""
    if not mail.service_mail and suppressed_among([mail.to_address]):
        return _("The person asked not to be kept and not to be written to.")
    if not mail.service_mail and blocked_among([mail.to_address]):
        return BLOCKED
    return ""


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
    if error.too_fast:
        _too_fast(mail, error)
    elif error.by_policy:  # perhaps this recipient's own server, perhaps ours: some of them in a row stop the outbox
        _retry(mail, _("The mail server refuses our mails to this recipient."), answer=error.answer)
        gate.note_refusal(gate.SENDER_REFUSED, error.answer)
    elif error.permanent:
        reason = both(_("The mail server refused this recipient."))
        _record(mail, state=MailState.FAILED, reason=reason, answer=error.answer, settled_at=now())
        if error.of_recipient:
            note_refusal(mail=mail, answer=error.answer, at=now(), by=system_user())
    else:
        _retry(mail, _("The mail server did not take it for now."), answer=error.answer)


def _too_fast(mail: OutgoingEmail, error: Refused) -> None:
    """We were too fast for this domain, which is no fault of the mail; one that hears so for days is given up like others."""
    reason = _("The mail server took it for too much at once; it is sent more slowly.")
    if mail.created_at < now() - PATIENCE:
        _retry(mail, reason, answer=error.answer)
    else:
        _give_back(mail, reason, answer=error.answer)
    pace.slow_down(pace.domain_of(mail.to_address))


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


def _server_away(mail: OutgoingEmail, error: Unreachable) -> None:
    """Not the recipient's fault: give the mail back without counting the attempt."""
    _give_back(mail, _("The mail server could not be reached; it is tried again."), answer=error.answer)
    _ours(gate.AWAY, error)
    logger.warning("outbox.server_away: %s", error.answer)


def _sender_refused(mail: OutgoingEmail, error: SenderRefused) -> None:
    """Every mail would fare the same: it costs this one no attempt either."""
    _give_back(mail, _("The mail server refused us as the sender; it is tried again."), answer=error.answer)
    _ours(gate.SENDER_REFUSED, error)


def _ours(reason, error: SenderRefused | Unreachable) -> None:
    if error.too_fast:
        pace.slow_all_down()
    gate.note_refusal(reason, error.answer)


def _give_back(mail: OutgoingEmail, reason="", *, answer: str = "") -> None:
    """Back into the queue as if it had not been taken: for a minute where there is a reason, else at once."""
    fields = {"state": MailState.WAITING, "attempts": F("attempts") - 1, "answer": answer or mail.answer}
    if reason:
        pause = SERVER_AWAY * random.uniform(0.75, 1.25)  # noqa: S311 spreads load, guards nothing
        fields |= {"reason": both(reason), "due_at": now() + pause}
    _record(mail, **fields)


def _record(mail: OutgoingEmail, **outcome) -> None:
    """Write the outcome down, unless the mail has been taken from this worker meanwhile."""
    outcome["answer"] = outcome.get("answer", "")[:500]
    mine = OutgoingEmail.objects.filter(pk=mail.pk, claim=mail.claim, state__in=(MailState.SENDING, MailState.UNCERTAIN))
    mine.update(lease_until=None, **outcome)
