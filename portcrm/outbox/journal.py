"""The send journal: a file outside the database that says which mails were handed to the mail server.

A database that is restored in place has forgotten what was sent since its backup, and would send it again. The journal has not:
a line is on the disk before the text goes. Each database has a journal of its own, known by a random id that it keeps and that a
backup brings back; its lines hold numbers and keys, no addresses.
"""

import datetime as dt
import logging
import os
import re
from dataclasses import dataclass, replace
from pathlib import Path

from django.conf import settings

from portcrm.outbox.enums import Outcome
from portcrm.outbox.transport import NotTaken

logger = logging.getLogger(__name__)

HANDED_OVER, ACCEPTED, REFUSED = "+", "=", "-"
OUTCOMES = {ACCEPTED: Outcome.ACCEPTED, REFUSED: Outcome.REFUSED}
TAIL = 16 * 1024  # bytes, some hundred lines: more than workers in conversation can write out of order
_NUMBERS = re.compile(rb"^(?:\+\t(\d+)\t[^\t\n]*\t[^\t\n]*\t[^\t\n]*|[=-]\t(\d+))$", re.MULTILINE)


class JournalAway(NotTaken):
    """The journal cannot be written: nothing may be sent that could not be remembered."""


@dataclass(frozen=True)
class Line:
    number: int
    dedupe_key: str
    message_id: str
    handed_over_at: dt.datetime
    outcome: Outcome = Outcome.UNKNOWN


class Journal:
    """The journal with this id. Any number of processes may write; a line is written whole or not read."""

    def __init__(self, journal_id: str):
        folder = settings.MAIL_JOURNAL_DIR or Path(settings.PORTCRM_STATE) / "mail-journal"
        self.path = Path(folder) / f"{journal_id}.journal"

    def hand_over(self, number: int, dedupe_key: str, message_id: str, at: dt.datetime) -> None:
        """On the disk when it returns; JournalAway where that cannot be."""
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            self._append(HANDED_OVER, number, at.isoformat(), dedupe_key, message_id, certain=True)
        except OSError as error:
            raise JournalAway(str(error)) from error

    def note(self, number: int, sign: str) -> None:
        """What came of it. A line that is lost leaves it open, which is the safe side."""
        try:
            self._append(sign, number)
        except OSError as error:
            logger.warning("outbox.journal_outcome_not_noted: %s", error)

    def last_number(self) -> int:
        """The highest number ever handed over, 0 for a journal that nobody has written."""
        try:
            with self.path.open("rb") as file:
                file.seek(max(file.seek(0, os.SEEK_END) - TAIL, 0))
                return max((int(one or other) for one, other in _NUMBERS.findall(file.read())), default=0)
        except FileNotFoundError:
            return 0

    def lines_after(self, number: int) -> list[Line]:
        """What was handed over with a higher number, with its outcome, in the order of the numbers."""
        found: dict[int, Line] = {}
        for sign, text, *more in _parts(self.path.read_bytes() if self.path.exists() else b""):
            own = int(text)
            if own <= number:
                continue
            if sign == HANDED_OVER:
                found[own] = Line(own, more[1], more[2], dt.datetime.fromisoformat(more[0]))
            elif own in found:
                found[own] = replace(found[own], outcome=OUTCOMES[sign])
        return [found[own] for own in sorted(found)]

    def _append(self, *parts, certain: bool = False) -> None:
        """Begins with a line end: a line that a crash has cut short spoils itself only."""
        line = "\n" + "\t".join(str(part) for part in parts) + "\n"
        new = not self.path.exists()
        file = os.open(self.path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
        try:
            os.write(file, line.encode())
            if certain:
                os.fdatasync(file)
        finally:
            os.close(file)
        if new:
            _make_certain(self.path.parent)


def _parts(content: bytes):
    """The parts of each whole line."""
    for line in content.split(b"\n"):
        parts = line.decode("utf-8", "replace").split("\t")
        wanted = 5 if parts[0] == HANDED_OVER else 2
        if parts[0] in (HANDED_OVER, *OUTCOMES) and len(parts) == wanted and parts[1].isdecimal():
            yield parts


def _make_certain(folder: Path) -> None:
    """A new file's name is on the disk once its folder is."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
