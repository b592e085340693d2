"""The result of a value ranking, handed over by whoever computed it."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from customers.services.facts import in_batches, run_statement
from portcrm.accounts.models import User
from portcrm.audit.actions import action


@dataclass(frozen=True)
class StoredValue:
    """`previous_rank` is the rank in the run before, None where the customer was not ranked then."""

    customer_id: int
    value_class: str
    rank: int
    previous_rank: int | None
    score: Decimal


@action("customer.store_value")
def store_values(*, values: Iterable[StoredValue], as_of: dt.date, by: User) -> int:
    """Put class, rank, movement and score of a whole run on the customers; whoever is not in the run loses them."""
    stored, ranked = 0, []
    for batch in in_batches(values):
        ranked += [value.customer_id for value in batch]
        stored += _write(batch, as_of)
    run_statement(
        """
        UPDATE customers_customer
        SET value_class = '', value_rank = NULL, value_previous_rank = NULL, value_score = NULL, value_as_of = NULL
        WHERE value_rank IS NOT NULL AND NOT (id = ANY (%s::bigint[]))
        """,
        ranked,
    )
    return stored


@action("customer.store_value")
def renew_values(*, customers: Iterable[int], values: Iterable[StoredValue], as_of: dt.date | None, by: User) -> None:
    """Put class and rank on these customers only; whoever of them is not among the values has none."""
    given = list(values)
    run_statement(
        """
        UPDATE customers_customer
        SET value_class = '', value_rank = NULL, value_previous_rank = NULL, value_score = NULL, value_as_of = NULL
        WHERE value_rank IS NOT NULL AND id = ANY (%s::bigint[])
        """,
        customers,
    )
    if given and as_of:
        _write(given, as_of)


def _write(values: list[StoredValue], as_of: dt.date) -> int:
    return run_statement(
        """
        UPDATE customers_customer AS customer
        SET value_class = run.class, value_rank = run.rank, value_previous_rank = run.previous, value_score = run.score,
            value_as_of = run.as_of
        FROM unnest(%s::bigint[], %s::text[], %s::int[], %s::int[], %s::numeric[], %s::date[])
            AS run (id, class, rank, previous, score, as_of)
        WHERE customer.id = run.id
        """,
        *zip(*((v.customer_id, v.value_class, v.rank, v.previous_rank, v.score, as_of) for v in values), strict=True),
    )
