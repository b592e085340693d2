"""Why a customer moved in the ranking, as figures; the words are made in the reader's language by marketing.queries.reasons."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from marketing.value.scoring import POINT, Part

WORTH_NAMING = POINT // 4  # a change of a quarter point in a part
MOST_NAMED = 2


@dataclass(frozen=True, slots=True)
class Standing:
    """What one run said about a customer."""

    rank: int
    points: int
    parts: Mapping[str, Part]


@dataclass(frozen=True, slots=True)
class Comparable:
    """What of the two runs can be compared."""

    same_rules: bool  # same weights, scaling and criteria in both
    compared: bool  # there is a previous run at all


def movement_reasons(*, now: Standing, before: Standing | None, comparable: Comparable, open_complaints: int) -> list[dict]:
    """Reasons in the order they should be read; an empty list where there is nothing to say."""
    reasons: list[dict] = []
    if not comparable.compared:
        pass
    elif before is None:
        reasons.append({"code": "entered"})
    else:
        if not comparable.same_rules:
            reasons.append({"code": "rules"})
        reasons += _changed_parts(now, before)
        if now.rank != before.rank and not reasons:
            reasons.append({"code": "others"})
    if open_complaints:
        reasons.append({"code": "complaints", "count": open_complaints})
    return reasons


def _changed_parts(now: Standing, before: Standing) -> list[dict]:
    """The parts that moved most, those that explain the direction of the rank first."""
    up = before.rank - now.rank or now.points - before.points
    deltas = []
    for key in now.parts.keys() | before.parts.keys():
        new, old = now.parts.get(key), before.parts.get(key)
        delta = (new.points if new else 0) - (old.points if old else 0)
        if abs(delta) >= WORTH_NAMING:
            deltas.append((delta * up <= 0, -abs(delta), key, delta))
    return [_reason(key, delta, now.parts.get(key), before.parts.get(key)) for _with, _size, key, delta in sorted(deltas)[:MOST_NAMED]]


def _reason(key: str, delta: int, new: Part | None, old: Part | None) -> dict:
    new_raw, old_raw = (new.raw if new else None), (old.raw if old else None)
    reason: dict = {"code": key, "points": delta, "now": _number(new_raw), "before": _number(old_raw)}
    if key in ("tonnes", "revenue", "contribution") and old_raw and new_raw is not None and old_raw > 0:
        reason["change_percent"] = int(round(100 * (Decimal(new_raw) - Decimal(old_raw)) / Decimal(old_raw)))
    if new_raw == old_raw:
        reason["by_others"] = True  # own figure unchanged: the others moved past
    return reason


def _number(figure: Decimal | int | None) -> str | int | None:
    return str(figure) if isinstance(figure, Decimal) else figure
