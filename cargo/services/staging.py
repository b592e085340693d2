"""COPY into the unlogged staging table: the fast way in, before anything is decided.

COPY bypasses the history context, which is why nothing but the staging table is ever copied into.
"""

import csv
import datetime as dt
import json
from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal
from io import StringIO
from itertools import islice, repeat
from typing import Any, NamedTuple

from django.db import connection

from cargo.enums import COST_COLUMNS, FOREIGN, DatePrecision
from cargo.services.numbering import forget_passed, number_lines

ZERO = Decimal(0)


class LedgerLine(NamedTuple):
    """One row to be written, everything resolved. `identity_base` names the document or the line it came from; the n-th
    line of the same base in a batch is lot n, so exact copies stay separate lots and a repeated batch adds nothing.

    A plain tuple in the order of COPY: a file has a million of them.
    """

    identity_base: str
    customer_id: int
    cargo_class_id: str
    form: str
    direction: str
    handled_on: dt.date
    quantity: Decimal
    unit_id: str
    tonnes: Decimal
    line: int = 0
    trade_kind: str = FOREIGN
    transshipment: bool = False
    precision: str = DatePrecision.DAY.value
    origin_id: int | None = None
    origin_text: str = ""
    destination_id: int | None = None
    destination_text: str = ""
    vessel: str = ""
    voyage: str = ""
    bl_no: str = ""
    goods: str = ""
    lots: int = 1
    tonnes_factor: Decimal | None = None
    teu: Decimal = ZERO
    revenue: Decimal | None = None
    cost: Decimal | None = None
    currency: str = ""
    rate: Decimal | None = None
    revenue_in_currency: Decimal | None = None
    cost_in_currency: Decimal | None = None
    document_no: str = ""
    corrects_id: int | None = None
    reason: str = ""
    teu_laden: Decimal | None = None
    teu_empty: Decimal | None = None
    cost_handling: Decimal | None = None
    cost_storage: Decimal | None = None
    cost_haulage: Decimal | None = None
    cost_tugs: Decimal | None = None
    cost_free_storage: Decimal | None = None
    cost_concessions: Decimal | None = None
    cost_other: Decimal | None = None
    parties: str | None = None  # as `told_parties` writes them


def told_parties(roles: Mapping[str, int]) -> str | None:
    """Customers by their role on the row, as the staging table takes them; None where there are none."""
    return json.dumps(roles) if roles else None


def parties_told(parties: str | None) -> dict[str, int]:
    return json.loads(parties) if parties else {}


COPIED = LedgerLine._fields
LEDGER_COLUMNS = tuple(name for name in COPIED if name not in ("identity_base", "line", "parties"))
DEFAULTS = LedgerLine._field_defaults  # those of the staging table, too
NULLABLE = {
    *("origin_id", "destination_id", "tonnes_factor", "revenue", "cost", "rate"),
    *("revenue_in_currency", "cost_in_currency", "corrects_id", "teu_laden", "teu_empty", *COST_COLUMNS, "parties"),
}
ROWS_AT_ONCE = 200
# Ledger lines by column: the fields of LedgerLine, as many values in each; one that is left out has its default in every line.
LedgerColumns = dict[str, list[Any]]


def columns_of(lines: Iterable[LedgerLine]) -> LedgerColumns:
    """The same lines by column."""
    columns = dict(zip(COPIED, map(list, zip(*lines, strict=True)), strict=False)) or {name: [] for name in COPIED}
    return {name: values for name, values in columns.items() if name not in DEFAULTS or any(value != DEFAULTS[name] for value in values)}


def copy_into(names: Iterable[str]) -> str:
    """CSV writes None and "" alike; columns that may not be NULL read it as "", the others as NULL."""
    never_null = ", ".join(name for name in names if name not in NULLABLE)
    return f"""
        COPY cargo_staged_shipment (batch, chunk, identity, {", ".join(names)})
        FROM STDIN WITH (FORMAT csv, FORCE_NOT_NULL ({never_null}))
    """


class Written:
    """A CSV file that is written while COPY reads it, so that the database stores rows while Python makes the next."""

    def __init__(self, rows: Iterator[tuple]):
        self.rows = rows

    def read(self, _size: int) -> str:
        text = StringIO(newline="")
        csv.writer(text, lineterminator="\n").writerows(islice(self.rows, ROWS_AT_ONCE))
        return text.getvalue()


def copy_columns(columns: LedgerColumns, *, batch: str, chunk: int, likely_new: bool = False) -> bool:
    """Stage ledger lines under (batch, chunk), each with the identity it would have in the ledger; True if none is there yet.

    `likely_new`: the ledger is not asked, see `number_lines`.
    """
    bases = columns["identity_base"]
    if not bases:
        return True
    numbered = number_lines(bases, columns.get("line") or [0] * len(bases), batch=batch, likely_new=likely_new)
    rows = zip(repeat(batch, len(bases)), repeat(chunk, len(bases)), numbered.identities, *columns.values(), strict=True)
    with connection.cursor() as cursor:
        cursor.copy_expert(copy_into(list(columns)), Written(rows))
    return numbered.all_new


def is_staged(batch: str) -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT EXISTS (SELECT 1 FROM cargo_staged_shipment WHERE batch = %s)", [batch])
        return cursor.fetchone()[0]


def clear_batch(batch: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM cargo_staged_shipment WHERE batch = %s", [batch])
    forget_passed(batch)
