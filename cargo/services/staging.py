"""COPY into the unlogged staging table: the fast way in, before anything is decided.

COPY bypasses the history context, which is why nothing but the staging table is ever copied into.
"""

import csv
from collections.abc import Iterator
from io import StringIO
from itertools import islice
from operator import attrgetter

from django.db import connection

COPIED = (
    "line",
    "identity_base",
    "customer_id",
    "cargo_class_id",
    "form",
    "direction",
    "trade_kind",
    "transshipment",
    "handled_on",
    "precision",
    "origin_id",
    "origin_text",
    "destination_id",
    "destination_text",
    "vessel",
    "voyage",
    "bl_no",
    "goods",
    "quantity",
    "unit_id",
    "lots",
    "tonnes",
    "tonnes_factor",
    "teu",
    "revenue",
    "cost",
    "currency",
    "rate",
    "revenue_in_currency",
    "cost_in_currency",
    "document_no",
    "corrects_id",
    "reason",
)
LEDGER_COLUMNS = COPIED[2:]
NULLABLE = {
    *("origin_id", "destination_id", "tonnes_factor", "revenue", "cost", "rate"),
    *("revenue_in_currency", "cost_in_currency", "corrects_id"),
}
BATCH_ROWS = 5_000
# CSV writes None and "" alike; columns that may not be NULL read it as "", the others as NULL.
COPY = f"""
    COPY cargo_staged_shipment (batch, chunk, identity, {", ".join(COPIED)})
    FROM STDIN WITH (FORMAT csv, FORCE_NOT_NULL ({", ".join(name for name in COPIED if name not in NULLABLE)}))
"""
values_of = attrgetter(*COPIED)


EARLIER = """
    SELECT identity_base, count(*) FROM cargo_staged_shipment
    WHERE batch = %s AND chunk < %s AND identity_base = ANY(%s) GROUP BY identity_base
"""


def _identities(lines: list, *, batch: str, chunk: int) -> Iterator[str]:
    """The n-th line of one base in the whole batch is `base#n`: exact copies of a line are separate lots."""
    with connection.cursor() as cursor:
        cursor.execute(EARLIER, [batch, chunk, [line.identity_base for line in lines]])
        seen = dict(cursor.fetchall())
    for line in lines:
        lot = seen[line.identity_base] = seen.get(line.identity_base, 0) + 1
        yield f"{line.identity_base}#{lot}"


def copy_lines(lines: list, *, batch: str, chunk: int) -> None:
    """Stage ledger lines under (batch, chunk), each with the identity it would have in the ledger."""
    identities = _identities(lines, batch=batch, chunk=chunk)
    rows = ((batch, chunk, identity, *values_of(line)) for line, identity in zip(lines, identities, strict=True))
    with connection.cursor() as cursor:
        while part := list(islice(rows, BATCH_ROWS)):
            text = StringIO(newline="")
            csv.writer(text, lineterminator="\n").writerows(part)
            text.seek(0)
            cursor.copy_expert(COPY, text)


def is_staged(batch: str) -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT EXISTS (SELECT 1 FROM cargo_staged_shipment WHERE batch = %s)", [batch])
        return cursor.fetchone()[0]


def clear_batch(batch: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM cargo_staged_shipment WHERE batch = %s", [batch])
