"""A file that says other figures of a known document: the row that stands is corrected by what the file says."""

from collections.abc import Collection
from typing import Any

from django.db import connection

from cargo.models import Shipment
from cargo.services.ledger import correct_shipment
from cargo.services.staging import LEDGER_COLUMNS, parties_told, told_parties
from portcrm.accounts.models import User
from portcrm.audit.actions import action

TURN = "SELECT pg_advisory_xact_lock(hashtextextended('cargo.correct_by_file', 0))"
STAGED = f"""
    SELECT parties::text, {", ".join(LEDGER_COLUMNS)} FROM cargo_staged_shipment WHERE batch = %s AND chunk = %s AND line = %s
"""  # noqa: S608  only constants of this package


def wait_for_turn() -> None:
    """Let one file correct at a time, until its transaction ends: two that share documents would meet each other half-way."""
    with connection.cursor() as cursor:
        cursor.execute(TURN)


@action("shipment.correct")
def correct_by_file(
    *, standing: int, line: int, batch: str, chunk: int, said: Collection[str], roles: Collection[str], reason: str, by: User
) -> Shipment | None:
    """Reverse the row that stands and book what the staged line says; of what the file has no column for the row's own is kept."""
    row = Shipment.objects.get(pk=standing)
    with connection.cursor() as cursor:
        cursor.execute(STAGED, [batch, chunk, line])
        parties, *values = cursor.fetchone()
    told = dict(zip(LEDGER_COLUMNS, values, strict=True))
    return correct_shipment(shipment=row, reason=reason, by=by, **changes_of(row, told, said), **_roles(row, parties, roles))


def changes_of(row: Shipment, told: dict[str, Any], said: Collection[str]) -> dict[str, Any]:
    """What the line says, and what follows from it: tonnes and TEU from the measure, the port from its name, amounts in their currency."""
    changes = {name: told[name] for name in said}
    same_measure = (told["quantity"], told["unit_id"]) == (row.quantity, row.unit_id)
    if "tonnes" in said or not same_measure:
        changes |= {name: told[name] for name in ("tonnes", "tonnes_factor")}
    if "teu_laden" in said or not same_measure:
        changes["teu"] = told["teu"]
    for place in ("origin", "destination"):
        if f"{place}_text" in said and told[f"{place}_text"] != getattr(row, f"{place}_text"):
            changes[f"{place}_id"] = told[f"{place}_id"]
    return changes | _currency(row, told, said)


def _currency(row: Shipment, told: dict[str, Any], said: Collection[str]) -> dict[str, Any]:
    amounts = [name for name in ("revenue", "cost") if name in said]
    if not amounts:
        return {}
    changes = {name: told[name] for name in ("currency", "rate")}
    for name in ("revenue_in_currency", "cost_in_currency"):
        kept = getattr(row, name) if told["currency"] == row.currency else None
        changes[name] = told[name] if name.removesuffix("_in_currency") in amounts else kept
    return changes


def _roles(row: Shipment, parties: str | None, roles: Collection[str]) -> dict[str, str | None]:
    """The roles the file has columns for as it says them; the others as they are."""
    if not roles:
        return {}
    kept: dict[str, int] = dict(row.parties.exclude(role__in=roles).values_list("role", "customer_id"))
    return {"parties": told_parties(kept | parties_told(parties))}
