"""Opinions heard, counted."""

import datetime as dt
from dataclasses import dataclass

from django.db.models import Count

from feedback.enums import ServiceGroup, Tone
from feedback.models import HeardOpinion


@dataclass(frozen=True)
class GroupVoices:
    """How often a group of services was praised, wished about and criticised: (tone, number), in the order of the tones."""

    group: str
    label: str
    tones: list[tuple[str, int]]


def heard_by_group(user, *, since: dt.date) -> list[GroupVoices]:
    """Opinions heard from that day on; every group is named where there are any, none where there are none."""
    rows = HeardOpinion.objects.visible_to(user).filter(heard_on__gte=since).order_by().values_list("group", "tone")
    counts = {(group, tone): number for group, tone, number in rows.annotate(Count("pk"))}
    if not counts:
        return []
    return [
        GroupVoices(group.value, str(group.label), [(tone.value, counts.get((group.value, tone.value), 0)) for tone in Tone])
        for group in ServiceGroup
    ]
