"""Where customers stood in a run, for comparing the next one with it."""

from decimal import Decimal

from marketing.models import RankingQuantity, RankingRow, RankingRun
from marketing.value.movement import Standing
from marketing.value.scoring import POINT, Part


def standings_of(run: RankingRun | None) -> dict[int, tuple[Standing, str]]:
    """Customer -> standing and value class in that run; empty where there is none."""
    if run is None:
        return {}
    rows = RankingRow.objects.filter(run=run).order_by().values_list("customer_id", "rank", "score", "parts", "value_class")
    return {
        customer: (Standing(rank, int(score * POINT), {part["key"]: _part(part) for part in parts}), value_class)
        for customer, rank, score, parts, value_class in rows.iterator(chunk_size=5000)
    }


def _part(stored: dict) -> Part:
    raw = None if stored["raw"] is None else Decimal(stored["raw"])
    return Part(stored["key"], raw, None, 0, int(Decimal(stored["points"]) * POINT))


def quantity_ranks_of(run: RankingRun | None) -> dict[tuple[int, str], int]:
    """(customer, unit) -> rank by quantity in that run."""
    if run is None:
        return {}
    rows = RankingQuantity.objects.filter(run=run).order_by().values_list("customer_id", "unit_id", "rank")
    return {(customer, unit): rank for customer, unit, rank in rows.iterator(chunk_size=5000)}
