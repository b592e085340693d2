"""What a program reads by itself, without columns and a dry run, stands among the imports and can be taken back like them."""

from collections.abc import Callable

from portcrm.accounts.models import User
from portcrm.audit.actions import action
from portcrm.clock import now
from portcrm.exchange.enums import RunState
from portcrm.exchange.importing import WriteResult
from portcrm.exchange.models import ImportRun
from portcrm.exchange.writing import keep_changes


@action("exchange.upload")
def take_in_whole(*, importer: str, name: str, size: int, write: Callable[[ImportRun], WriteResult], by: User) -> ImportRun:
    """Let `write` store all a text tells, as an import of this kind that is over at once; returns that import.

    No copy of the text is kept (`size` in bytes), and no row of it waits to be mended.
    """
    at = now()
    moments = {"created_at": at, "started_at": at, "finished_at": at}
    told = {"importer": importer, "state": RunState.DONE, "file_name": name[:200], "file_size": size, "format": "txt"}
    run = ImportRun.objects.create(created_by=by, **told, **moments)
    result = write(run)
    keep_changes(result, run=run)
    run.created, run.updated, run.skipped = result.created, result.updated, result.skipped
    run.total = run.done = run.created + run.updated + run.skipped
    run.save(update_fields=["created", "updated", "skipped", "total", "done"])
    return run
