"""The lists of the heaviest customers of each month: made by a job, raised where a merge moves cargo to a customer."""

import datetime as dt
from collections.abc import Sequence

from django.db import OperationalError, connection, transaction
from django.utils.translation import gettext_lazy
from psycopg2.errors import LockNotAvailable

from cargo.queries.sums import MONTH
from portcrm import celery
from portcrm.accounts.models import User
from portcrm.audit.actions import action

LIST_TASK = "cargo.list_heaviest"
LISTED = 150  # of a month and class, by each figure
FIGURES = ("tonnes", "teu", "lots", "revenue", "cost")
NAMES = ", ".join(FIGURES)

# Negative sums are left out: of any part of a customer's cargo there is no more than all that is not negative.
SUMS = f"""
    SELECT month, cargo_class_id, customer_id, {", ".join(f"sum(GREATEST({name}, 0)) AS {name}" for name in FIGURES)}
    FROM cargo_monthlyrollup WHERE {{which}} GROUP BY GROUPING SETS ((month, customer_id), (month, cargo_class_id, customer_id))
"""  # noqa: S608  only constants
PLACES = ", ".join(f"row_number() OVER (PARTITION BY cargo_class_id ORDER BY {name} DESC)" for name in FIGURES)
INSERT = f"INSERT INTO cargo_heaviestcustomer (month, cargo_class_id, customer_id, {NAMES}, counted_to)"
LIST = f"""
    WITH sums AS ({SUMS.format(which="month = %(month)s")}), placed AS (SELECT *, LEAST({PLACES}) AS place FROM sums)
    {INSERT}
    SELECT month, cargo_class_id, customer_id, {NAMES}, %(counted_to)s FROM placed WHERE place <= %(listed)s
    UNION ALL
    SELECT %(month)s, cargo_class_id, NULL, {", ".join(f"COALESCE(max({name}) FILTER (WHERE place > %(listed)s), 0)" for name in FIGURES)},
           %(counted_to)s
    FROM placed GROUP BY cargo_class_id
"""  # noqa: S608  only constants
RAISE = f"""
    {INSERT}
    SELECT sums.month, sums.cargo_class_id, sums.customer_id, {", ".join(f"sums.{name}" for name in FIGURES)}, rest.counted_to
    FROM ({SUMS.format(which="customer_id = ANY(%(customers)s)")}) AS sums JOIN cargo_heaviestcustomer AS rest
        ON rest.customer_id IS NULL AND rest.month = sums.month AND rest.cargo_class_id IS NOT DISTINCT FROM sums.cargo_class_id
    ON CONFLICT (cargo_class_id, month, customer_id) DO UPDATE SET {", ".join(f"{name} = excluded.{name}" for name in FIGURES)}
"""  # noqa: S608  only constants
COUNTED_TO = "SELECT COALESCE(min(counted_to), 0) FROM cargo_heaviestcustomer WHERE customer_id IS NULL"
ONE_LISTING = "LOCK TABLE cargo_heaviestcustomer IN SHARE ROW EXCLUSIVE MODE"  # readers go on; a merge that raises a bound waits, or we do


@action("cargo.list_heaviest")
def ask_for_lists(*, by: User) -> None:
    """Ask a worker to bring the lists up to date: whoever has written very many rows need not wait for it. The night does it anyway."""
    transaction.on_commit(lambda: celery.nudge(LIST_TASK))


def list_heaviest(*, by: User) -> int:
    """Bring up to date the months that ledger rows have been added to since the last time; returns how many.

    None while somebody is writing for longer than a moment: the next one to be asked lists these months, too.
    """
    newest = _newest_settled(by=by)
    if newest is None:
        return 0
    with connection.cursor() as cursor:
        cursor.execute(COUNTED_TO)
        (counted,) = cursor.fetchone()
        if newest <= counted:
            return 0
        cursor.execute(f"SELECT DISTINCT {MONTH} FROM cargo_shipment WHERE id > %s AND id <= %s", [counted, newest])  # noqa: S608
        months = [month for (month,) in cursor.fetchall()]
    for month in sorted(months):
        list_month(month=month, counted_to=counted, by=by)
    _say_counted(counted_to=newest, by=by)
    return len(months)


@action("cargo.list_heaviest", gettext_lazy("Heaviest customers listed"))
def list_month(*, month: dt.date, counted_to: int, by: User) -> None:
    """List one month anew. `counted_to` is what all months have been counted to before: one that breaks off promises no more."""
    with connection.cursor() as cursor:
        cursor.execute(ONE_LISTING)
        cursor.execute("DELETE FROM cargo_heaviestcustomer WHERE month = %s", [month])
        cursor.execute(LIST, {"month": month, "counted_to": counted_to, "listed": LISTED})


@action("cargo.list_heaviest")
def list_all_months(*, by: User) -> None:
    """List every month anew from the monthly sums; the caller keeps writers away."""
    with connection.cursor() as cursor:
        cursor.execute(ONE_LISTING)
        cursor.execute("DELETE FROM cargo_heaviestcustomer")
        cursor.execute("SELECT COALESCE(max(id), 0) FROM cargo_shipment")
        (newest,) = cursor.fetchone()
        cursor.execute("SELECT DISTINCT month FROM cargo_monthlyrollup ORDER BY month")
        for (month,) in cursor.fetchall():
            cursor.execute(LIST, {"month": month, "counted_to": newest, "listed": LISTED})


@action("cargo.list_heaviest")
def raise_bounds(*, customers: Sequence[int], by: User) -> None:
    """List these customers in every month with what they have now: cargo came to them that is no new row of the ledger."""
    with connection.cursor() as cursor:
        cursor.execute(RAISE, {"customers": list(customers)})


@action("cargo.list_heaviest")
def _newest_settled(*, by: User) -> int | None:
    """The number of the newest ledger row up to which every row is there for everybody, or None where somebody is writing.

    Whoever writes is waited for no longer than a moment, because other writers wait behind us: the dry run of a file takes minutes.
    """
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SET LOCAL lock_timeout = '200ms'")
            cursor.execute("LOCK TABLE cargo_monthlyrollup IN SHARE MODE")
            cursor.execute("SELECT COALESCE(max(id), 0) FROM cargo_shipment")
            return cursor.fetchone()[0]
    except OperationalError as error:
        if isinstance(error.__cause__, LockNotAvailable):
            return None
        raise


@action("cargo.list_heaviest")
def _say_counted(*, counted_to: int, by: User) -> None:
    with connection.cursor() as cursor:
        cursor.execute("UPDATE cargo_heaviestcustomer SET counted_to = %s WHERE customer_id IS NULL", [counted_to])
