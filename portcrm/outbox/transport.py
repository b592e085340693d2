"""Handing one mail to the mail server, and knowing what became of it.

Before the server has answered DATA with 354 nothing was delivered, whatever goes wrong. Once the text is on its way,
only the server's answer tells; without one the outcome is unknown, and guessing would write to somebody twice.
"""

import re
import time
from collections.abc import Callable
from email.charset import Charset
from email.utils import formataddr
from smtplib import SMTP, SMTPException, SMTPResponseException

from django.conf import settings
from django.core.mail import EmailMultiAlternatives, get_connection
from django.core.mail.backends.smtp import EmailBackend as SmtpBackend
from django.core.mail.message import sanitize_address

from portcrm.outbox.returns.addresses import return_address

SMTP_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
STALE = 1  # seconds without a word after which a server is asked whether it is still there
TOO_FAST = ("421", "432", "452")
_LONE_LINE_END = re.compile(rb"\r\n|\r|\n")
_LEADING_DOT = re.compile(rb"(?m)^\.")


class NotTaken(Exception):
    """The server did not take the mail: nothing was delivered. `answer` is what it said, code first."""

    def __init__(self, answer: str):
        super().__init__(answer)
        self.answer = answer

    @property
    def too_fast(self) -> bool:
        """Whether it asks us to slow down; a mailbox that is full (4.2.2) says nothing about our pace."""
        return self.answer[:3] in TOO_FAST and not self.answer[4:].startswith("4.2.2")


class Unreachable(NotTaken):
    """No conversation came about: the server is away, or did not accept our log-in."""


class SenderRefused(NotTaken):
    """The server said no before it had heard of a recipient, or to our wish to send the text: every other mail fares the same."""


class Refused(NotTaken):
    """The server, or the loss of it before the text was sent, said no. `permanent`: asking again is of no use.

    `of_recipient`: it was said of the recipient's address, before any text was shown.
    """

    def __init__(self, answer: str, *, permanent: bool, of_recipient: bool = False):
        super().__init__(answer)
        self.permanent, self.of_recipient = permanent, of_recipient

    @property
    def by_policy(self) -> bool:
        """Whether it refuses us rather than the mailbox (RFC 3463: 5.7.x, security or policy)."""
        return self.permanent and self.answer[4:].startswith("5.7.")


class Unwritable(Exception):
    """The mail cannot be put into the form that mail servers read: nothing was sent, and asking again is of no use."""


class OutcomeUnknown(Exception):
    """The text was on its way when the conversation broke: it may have arrived or not."""


def mail_server_named() -> bool:
    """Whether mails can leave at all: without EMAIL_URL they stay in the outbox."""
    return settings.EMAIL_BACKEND != SMTP_BACKEND or bool(settings.EMAIL_URL)


