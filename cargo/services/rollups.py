"""The monthly sums follow the ledger: added to by whoever writes rows, rebuilt from scratch on demand."""

from collections.abc import Sequence

from django.db import connection
from django.utils.translation import gettext_lazy

from cargo.queries.sums import CLASS, FIGURE_NAMES, LANE, LANE_FIGURE_NAMES, SERIES, SUMS_OF_SUMS, class_sums, lane_sums, monthly_sums
from cargo.services.heaviest import list_all_months, raise_bounds
from portcrm.accounts.models import User
from portcrm.audit.actions import action
from portcrm.audit.services import record

ADDED = ("quantity", "lots", "tonnes", "teu", "rows", "rows_without_revenue", "rows_without_cost")
MONEY = ("revenue", "cost")
TARGET = f"cargo_monthlyrollup ({SERIES}, month, {', '.join(FIGURE_NAMES)})"

UPSERT = (
    " ON CONFLICT (customer_id, month, cargo_class_id, direction, unit_id) DO UPDATE SET "
    + ", ".join(f"{name} = cargo_monthlyrollup.{name} + excluded.{name}" for name in ADDED)
    + ", "
    # NULL stays NULL only where neither side has a figure
    + ", ".join(
        f"{name} = COALESCE(cargo_monthlyrollup.{name} + excluded.{name}, cargo_monthlyrollup.{name}, excluded.{name})" for name in MONEY
    )
    + ", first_on = LEAST(cargo_monthlyrollup.first_on, excluded.first_on)"
    + ", last_on = GREATEST(cargo_monthlyrollup.last_on, excluded.last_on)"
)


def rollup_insert(source: str) -> str:
    """INSERT that adds the ledger rows of `source` (a table or CTE) to the rollup."""
    return f"INSERT INTO {TARGET} {monthly_sums(source)} {UPSERT}"  # noqa: S608  only constants


ONE_COMPACTING = "LOCK TABLE cargo_lanesum IN SHARE UPDATE EXCLUSIVE MODE"  # writers go on; whoever puts sums together waits
LANE_ROW = f"month, {LANE}, {', '.join(LANE_FIGURE_NAMES)}"
LANE_TARGET = f"cargo_lanesum ({LANE_ROW})"
CLASS_TARGET = f"cargo_classsum (month, {CLASS}, {', '.join(LANE_FIGURE_NAMES)})"


def lane_insert(source: str) -> str:
    """INSERT of the sums of `source` beside those that are there: nothing is updated, so no writer waits for another."""
    return f"INSERT INTO {LANE_TARGET} {lane_sums(source)}"  # noqa: S608  only constants


def class_insert(source: str) -> str:
    """The same by class; `source` holds sums by lane."""
    return f"INSERT INTO {CLASS_TARGET} {class_sums(source)}"  # noqa: S608  only constants


def sums_without_customers(source: str) -> str:
    """CTEs that add the ledger rows of `source` to the sums by lane, and what was added there to those by class."""
    return f"laned AS ({lane_insert(source)} RETURNING {LANE_ROW}), classed AS ({class_insert('laned')} RETURNING 1)"


@action("cargo.rebuild_rollups")
def rebuild_rollups(*, by: User) -> int:
    """Compute all sums anew from the ledger; returns how many of customers there are. Writers wait meanwhile."""
    with connection.cursor() as cursor:
        # A writer holds this table until its ledger rows are committed: what we do not see now, it adds after us.
        cursor.execute("LOCK TABLE cargo_monthlyrollup IN SHARE ROW EXCLUSIVE MODE")
        cursor.execute(ONE_COMPACTING)
        cursor.execute("DELETE FROM cargo_lanesum")
        cursor.execute(lane_insert("cargo_shipment"))
        cursor.execute("DELETE FROM cargo_classsum")
        cursor.execute(class_insert("cargo_lanesum"))
        cursor.execute("DELETE FROM cargo_monthlyrollup")
        cursor.execute(f"INSERT INTO {TARGET} {monthly_sums('cargo_shipment')}")  # noqa: S608  only constants
        rows = cursor.rowcount
    list_all_months(by=by)
    record(by=by, action="cargo.rebuild_rollups", rows=rows)
    return rows


@action("cargo.rebuild_rollups")
def rebuild_rollups_of(*, customers: Sequence[int], by: User) -> None:
    """Compute the rollup rows of these customers anew; the caller holds their files locked, so that nobody writes meanwhile."""
    ledger = "(SELECT * FROM cargo_shipment WHERE customer_id = ANY(%s)) AS ledger"
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM cargo_monthlyrollup WHERE customer_id = ANY(%s)", [list(customers)])
        cursor.execute(f"INSERT INTO {TARGET} {monthly_sums(ledger)}", [list(customers)])  # noqa: S608  only constants
    raise_bounds(customers=customers, by=by)


def _compact(target: str, key: str) -> str:
    """Crowded months are written anew. Rows that writers add meanwhile are not seen, and stay."""
    table = target.split(maxsplit=1)[0]
    return f"""
        WITH crowded AS (SELECT month FROM {table} GROUP BY month, {key} HAVING count(*) > 1),
        gone AS (DELETE FROM {table} WHERE month IN (SELECT month FROM crowded) RETURNING *)
        INSERT INTO {target} SELECT month, {key}, {SUMS_OF_SUMS} FROM gone GROUP BY month, {key}
    """  # noqa: S608  only constants


@action("cargo.compact_lanes", gettext_lazy("Sums by cargo flow put together"))
def compact_lanes(*, by: User) -> int:
    """Put together what several writers added to the same lane and month, and to the same class and month; returns the rows by lane
    written. No sum changes."""
    with connection.cursor() as cursor:
        cursor.execute(ONE_COMPACTING)
        cursor.execute(_compact(CLASS_TARGET, CLASS))
        cursor.execute(_compact(LANE_TARGET, LANE))
        return cursor.rowcount
