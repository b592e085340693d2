"""Cargo leads as the board and the home panel show them."""

import datetime as dt
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from django.db.models import F

from cargo.enums import CLOSED_STAGES, LeadStage
from cargo.models import Lead
from cargo.queries.odds import Weighed
from cargo.querysets import LeadQuerySet

CARDS, CLOSED_CARDS, COUNT_CAP = 6, 3, 100


@dataclass(frozen=True, slots=True)
class BoardColumn:
    """A stage with its first cards: the next step that is due first stands first. `count` stops at the cap."""

    stage: LeadStage
    cards: list[Lead]
    count: int
    capped: bool
    weighed: Weighed | None = None  # of an open stage that has leads

    @property
    def more(self) -> bool:
        return self.count > len(self.cards)


def _of_stage(leads: LeadQuerySet, stage: LeadStage) -> LeadQuerySet:
    if stage in CLOSED_STAGES:
        return leads.filter(stage=stage).order_by("-stage_changed_on", "-pk")[:CLOSED_CARDS]
    return leads.filter(stage=stage).order_by(F("next_step_on").asc(nulls_last=True), "-pk")[:CARDS]


def board_columns(leads: LeadQuerySet, weighed: Mapping[str, Weighed] = MappingProxyType({})) -> list[BoardColumn]:
    """All stages in three queries, however many leads there are; `weighed` is what the pipeline says of each."""
    first, *others = (_of_stage(leads, stage).values("pk") for stage in LeadStage)
    shown = [row["pk"] for row in first.union(*others, all=True)]
    place = {pk: position for position, pk in enumerate(shown)}
    cards = sorted(leads.for_list().filter(pk__in=shown), key=lambda lead: place[lead.pk])
    first, *others = (leads.filter(stage=stage).order_by().values("stage")[: COUNT_CAP + 1] for stage in LeadStage)
    counts = Counter(row["stage"] for row in first.union(*others, all=True))
    return [
        BoardColumn(
            stage=stage,
            cards=[lead for lead in cards if lead.stage == stage],
            count=min(counts[stage], COUNT_CAP),
            capped=counts[stage] > COUNT_CAP,
            weighed=weighed.get(stage),
        )
        for stage in LeadStage
    ]


def stale_leads(user, today: dt.date, limit: int = 6) -> list[Lead]:
    """Open leads of this person, or of nobody, that nobody works on, the longest first."""
    leads = Lead.objects.visible_to(user).stale(today)
    mine = leads.filter(owner=user) | leads.filter(owner=None)
    return list(mine.for_list().order_by("active_on", "pk")[:limit])


def due_leads(user, today: dt.date, limit: int = 6) -> list[Lead]:
    """Open leads of this person, or of nobody, whose next step is due within a week, the longest waiting first."""
    leads = Lead.objects.visible_to(user).due(today + dt.timedelta(days=7))
    mine = leads.filter(owner=user) | leads.filter(owner=None)
    return list(mine.for_list().order_by("next_step_on", "pk")[:limit])
