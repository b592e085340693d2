"""Writing a ranking with COPY: tens of thousands of rows in one statement."""

import io
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import Decimal

from django.db import connection

from marketing.models import RankingQuantity, RankingRow, RankingRun
from marketing.queries.standings import quantity_ranks_of
from marketing.services.assembling import Assembled, AssembledRow
from marketing.value.scoring import POINT, SCALE, Part

ROW_COLUMNS = (
    "run_id", "customer_id", "position", "rank", "value_class", "score", "parts", "share_before", "share_after", "tonnes", "tonnes_before",
    "teu", "lots", "ledger_rows", "revenue", "cost", "contribution", "rows_without_revenue", "rows_without_cost", "growth",
    "last_handled_on", "satisfaction", "answers", "open_complaints", "months", "rank_by_tonnes", "rank_by_revenue", "rank_by_contribution",
    "previous_rank", "movement", "previous_class", "previous_score", "reasons",
)  # fmt: skip
QUANTITY_COLUMNS = ("run_id", "customer_id", "unit_id", "quantity", "lots", "position", "rank", "previous_rank")
OneQuantity = tuple[Decimal, str, int, int]  # quantity, customer code, customer, lots


def copy_rows(run: RankingRun, ranking: Assembled, months: Mapping[int, list[Decimal]]) -> None:
    _copy(RankingRow, ROW_COLUMNS, (_row_values(run, ranking, row, months) for row in ranking.rows))


def _row_values(run: RankingRun, ranking: Assembled, row: AssembledRow, months: Mapping[int, list[Decimal]]) -> tuple:
    found, where = row.figures, row.place
    before = row.before
    by_month = months.get(found.customer)
    return (
        run.pk,
        found.customer,
        where.position,
        where.rank,
        where.value_class,
        _points(row.score.points),
        json.dumps([stored_part(part) for part in row.score.parts]),
        where.share_before,
        where.share_after,
        found.tonnes,
        found.tonnes_before,
        found.teu,
        found.lots,
        found.rows,
        found.revenue,
        found.cost,
        found.contribution,
        found.rows_without_revenue,
        found.rows_without_cost,
        row.growth,
        found.last_handled_on,
        found.satisfaction,
        found.answers,
        found.open_complaints,
        "{" + ",".join(map(str, by_month)) + "}" if by_month else None,
        *(ranking.ranks[measure].get(found.customer) for measure in ("tonnes", "revenue", "contribution")),
        before.rank if before else None,
        before.rank - where.rank if before else None,
        row.class_before,
        _points(before.points) if before else None,
        json.dumps(row.reasons),
    )


def stored_part(part: Part) -> dict:
    """A part of a score as it is kept: figures as text, so that nothing is lost on the way."""
    return {
        "key": part.key,
        "raw": None if part.raw is None else str(part.raw),
        "scaled": None if part.scaled is None else f"{part.scaled * 100 // SCALE}.{part.scaled * 100 % SCALE // 100:04d}",
        "share": _points(part.share),
        "points": _points(part.points),
    }


def copy_quantities(run: RankingRun, ranking: Assembled) -> None:
    """One row per customer and original unit, ranked within the unit; equal quantities share a rank."""
    before = quantity_ranks_of(run.previous)
    by_unit: dict[str, list[OneQuantity]] = {}
    for row in ranking.rows:
        for unit, (quantity, lots) in row.figures.quantities.items():
            by_unit.setdefault(unit, []).append((quantity, row.figures.code, row.figures.customer, lots))
    _copy(RankingQuantity, QUANTITY_COLUMNS, (values for unit in sorted(by_unit) for values in _ranked(run, unit, by_unit[unit], before)))


def _ranked(run: RankingRun, unit: str, found: list[OneQuantity], before: Mapping[tuple[int, str], int]) -> Iterator[tuple]:
    rank, last = 0, None
    for position, (quantity, _code, customer, lots) in enumerate(sorted(found, key=lambda q: (-q[0], q[1])), start=1):
        if quantity != last:
            rank, last = position, quantity
        yield run.pk, customer, unit, quantity, lots, position, rank, before.get((customer, unit))


def _points(thousandths: int) -> str:
    return f"{thousandths // POINT}.{thousandths % POINT:03d}"


def _copy(model: type, columns: Sequence[str], rows: Iterable[tuple]) -> None:
    """Tab-separated text into the table's columns; the tables carry no insert trigger that COPY could slip past."""
    text = io.StringIO()
    for row in rows:
        text.write("\t".join(r"\N" if value is None else _escaped(str(value)) for value in row))
        text.write("\n")
    text.seek(0)
    with connection.cursor() as cursor:
        cursor.copy_expert(f"COPY {model._meta.db_table} ({', '.join(columns)}) FROM STDIN", text)


def _escaped(value: str) -> str:
    return value.replace("\\", "\\\\").replace("\t", "\\t").replace("\n", "\\n")
