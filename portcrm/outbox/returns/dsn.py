"""Reading a mail that came back: a report of a server (RFC 3464), a reply nobody typed, or something for a person to read.

Sources are believed in this order: the signed address it came to, the machine-readable report, the Message-ID of the mail it
carries along, and its words last. Reports call themselves auto-replied too, so what looks like one is not yet a vacation reply.
"""

import email
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from email.message import EmailMessage, Message
from email.policy import default

from portcrm.outbox.returns.fates import DELIVERED, fate_of_refusal, says_no, status_in

LONGEST_TEXT = 20_000
CAME_TO = ("Delivered-To", "X-Original-To", "Envelope-To", "X-Envelope-To", "X-Delivered-To", "X-Forwarded-To", "To")
REPLY_SUBJECTS = ("自动回复", "自动答复", "automatic reply", "auto reply", "autoreply", "out of office", "out-of-office", "vacation")
SERVERS = ("mailer-daemon", "postmaster", "mail delivery", "mdaemon", "系统退信", "退信")
_MESSAGE_ID = re.compile(r"message-id:\s*(<[^<>\s]+@[^<>\s]+>)", re.IGNORECASE)
_TAG = re.compile(r"<[^<>]+>")


@dataclass(frozen=True)
class Told:
    """What a mail tells about one recipient. `fate` is a word of `fates`; "" where there is nothing to conclude (delayed)."""

    fate: str
    words: str


@dataclass(frozen=True)
class Returned:
    """A mail that came back, as far as it could be read. `kind`: "report", "reply" or "other"."""

    kind: str
    came_to: tuple[str, ...] = ()
    message_ids: tuple[str, ...] = ()
    told: tuple[Told, ...] = field(default_factory=tuple)
    sender: str = ""
    subject: str = ""
    text: str = ""


def read_returned(raw: bytes) -> Returned:
    """Read a mail from the return mailbox; bytes that are no mail at all are "other" with what could be read."""
    message = email.message_from_bytes(raw, policy=default)
    assert isinstance(message, EmailMessage)  # noqa: S101 what policy.default promises
    text = text_of(message)[:LONGEST_TEXT]
    reported = tuple(_reported(message))
    told = reported or tuple(_told_in_words(message, text))
    kind = "report" if told else "reply" if nobody_typed(message) else "other"
    return Returned(
        kind=kind,
        came_to=tuple(header(message, name) for name in CAME_TO if name in message),
        message_ids=tuple(_carried_ids(message, text)),
        told=told,
        sender=header(message, "From"),
        subject=header(message, "Subject"),
        text="\n\n".join([text, *(one.words for one in reported)]).strip(),  # a person reads what the machine was told, too
    )


def _reported(message: EmailMessage) -> Iterator[Told]:
    """One Told for each recipient of a message/delivery-status part."""
    for part in message.walk():
        if part.get_content_type() != "message/delivery-status":
            continue
        for block in part.iter_parts() if part.is_multipart() else ():
            action = str(block.get("Action", "")).strip().lower()
            if action:
                yield _of_block(block, action)


def _of_block(block: Message, action: str) -> Told:
    status = status_in(str(block.get("Status", "")))
    words = str(block.get("Diagnostic-Code", "")).partition(";")[2].strip() or status
    if action == "failed":
        return Told(fate_of_refusal(words, status if status not in {"5.0.0", "4.0.0"} else ""), f"{status} {words}".strip())
    return Told(DELIVERED if action == "delivered" else "", f"{action} {words}".strip())


def _told_in_words(message: EmailMessage, text: str) -> Iterator[Told]:
    """For servers that write to people only; a person who quotes a refusal is no server."""
    who = f"{header(message, 'From')} {header(message, 'Subject')}".lower()
    from_server = any(word in who for word in SERVERS) or header(message, "Return-Path").strip() == "<>"
    if from_server and not _says_reply(message) and says_no(text):
        yield Told(fate_of_refusal(text), " ".join(text.split())[:500])


def nobody_typed(message: EmailMessage) -> bool:
    automatic = header(message, "Auto-Submitted").lower()
    marked = automatic not in ("", "no") or any(name in message for name in ("X-Autoreply", "X-Autorespond", "X-Autoresponder"))
    return marked or header(message, "Precedence").lower() == "auto_reply" or _says_reply(message)


def _says_reply(message: EmailMessage) -> bool:
    return header(message, "Subject").lower().startswith(REPLY_SUBJECTS)


def _carried_ids(message: EmailMessage, text: str) -> Iterator[str]:
    """The Message-IDs of mails this one carries along: attached, as their headers, named as its cause, or quoted."""
    for part in message.walk():
        if part.get_content_type() == "message/rfc822" and part.is_multipart():
            yield from ids_in(str(inner.get("Message-ID", "")) for inner in part.iter_parts())
        elif part.get_content_type() == "text/rfc822-headers":
            yield from _MESSAGE_ID.findall(content_of(part))
    yield from ids_in(header(message, name) for name in ("X-Failed-Message-ID", "In-Reply-To", "References"))
    yield from _MESSAGE_ID.findall(text)


def ids_in(headers) -> Iterator[str]:
    for words in headers:
        yield from re.findall(r"<[^<>\s]+>", words)


def text_of(message: EmailMessage) -> str:
    """The words of a mail for people: the plain part before the HTML, the first that says anything."""
    parts = [part for part in message.walk() if part.get_content_type() in ("text/plain", "text/html") and not part.is_attachment()]
    for part in sorted(parts, key=lambda one: one.get_content_type() == "text/html"):
        words = content_of(part)
        words = _TAG.sub(" ", words) if part.get_content_type() == "text/html" else words
        if words.strip():
            return words.strip()
    return ""


def content_of(part: Message) -> str:
    """The text of a part; in a charset nobody knows it is read as GB18030, which Chinese servers mean, with what does not fit replaced."""
    payload = part.get_payload(decode=True) or b""
    assert isinstance(payload, bytes)  # noqa: S101 what decode=True gives for a part that is no multipart
    try:
        return payload.decode(part.get_content_charset("utf-8")).replace("\x00", "")
    except (LookupError, UnicodeDecodeError):
        return payload.decode("gb18030", "replace").replace("\x00", "")


def header(message: Message, name: str) -> str:
    """A header as text on one line; one that cannot be read is as good as none."""
    try:
        found = message.get(name, "")
        return " ".join(str(found or "").replace("\x00", "").split())
    except (ValueError, IndexError, AttributeError, TypeError):  # what the library raises at malformed headers
        return ""
