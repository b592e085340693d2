"""Writing the ledger: many rows at once from whatever source, and corrections as rows."""

from collections.abc import Collection, Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

from django.db import IntegrityError, connection, transaction
from django.utils.translation import gettext_lazy as _

from cargo.enums import COST_COLUMNS
from cargo.models import Shipment
from cargo.queries.standing import STANDING
from cargo.queries.sums import SUMMED
from cargo.services.rollups import rollup_insert, sums_without_customers
from cargo.services.staging import (
    LEDGER_COLUMNS,
    LedgerColumns,
    LedgerLine,
    clear_batch,
    columns_of,
    copy_columns,
    parties_told,
    told_parties,
)
from customers.services.locking import hold_files
from portcrm.accounts.models import User
from portcrm.audit.actions import action
from portcrm.audit.services import record
from portcrm.errors import RuleBroken
from portcrm.rules import broken_constraint


@dataclass(frozen=True)
class Differing:
    """A line whose document the ledger knows with other figures. `standing` is the row that stands for it today, or the last one that
    did where it was `taken_back`; `as_before`: an earlier row, since corrected, said the same as the line."""

    line: int
    standing: int
    taken_back: bool
    as_before: bool


@dataclass(frozen=True)
class LedgerWrite:
    """`created` rows were added, `known` were in the ledger already; `differing` holds the lines of known documents whose figures
    are not those of the row that stands: nothing was overwritten."""

    created: int
    known: int
    differing: list[Differing]

    @property
    def all_new(self) -> bool:
        return not self.known


COLUMNS = ", ".join(LEDGER_COLUMNS)
ADDED_PARTIES = """
    , named AS (
        INSERT INTO cargo_shipmentparty (shipment_id, role, customer_id)
        SELECT fresh.id, party.role, party.customer::bigint
        FROM fresh JOIN cargo_staged_shipment staged ON staged.batch = %(batch)s AND staged.chunk = %(chunk)s
            AND staged.identity = fresh.identity
        CROSS JOIN LATERAL jsonb_each_text(staged.parties) AS party (role, customer)
        ORDER BY fresh.id, party.role
    )
"""
# In the order of identity: two imports that share documents, on whatever lines of their files, meet them in one order, so
# that one waits for the other and never each for the other.
GIVEN_ONCE = next(rule for rule in Shipment._meta.constraints if rule.name == "shipment_identity_is_given_once")
LEAVE_KNOWN = "ON CONFLICT (identity) DO NOTHING"


def insert_sql(*, leave_known: bool, parties: bool) -> str:
    """INSERT of a staged chunk with its sums; the number of rows added is its result."""
    return f"""
        WITH fresh AS (
            INSERT INTO cargo_shipment ({COLUMNS}, identity, is_reversal, import_run_id, recorded_by_id)
            SELECT {COLUMNS}, identity, false, %(run)s, %(by)s
            FROM cargo_staged_shipment WHERE batch = %(batch)s AND chunk = %(chunk)s
            ORDER BY identity COLLATE "C"
            {LEAVE_KNOWN if leave_known else ""}
            RETURNING id, identity, {SUMMED}
        ), summed AS ({rollup_insert("fresh")} RETURNING 1), {sums_without_customers("fresh")}
        {ADDED_PARTIES if parties else ""}
        SELECT count(*) FROM fresh
    """  # noqa: S608  only constants of this package


# Rows of the ledger that a chunk's lines mean: those whose figures are not those of the row that stands, with whether any earlier row
# of the chain said the same. `{said}` are the columns to compare.
DIFFERING = f"""
    WITH RECURSIVE told AS (
        SELECT * FROM cargo_staged_shipment WHERE batch = %(batch)s AND chunk = %(chunk)s
    ), known AS (
        SELECT known.id, told.line FROM told JOIN cargo_shipment known USING (identity)
        WHERE {{differs_from_known}} OR EXISTS (SELECT 1 FROM cargo_shipment later WHERE later.corrects_id = known.id)
    ), {STANDING}
    SELECT told.line, latest.id, COALESCE(standing.taken_back, false),
           EXISTS (
               SELECT 1 FROM chain JOIN cargo_shipment earlier USING (id) WHERE chain.original = known.id AND NOT {{differs_from_earlier}}
           )
    FROM known JOIN told USING (line)
    LEFT JOIN standing ON standing.original = known.id
    JOIN cargo_shipment latest ON latest.id = COALESCE(standing.id, known.id)
    WHERE {{differs_from_latest}}
    ORDER BY latest.id
"""  # noqa: S608  only constants of this package
FIGURES_COMPARED = ("customer_id", "handled_on", "quantity", "unit_id", "tonnes", "revenue", "cost")


