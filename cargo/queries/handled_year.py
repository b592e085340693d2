"""Cargo of customers between two days, by sums of months where these lie whole in between."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.db import connection


@dataclass(frozen=True, slots=True)
class Handled:
    """`revenue` is None where no row in effect has one."""

    tonnes: Decimal
    teu: Decimal
    revenue: Decimal | None


# Only of the months that the first or the last day cuts, and only where cargo lies on both sides of the cut, rows are read.
HANDLED = """
    WITH months AS (
        SELECT customer_id, month, min(first_on) AS first_on, max(last_on) AS last_on, sum(tonnes) AS tonnes, sum(teu) AS teu,
               sum(revenue) AS revenue, sum(rows - rows_without_revenue) AS told
        FROM cargo_monthlyrollup
        WHERE month >= date_trunc('month', %(start)s::timestamp) AND month <= %(end)s AND {chosen}
        GROUP BY customer_id, month
    ), cut AS (
        SELECT months.customer_id, part.* FROM months CROSS JOIN LATERAL (
            SELECT COALESCE(sum(tonnes), 0) AS tonnes, COALESCE(sum(teu), 0) AS teu, sum(revenue) AS revenue,
                   COALESCE(sum(CASE WHEN revenue IS NULL THEN 0 WHEN is_reversal THEN -1 ELSE 1 END), 0) AS told
            FROM cargo_shipment row
            WHERE row.customer_id = months.customer_id AND row.handled_on BETWEEN GREATEST(months.first_on, %(start)s::date)
              AND LEAST(months.last_on, %(end)s::date)
        ) AS part
        WHERE (months.first_on < %(start)s OR months.last_on > %(end)s) AND months.first_on <= %(end)s AND months.last_on >= %(start)s
    )
    SELECT customer_id, sum(tonnes), sum(teu), CASE WHEN sum(told) > 0 THEN sum(revenue) END
    FROM (
        SELECT customer_id, tonnes, teu, revenue, told FROM months WHERE first_on >= %(start)s AND last_on <= %(end)s
        UNION ALL
        SELECT customer_id, tonnes, teu, revenue, told FROM cut
    ) AS parts
    GROUP BY customer_id
"""


def handled_by_customer(start: dt.date, end: dt.date, *, customer_ids: Sequence[int] | None = None) -> dict[int, Handled]:
    """What was handled of each customer from `start` to `end`, both included, by customer id: of these, or of everybody."""
    sql = HANDLED.format(chosen="true" if customer_ids is None else "customer_id = ANY(%(customers)s)")
    with connection.cursor() as cursor:
        cursor.execute(sql, {"start": start, "end": end, "customers": customer_ids})
        return {customer_id: Handled(*sums) for customer_id, *sums in cursor.fetchall()}
