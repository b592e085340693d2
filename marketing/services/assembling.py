"""From raw figures to the rows of a ranking; nothing here touches the database."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Protocol

from marketing.enums import ClassMeasure, CriterionKey, ValueClass
from marketing.models import RankingRun, ValueModel
from marketing.queries.figures import CustomerFigures, Mark
from marketing.value.classes import Entry, Place, place, ranks_by
from marketing.value.concentration import concentration
from marketing.value.movement import Comparable, Standing, movement_reasons
from marketing.value.scoring import FULL_SHARE, POINT, Criterion, Score, Scoring, largest_remainder, score_customers
from marketing.value.windows import Window

ENOUGH_BEFORE = 75  # per cent of the window before that the ledger must know for growth to count


class ReadingLike(Protocol):
    mark: Mark
    figures: dict[int, CustomerFigures]


@dataclass(frozen=True, slots=True)
class AssembledRow:
    figures: CustomerFigures
    score: Score
    place: Place
    growth: Decimal | None
    before: Standing | None
    class_before: str
    reasons: list[dict]


@dataclass(frozen=True, slots=True)
class Assembled:
    """Rows in the order of their position, and what the run says about itself."""

    rows: list[AssembledRow]
    ranks: dict[str, dict[int, int]]  # measure -> customer -> rank by it alone
    with_months: list[int]  # customers whose monthly figures the dashboard shows
    criteria: list[dict]
    totals: dict
    classes: list[dict]
    notes: list[dict]


def assemble(
    *,
    model: ValueModel,
    window: Window,
    reading: ReadingLike,
    previous: RankingRun | None,
    before: Mapping[int, tuple[Standing, str]],
) -> Assembled:
    """Score, place and explain every customer with business in the window."""
    covered = window.covered_before(reading.mark.first_day)
    growth_counts = covered >= ENOUGH_BEFORE
    weights = {w.criterion: w for w in model.weights.all() if w.weight > 0}
    raw = {customer: _criteria_figures(found, window, growth_counts) for customer, found in reading.figures.items()}
    scoring = score_customers(
        figures=raw,
        criteria=[Criterion(key, int(w.weight * 10), w.higher_is_better) for key, w in weights.items()],
        scaling=model.scaling,
    )
    criteria = _criteria(model, scoring, covered)
    places = _places(model, reading.figures, scoring)
    comparable = Comparable(same_rules=previous is not None and _rules(previous, criteria, model), compared=previous is not None)
    rows = [
        _row(reading.figures[customer], scoring.scores[customer], found, raw[customer].get("growth"), before.get(customer), comparable)
        for customer, found in places.items()
    ]
    return Assembled(
        rows=rows,
        ranks={
            "tonnes": ranks_by({c: f.tonnes for c, f in reading.figures.items()}),
            "revenue": ranks_by({c: f.revenue for c, f in reading.figures.items()}),
            "contribution": ranks_by({c: f.known("contribution") for c, f in reading.figures.items()}),
        },
        with_months=[row.figures.customer for row in rows if row.place.value_class == ValueClass.A or row.figures.is_key_account],
        criteria=criteria,
        totals=_totals(rows),
        classes=_classes(rows),
        notes=_notes(criteria, rows, covered, rules_changed=comparable.compared and not comparable.same_rules),
    )


def _criteria_figures(found: CustomerFigures, window: Window, growth_counts: bool) -> dict[str, Decimal | int | None]:
    return {
        CriterionKey.TONNES: found.tonnes,
        CriterionKey.REVENUE: found.known("revenue"),
        CriterionKey.CONTRIBUTION: found.known("contribution"),
        CriterionKey.GROWTH: found.growth if growth_counts else None,
        CriterionKey.RECENCY: (window.end - found.last_handled_on).days,
        CriterionKey.SATISFACTION: found.satisfaction,
    }


def _places(model: ValueModel, figures: Mapping[int, CustomerFigures], scoring: Scoring) -> dict[int, Place]:
    def measure(customer: int) -> Decimal:
        found, score = figures[customer], scoring.scores[customer]
        if model.class_measure == ClassMeasure.SCORE:
            return Decimal(score.points)
        if model.class_measure == ClassMeasure.TONNES:
            return found.tonnes
        return found.known(model.class_measure) or Decimal(0)

    entries = [Entry(c, score.points, measure(c), figures[c].code) for c, score in scoring.scores.items()]
    return place(entries, a_until=model.a_until, b_until=model.b_until)


def _row(
    found: CustomerFigures,
    score: Score,
    where: Place,
    growth: Decimal | None,
    before: tuple[Standing, str] | None,
    comparable: Comparable,
) -> AssembledRow:
    standing, class_before = before or (None, "")
    now = Standing(where.rank, score.points, {part.key: part for part in score.parts})
    reasons = movement_reasons(now=now, before=standing, comparable=comparable, open_complaints=found.open_complaints)
    return AssembledRow(found, score, where, growth, standing, class_before, reasons)


def _criteria(model: ValueModel, scoring: Scoring, covered: int) -> list[dict]:
    """Every criterion of the model: its weight, the share of the whole it got, or why it was left out."""
    used = [criterion.key for criterion in scoring.used]
    counting = [w for w in model.weights.all() if w.criterion in used]
    whole = sum(int(w.weight * 10) for w in counting)
    shares = largest_remainder([FULL_SHARE * int(w.weight * 10) for w in counting], whole)
    share_of = dict(zip((w.criterion for w in counting), shares, strict=True))
    return [
        {
            "key": w.criterion,
            "weight": str(w.weight),
            "share": _thousandths(share_of.get(w.criterion, 0)),
            "higher_is_better": w.higher_is_better,
            "used": w.criterion in share_of,
            "reason": "" if w.criterion in share_of else "no_weight" if not w.weight else f"no_{w.criterion}_data",
        }
        for w in model.weights.all()
    ]


def _rules(previous: RankingRun, criteria: list[dict], model: ValueModel) -> bool:
    """Were both runs made by the same rules and criteria?"""

    def counted(of: list[dict]) -> dict:
        return {c["key"]: c["share"] for c in of if c["used"]}

    same_model = (previous.model.scaling, previous.model.window_months) == (model.scaling, model.window_months)
    return same_model and counted(previous.criteria) == counted(criteria)


def _totals(rows: list[AssembledRow]) -> dict:
    """Sums over the ranked customers, as text; None where nobody has a figure."""
    found = [row.figures for row in rows]
    revenue, cost = [f.revenue for f in found if f.revenue is not None], [f.cost for f in found if f.cost is not None]
    contribution = [f.contribution for f in found if f.contribution is not None]
    return {
        "tonnes": str(sum((f.tonnes for f in found), Decimal(0))),
        "tonnes_before": str(sum((f.tonnes_before for f in found), Decimal(0))),
        "teu": str(sum((f.teu for f in found), Decimal(0))),
        "lots": sum(f.lots for f in found),
        "revenue": str(sum(revenue)) if revenue else None,
        "cost": str(sum(cost)) if cost else None,
        "contribution": str(sum(contribution)) if contribution else None,
        "rows_without_revenue": sum(f.rows_without_revenue for f in found),
        "rows_without_cost": sum(f.rows_without_cost for f in found),
    }


def _classes(rows: list[AssembledRow]) -> list[dict]:
    found = []
    for key in ValueClass.values:
        members = [row.figures for row in rows if row.place.value_class == key]
        money = {name: [getattr(f, name) for f in members if getattr(f, name) is not None] for name in ("revenue", "contribution")}
        found.append(
            {
                "key": key,
                "customers": len(members),
                "tonnes": str(sum((f.tonnes for f in members), Decimal(0))),
                "tonnes_before": str(sum((f.tonnes_before for f in members), Decimal(0))),
                **{name: str(sum(figures)) if figures else None for name, figures in money.items()},
            }
        )
    return found


def _notes(criteria: list[dict], rows: list[AssembledRow], covered: int, *, rules_changed: bool) -> list[dict]:
    """What the reader must know before trusting a figure."""
    notes: list[dict] = [{"code": c["reason"]} for c in criteria if c["reason"] and c["reason"] != "no_weight"]
    if rules_changed:
        notes.append({"code": "rules_changed"})
    if ENOUGH_BEFORE <= covered < 100:
        notes.append({"code": "window_before_incomplete", "percent": covered})
    for key, figure in (("revenue", "revenue"), ("contribution", "contribution"), ("satisfaction", "satisfaction")):
        if not any(c["key"] == key and c["used"] for c in criteria):
            continue
        missing = sum(1 for row in rows if (row.figures.satisfaction if figure == "satisfaction" else row.figures.known(figure)) is None)
        if missing:
            notes.append({"code": f"some_without_{key}", "customers": missing, "of": len(rows)})
    return notes


def dashboard_figures(ranking: Assembled) -> dict:
    return {"concentration": concentration([row.figures.tonnes for row in ranking.rows]), "classes": ranking.classes}


def _thousandths(number: int) -> str:
    return f"{number // POINT}.{number % POINT:03d}"