NAMED = "SELECT jsonb_object_agg(role, customer_id) FROM cargo_shipmentparty WHERE shipment_id = {row}.id AND role IN ({roles})"


def differing_sql(said: Collection[str], roles: Collection[str]) -> str:
    """DIFFERING over these columns of the ledger and these roles."""
    return DIFFERING.format(**{f"differs_from_{row}": _differs(row, said, roles) for row in ("known", "earlier", "latest")})


def _differs(row: str, said: Collection[str], roles: Collection[str]) -> str:
    pairs = [f"told.{name} IS DISTINCT FROM {row}.{name}" for name in said]
    if roles:
        listed = ", ".join(f"'{role}'" for role in roles)
        pairs.append(f"COALESCE(told.parties, '{{}}') <> COALESCE(({NAMED.format(row=row, roles=listed)}), '{{}}')")
    return "(" + " OR ".join(pairs) + ")"


@action("shipment.record")
def write_chunk(
    *,
    columns: LedgerColumns,
    batch: str,
    chunk: int,
    by: User,
    import_run_id: int | None = None,
    said: Collection[str] = FIGURES_COMPARED,
    roles: Collection[str] = (),
    likely_new: bool = False,
) -> LedgerWrite:
    """Stage one chunk of a batch and add what the ledger does not hold yet, rollups in the same transaction.

    The staged lines stay until `clear_batch`, because later chunks of the batch count copies against them. `said` are the columns of the
    ledger and `roles` the roles that are compared where a line is known. `likely_new`: the chunk before held nothing the ledger knew, so
    that this one is first tried without asking.
    """
    names = {"batch": batch, "chunk": chunk, "run": import_run_id, "by": by.pk}
    lines = len(columns["identity_base"])
    in_roles = {customer for parties in columns.get("parties", ()) for customer in parties_told(parties).values()}
    hold_files(in_roles.union(columns["customer_id"]))
    created = None
    if likely_new:
        created = _if_all_new(names, columns=columns, parties=bool(in_roles))
    if created is None:
        all_new = copy_columns(columns, batch=batch, chunk=chunk)
        created = _insert(names, all_new=all_new, parties=bool(in_roles))
    differing = []
    if created < lines:
        with connection.cursor() as cursor:
            cursor.execute(differing_sql(said, roles), names)
            differing = [Differing(*found) for found in cursor.fetchall()]
    return LedgerWrite(created=created, known=lines - created, differing=differing)


def _insert(names: dict[str, Any], *, all_new: bool, parties: bool) -> int:
    """Add the rows of a staged chunk; returns how many. To look out for known rows costs a fifth of adding them, so where none is
    known it is done only after another writer has added one of them in between."""
    if all_new:
        with suppress(Known), refused_if_known():
            return _count(insert_sql(leave_known=False, parties=parties), names)
    return _count(insert_sql(leave_known=True, parties=parties), names)


def _if_all_new(names: dict[str, Any], *, columns: LedgerColumns, parties: bool) -> int | None:
    """Stage a chunk and add its rows; None, and nothing done, where one of them is known."""
    with suppress(Known), refused_if_known():
        copy_columns(columns, batch=names["batch"], chunk=names["chunk"], likely_new=True)
        return _count(insert_sql(leave_known=False, parties=parties), names)
    return None


class Known(Exception):
    """A row was taken for new that is in the ledger."""


@contextmanager
def refused_if_known() -> Iterator[None]:
    """Raise Known, with everything inside undone, where a row is in the ledger already."""
    try:
        with transaction.atomic():
            yield
    except IntegrityError as error:
        if broken_constraint(error) is not GIVEN_ONCE:
            raise
        raise Known from error


def _count(sql: str, names: dict[str, Any]) -> int:
    with connection.cursor() as cursor:
        cursor.execute(sql, names)
        return cursor.fetchone()[0]


