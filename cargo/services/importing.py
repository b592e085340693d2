"""What the import of handled cargo does besides writing rows: opening files for unknown firms, proving the sums."""

from collections.abc import Sequence

from django.db import connection
from django.utils.translation import gettext_lazy
from django.utils.translation import gettext_lazy as _

from cargo.models import ImportProof
from cargo.queries.standing import STANDING
from cargo.services.rollups import compact_lanes
from cargo.services.staging import clear_batch, is_staged
from customers.naming.keys import CHINESE
from customers.services.customers import create_customers
from portcrm.accounts.models import User
from portcrm.audit.actions import action
from portcrm.exchange.models import ImportRun
from portcrm.exchange.problems import FileProblem


def batch_of(run: ImportRun) -> str:
    """The name under which the lines of an import are staged."""
    return f"run:{run.pk}"


def check_staging(run: ImportRun) -> None:
    """Refuse to go on where the staged lines of earlier chunks are gone.

    The staging table is unlogged: a crash of the database empties it, and then copies of a line could not be told
    from the line itself any more.
    """
    if run.created + run.skipped and not is_staged(batch_of(run)):
        raise FileProblem(
            _("The database was restarted in the middle of the import. Start it again: rows that were stored are known and left alone.")
        )


@action("cargo.open_files")
def open_files(*, names: Sequence[str], source: str, by: User) -> list[int]:
    """Open a customer file for each firm that a cargo file names and nobody knew; keys in the given order."""
    rows = [{"name_zh" if CHINESE.search(name) else "name_en": name, "source_reference": source} for name in names]
    return create_customers(rows=rows, by=by)


IN_UNIT = "FILTER (WHERE counts IS NOT NULL AND its_unit = unit_id)"
# Beside each line of the file stands the row that counts for it today: a corrected row is as good as one that was right at once.
# Each is looked up by its identity, however large the ledger is: a plain join reads all of it.
PROVE = f"""
    WITH RECURSIVE told AS MATERIALIZED (
        SELECT staged.unit_id, staged.quantity, staged.lots, first.id,
               first.unit_id AS first_unit, first.quantity AS first_quantity, first.lots AS first_lots, first.tonnes AS first_tonnes
        FROM cargo_staged_shipment staged LEFT JOIN LATERAL (
            SELECT id, unit_id, quantity, lots, tonnes FROM cargo_shipment WHERE identity = staged.identity LIMIT 1
        ) AS first ON true
        WHERE staged.batch = %(batch)s
    ), known AS (
        SELECT id FROM told WHERE id IS NOT NULL
    ), {STANDING}, counting AS (
        SELECT standing.original, CASE WHEN NOT standing.taken_back THEN latest.id END AS id, latest.unit_id, latest.quantity, latest.lots,
               latest.tonnes
        FROM standing JOIN cargo_shipment latest ON latest.id = standing.id
    ), paired AS (
        SELECT told.unit_id, told.quantity, told.lots,
               CASE WHEN counting.original IS NULL THEN told.id ELSE counting.id END AS counts,
               COALESCE(counting.unit_id, told.first_unit) AS its_unit, COALESCE(counting.quantity, told.first_quantity) AS its_quantity,
               COALESCE(counting.lots, told.first_lots) AS its_lots, COALESCE(counting.tonnes, told.first_tonnes) AS its_tonnes
        FROM told LEFT JOIN counting ON counting.original = told.id
    )
    INSERT INTO cargo_importproof
        (run_id, unit_id, file_rows, file_quantity, file_lots, ledger_rows, ledger_quantity, ledger_lots, tonnes)
    SELECT %(run)s, unit_id, count(*), sum(quantity), sum(lots), count(counts) {IN_UNIT}, COALESCE(sum(its_quantity) {IN_UNIT}, 0),
           COALESCE(sum(its_lots) {IN_UNIT}, 0), COALESCE(sum(its_tonnes) {IN_UNIT}, 0)
    FROM paired
    GROUP BY unit_id
"""  # noqa: S608  only constants of this package


@action("cargo.prove_import")
def prove(*, run: ImportRun, by: User) -> list[int]:
    """Put the sums of the file beside those of the ledger rows its lines became, and forget the staged lines.

    Returns the customers whose cargo the file holds.
    """
    batch = batch_of(run)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE cargo_staged_shipment (batch)")  # just filled: without figures the join below may go row by row
        cursor.execute("DELETE FROM cargo_importproof WHERE run_id = %s", [run.pk])
        cursor.execute(PROVE, {"run": run.pk, "batch": batch})
        cursor.execute("SELECT DISTINCT customer_id FROM cargo_staged_shipment WHERE batch = %s", [batch])
        customer_ids = [key for (key,) in cursor.fetchall()]
    clear_batch(batch)
    compact_lanes(by=by)  # every chunk has added its own
    return customer_ids


LEFT = """
    DELETE FROM {table} WHERE NOT EXISTS (
        SELECT 1 FROM exchange_importrun run WHERE 'run:' || run.id = batch AND run.finished_at IS NULL
    )
"""


@action("cargo.clear_batches", gettext_lazy("Lines of ended imports cleared away"))
def clear_ended_batches(*, by: User) -> int:
    """Forget what imports that failed or were cancelled have left in the tables only the running ones need; returns the lines."""
    cleared = 0
    with connection.cursor() as cursor:
        for table in ("cargo_staged_shipment", "cargo_passed_line"):
            cursor.execute(LEFT.format(table=table))
            cleared += cursor.rowcount
    return cleared


def proofs_of(run: ImportRun) -> list[ImportProof]:
    return list(ImportProof.objects.filter(run_id=run.pk).select_related("unit"))
