"""COPY into the unlogged staging table: the fast way in, before anything is decided.

COPY bypasses the history context, which is why nothing but the staging table is ever copied into.
"""

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
BATCH_ROWS = 5_000
ESCAPES = str.maketrans({"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r"})
values_of = attrgetter(*COPIED)


def _cell(value) -> str:
    if value is None:
        return "\\N"
    return value.translate(ESCAPES) if type(value) is str else str(value)


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
    prefix = f"{_cell(batch)}\t{chunk}\t"
    identities = _identities(lines, batch=batch, chunk=chunk)
    texts = (
        f"{prefix}{_cell(identity)}\t" + "\t".join(map(_cell, values_of(line))) + "\n"
        for line, identity in zip(lines, identities, strict=True)
    )
    command = f"COPY cargo_staged_shipment (batch, chunk, identity, {', '.join(COPIED)}) FROM STDIN"
    with connection.cursor() as cursor:
        while part := list(islice(texts, BATCH_ROWS)):
            cursor.copy_expert(command, StringIO("".join(part)))


def is_staged(batch: str) -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT EXISTS (SELECT 1 FROM cargo_staged_shipment WHERE batch = %s)", [batch])
        return cursor.fetchone()[0]


def clear_batch(batch: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM cargo_staged_shipment WHERE batch = %s", [batch])
