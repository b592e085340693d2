"""The mailbox that returned mails come to, over IMAP: read what is new, and mark it as seen once it is kept."""

import imaplib
from collections.abc import Iterator
from urllib.parse import unquote, urlsplit

SECONDS = 30
LARGEST = 2_000_000  # bytes that are fetched of one mail; a report stands at its beginning


class MailboxProblem(Exception):
    """The mailbox cannot be read now; what is in it stays there."""


class ReturnMailbox:
    """`imaps://user:password@host:993/INBOX`; `imap://` only for a server on this machine. Use as a context manager."""

    def __init__(self, url: str, *, largest: int = LARGEST) -> None:
        self._largest = largest  # bytes fetched of one mail
        self._url = urlsplit(url)
        self._server: imaplib.IMAP4 | None = None

    def __enter__(self) -> "ReturnMailbox":
        kind = imaplib.IMAP4_SSL if self._url.scheme == "imaps" else imaplib.IMAP4
        try:
            self._server = kind(self._url.hostname or "", self._url.port or (993 if self._url.scheme == "imaps" else 143), timeout=SECONDS)
            self._server.login(unquote(self._url.username or ""), unquote(self._url.password or ""))
            self._ok(self._server.select(self._url.path.strip("/") or "INBOX"))
        except (OSError, imaplib.IMAP4.error) as error:
            self.__exit__()
            raise MailboxProblem(str(error)) from error
        return self

    def __exit__(self, *_exc) -> None:
        if self._server is not None:
            try:
                self._server.logout()
            except (OSError, imaplib.IMAP4.error):
                self._server.shutdown()
            self._server = None

    def unseen(self, *, most: int) -> Iterator[tuple[str, bytes]]:
        """(number, mail) of at most `most` mails nobody has marked as seen, the oldest first. Reading marks nothing."""
        for uid in self._ask("SEARCH", "UNSEEN")[0].split()[:most]:
            number = uid.decode()
            answer = self._ask("FETCH", number, f"(BODY.PEEK[]<0.{self._largest}>)")
            yield from ((number, part[1]) for part in answer if isinstance(part, tuple))

    def mark_seen(self, number: str) -> None:
        self._ask("STORE", number, "+FLAGS.SILENT", r"(\Seen)")

    def _ask(self, *command: str) -> list:
        if self._server is None:
            raise MailboxProblem("the mailbox is not open")
        try:
            return self._ok(self._server.uid(*command)) or [b""]
        except (OSError, imaplib.IMAP4.error) as error:
            raise MailboxProblem(str(error)) from error

    def _ok(self, reply: tuple) -> list:
        word, answer = reply
        if word != "OK":
            raise MailboxProblem(f"{word} {answer!r}")
        return [part for part in answer if part is not None]
