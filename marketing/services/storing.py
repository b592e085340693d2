"""Handing the newest ranking to the customer files, which show and sort by it without knowing how it came about."""

import datetime as dt

from django.db import connection
from django.utils.translation import gettext_lazy as _

from customers.services.value import StoredValue, store_values
from marketing.models import RankingRow, RankingRun
from portcrm.accounts.models import User
from portcrm.audit.actions import action


def newest_run() -> RankingRun | None:
    return RankingRun.objects.complete().newest_first().first()


def _wait_for_turn() -> None:
    """One storer at a time, whichever run it stores, until its transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('marketing.store_newest_values'))")


@action("ranking.store", _("Stored the values of a ranking"))
def store_newest_values(*, at: dt.datetime, by: User) -> RankingRun | None:
    """Store the values of the newest complete run, once; an older run made later changes no customer."""
    _wait_for_turn()
    run = newest_run()  # only now: while this one waited, a newer run may have come
    if run is None or run.stored_at is not None:
        return None
    rows = RankingRow.objects.filter(run=run).order_by("customer_id")
    values = (
        StoredValue(customer_id=customer, value_class=value_class, rank=rank, previous_rank=previous, score=score)
        for customer, value_class, rank, previous, score in rows.values_list(
            "customer_id", "value_class", "rank", "previous_rank", "score"
        ).iterator(chunk_size=5000)
    )
    store_values(values=values, as_of=run.as_of, by=by)
    run.stored_at = at
    run.save(update_fields=["stored_at"])
    return run