class Transport:
    """One connection for a batch, one conversation per recipient."""

    def __init__(self) -> None:
        self._connection = get_connection()
        self._last_word = 0.0  # of the server, on this process's clock

    def __enter__(self) -> "Transport":
        return self

    def __exit__(self, *_exc) -> None:
        self._connection.close()

    def hand_over(self, message: EmailMultiAlternatives, before_text: Callable[[], None] = lambda: None) -> str:
        """Deliver and return the server's answer, or raise Unreachable, SenderRefused, Unwritable, Refused or OutcomeUnknown.

        `before_text` is called once the recipient is accepted and before the text goes; what it raises stops the mail there.
        """
        if isinstance(self._connection, SmtpBackend):
            return self._converse(message, before_text)
        before_text()
        try:
            self._connection.send_messages([message])
        except ValueError as error:
            raise Unwritable(str(error)) from error
        except (OSError, SMTPException) as error:
            raise OutcomeUnknown(str(error)) from error
        return ""

    def _converse(self, message: EmailMultiAlternatives, before_text: Callable[[], None]) -> str:
        server = self._server()
        try:
            payload = self._envelope(server, message, before_text)
        except NotTaken:
            self._reset(server)
            raise
        except ValueError as error:  # a header or an address that cannot be encoded; UnicodeError is one of them
            self._reset(server)
            raise Unwritable(str(error)) from error
        except (OSError, SMTPException) as error:
            self._drop()
            raise Refused(str(error), permanent=False) from error
        try:
            server.send(payload)
            code, answer = server.getreply()
        except (OSError, SMTPException) as error:
            self._drop()
            raise OutcomeUnknown(str(error)) from error
        if code == 250:
            self._last_word = time.monotonic()
            return _said(code, answer)
        if 400 <= code < 600:  # the only words for no; anything else, a line nobody can read too, may be a yes
            self._reset(server)
            raise Refused(_said(code, answer), permanent=code >= 500)
        self._drop()
        raise OutcomeUnknown(_said(code, answer))

    def _server(self) -> SMTP:
        """The open connection; one that the server has closed since the last mail is opened anew."""
        try:
            quiet = time.monotonic() > self._last_word + STALE
            if quiet and self._connection.connection is not None and not _still_open(self._connection.connection):
                self._drop()
            self._connection.open()
        except SMTPResponseException as error:
            self._drop()
            raise Unreachable(_said(error.smtp_code, error.smtp_error)) from error
        except (OSError, SMTPException) as error:
            self._drop()
            raise Unreachable(str(error)) from error
        return self._connection.connection

    def _envelope(self, server: SMTP, message: EmailMultiAlternatives, before_text: Callable[[], None]) -> bytes:
        """Everything up to the go-ahead for the text; returns the text as it goes over the wire."""
        payload = on_the_wire(message.message().as_bytes(linesep="\r\n"))
        sender = sanitize_address(message.from_email, "utf-8")
        server.ehlo_or_helo_if_needed()
        options = ["BODY=8BITMIME"] if server.has_extn("8bitmime") else []
        _demand(server.mail(_bare(sender), options), (250,))
        code, answer = server.rcpt(message.to[0])
        if code not in (250, 251):
            raise Refused(_said(code, answer), permanent=code >= 500, of_recipient=True)
        before_text()
        _demand(server.docmd("DATA"), (354,))
        return payload

    def _reset(self, server: SMTP) -> None:
        """Make the connection ready for the next recipient, or give it up."""
        try:
            server.rset()
        except (OSError, SMTPException):
            self._drop()

    def _drop(self) -> None:
        if getattr(self._connection, "connection", None) is not None:
            self._connection.connection.close()
            self._connection.connection = None


def on_the_wire(text: bytes) -> bytes:
    """The text with its line ends as CRLF, leading dots doubled and the closing dot (RFC 5321, 4.5.2)."""
    lines = _LEADING_DOT.sub(b"..", _LONE_LINE_END.sub(b"\r\n", text))
    return lines + (b"" if lines.endswith(b"\r\n") else b"\r\n") + b".\r\n"


def compose(mail, *, text: str, html: str, stop_link: str = "") -> EmailMultiAlternatives:
    """The mail as Django's message, with the Message-ID it has kept since it was written; else Unwritable.

    `to` is the bare address, for the conversation with the server; the name stands in the header only.
    """
    message = EmailMultiAlternatives(
        subject=mail.subject,
        body=text,
        from_email=return_address(mail.pk) or None,  # of the envelope; readers see the header
        to=[mail.to_address],
        headers={
            "From": settings.DEFAULT_FROM_EMAIL,
            "To": _named(mail.to_name, mail.to_address),
            "Message-ID": mail.message_id,
            "Auto-Submitted": "auto-generated",
            "Content-Language": mail.language,
            **unsubscribe_headers(stop_link),
        },
    )
    if html:
        message.attach_alternative(html, "text/html")
    return message


def unsubscribe_headers(stop_link: str) -> dict[str, str]:
    """The button of mail programs (RFC 2369); one click is promised where the address is HTTPS, as RFC 8058 demands."""
    if not stop_link:
        return {}
    one_click = {"List-Unsubscribe-Post": "List-Unsubscribe=One-Click"} if stop_link.startswith("https://") else {}
    return {"List-Unsubscribe": f"<{stop_link}>", **one_click}


def _named(name: str, address: str) -> str:
    """Name and address for a header. A name that looks like an encoded word is encoded, so that it is read as typed."""
    try:
        if "=?" in name:
            return f"{Charset('utf-8').header_encode(name)} <{address}>"
        return formataddr((name, address))
    except ValueError as error:
        raise Unwritable(str(error)) from error


def _demand(reply: tuple[int, bytes], accepted: tuple[int, ...]) -> None:
    code, answer = reply
    if code not in accepted:
        raise SenderRefused(_said(code, answer))


def _still_open(server: SMTP) -> bool:
    try:
        return server.noop()[0] == 250
    except (OSError, SMTPException):
        return False


def _bare(address: str) -> str:
    return address[address.rindex("<") + 1 : -1] if address.endswith(">") else address


def _said(code: int, answer: bytes | str) -> str:
    words = answer.decode("utf-8", "replace") if isinstance(answer, bytes) else answer
    return f"{code} {words}"[:500]
