"""What the pages of an import show."""

from collections.abc import Iterator
from typing import Any

from django.utils.translation import gettext as _

from portcrm.accounts.models import User
from portcrm.exchange.importing import Importer, importers
from portcrm.exchange.matching import titles
from portcrm.exchange.models import ImportRun

PROBLEMS_SHOWN = 50
SAMPLE_ROWS = 4
SAMPLE_LENGTH = 40


def importers_for(user: User) -> list[Importer]:
    """What this user may take in."""
    return [importer for _key, importer in sorted(importers().items()) if user.has_perm(importer.permission)]


def sample(run: ImportRun) -> list[list[str]]:
    """The first rows of the file, each cell cut to a readable length."""
    return [[_short(cell) for cell in cells[: len(run.columns)]] for cells in run.table().sample(SAMPLE_ROWS)]


def first_problems(run: ImportRun) -> list:
    return list(run.problems.order_by("row_number")[:PROBLEMS_SHOWN])


def problem_header(run: ImportRun) -> list[str]:
    return [*titles(run.columns), _("Line"), _("Problem")]


def problem_rows(run: ImportRun) -> Iterator[list[Any]]:
    """The rows that were not stored, as they came, with their line and what is wrong: to be mended and taken in again."""
    width = len(run.columns)
    for problem in run.problems.order_by("row_number").iterator(chunk_size=1000):
        cells = (list(problem.raw) + [""] * width)[:width]
        yield [*cells, problem.row_number, " ".join(problem.messages)]


def _short(cell: Any) -> str:
    text = "" if cell is None else str(cell)
    return text if len(text) <= SAMPLE_LENGTH else text[: SAMPLE_LENGTH - 1] + "…"
