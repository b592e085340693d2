"""Why leads were lost, by reason and class."""

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Count, Sum

from cargo.enums import LeadStage, LostReason
from cargo.querysets import LeadQuerySet
from portcrm.bilingual import pick

ZERO = Decimal(0)


@dataclass(frozen=True, slots=True)
class LostLine:
    """Leads lost for one reason in one class; tonnes and TEU are of one delivery or month, as the leads say."""

    reason: LostReason
    cargo_class: str
    class_label: str
    leads: int
    without_quantity: int
    tonnes: Decimal
    teu: Decimal


@dataclass(frozen=True, slots=True)
class LostReasonSum:
    reason: LostReason
    lines: list[LostLine]

    @property
    def leads(self) -> int:
        return sum(line.leads for line in self.lines)

    @property
    def tonnes(self) -> Decimal:
        return sum((line.tonnes for line in self.lines), ZERO)

    @property
    def teu(self) -> Decimal:
        return sum((line.teu for line in self.lines), ZERO)


def lost_lines(leads: LeadQuerySet, start: dt.date, end: dt.date) -> list[LostLine]:
    """Leads that were lost from `start` to `end`, both included, and are lost still, most leads first; those recorded twice are none."""
    lost = leads.filter(stage=LeadStage.LOST, stage_changed_on__range=(start, end)).exclude(lost_reason=LostReason.DUPLICATE)
    kinds = ("lost_reason", "cargo_class", "cargo_class__short_zh", "cargo_class__short_en")
    sums = {"leads": Count("pk"), "counted": Count("quantity"), "sum_tonnes": Sum("tonnes"), "sum_teu": Sum("teu")}
    rows = lost.order_by().values(*kinds).annotate(**sums).order_by("-leads", "lost_reason", "cargo_class")
    return [
        LostLine(
            reason=LostReason(row["lost_reason"]),
            cargo_class=row["cargo_class"],
            class_label=pick(row["cargo_class__short_zh"], row["cargo_class__short_en"]),
            leads=row["leads"],
            without_quantity=row["leads"] - row["counted"],
            tonnes=row["sum_tonnes"] or ZERO,
            teu=row["sum_teu"] or ZERO,
        )
        for row in rows
    ]


def lost_by_reason(lines: list[LostLine]) -> list[LostReasonSum]:
    """The lines under their reasons, the reason of most leads first."""
    sums = [LostReasonSum(reason, [line for line in lines if line.reason == reason]) for reason in LostReason]
    return sorted((one for one in sums if one.lines), key=lambda one: (-one.leads, one.reason))
