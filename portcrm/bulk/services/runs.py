"""Asking for one action on many rows, and taking it back."""

import uuid

from django.conf import settings
from django.core.exceptions import EmptyResultSet
from django.db import connection, transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from portcrm import celery
from portcrm.accounts.models import User
from portcrm.audit.actions import action
from portcrm.bulk.actions import BulkAction
from portcrm.bulk.enums import UNDER_WAY, BulkState
from portcrm.bulk.models import BulkRun
from portcrm.clock import now
from portcrm.errors import RuleBroken
from portcrm.once import one_at_a_time
from portcrm.pages.lists.worded import Names

RUN_TASK = "portcrm.bulk.run"
CHUNK_ROWS = 100
MOST_QUERY = 4_000  # signs of the list's address that are kept
AT_ONCE = 50  # rows done while somebody waits: a page of a list
FREEZE = """
    INSERT INTO bulk_bulkchunk (run_id, number, rows, done)
    SELECT %s, place / %s, array_agg(id ORDER BY id), false
    FROM (SELECT id, row_number() OVER (ORDER BY id) - 1 AS place FROM (SELECT DISTINCT id FROM ({rows}) AS found (id)) AS once) AS placed
    GROUP BY place / %s
"""


@action("bulk.ask", "")
def start_run(
    *,
    chosen: BulkAction,
    rows: QuerySet,
    values: dict[str, list[str]],
    query: str,
    names: Names | None = None,
    ticked: bool = False,
    by: User,
    form_key: uuid.UUID | None = None,
    counted: int | None = None,
) -> BulkRun:
    """Write down these rows and what is to be done to them, for a worker or for the page that waits; one form asks once.

    `counted` is how many rows the asker was shown: where it is another number by now, nothing is written and it is asked again.
    """
    one_at_a_time(form_key)
    if form_key and (asked := BulkRun.objects.filter(form_key=form_key).first()):
        return asked
    run = BulkRun.objects.create(
        record=chosen.record,
        action=chosen.key,
        values=values,
        query=kept_query(query),
        names=names or {},
        ticked=ticked,
        created_by=by,
        form_key=form_key,
    )
    run.total = _freeze(run, rows)
    if not run.total:
        raise RuleBroken(_("No rows are chosen."))
    if run.total > settings.BULK_MOST_ROWS:
        raise RuleBroken(too_many())
    if counted not in (None, run.total):
        told = {"now": f"{run.total:,}", "then": f"{counted:,}"}
        raise RuleBroken(_("There are %(now)s rows now; you were shown %(then)s. Look at them again and confirm the new number.") % told)
    run.save(update_fields=["total"])
    if run.total > AT_ONCE:
        transaction.on_commit(lambda: nudge(run.pk))
    return run


def kept_query(query: str) -> str:
    """As much of the list's address as is kept, in whole parameters: half of one would say something nobody asked for."""
    return query if len(query) <= MOST_QUERY else query[: MOST_QUERY + 1].rpartition("&")[0]


def count_rows(rows: QuerySet) -> int:
    """How many rows are meant; one more than allowed is enough to refuse, so no more are counted."""
    return _keys(rows).count()


def too_many() -> str:
    """Why a change of so many rows is refused."""
    return _("One change takes at most %(limit)s rows. Please narrow the list by a filter.") % {"limit": f"{settings.BULK_MOST_ROWS:,}"}


def _keys(rows: QuerySet) -> QuerySet:
    return rows.order_by().values("pk").distinct()[: settings.BULK_MOST_ROWS + 1]


def _freeze(run: BulkRun, rows: QuerySet) -> int:
    """Store the keys of these rows in chunks, one statement for any number; one more than allowed is enough to refuse."""
    try:
        sql, params = _keys(rows).query.sql_with_params()
    except EmptyResultSet:
        return 0
    with connection.cursor() as cursor:
        cursor.execute(FREEZE.format(rows=sql), [run.pk, CHUNK_ROWS, *params, CHUNK_ROWS])
        cursor.execute("SELECT coalesce(sum(cardinality(rows)), 0) FROM bulk_bulkchunk WHERE run_id = %s", [run.pk])
        return cursor.fetchone()[0]


@action("bulk.cancel", "")
def cancel_run(*, run: BulkRun, by: User) -> BulkRun:
    """Stop a run: at once if nobody works on it, otherwise after the chunk under way. What was changed stays."""
    run = BulkRun.objects.select_for_update().get(pk=run.pk)
    if run.state not in UNDER_WAY:
        raise RuleBroken(_("This bulk change has already ended."))
    run.cancel_wanted = True
    if run.state != BulkState.RUNNING or run.lease_until < now():
        run.state, run.finished_at, run.lease_until = BulkState.CANCELLED, now(), None
    run.save(update_fields=["cancel_wanted", "state", "finished_at", "lease_until"])
    return run


def nudge(run_id: int) -> None:
    """Ask a worker to work on the run now; the sweeper asks again if the broker is away."""
    celery.nudge(RUN_TASK, run_id)


def nudge_waiting() -> None:
    """What the sweeper does: ask for every run that waits for a worker or has lost its own."""
    for run_id in BulkRun.objects.claimable(now()).values_list("pk", flat=True):
        nudge(run_id)
