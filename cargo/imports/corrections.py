"""What becomes of lines whose document the ledger knows with other figures: handed back, or booked as a correction."""

from collections.abc import Collection

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from cargo.imports.shipment_fields import CORRECT
from cargo.permissions import CORRECT_SHIPMENT
from cargo.services.correcting import correct_by_file
from cargo.services.ledger import Differing
from portcrm.bilingual import both, pick
from portcrm.exchange.enums import Choice
from portcrm.exchange.importing import Problem
from portcrm.exchange.rows import Rows

DIFFERS = _("This document is in the ledger with other figures. Nothing was overwritten; correct the row there.")
TAKEN_BACK = _("The row of this document was taken back in the ledger. If the cargo counts after all, book it under a new number.")
NOT_ALLOWED = _("You may not correct lines of handled cargo. Somebody who may can take this file in.")


class Corrections:
    """The differing lines of one chunk. What somebody decided for a row counts; else what the row itself says, else nothing is booked.

    A line that says what an earlier row said before it was corrected is left as known: an old file taken in again changes nothing.
    """

    def __init__(self, rows: Rows, differing: Collection[Differing], decided: dict[int, str]):
        self.differing, self.decided = differing, decided
        wishes = zip(rows.numbers, rows.columns.get("known_documents", ()), strict=False)
        self.wished = {number for number, wish in wishes if wish == CORRECT} if differing else set()
        self.problems: list[Problem] = []
        self.booked = 0

    def book(self, *, run, batch: str, chunk: int, said: Collection[str], roles: Collection[str], by) -> None:
        for one in self.differing:
            if not self._is_wanted(one.line):
                if not one.as_before:
                    self._hand_back(one)
            elif one.taken_back:
                self._hand_back(one)
            elif not (by.is_system or by.has_perm(CORRECT_SHIPMENT)):
                self.problems.append(Problem(one.line, NOT_ALLOWED))
            else:
                names = {"batch": batch, "chunk": chunk, "said": said, "roles": roles, "by": by}
                correct_by_file(standing=one.standing, line=one.line, reason=reason_of(run), **names)
                self.booked += 1

    def _is_wanted(self, line: int) -> bool:
        return self.decided[line] == Choice.UPDATE if line in self.decided else line in self.wished

    def _hand_back(self, one: Differing) -> None:
        if one.taken_back:
            self.problems.append(Problem(one.line, TAKEN_BACK, "quantity"))
        else:
            self.problems.append(Problem(one.line, DIFFERS, "quantity", alike=(one.standing,), may_create=False))


def reason_of(run) -> str:
    """Kept with both rows, in the reader's language of the moment."""
    words = both(format_lazy(_("Corrected by the file {name}, import no. {number}"), name=run.file_name[-120:], number=run.pk))
    return pick(words["zh"], words["en"])[:200]
