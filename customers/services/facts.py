"""Facts of other apps stored on the customer, set-based. They are not history: their rows are."""

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from itertools import islice

from django.db import connection

from customers.enums import CustomerStatus
from portcrm.accounts.models import User
from portcrm.audit.actions import action

BATCH = 20_000
STATUS = f"""
    CASE WHEN customer.status = '{CustomerStatus.PROSPECT.value}' AND facts.day IS NOT NULL
         THEN '{CustomerStatus.EXISTING.value}' ELSE customer.status END
"""


@dataclass(frozen=True)
class HandledFacts:
    """`revenue_12m` is None where the ledger has no revenue data."""

    customer_id: int
    last_handled_on: dt.date | None
    tonnes_12m: Decimal
    teu_12m: Decimal
    revenue_12m: Decimal | None


@dataclass(frozen=True)
class OpinionFacts:
    """`score` is the customer's latest overall mark on the 1 to 5 scale."""

    customer_id: int
    last_opinion_on: dt.date
    score: Decimal


@action("customer.store_facts")
def store_handled_facts(*, facts: Iterable[HandledFacts], by: User, clear_others: bool = False) -> int:
    """Store last handled day and 12-month sums; a prospect with handled cargo becomes an existing customer.

    `clear_others` empties the sums of customers that are not named (a full run), their last day stays. Returns how many
    customers it changed: writing one anew touches two dozen indexes, so those whose facts are the same are left alone.
    """
    stored, named = 0, []
    for batch in in_batches(facts):
        named += [fact.customer_id for fact in batch]
        lock_customers(named[-len(batch) :])
        stored += run_statement(
            f"""
            UPDATE customers_customer AS customer
            SET last_handled_on = facts.day, tonnes_12m = facts.tonnes, teu_12m = facts.teu, revenue_12m = facts.revenue,
                status = {STATUS}
            FROM unnest(%s::bigint[], %s::date[], %s::numeric[], %s::numeric[], %s::numeric[]) AS facts (id, day, tonnes, teu, revenue)
            WHERE customer.id = facts.id
              AND (customer.last_handled_on, customer.tonnes_12m, customer.teu_12m, customer.revenue_12m, customer.status)
                  IS DISTINCT FROM (facts.day, facts.tonnes, facts.teu, facts.revenue, {STATUS})
            """,  # noqa: S608  only constants
            *zip(*((f.customer_id, f.last_handled_on, f.tonnes_12m, f.teu_12m, f.revenue_12m) for f in batch), strict=True),
        )
    if clear_others:
        run_statement(
            """
            UPDATE customers_customer SET tonnes_12m = 0, teu_12m = 0, revenue_12m = NULL
            WHERE (tonnes_12m <> 0 OR teu_12m <> 0 OR revenue_12m IS NOT NULL) AND NOT (id = ANY (%s::bigint[]))
            """,
            named,
        )
    return stored


@action("customer.store_facts", savepoint=False)
def store_opinion_facts(*, facts: Iterable[OpinionFacts], by: User) -> int:
    """Store the latest opinion of each named customer; an older one never replaces a newer one."""
    stored = 0
    for batch in in_batches(facts):
        if len(batch) > 1:  # a single row is locked by what changes it
            lock_customers(fact.customer_id for fact in batch)
        stored += run_statement(
            """
            UPDATE customers_customer AS customer SET last_opinion_on = facts.day, last_opinion_score = facts.score
            FROM unnest(%s::bigint[], %s::date[], %s::numeric[]) AS facts (id, day, score)
            WHERE customer.id = facts.id AND (customer.last_opinion_on IS NULL OR customer.last_opinion_on <= facts.day)
            """,
            *zip(*((f.customer_id, f.last_opinion_on, f.score) for f in batch), strict=True),
        )
    return stored


@action("customer.store_facts")
def renew_opinion_facts(*, customers: Iterable[int], facts: Iterable[OpinionFacts], by: User) -> int:
    """The latest opinion of these customers from what is given now; whoever is not among the facts has none any more."""
    run_statement(
        "UPDATE customers_customer SET last_opinion_on = NULL, last_opinion_score = NULL WHERE id = ANY (%s::bigint[])", customers
    )
    return store_opinion_facts(facts=facts, by=by)


@action("customer.store_facts")
def store_open_complaints(*, counts: Mapping[int, int], by: User, clear_others: bool = False) -> int:
    """Store how many complaints are open by customer; `clear_others` sets all that are not named to none."""
    ids, numbers = list(counts), list(counts.values())
    lock_customers(ids)
    stored = run_statement(
        """
        UPDATE customers_customer AS customer SET open_complaints = facts.number
        FROM unnest(%s::bigint[], %s::int[]) AS facts (id, number)
        WHERE customer.id = facts.id AND customer.open_complaints <> facts.number
        """,
        ids,
        numbers,
    )
    if clear_others:
        stored += run_statement(
            "UPDATE customers_customer SET open_complaints = 0 WHERE open_complaints > 0 AND NOT (id = ANY (%s::bigint[]))", ids
        )
    return stored


def lock_customers(ids: Iterable[int]) -> None:
    """Lock these customers in the order every writer of facts keeps, so that two never wait for each other."""
    run_statement("SELECT 1 FROM customers_customer WHERE id = ANY (%s::bigint[]) ORDER BY id FOR NO KEY UPDATE", ids)


def in_batches(items: Iterable) -> Iterable[list]:
    remaining = iter(items)
    while batch := list(islice(remaining, BATCH)):
        yield batch


def run_statement(statement: str, *columns: Iterable) -> int:
    with connection.cursor() as cursor:
        cursor.execute(statement, [list(column) for column in columns])
        return cursor.rowcount
