"""An import without the wizard: from the command line, in demo seeds, sample steps and tests. The same code runs."""

from collections.abc import Callable, Mapping
from pathlib import Path

from django.core.files import File
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from portcrm.accounts.models import User
from portcrm.errors import RuleBroken
from portcrm.exchange import matching
from portcrm.exchange.enums import RunState
from portcrm.exchange.importing import importers
from portcrm.exchange.models import ImportRun
from portcrm.exchange.readers import TableOptions
from portcrm.exchange.running import run_import
from portcrm.exchange.services.runs import set_mapping, take_in


def ingest(
    importer_key: str,
    path: Path,
    mapping: Mapping[str, str | int] | None = None,
    *,
    by: User,
    constants: Mapping[str, str] | None = None,
    options: TableOptions | None = None,
    dry_run: bool = False,
    say: Callable[[ImportRun], None] = lambda run: None,
    warn: Callable[[object], None] = lambda sentence: None,
) -> ImportRun:
    """Take in a file from disk now and return the ended run.

    `mapping` maps field names to column names or numbers (from 1) and adds to what is matched by name; an empty
    column leaves the field out. `constants` gives fields the same text in every row. `warn` is told, before anything is
    tried, what is to be known of a file with these columns.
    """
    importer = importers().get(importer_key)
    if importer is None:
        raise RuleBroken(
            format_lazy(_("There is no import “{key}”. There are: {keys}."), key=importer_key, keys=", ".join(sorted(importers())))
        )
    with Path(path).open("rb") as file:
        run = take_in(importer=importer, file=File(file, name=Path(path).name), by=by, options=options, limited=False)
    wanted = dict(mapping or {})
    left_out = {field for field, column in wanted.items() if column == ""} | set(constants or {})
    chosen = {field: index for field, index in run.mapping.items() if field not in left_out}
    chosen |= matching.resolve({field: column for field, column in wanted.items() if column != ""}, run.columns)
    run = set_mapping(run=run, mapping=chosen, constants=run.constants | dict(constants or {}), by=by)
    if caution := importer.caution({*run.mapping, *run.constants}):
        warn(caution)
    ImportRun.objects.filter(pk=run.pk).update(dry_run=dry_run, state=RunState.WAITING)
    run_import(run.pk, say=say)
    return ImportRun.objects.get(pk=run.pk)
