"""Shares of won leads by stage, channel and class, and the pipeline weighed with them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from django.db.models import Count, Q, Sum

from cargo.enums import CLOSED_STAGES, OPEN_STAGES, LeadStage, OddsScope
from cargo.models import LeadMove, StageOdds
from cargo.querysets import LeadQuerySet
from portcrm.bilingual import pick

ZERO = Decimal(0)
GROUPS = (("channel", "cargo_class"), ("channel",), ("cargo_class",), ())
SCOPES = (OddsScope.EXACT, OddsScope.CHANNEL, OddsScope.CLASS, OddsScope.STAGE)  # from the narrowest on

Key = tuple[str, int | None, str | None]


def counted_odds() -> list[StageOdds]:
    """Rows not stored yet: of the closed leads that reached each open stage, how many were won; for every group that has any."""
    passed = LeadMove.objects.filter(to_stage__in=OPEN_STAGES, lead__stage__in=CLOSED_STAGES, lead__joined_into=None).order_by()
    rows = []
    for group in GROUPS:
        found = passed.values("to_stage", *(f"lead__{name}" for name in group)).annotate(
            closed=Count("lead", distinct=True), won=Count("lead", distinct=True, filter=Q(lead__stage=LeadStage.WON))
        )
        for row in found:
            keys = {f"{name}_id": row[f"lead__{name}"] for name in group}
            rows.append(StageOdds(stage=row["to_stage"], won=row["won"], closed=row["closed"], **keys))
    return rows


def odds_of(
    groups: Mapping[Key, StageOdds], stage: str, channel: int, cargo_class: str, *, least: int
) -> tuple[OddsScope | None, StageOdds | None]:
    """The narrowest group of a lead with at least so many closed leads; the widest where none has so many; None without any."""
    keys = ((stage, channel, cargo_class), (stage, channel, None), (stage, None, cargo_class), (stage, None, None))
    for scope, key in zip(SCOPES, keys, strict=True):
        found = groups.get(key)
        if found is not None and found.closed >= least:
            return scope, found
    widest = groups.get(keys[-1])
    return (OddsScope.STAGE, widest) if widest else (None, None)


def by_key(rows) -> dict[Key, StageOdds]:
    return {(row.stage, row.channel_id, row.cargo_class_id): row for row in rows}


@dataclass(slots=True)
class Weighed:
    """Open leads of one stage or class: how many, their tonnes and TEU of a year, and those times the probability of each."""

    key: str = ""
    label: str = ""
    leads: int = 0
    tonnes: Decimal = ZERO
    teu: Decimal = ZERO
    expected_tonnes: Decimal = ZERO
    expected_teu: Decimal = ZERO

    def add(self, row: dict) -> None:
        self.leads += row["leads"]
        for name in ("tonnes", "teu", "expected_tonnes", "expected_teu"):
            setattr(self, name, getattr(self, name) + (row[f"sum_{name}"] or ZERO))


@dataclass(slots=True)
class Pipeline:
    stages: dict[str, Weighed] = field(default_factory=dict)
    classes: list[Weighed] = field(default_factory=list)
    whole: Weighed = field(default_factory=Weighed)


def pipeline(leads: LeadQuerySet) -> Pipeline:
    """The open ones of these leads weighed, by stage and by class (most expected tonnes first), from stored outlooks in one query."""
    names = ("tonnes", "teu", "expected_tonnes", "expected_teu")
    sums = {f"sum_{name}": Sum(f"outlook__{name}") for name in names}
    kinds = ("stage", "cargo_class", "cargo_class__short_zh", "cargo_class__short_en")
    found, classes = Pipeline(), {}
    for row in leads.open().order_by().values(*kinds).annotate(leads=Count("pk"), **sums):
        code = row["cargo_class"]
        label = pick(row["cargo_class__short_zh"], row["cargo_class__short_en"])
        for group in (
            found.whole,
            found.stages.setdefault(row["stage"], Weighed(row["stage"])),
            classes.setdefault(code, Weighed(code, label)),
        ):
            group.add(row)
    found.classes = sorted(classes.values(), key=lambda one: (-one.expected_tonnes, -one.expected_teu, one.key))
    return found
