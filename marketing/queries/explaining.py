"""Why a customer has the rank it has: every part of the score with its figure, weight and points, beside the run before."""

from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from marketing.enums import CriterionKey
from marketing.models import RankingRow, RankingRun
from marketing.queries.reasons import figure_text
from portcrm.bilingual import enumerated
from portcrm.pages.formats import DASH

CRITERION_NUMBER = {key: number for number, key in enumerate(CriterionKey.values, start=1)}  # its colour


@dataclass(frozen=True, slots=True)
class PartLine:
    key: str
    label: str
    raw: str
    scaled: Decimal | None
    share: Decimal
    points: Decimal
    raw_before: str
    points_before: Decimal | None
    change: Decimal | None

    @property
    def change_text(self) -> str:
        return DASH if self.change is None else f"{self.change:+,f}".replace("-", "−")

    @property
    def has_figure(self) -> bool:
        return self.scaled is not None


def part_lines(row: RankingRow, before: RankingRow | None) -> list[PartLine]:
    """The parts in the order of the run's criteria; those of the run before stand beside them."""
    earlier = {part["key"]: part for part in before.parts} if before else {}
    return [_line(part, earlier.get(part["key"]), before is not None) for part in row.parts]


def _line(part: dict, earlier: dict | None, compared: bool) -> PartLine:
    points = Decimal(part["points"])
    points_before = Decimal(earlier["points"]) if earlier else None
    return PartLine(
        key=part["key"],
        label=str(CriterionKey(part["key"]).label),
        raw=figure_text(part["key"], part["raw"]),
        scaled=None if part["scaled"] is None else Decimal(part["scaled"]),
        share=Decimal(part["share"]),
        points=points,
        raw_before=figure_text(part["key"], earlier["raw"]) if earlier else "",
        points_before=points_before,
        change=points - (points_before or 0) if compared else None,
    )


@dataclass(frozen=True, slots=True)
class Segment:
    """One piece of the bar of a score, in points of 100 and tenths of them: finer than a screen shows."""

    number: int  # colour: the criterion's place in the list of all
    label: str
    x: str
    width: str


def segments(row: RankingRow) -> list[Segment]:
    found, x, language = [], Decimal(0), get_language()
    for part in row.parts:
        width = Decimal(part["points"])
        if width:
            key = part["key"]
            found.append(Segment(CRITERION_NUMBER[key], _label(key, language), f"{x:.1f}", f"{width:.1f}"))
        x += width
    return found


@lru_cache(maxsize=64)
def _label(key: str, _language: str | None) -> str:
    """A page of a ranking names its six criteria in every row."""
    return str(CriterionKey(key).label)


def spoken_parts(row: RankingRow, pieces: list[Segment]) -> str:
    """The bar in words, for those who do not see it."""
    parts = enumerated(f"{piece.label} {piece.width}" for piece in pieces)
    return _("Score %(score)s: %(parts)s") % {"score": row.score, "parts": parts}


def row_before(row: RankingRow) -> RankingRow | None:
    """The same customer's row in the run this one was compared with."""
    if row.run.previous_id is None:
        return None
    return RankingRow.objects.filter(run=row.run.previous_id, customer=row.customer_id).first()


def criteria_of(run: RankingRun) -> list[dict]:
    """The criteria of a run with their names and, where one was left out, the reason in words."""
    return [
        {
            **c,
            "number": CRITERION_NUMBER[c["key"]],
            "label": CriterionKey(c["key"]).label,
            "weight": Decimal(c["weight"]),
            "share": Decimal(c["share"]),
            "why": left_out_text(c["reason"]),
        }
        for c in run.criteria
    ]


def left_out_text(reason: str) -> str:
    return {
        "": "",
        "no_weight": _("weight 0"),
        "no_tonnes_data": _("no tonnes data"),
        "no_revenue_data": _("no revenue data"),
        "no_contribution_data": _("no cost data"),
        "no_growth_data": _("the ledger does not reach back over the window before"),
        "no_recency_data": _("no dates"),
        "no_satisfaction_data": _("no answers to opinion forms"),
    }[reason]


def note_text(note: dict) -> str:
    """A run's note in words."""
    code = note["code"]
    if code == "window_before_incomplete":
        return _("The ledger covers %(percent)s %% of the window before; growth is measured against that part.") % note
    if code == "rules_changed":
        return _("Weights or criteria are not those of the ranking before: part of the movement comes from that.")
    if code.startswith("some_without_"):
        what = {
            "some_without_revenue": _("have no revenue data"),
            "some_without_contribution": _("have no cost data"),
            "some_without_satisfaction": _("gave no answer"),
        }[code]
        return _("%(customers)s of %(of)s customers %(what)s: they are scored on the other criteria.") % {**note, "what": what}
    key = code.removeprefix("no_").removesuffix("_data")
    return _("%(criterion)s left out: %(why)s. Its weight is spread over the others.") % {
        "criterion": CriterionKey(key).label,
        "why": left_out_text(code),
    }
