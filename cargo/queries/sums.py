"""The one place that says how ledger rows add up. A reversal takes its row away again, also from the counts.

SQL fragments over any source with the ledger's column names; used by the rollup, its rebuild, its check and the totals.
"""

SIGN = "CASE WHEN is_reversal THEN -1 ELSE 1 END"

FIGURES = f"""
    sum(quantity) AS quantity,
    sum(lots) AS lots,
    sum(tonnes) AS tonnes,
    sum(teu) AS teu,
    sum(revenue) AS revenue,
    sum(cost) AS cost,
    sum({SIGN}) AS rows,
    COALESCE(sum({SIGN}) FILTER (WHERE revenue IS NULL), 0) AS rows_without_revenue,
    COALESCE(sum({SIGN}) FILTER (WHERE cost IS NULL), 0) AS rows_without_cost,
    min(handled_on) AS first_on,
    max(handled_on) AS last_on
"""

FIGURE_NAMES = (
    "quantity",
    "lots",
    "tonnes",
    "teu",
    "revenue",
    "cost",
    "rows",
    "rows_without_revenue",
    "rows_without_cost",
    "first_on",
    "last_on",
)

# what a source must hold for all this
SUMMED = (
    "customer_id, cargo_class_id, form, direction, trade_kind, transshipment, origin_id, destination_id, unit_id, handled_on, "
    "is_reversal, quantity, lots, tonnes, teu, revenue, cost"
)
SERIES = "customer_id, cargo_class_id, direction, unit_id"
MONTH = "date_trunc('month', handled_on::timestamp)::date"


def monthly_sums(source: str) -> str:
    """SELECT of one row per series and month over `source`, in an order that keeps two writers from locking crosswise."""
    return f"""
        SELECT {SERIES}, {MONTH} AS month, {FIGURES}
        FROM {source}
        GROUP BY {SERIES}, {MONTH}
        ORDER BY {SERIES}, {MONTH}
    """  # noqa: S608  only constants of this module


LANE = "cargo_class_id, form, direction, trade_kind, transshipment, origin_id, destination_id"
LANE_FIGURE_NAMES = ("tonnes", "teu", "lots", "revenue", "cost", "rows", "rows_without_revenue", "rows_without_cost")

CLASS = "cargo_class_id, form, direction, trade_kind"
SUMS_OF_SUMS = ", ".join(f"sum({name}) AS {name}" for name in LANE_FIGURE_NAMES)


def lane_sums(source: str) -> str:
    """SELECT of the sums of each lane, class and month over `source`, whoever the customer is."""
    return f"""
        SELECT month, {LANE}, {", ".join(LANE_FIGURE_NAMES)}
        FROM (SELECT {MONTH} AS month, {LANE}, {FIGURES} FROM {source} GROUP BY {MONTH}, {LANE}) AS summed
    """  # noqa: S608  only constants of this module


def class_sums(source: str) -> str:
    """SELECT of the sums of each class, form, direction, trade and month over `source`, which holds sums by lane."""
    return f"SELECT month, {CLASS}, {SUMS_OF_SUMS} FROM {source} GROUP BY month, {CLASS}"  # noqa: S608  only constants