@action("shipment.record")
def record_shipments(*, lines: Iterable[LedgerLine], by: User) -> LedgerWrite:
    """Add ledger rows from one source in one go; a row whose document is known already is left alone."""
    batch = f"direct:{uuid4().hex}"
    written = write_chunk(columns=columns_of(lines), batch=batch, chunk=0, by=by)
    clear_batch(batch)
    return written


ATTRIBUTES = {field.column: field.attname for field in Shipment._meta.concrete_fields}


def line_of(shipment: Shipment) -> LedgerLine:
    """A line that says what this ledger row says, the roles on it too."""
    parties = told_parties(dict(shipment.parties.values_list("role", "customer_id")))
    return LedgerLine(identity_base="", parties=parties, **{name: getattr(shipment, ATTRIBUTES[name]) for name in LEDGER_COLUMNS})


def without_contradictions(line: LedgerLine) -> LedgerLine:
    """Parts that do not add up to the whole are unknown from now on: nobody has said which of them has changed."""
    changes: dict[str, None] = {}
    if line.teu_laden is None or line.teu_empty is None or line.teu_laden + line.teu_empty != line.teu:
        changes |= dict.fromkeys(("teu_laden", "teu_empty"))
    items = [amount for name in COST_COLUMNS if (amount := getattr(line, name)) is not None]
    if items and sum(items) != line.cost:
        changes |= dict.fromkeys(COST_COLUMNS)
    return line._replace(**changes) if changes else line


NEGATED = (
    *("quantity", "lots", "tonnes", "teu", "teu_laden", "teu_empty"),
    *("revenue", "cost", "revenue_in_currency", "cost_in_currency", *COST_COLUMNS),
)
REPLACED = {name: f"-{name}" for name in NEGATED} | {"corrects_id": "id", "reason": "%(reason)s"}
REVERSE = f"""
    WITH fresh AS (
        INSERT INTO cargo_shipment ({COLUMNS}, identity, is_reversal, recorded_by_id)
        SELECT {", ".join(REPLACED.get(name, name) for name in LEDGER_COLUMNS)}, 'reverse:' || id, true, %(by)s
        FROM (SELECT * FROM cargo_shipment WHERE id = %(original)s FOR NO KEY UPDATE) AS original
        ON CONFLICT (identity) DO NOTHING
        RETURNING id, {SUMMED}
    ), summed AS ({rollup_insert("fresh")} RETURNING 1), {sums_without_customers("fresh")}, named AS (
        INSERT INTO cargo_shipmentparty (shipment_id, role, customer_id)
        SELECT fresh.id, party.role, party.customer_id
        FROM fresh CROSS JOIN cargo_shipmentparty party WHERE party.shipment_id = %(original)s
    )
    SELECT id FROM fresh
"""  # noqa: S608  only constants of this package


@action("shipment.correct")
def correct_shipment(*, shipment: Shipment, reason: str, by: User, **changes) -> Shipment | None:
    """Reverse a ledger row and, where `changes` are given, add the row as it should have been; returns that row.

    `changes` are LedgerLine fields. The original stays; a row is corrected once, afterwards its replacement is. The roles and,
    where the new figures still bear them out, the cost items and the laden TEU go over to the new row.
    """
    if not reason.strip():
        raise RuleBroken(_("Say why the row is corrected."), field="reason")
    if shipment.is_reversal:
        raise RuleBroken(_("A reversal cannot be corrected; correct the row that replaced it."))
    line = line_of(shipment)
    hold_files({shipment.customer_id, changes.get("customer_id", shipment.customer_id), *parties_told(line.parties).values()})
    with connection.cursor() as cursor:
        cursor.execute(REVERSE, {"reason": reason.strip(), "by": by.pk, "original": shipment.pk})
        if cursor.fetchone() is None:
            raise RuleBroken(_("This row has been corrected already."))
    record(by=by, action="shipment.correct", target=shipment, reason=reason.strip())
    if not changes:
        return None
    base = f"correction:{shipment.pk}"
    line = line._replace(identity_base=base, corrects_id=shipment.pk, reason=reason.strip(), **changes)
    record_shipments(lines=[without_contradictions(line)], by=by)
    return Shipment.objects.get(identity=f"{base}#1")
