"""Imported files as they came and rows that could not be stored: copies of what somebody once wrote about a person."""

import re
import zipfile
from collections.abc import Iterator

from django.db import transaction
from django.db.models import Model, QuerySet
from django.utils.translation import gettext as _

from portcrm.accounts.models import User
from portcrm.audit.actions import action
from portcrm.audit.masking import mask, naming, pattern_of
from portcrm.audit.personal_data import Holding, Person, holding
from portcrm.clock import now
from portcrm.errors import RuleBroken
from portcrm.exchange.enums import RunState
from portcrm.exchange.models import Forecast, ImportChange, ImportProblem, ImportRun, RememberedMapping

BLOCK = 1 << 20
COPIES = (Forecast, ImportChange, RememberedMapping)
LONGEST_WORD = 1_000


def imported_about(person: Person) -> list[Holding]:
    """Rows that were not stored, and the imported files that name the person."""
    pattern = pattern_of((*person.addresses, *person.numbers))
    rows = ImportProblem.objects.filter(naming(ImportProblem, pattern)).select_related("run") if pattern else ()
    problems = [{_("File"): row.run.file_name, _("Row"): str(row.row_number), _("Text"): _cells(row.raw)} for row in rows]
    files = holding(_("Imported files"), _copies(person), ("file_name", "created_at", "created_by"))
    return [Holding(_("Rows of imports that were not stored"), problems), files]


def _cells(raw) -> str:
    cells = raw.values() if isinstance(raw, dict) else raw if isinstance(raw, list) else [raw]
    return " · ".join(str(cell) for cell in cells if cell not in (None, ""))


@action("exchange.erase")
def erase_from_imports(*, person: Person, by: User) -> int:
    """Take the person out of rows with problems, and delete the copies of files that name the person; the counts of each import stay."""
    pattern = pattern_of((*person.addresses, *person.numbers))
    rows = list(ImportProblem.objects.filter(naming(ImportProblem, pattern)).values_list("pk", flat=True)) if pattern else []
    masked = mask(ImportProblem.objects.filter(pk__in=rows), person.words)
    masked += sum(mask(_naming(model, pattern), person.words) for model in COPIES if pattern)
    copies = _copies(person)
    if any(run.is_under_way for run in copies):  # it would bring the person back
        raise RuleBroken(_("A file that names this person is being imported. Wait until the import has ended."))
    runs = ImportRun.objects.filter(pk__in=[run.pk for run in copies])
    runs.filter(state=RunState.DRAFT).update(state=RunState.CANCELLED, finished_at=now())
    runs.update(file="")
    for run in copies:
        storage, path = run.file.storage, run.file.name
        transaction.on_commit(lambda storage=storage, path=path: storage.delete(path))
    return masked + len(copies)


def _naming(model: type[Model], pattern: str) -> QuerySet:
    """Rows found by an address or a number: a name alone may be somebody else's."""
    return model.objects.filter(naming(model, pattern))


def _copies(person: Person) -> list[ImportRun]:
    """Runs whose stored file names the person."""
    words = (*person.addresses, *person.numbers)
    runs = ImportRun.objects.exclude(file="") if words else ()
    return [run for run in runs if run.file.storage.exists(run.file.name) and _holds(run, words)]


def _holds(run: ImportRun, words: tuple[str, ...]) -> bool:
    spelt = [re.escape(word.encode(run.encoding or "utf-8", "ignore")) for word in words]
    wanted = re.compile(b"|".join(one for one in spelt if one) or b"(?!)", re.IGNORECASE)
    rest = b""
    for block in _blocks(run):
        if wanted.search(rest + block):
            return True
        rest = block[-LONGEST_WORD:]
    return False


def _blocks(run: ImportRun) -> Iterator[bytes]:
    """The file as bytes; of a workbook the texts of its sheets."""
    if not zipfile.is_zipfile(run.file.path):
        with run.file.storage.open(run.file.name) as file:
            yield from iter(lambda: file.read(BLOCK), b"")
        return
    with zipfile.ZipFile(run.file.path) as book:
        for name in book.namelist():
            if name.endswith(".xml"):
                with book.open(name) as part:
                    yield from iter(lambda part=part: part.read(BLOCK), b"")
