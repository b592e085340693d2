"""Reading a mail somebody wrote to us: who says they wrote, what they say, what they attached, and whether a person wrote it at all."""

import email
import email.utils
from dataclasses import dataclass
from email.message import EmailMessage
from email.policy import default
from html.parser import HTMLParser

from portcrm.outbox.returns.dsn import content_of, header, ids_in, nobody_typed

LONGEST_WORDS = 100_000
UNSPOKEN = {"style", "script", "head", "title", "template"}
BREAKING = {"p", "div", "br", "tr", "li", "h1", "h2", "h3", "h4", "table", "blockquote", "pre"}


@dataclass(frozen=True)
class Incoming:
    """A mail as far as it could be read. `not_a_person`: "", "automatic" or "list". `sender` is what the mail claims, unproven."""

    message_id: str = ""
    answers: tuple[str, ...] = ()  # Message-IDs it says it answers
    sender: str = ""
    name: str = ""
    subject: str = ""
    text: str = ""
    not_a_person: str = ""
    files: tuple[tuple[str, bytes], ...] = ()


def read_incoming(raw: bytes) -> Incoming:
    """Raises whatever the library raises at mails that are too broken: the caller keeps them."""
    message = email.message_from_bytes(raw, policy=default)
    assert isinstance(message, EmailMessage)  # noqa: S101 what policy.default promises
    name, sender = email.utils.parseaddr(header(message, "From"))
    return Incoming(
        message_id=next(iter(ids_in([header(message, "Message-ID")])), ""),
        answers=tuple(ids_in(header(message, one) for one in ("In-Reply-To", "References"))),
        sender=sender.strip().lower(),
        name=name.strip(),
        subject=header(message, "Subject"),
        text=_words(message),
        not_a_person=_not_a_person(message),
        files=tuple(_files(message)),
    )


def _not_a_person(message: EmailMessage) -> str:
    report = message.get_content_type() == "multipart/report" or header(message, "Return-Path") == "<>"
    if nobody_typed(message) or report or "X-Auto-Response-Suppress" in message and header(message, "Auto-Submitted"):
        return "automatic"
    listed = any(name in message for name in ("List-Id", "List-Post", "List-Unsubscribe"))
    return "list" if listed or header(message, "Precedence").lower() in ("bulk", "list", "junk") else ""


def _words(message: EmailMessage) -> str:
    """The plain part before the HTML, the first that says anything."""
    parts = [part for part in message.walk() if part.get_content_type() in ("text/plain", "text/html") and not part.is_attachment()]
    for part in sorted(parts, key=lambda one: one.get_content_type() == "text/html"):
        words = content_of(part)
        words = text_of_html(words) if part.get_content_type() == "text/html" else words
        if words.strip():
            return words.strip()[:LONGEST_WORDS]
    return ""


def _files(message: EmailMessage):
    for number, part in enumerate(message.walk(), start=1):
        if part.is_multipart() or not (part.is_attachment() or part.get_filename()):
            continue
        payload = part.get_payload(decode=True)
        if isinstance(payload, bytes) and payload:
            yield (part.get_filename() or f"file-{number}").replace("\x00", ""), payload


class _Spoken(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.words: list[str] = []
        self._silent = 0

    def handle_starttag(self, tag: str, attrs: list) -> None:
        self._silent += tag in UNSPOKEN
        if tag in BREAKING:
            self.words.append("\n")

    def handle_endtag(self, tag: str) -> None:
        self._silent = max(0, self._silent - (tag in UNSPOKEN))

    def handle_data(self, data: str) -> None:
        if not self._silent:
            self.words.append(" ".join(data.split()) + " " if data.strip() else "")


def text_of_html(page: str) -> str:
    """What a reader of the page would see, as lines of text; nothing of scripts and styles."""
    reader = _Spoken()
    reader.feed(page)
    reader.close()
    lines = (line.strip() for line in "".join(reader.words).split("\n"))
    return "\n".join(line for line in lines if line)
