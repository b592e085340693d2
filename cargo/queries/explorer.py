"""The ledger explorer: one figure of handled cargo, summed by one thing down and another across.

The sums are read where they are stored smallest: without customers from the sums by class, with ports from those by lane, with
customers from the monthly rollup, and only where a question names both customers and what the rollup does not know, from the
ledger itself.
"""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.db import connection
from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from cargo.queries.sums import MONTH, SIGN

LINES = 50  # shown; the others are summed as one

LEDGER = f"""(
    SELECT {MONTH} AS month, customer_id, cargo_class_id, form, direction, trade_kind, transshipment, origin_id, destination_id,
           tonnes, teu, lots, revenue, cost, {SIGN} AS rows,
           CASE WHEN revenue IS NULL THEN {SIGN} ELSE 0 END AS rows_without_revenue,
           CASE WHEN cost IS NULL THEN {SIGN} ELSE 0 END AS rows_without_cost
    FROM cargo_shipment WHERE handled_on >= %(start)s AND handled_on < %(after)s
) AS ledger"""  # noqa: S608  only constants


class Dimension(TextChoices):
    CLASS = "class", _("Cargo class")
    FORM = "form", _("Cargo form")
    DIRECTION = "direction", _("Direction")
    TRADE = "trade", _("Trade")
    LANE = "lane", _("Cargo flow")
    ORIGIN = "origin", _("Port of loading")
    DESTINATION = "destination", _("Port of discharge")
    CUSTOMER = "customer", _("Customer")
    MONTH = "month", _("Month")
    QUARTER = "quarter", _("Quarter")
    YEAR = "year", _("Year")


class Measure(TextChoices):
    TONNES = "tonnes", _("Tonnes")
    TEU = "teu", "TEU"
    LOTS = "lots", _("Lots")
    REVENUE = "revenue", _("Revenue")
    COST = "cost", _("Cost")


ACROSS = (Dimension.MONTH, Dimension.QUARTER, Dimension.YEAR, Dimension.DIRECTION, Dimension.FORM, Dimension.TRADE)
TIMES = (Dimension.MONTH, Dimension.QUARTER, Dimension.YEAR)
# What is summed by, and how its value `key` is written: text is made of the few sums that are shown, not of every row.
KEYS = {
    Dimension.CLASS: "cargo_class_id",
    Dimension.FORM: "form",
    Dimension.DIRECTION: "direction",
    Dimension.TRADE: "trade_kind",
    Dimension.LANE: "COALESCE(origin_id, 0) << 32 | COALESCE(destination_id, 0)",
    Dimension.ORIGIN: "COALESCE(origin_id, 0)",
    Dimension.DESTINATION: "COALESCE(destination_id, 0)",
    Dimension.CUSTOMER: "customer_id",
    Dimension.MONTH: "month",
    Dimension.QUARTER: "date_trunc('quarter', month::timestamp)",
    Dimension.YEAR: "date_trunc('year', month::timestamp)",
}
WRITTEN = {
    Dimension.LANE: "({key} >> 32) || '-' || ({key} & 4294967295)",
    Dimension.MONTH: "to_char({key}, 'YYYY-MM')",
    Dimension.QUARTER: "to_char({key}, 'YYYY-\"Q\"Q')",
    Dimension.YEAR: "to_char({key}, 'YYYY')",
}
PORTS = {Dimension.LANE, Dimension.ORIGIN, Dimension.DESTINATION}
FILTERS_BY_PORT = {"origin", "destination"}
OF_THE_ROLLUP = {*TIMES, Dimension.CLASS, Dimension.DIRECTION, Dimension.CUSTOMER}
CONDITIONS = {
    "customer": "customer_id = %(customer)s",
    "cargo_class": "cargo_class_id = %(cargo_class)s",
    "form": "form = %(form)s",
    "direction": "direction = %(direction)s",
    "trade_kind": "trade_kind = %(trade_kind)s",
    "origin": "origin_id = %(origin)s",
    "destination": "destination_id = %(destination)s",
}
FILTERS_OF_THE_ROLLUP = {"customer", "cargo_class", "direction"}
VALUES = {measure: f"sum({measure})" for measure in Measure}


