"""Do the sums say what the ledger says? Compared in the original unit, in tonnes, TEU, lots and money, to the last digit; the sums
by lane, which know no unit, in tonnes, TEU, lots and money; the sums by class with those by lane."""

from dataclasses import dataclass
from decimal import Decimal

from django.db import connection

from cargo.queries.sums import CLASS, FIGURE_NAMES, FIGURES, LANE_FIGURE_NAMES, SERIES, SUMS_OF_SUMS, class_sums, lane_sums, monthly_sums

COMPARED = FIGURE_NAMES
SHOWN_DIFFERENCES = 50


@dataclass(frozen=True, slots=True)
class UnitLine:
    """One unit's sums on both sides."""

    unit: str
    ledger: dict[str, object]
    rollup: dict[str, object]

    @property
    def agrees(self) -> bool:
        return self.ledger == self.rollup


@dataclass(frozen=True, slots=True)
class Difference:
    """A month of a series where the two sides differ; a missing side is None."""

    customer_id: int
    cargo_class: str
    direction: str
    unit: str
    month: str
    ledger_rows: int | None
    rollup_rows: int | None
    ledger_tonnes: Decimal | None
    rollup_tonnes: Decimal | None


@dataclass(frozen=True, slots=True)
class LaneDifference:
    """A month of a cargo class between two ports, whatever form, direction and trade, where the two sides differ."""

    month: str
    cargo_class: str
    origin_id: int | None
    destination_id: int | None
    ledger_tonnes: Decimal | None
    lane_tonnes: Decimal | None


@dataclass(frozen=True, slots=True)
class ClassDifference:
    """A month of a cargo class, in one form, direction and trade, where the sums by lane and by class differ."""

    month: str
    cargo_class: str
    lane_tonnes: Decimal | None
    class_tonnes: Decimal | None


@dataclass(frozen=True, slots=True)
class Reconciliation:
    units: list[UnitLine]
    differences: list[Difference]
    difference_count: int
    lane_differences: list[LaneDifference]
    lane_difference_count: int
    class_differences: list[ClassDifference]
    class_difference_count: int

    @property
    def agrees(self) -> bool:
        return not (self.difference_count or self.lane_difference_count or self.class_difference_count)


ROLLUP_SUMS = """
    SELECT unit_id, sum(quantity), sum(lots), sum(tonnes), sum(teu), sum(revenue), sum(cost), sum(rows),
           sum(rows_without_revenue), sum(rows_without_cost), min(first_on), max(last_on)
    FROM cargo_monthlyrollup GROUP BY unit_id ORDER BY unit_id
"""
LEDGER_SUMS = f"SELECT unit_id, {FIGURES} FROM cargo_shipment GROUP BY unit_id ORDER BY unit_id"  # noqa: S608  only constants

KEY = f"{SERIES}, month"
PAIRS = " AND ".join(f"ledger.{name} IS NOT DISTINCT FROM rollup.{name}" for name in COMPARED)
DIFFERENCES = f"""
    SELECT {KEY}, ledger.rows, rollup.rows, ledger.tonnes, rollup.tonnes, count(*) OVER ()
    FROM ({monthly_sums("cargo_shipment")}) ledger
    FULL JOIN cargo_monthlyrollup rollup USING ({KEY})
    WHERE NOT ({PAIRS})
    ORDER BY {KEY}
    LIMIT {SHOWN_DIFFERENCES}
"""  # noqa: S608  only constants of this package

# A place without a port joins like any other: NULL would equal nothing.
PORTS = "COALESCE(origin_id, 0) AS origin, COALESCE(destination_id, 0) AS destination"
LANE_KEY = "month, cargo_class_id, form, direction, trade_kind, transshipment, origin, destination"


def _by_lane(source: str) -> str:
    return f"SELECT {LANE_KEY}, {SUMS_OF_SUMS} FROM (SELECT *, {PORTS} FROM {source}) AS placed GROUP BY {LANE_KEY}"  # noqa: S608


LANE_DIFFERENCES = f"""
    SELECT month, cargo_class_id, NULLIF(origin, 0), NULLIF(destination, 0), ledger.tonnes, lanes.tonnes, count(*) OVER ()
    FROM ({_by_lane(f"({lane_sums('cargo_shipment')}) AS ledger_lanes")}) ledger
    FULL JOIN ({_by_lane("cargo_lanesum")}) lanes USING ({LANE_KEY})
    WHERE NOT ({" AND ".join(f"ledger.{name} IS NOT DISTINCT FROM lanes.{name}" for name in LANE_FIGURE_NAMES)})
    ORDER BY {LANE_KEY}
    LIMIT {SHOWN_DIFFERENCES}
"""  # noqa: S608  only constants of this package

# Where the lanes agree with the ledger, so does what agrees with the lanes.
CLASS_DIFFERENCES = f"""
    SELECT month, cargo_class_id, lanes.tonnes, classes.tonnes, count(*) OVER ()
    FROM ({class_sums("cargo_lanesum")}) lanes FULL JOIN ({class_sums("cargo_classsum")}) classes USING (month, {CLASS})
    WHERE NOT ({" AND ".join(f"lanes.{name} IS NOT DISTINCT FROM classes.{name}" for name in LANE_FIGURE_NAMES)})
    ORDER BY month, {CLASS}
    LIMIT {SHOWN_DIFFERENCES}
"""  # noqa: S608  only constants of this package


def _unit_lines(cursor) -> list[UnitLine]:
    sides = []
    for sql in (LEDGER_SUMS, ROLLUP_SUMS):
        cursor.execute(sql)
        sides.append({unit: dict(zip(FIGURE_NAMES, figures, strict=True)) for unit, *figures in cursor.fetchall()})
    ledger, rollup = sides
    return [UnitLine(unit=unit, ledger=ledger.get(unit, {}), rollup=rollup.get(unit, {})) for unit in sorted({*ledger, *rollup})]


def reconcile() -> Reconciliation:
    """Compare every month of every series; the first differences are listed, all are counted."""
    with connection.cursor() as cursor:
        units = _unit_lines(cursor)
        cursor.execute(DIFFERENCES)
        found = cursor.fetchall()
        cursor.execute(LANE_DIFFERENCES)
        lanes = cursor.fetchall()
        cursor.execute(CLASS_DIFFERENCES)
        classes = cursor.fetchall()
    differences = [
        Difference(
            customer_id=row[0],
            cargo_class=row[1],
            direction=row[2],
            unit=row[3],
            month=f"{row[4]:%Y-%m}",
            ledger_rows=row[5],
            rollup_rows=row[6],
            ledger_tonnes=row[7],
            rollup_tonnes=row[8],
        )
        for row in found
    ]
    return Reconciliation(
        units=units,
        differences=differences,
        difference_count=found[0][9] if found else 0,
        lane_differences=[LaneDifference(f"{month:%Y-%m}", *rest) for month, *rest, _count in lanes],
        lane_difference_count=lanes[0][-1] if lanes else 0,
        class_differences=[ClassDifference(f"{month:%Y-%m}", *rest) for month, *rest, _count in classes],
        class_difference_count=classes[0][-1] if classes else 0,
    )
