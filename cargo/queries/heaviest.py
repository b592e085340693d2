"""The explorer's lines of customers without adding up everybody: the heaviest are found by what each can come to at most.

Of each month it is listed who weighs most (cargo/models/heaviest.py). The most that a customer can come to in a period is the sum of
what it and its newer ledger rows can come to in each month. Those with the highest are added up; if the last line of the table still
weighs more than anybody else can, nobody is missing. Whatever is not a line is the whole less the lines.
"""

from django.db import connection

from cargo.queries import explorer
from cargo.queries.explorer import CONDITIONS, KEYS, TIMES, VALUES, WITHOUT, Answer, Dimension, Question, answer_of, written

TRIED = 2  # times as many as there are lines: who lies close behind
NEWER = 50_000  # ledger rows that have come since the lists were made and are still looked through
COUNTED = 1_000  # customers behind the lines; more are "1,000+"

STATE = """
    SELECT (SELECT min(counted_to) FROM cargo_heaviestcustomer WHERE customer_id IS NULL), (SELECT max(id) FROM cargo_shipment)
"""
SQL = """
    WITH RECURSIVE listed AS MATERIALIZED (
        SELECT month, customer_id, {measure} AS figure FROM cargo_heaviestcustomer
        WHERE {of_class} AND month >= %(start)s AND month < %(after)s
    ), anybody AS (
        SELECT month, figure FROM listed WHERE customer_id IS NULL
    ), rest AS (
        SELECT COALESCE(sum(figure), 0) AS figure FROM anybody
    ), newer AS (
        SELECT customer_id, sum(GREATEST({measure}, 0)) AS figure FROM cargo_shipment
        WHERE id > %(counted)s AND handled_on >= %(start)s AND handled_on < %(after)s AND {narrowed} GROUP BY customer_id
    ), most AS (
        SELECT customer_id, sum(figure) + (SELECT figure FROM rest) AS figure FROM (
            SELECT customer_id, listed.figure - anybody.figure AS figure FROM listed JOIN anybody USING (month)
            WHERE customer_id IS NOT NULL
            UNION ALL SELECT customer_id, figure FROM newer
        ) AS parts GROUP BY customer_id
    ), ranked AS (
        SELECT customer_id, figure, row_number() OVER (ORDER BY figure DESC) AS place FROM most
    ), cells AS (
        SELECT customer_id, {across} AS across, {value} AS value, sum(rows)::bigint AS rows, {without} AS without
        FROM ranked JOIN cargo_monthlyrollup USING (customer_id) WHERE place <= %(tried)s AND {where} GROUP BY 1, 2
    ), totals AS (
        SELECT customer_id, sum(value) AS value, row_number() OVER (ORDER BY sum(value) DESC NULLS LAST, customer_id::text) AS place
        FROM cells GROUP BY customer_id HAVING sum(rows) <> 0 OR sum(value) <> 0
    ), named AS (
        SELECT customer_id, value, place FROM totals WHERE place <= %(lines)s
    ), certain AS (
        SELECT count(value) = %(lines)s AND min(value) > GREATEST(
            (SELECT figure FROM rest), (SELECT max(figure) FROM ranked WHERE place > %(tried)s)
        ) AS certain FROM named
    ), lines AS (
        SELECT customer_id::text AS down, across, cells.value, place, rows, without FROM cells JOIN named USING (customer_id)
    ), wholes AS (
        SELECT {across} AS across, {value} AS value, sum(rows)::bigint AS rows, {without} AS without
        FROM cargo_classsum WHERE {where} GROUP BY 1
    ), remainders AS (
        SELECT across, wholes.value - COALESCE(sum(lines.value), 0) AS value, wholes.rows - COALESCE(sum(lines.rows), 0) AS rows,
               wholes.without - COALESCE(sum(lines.without), 0) AS without
        FROM wholes LEFT JOIN lines USING (across) GROUP BY across, wholes.value, wholes.rows, wholes.without
    ), customers AS (
        (SELECT customer_id FROM cargo_monthlyrollup WHERE {where} AND rows <> 0 ORDER BY customer_id LIMIT 1)
        UNION ALL
        SELECT (SELECT later.customer_id FROM cargo_monthlyrollup later WHERE later.customer_id > customers.customer_id
                AND {where} AND rows <> 0 ORDER BY later.customer_id LIMIT 1)
        FROM customers WHERE customer_id IS NOT NULL
    ), counted AS (
        SELECT count(*) - %(lines)s AS others FROM (
            SELECT 1 FROM customers WHERE customer_id IS NOT NULL LIMIT %(counting)s
        ) AS seen
    )
    SELECT down, {across_written}, value, place, others, rows, without FROM lines, certain, counted WHERE certain
    UNION ALL
    SELECT NULL, {across_written}, CASE WHEN rows <> without THEN value END, NULL, others, rows, without
    FROM remainders, certain, counted WHERE certain
    ORDER BY 4
"""


KNOWN_ACROSS = {*TIMES, Dimension.DIRECTION}
KNOWN_FILTERS = {"direction", "cargo_class"}


def heaviest(question: Question) -> Answer | None:
    """The answer, or None where the lists do not decide it: then everybody has to be added up."""
    if question.down != Dimension.CUSTOMER or question.across not in KNOWN_ACROSS or set(question.filters) - KNOWN_FILTERS:
        return None
    with connection.cursor() as cursor:
        cursor.execute(STATE)
        counted, newest = cursor.fetchone()
        if counted is None or newest - counted > NEWER:
            return None
        cursor.execute(*_statement(question, counted))
        found = cursor.fetchall()
    return answer_of(found, counted=COUNTED) if found else None


def _statement(question: Question, counted: int) -> tuple[str, dict]:
    lines = explorer.LINES
    given = {"start": question.start, "after": question.after, "lines": lines, "tried": TRIED * lines, "counted": counted}
    conditions = [CONDITIONS[name] for name in question.filters]
    sql = SQL.format(
        of_class=CONDITIONS["cargo_class"] if "cargo_class" in question.filters else "cargo_class_id IS NULL",
        narrowed=" AND ".join(conditions) or "true",
        measure=question.measure,
        across=KEYS[question.across],
        across_written=written(question.across, "across"),
        value=VALUES[question.measure],
        without=WITHOUT.get(question.measure, "0"),
        where=" AND ".join(["month >= %(start)s", "month < %(after)s", *conditions]),
    )
    return sql, given | question.filters | {"counting": lines + COUNTED + 1}
