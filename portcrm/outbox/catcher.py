"""A mail server on this machine that only keeps what it is given: sample-data trials send to it, nobody is written to."""

import email
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from email.message import EmailMessage
from email.policy import default

from aiosmtpd.controller import Controller
from django.test.utils import override_settings

HOST = "127.0.0.1"


class CaughtMails:
    """Handler of the server; `messages` are the mails in the order they came, parsed."""

    def __init__(self) -> None:
        self.messages: list[EmailMessage] = []

    async def handle_DATA(self, server, session, envelope) -> str:  # noqa: N802 the library's name
        message = email.message_from_bytes(envelope.original_content, policy=default)
        assert isinstance(message, EmailMessage)  # noqa: S101 what policy.default promises
        self.messages.append(message)
        return "250 OK"


@contextmanager
def mail_catcher() -> Iterator[CaughtMails]:
    """Run the server on a free port and point this process's mail settings at it."""
    caught = CaughtMails()
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        port = probe.getsockname()[1]
    server = Controller(caught, hostname=HOST, port=port, ready_timeout=20)
    server.start()
    try:
        with override_settings(
            EMAIL_URL=f"smtp://{HOST}:{port}",
            EMAIL_BACKEND="django.core.mail.backends.smtp.EmailBackend",
            EMAIL_HOST=HOST,
            EMAIL_PORT=port,
        ):
            yield caught
    finally:
        server.stop()


def plain_text(message: EmailMessage) -> str:
    body = message.get_body(("plain",))
    return body.get_content() if body else ""
