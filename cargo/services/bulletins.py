"""Taking in the text of monthly bulletins."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.conf import settings
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from cargo.services.statistics import Recorded, ToldValue, record_readings
from cargo.services.statistics_taken_back import IMPORTER
from cargo.statistic_words import reason_words
from cargo.statistics.bulletins import Bulletin, decoded, read_bulletins, readings_of
from cargo.statistics.facts import NotRead
from portcrm.accounts.models import User
from portcrm.audit.actions import action
from portcrm.audit.services import record
from portcrm.errors import RuleBroken
from portcrm.exchange.file_names import readable_name
from portcrm.exchange.importing import WriteResult
from portcrm.exchange.models import ImportRun
from portcrm.exchange.services import take_in_whole


@dataclass(frozen=True)
class TakenIn:
    """Bulletins as read, with their remarks, and what became of their lines."""

    bulletins: Sequence[Bulletin]
    recorded: Recorded
    run: ImportRun


@action("statistic.take_in_bulletin", _("Bulletin of statistics taken in"))
def take_in_bulletins(*, content: bytes, source: str, by: User, name: str = "") -> TakenIn:
    """Record the figures of a text of bulletins under its publisher; the same text again changes no figure.

    It stands among the imports under the `name` of its file, or its first heading, and can be taken back there like them.

    RuleBroken, and nothing kept, for a text that holds no bulletin or is over the limit.
    """
    if len(content) > settings.MAX_DOCUMENT_BYTES:
        raise RuleBroken(format_lazy(_("The file is larger than {limit} MB."), limit=round(settings.MAX_DOCUMENT_BYTES / 2**20, 1)))
    try:
        bulletins = read_bulletins(decoded(content))
    except NotRead as refusal:
        raise RuleBroken(reason_words(refusal)) from refusal
    told = []
    for bulletin in bulletins:
        readings = readings_of(bulletin, source)
        lines = [line.line for line in bulletin.lines for _figure in range(4)]
        told += [ToldValue(line, reading) for line, reading in zip(lines, readings, strict=True)]
    recorded, run = _imported(told, readable_name(name) if name else bulletins[0].title, len(content), by)
    if recorded.added or recorded.revised:
        figures = 4 * len(recorded.added | recorded.revised)
        record(by=by, action="statistic.take_in_bulletin", source=source, figures=figures)
    return TakenIn(bulletins, recorded, run)


def _imported(told: Sequence[ToldValue], name: str, size: int, by: User) -> tuple[Recorded, ImportRun]:
    """Lines that contradict an earlier one are told where the text was taken in; nobody can mend them among the imports."""
    recorded = Recorded()

    def write(run: ImportRun) -> WriteResult:
        nonlocal recorded
        recorded = record_readings(told=told, by=by, import_run_id=run.pk)
        return recorded.as_result({one.line for one in told})

    run = take_in_whole(importer=IMPORTER, name=name, size=size, write=write, by=by)
    return recorded, run
