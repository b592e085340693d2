"""A real SMTP server on a free port that records what it takes, refuses what it is told to and can stop at a stage."""

import asyncio
import email
import socket
import threading
from contextlib import contextmanager
from email.message import Message

from aiosmtpd.controller import Controller


class Mailbox:
    """Handler of the server. `rcpt_answers` and `text_answers` map an address to the reply to its RCPT or to its text;
    `sender_answer` replies to every MAIL, `after_text` to a text that was recorded.

    `stop_at` is "MAIL", "DATA" (the text is recorded, the answer withheld) or "": whoever gets there sets `reached`
    and waits for `go_on`; `stop_at_address` does the same at one recipient's text. `drop_after_text` records the text
    and cuts the line.
    """

    def __init__(self) -> None:
        self.received: list[tuple[str, Message]] = []
        self.rcpt_answers: dict[str, str] = {}
        self.text_answers: dict[str, str] = {}
        self.sender_answer = "250 OK"
        self.after_text = ""
        self.drop_after_text: set[str] = set()
        self.stop_at = ""
        self.stop_at_address = ""
        self.reached = threading.Event()
        self.go_on = threading.Event()

    @property
    def recipients(self) -> list[str]:
        return [address for address, _message in self.received]

    async def handle_MAIL(self, server, session, envelope, address, options):  # noqa: N802 the library's name
        await self._stop("MAIL")
        if self.sender_answer.startswith("250"):
            envelope.mail_from = address
        return self.sender_answer

    async def handle_RCPT(self, server, session, envelope, address, options):  # noqa: N802
        answer = self.rcpt_answers.get(address, "250 OK")
        if answer.startswith("250"):
            envelope.rcpt_tos.append(address)
        return answer

    async def handle_DATA(self, server, session, envelope):  # noqa: N802
        (address,) = envelope.rcpt_tos
        answer = self.text_answers.get(address, f"250 OK queued as {len(self.received) + 1}")
        if answer.startswith("250"):
            self.received.append((address, email.message_from_bytes(envelope.original_content)))
        await self._stop("DATA", address)
        if address in self.drop_after_text:
            server.transport.abort()
        return self.after_text or answer

    async def _stop(self, stage: str, address: str = "") -> None:
        if self.stop_at != stage and not (address and self.stop_at_address == address):
            return
        self.reached.set()
        while not self.go_on.is_set():
            await asyncio.sleep(0.02)


@contextmanager
def smtp_server(mailbox: Mailbox):
    """Run the server; yields its port."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    controller = Controller(mailbox, hostname="127.0.0.1", port=port, ready_timeout=20)
    controller.start()
    try:
        yield port
    finally:
        mailbox.go_on.set()
        controller.stop()
