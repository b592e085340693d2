"""Claim, commit, send, record: each mail is taken by one worker (portcrm.outbox.claims), and what became of it is written down.

A worker that dies leaves its one mail "being sent"; when the lease has run out the sweeper calls it uncertain.
Uncertain mails are not sent again by themselves, except service mails, which may arrive twice with one Message-ID.
"""

import datetime as dt
import html as html_text
import logging
import random
import time
from dataclasses import dataclass

from django.db.models import F
from django.utils.translation import gettext_lazy as _

from portcrm.accounts.services import system_user
from portcrm.bilingual import both
from portcrm.clock import now
from portcrm.outbox import behind, claims, gate, pace
from portcrm.outbox.enums import MailState
from portcrm.outbox.journal import ACCEPTED, REFUSED, Journal, JournalAway
from portcrm.outbox.kinds import LINK_PLACEHOLDER, STOP_PLACEHOLDER, NotYet, objections, personal_link, stop_link
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

FRESH = 2  # seconds that a look at the mails reserved together holds good
TO_SPARE = dt.timedelta(minutes=2)  # of the lease, for the text and its answer
MAX_ATTEMPTS = 5
RETRY_AFTER = (dt.timedelta(minutes=1), dt.timedelta(minutes=5), dt.timedelta(minutes=20), dt.timedelta(hours=1))
LOOK_AGAIN = dt.timedelta(minutes=5)  # at a mail whose kind asked to wait
SERVER_AWAY = dt.timedelta(minutes=1)
SUPPRESSED = _("The person asked not to be kept and not to be written to.")
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
            reserved = claims.reserve(1 if row.stopped_at else claims.MOST) if row else None
            if not reserved or not reserved.mails:
                return done
            try:
                if not _send_reserved(reserved, transport, done, row):
                    return done
            except MustWait as wait:
                time.sleep(min(wait.seconds, max(end - time.monotonic(), 0)))
    done.more = may_talk and OutgoingEmail.objects.due(now()).exists()
    return done


def _send_reserved(reserved: claims.Reserved, transport: Transport, done: Delivered, row: OutboxControl) -> bool:
    """Send the mails one worker has reserved, while what was asked about them is fresh; False when the batch should end.

    Whatever is not a plain yes of the mail server may concern the others: what is left is looked at anew.
    """
    begun, mails = time.monotonic(), list(reserved.mails)
    try:
        against = _against(mails)
        while mails and time.monotonic() < begun + FRESH:
            mail = claims.claim(mails.pop(0), reserved, row)
            if mail is None:
                break
            sent = done.sent
            if not _send(mail, against.get(mail.pk), transport, done, row):
                return False
            if against.get(mail.pk) is None and done.sent == sent:
                break
        return True
    finally:
        claims.release(mails, reserved)


def sweep() -> None:
    """Settle what time has settled: mails that came too late, and mails whose worker died."""
    at = now()
    OutgoingEmail.objects.too_late(at).update(
        state=MailState.EXPIRED, settled_at=at, reason=both(_("Its time had passed before it could be sent."))
    )
    abandoned = OutgoingEmail.objects.abandoned(at)
    abandoned.filter(service_mail=True, attempts__lt=MAX_ATTEMPTS).update(state=MailState.WAITING, due_at=at)
    abandoned.update(state=MailState.UNCERTAIN, reason=both(_("The worker stopped while sending it; it may have arrived.")))


def _send(mail: OutgoingEmail, against: object, transport: Transport, done: Delivered, row: OutboxControl) -> bool:
    """Send a claimed mail and record the outcome; False when the server is away and the batch should end.

    The rate limits count what really goes: a mail that is held back or has to wait takes no token.
    """
    message = _message_or_outcome(mail, against)
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


def _message_or_outcome(mail: OutgoingEmail, against: object):
    """The message to hand over; or None, with the reason recorded why there is none."""
    if isinstance(against, NotYet):
        due_at = against.until or now() + LOOK_AGAIN
        _record(mail, state=MailState.WAITING, reason=both(against.reason), due_at=due_at, attempts=F("attempts") - 1)
    elif isinstance(against, Exception):
        _not_prepared(mail, against)
    elif against:
        _record(mail, state=MailState.WITHHELD, reason=both(against), settled_at=now())
    else:
        return _message(mail)
    return None


def _message(mail: OutgoingEmail):
    try:
        return prepared(mail)
    except Unwritable as error:
        _unwritable(mail, str(error))
    except Exception as error:
        _not_prepared(mail, error)
    return None


def _not_prepared(mail: OutgoingEmail, error: Exception) -> None:
    """An app's check or link failed: nothing was sent, so trying again is safe."""
    logger.error("outbox.not_prepared", exc_info=error, extra={"mail": mail.pk, "kind": mail.kind})
    _retry(mail, _("The mail could not be prepared."), answer="")


def _against(mails: list[OutgoingEmail]) -> dict[int, object]:
    """The last look at mails about to go: what stands against some of them by key, a reason, NotYet or what an app's check raised."""
    found = _unwanted(mails)
    return found | objections([mail for mail in mails if mail.pk not in found])


def _unwanted(mails: list[OutgoingEmail]) -> dict[int, object]:
    """Why nobody may write to some addresses any more, whatever the mail is about; who writes to us is answered."""
    asked = {mail.pk: mail.to_address for mail in mails if not mail.service_mail}
    suppressed, blocked = suppressed_among(asked.values()), blocked_among(asked.values())
    found: dict[int, object] = {pk: BLOCKED for pk, address in asked.items() if address in blocked}
    return found | {pk: SUPPRESSED for pk, address in asked.items() if address in suppressed}


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
