"""验算: the run against the ledger, by plain SQL of its own – neither the rollup nor the query the run was made with.

Files merged after the run are one customer in the ledger and two in the run: their places are added up before comparing.
"""

from decimal import Decimal

from django.db import connection

from cargo.models import Shipment
from customers.models import Customer, Merge
from marketing.models import RankingQuantity, RankingRow, RankingRun

MOST_SHOWN = 50

LEDGER_TOTALS = """
    SELECT coalesce(sum(tonnes), 0), coalesce(sum(teu), 0), coalesce(sum(lots), 0), sum(revenue), sum(cost), count(DISTINCT customer_id)
    FROM {ledger} WHERE handled_on >= %s AND handled_on <= %s
"""
LEDGER_QUANTITIES = """
    SELECT unit_id, sum(quantity), sum(lots) FROM {ledger} WHERE handled_on >= %s AND handled_on <= %s GROUP BY unit_id
"""
RUN_TOTALS = """
    SELECT coalesce(sum(r.tonnes), 0), coalesce(sum(r.teu), 0), coalesce(sum(r.lots), 0), sum(r.revenue), sum(r.cost),
           count(DISTINCT coalesce(c.merged_into_id, c.id)), count(*)
    FROM {row} r JOIN {customer} c ON c.id = r.customer_id WHERE run_id = %s
"""
RUN_QUANTITIES = "SELECT unit_id, sum(quantity), sum(lots) FROM {quantity} WHERE run_id = %s GROUP BY unit_id"
BROKEN_SUMS = """
    SELECT count(*) FROM {row} r
    WHERE run_id = %s AND score <> (SELECT coalesce(sum((part->>'points')::numeric), 0) FROM jsonb_array_elements(parts) part)
"""
DIFFERING_CUSTOMERS = """
    SELECT coalesce(l.customer_id, r.customer_id), r.tonnes, l.tonnes, r.revenue, l.revenue, r.cost, l.cost, r.lots, l.lots
    FROM (SELECT customer_id, sum(tonnes) AS tonnes, sum(revenue) AS revenue, sum(cost) AS cost, sum(lots) AS lots
          FROM {ledger} WHERE handled_on >= %s AND handled_on <= %s GROUP BY customer_id) l
    FULL JOIN (SELECT coalesce(c.merged_into_id, c.id) AS customer_id, sum(r.tonnes) AS tonnes, sum(r.revenue) AS revenue,
                      sum(r.cost) AS cost, sum(r.lots) AS lots
               FROM {row} r JOIN {customer} c ON c.id = r.customer_id WHERE run_id = %s GROUP BY 1) r ON r.customer_id = l.customer_id
    WHERE (r.tonnes, r.revenue, r.cost, r.lots) IS DISTINCT FROM (l.tonnes, l.revenue, l.cost, l.lots)
    ORDER BY abs(coalesce(l.tonnes, 0) - coalesce(r.tonnes, 0)) DESC, 1
    LIMIT %s
"""
ADDED_SINCE = """
    SELECT count(*), coalesce(sum(tonnes), 0), sum(revenue), count(DISTINCT customer_id)
    FROM {ledger} WHERE id > %s AND handled_on >= %s AND handled_on <= %s
"""

TABLES = {"ledger": Shipment._meta.db_table, "row": RankingRow._meta.db_table, "quantity": RankingQuantity._meta.db_table}
TABLES["customer"] = Customer._meta.db_table


def _rows(sql: str, *parameters) -> list[tuple]:
    with connection.cursor() as cursor:
        cursor.execute(sql.format(**TABLES), parameters)
        return cursor.fetchall()


def ledger_totals(run: RankingRun) -> dict:
    """What the ledger holds for the run's window now: {"totals": six figures, "units": {unit: (quantity, lots)}, "mark", "customers"}."""
    window = (run.window_start, run.as_of)
    merged_before = Merge.objects.in_force().filter(merged_at__lt=run.started_at or run.asked_at)
    return {
        "totals": _rows(LEDGER_TOTALS, *window)[0],
        "units": {unit: (quantity, lots) for unit, quantity, lots in _rows(LEDGER_QUANTITIES, *window)},
        "mark": _rows("SELECT coalesce(max(id), 0) FROM {ledger}")[0][0],
        "customers": Customer.every.exclude(pk__in=merged_before.values("other")).count(),
    }


def lines(run: RankingRun, ledger: dict) -> list[dict]:
    """The lines of the check; {"key", "unit", "run", "ledger", "difference"} with figures as text, None where there is no data."""
    tonnes, teu, lots, revenue, cost, ranked, places = _rows(RUN_TOTALS, run.pk)[0]
    of_ledger = ledger["totals"]
    in_run = {unit: (quantity, count) for unit, quantity, count in _rows(RUN_QUANTITIES, run.pk)}
    found = [
        _line("tonnes", tonnes, of_ledger[0]),
        _line("teu", teu, of_ledger[1]),
        _line("lots", lots, of_ledger[2]),
        _line("revenue", revenue, of_ledger[3]),
        _line("cost", cost, of_ledger[4]),
        _line("customers_with_business", ranked, of_ledger[5]),
    ]
    for unit in sorted(in_run.keys() | ledger["units"].keys()):
        here, there = in_run.get(unit, (Decimal(0), 0)), ledger["units"].get(unit, (Decimal(0), 0))
        found.append(_line("quantity", here[0], there[0], unit=unit))
        found.append(_line("unit_lots", here[1], there[1], unit=unit))
    found.append(_line("all_customers", places + sum(run.excluded.values()), ledger["customers"]))
    found.append(_line("scores_unlike_their_parts", _rows(BROKEN_SUMS, run.pk)[0][0], 0))
    return found


def _line(key: str, here, there, unit="") -> dict:
    difference = None if here is None and there is None else (there or 0) - (here or 0)
    return {
        "key": key,
        "unit": unit,
        "run": None if here is None else str(here),
        "ledger": None if there is None else str(there),
        "difference": None if difference is None else str(difference),
        "agrees": not difference and (here is None) == (there is None),
    }


def differing_customers(run: RankingRun) -> list[dict]:
    """Customers whose sums in the run and in the ledger are not the same now, largest difference in tonnes first."""
    columns = ("customer", "run_tonnes", "tonnes", "run_revenue", "revenue", "run_cost", "cost", "run_lots", "lots")
    found = _rows(DIFFERING_CUSTOMERS, run.window_start, run.as_of, run.pk, MOST_SHOWN)
    return [{c: v if c == "customer" or v is None else str(v) for c, v in zip(columns, row, strict=True)} for row in found]


def added_since(run: RankingRun) -> dict | None:
    """Ledger rows of the window that were recorded after the run read it, or None."""
    rows, tonnes, revenue, customers = _rows(ADDED_SINCE, run.ledger_mark, run.window_start, run.as_of)[0]
    return {"rows": rows, "tonnes": tonnes, "revenue": revenue, "customers": customers} if rows else None