@dataclass(frozen=True)
class Question:
    """`start` and `end` are first days of months, both included; `filters` by the names of CONDITIONS."""

    down: Dimension
    across: Dimension
    measure: Measure
    start: dt.date
    end: dt.date
    filters: Mapping[str, Any] = field(default_factory=dict)

    @property
    def after(self) -> dt.date:
        """The first day that does not count any more."""
        return (self.end + dt.timedelta(days=31)).replace(day=1)

    @property
    def source(self) -> str:
        asked = {self.down, self.across}
        if Dimension.CUSTOMER not in asked and "customer" not in self.filters:
            return "cargo_lanesum" if asked & PORTS or set(self.filters) & FILTERS_BY_PORT else "cargo_classsum"
        known = asked <= OF_THE_ROLLUP and set(self.filters) <= FILTERS_OF_THE_ROLLUP
        return "cargo_monthlyrollup" if known else LEDGER


@dataclass(frozen=True)
class Answer:
    """Values by (key down, key across); the key of the lines that are not shown is None, and `others` says how many they are, or that they
    `are_more` than that.

    A value is None where no row has one. `without`: rows that lack the figure asked for, of `rows` altogether.
    """

    cells: Mapping[tuple[str | None, str], Decimal | None]
    down: list[str | None]
    others: int
    rows: int
    without: int
    are_more: bool = False


# The lines that weigh most are named, the others come as one; each line once with all it has.
SQL = """
    WITH cells AS (
        SELECT {down} AS down, {across} AS across, {value} AS value, sum(rows)::bigint AS rows, {without} AS without
        FROM {source} WHERE {where} GROUP BY 1, 2
    ), places AS (
        SELECT down, row_number() OVER (ORDER BY {order}) AS place FROM cells GROUP BY down HAVING sum(rows) <> 0 OR sum(value) <> 0
    ), lines AS (
        SELECT CASE WHEN place <= %(lines)s THEN down END AS down, across, sum(value) AS value, min(place) AS place,
               sum(rows) AS rows, sum(without) AS without
        FROM cells JOIN places USING (down) GROUP BY 1, 2
    )
    SELECT {down_written}, {across_written}, value, place, (SELECT count(*) FROM places WHERE place > %(lines)s), rows, without
    FROM lines ORDER BY place
"""
WITHOUT_CUSTOMERS = ("cargo_classsum", "cargo_lanesum")
WITHOUT = {Measure.REVENUE: "sum(rows_without_revenue)::bigint", Measure.COST: "sum(rows_without_cost)::bigint"}


def written(dimension: Dimension, key: str) -> str:
    """SQL for the text of a key."""
    return f"({WRITTEN.get(dimension, '{key}').format(key=key)})::text"


def ask(question: Question) -> Answer:
    """One statement, whatever is asked."""
    given = {**question.filters, "start": question.start, "after": question.after, "lines": LINES}
    down = written(question.down, "down")
    sql = SQL.format(
        down=KEYS[question.down],
        across=KEYS[question.across],
        down_written=down,
        across_written=written(question.across, "across"),
        value=VALUES[question.measure],
        without=WITHOUT.get(question.measure, "0"),
        source=question.source,
        where=" AND ".join(["month >= %(start)s", "month < %(after)s", *(CONDITIONS[name] for name in question.filters)]),
        order="down" if question.down in TIMES else f"sum(value) DESC NULLS LAST, {down}",
    )
    with connection.cursor() as cursor:
        cursor.execute(sql, given)
        return answer_of(cursor.fetchall())


def answer_of(found: list[tuple], counted: int = 0) -> Answer:
    """`counted`: where the lines behind were not counted further than that."""
    cells: dict[tuple[str | None, str], Decimal | None] = {}
    for down, across, value, _place, _lines, _rows, _without in found:
        cells[down, across] = value
    named = list(dict.fromkeys(row[0] for row in found if row[0] is not None))
    others = max((row[4] for row in found if row[0] is None), default=0)
    return Answer(
        cells=cells,
        down=[*named, None] if others else named,
        others=min(others, counted) if counted else others,
        rows=sum(int(row[5]) for row in found),
        without=sum(int(row[6]) for row in found),
        are_more=bool(counted) and others > counted,
    )
