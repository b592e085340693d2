"""All opinions and complaints at a glance, for whoever leads."""

import datetime as dt
from dataclasses import dataclass

from django.db.models import Count, F, Q, QuerySet, Window
from django.db.models.functions import RowNumber

from customers.models import FollowUp
from feedback.analysis.recommendation import Change, change, from_counts
from feedback.enums import LOW_SCORE, OPEN_COMPLAINTS, UNANSWERED_COMPLAINTS, ItemKind
from feedback.models import Complaint, ItemResult, Wave
from feedback.queries.disclosure import shown_items, shown_result
from feedback.queries.waves import SPEAKING, counted
from portcrm.accounts.models import User


@dataclass(frozen=True)
class Standing:
    """A programme's latest wave that speaks, and the step of the recommendation from the wave before; None where there is none."""

    wave: Wave
    step: Change | None


@dataclass(frozen=True)
class Load:
    """Complaints not closed yet of one colleague; `owner` None: of nobody so far."""

    owner: User | None
    open: int
    overdue: int


def standings(user) -> list[Standing]:
    """Of every programme with a counted wave that speaks, the latest asked first. One query, however many programmes."""
    order = (F("opens_at").desc(), F("pk").desc())
    speaking = counted(user).filter(Q(SPEAKING)).annotate(place=Window(RowNumber(), partition_by="programme", order_by=order))
    latest: dict[int, list[Wave]] = {}
    for wave in speaking.filter(place__lte=2).order_by("-opens_at", "-pk"):
        shown_result(user, wave)
        latest.setdefault(wave.programme_id, []).append(wave)
    return [Standing(waves[0], _step(waves)) for waves in latest.values()]


def _step(waves: list[Wave]) -> Change | None:
    scores = [from_counts(wave.result.promoters, wave.result.passives, wave.result.detractors) for wave in waves]
    return change(scores[1], scores[0]) if len(scores) == 2 and all(scores) else None


def poorest_items(user, wave: Wave, *, limit: int = 5) -> list[ItemResult]:
    """The rated questions of a wave with the lowest means, each by its own scale."""
    rated = shown_items(user, wave).filter(item__kind=ItemKind.RATING).exclude(item__key="overall")
    return sorted(rated, key=lambda one: (one.height, one.item.position))[:limit]


def loads(user, *, on: dt.date) -> list[Load]:
    """Open complaints by owner, the most overdue first."""
    overdue = Count("pk", filter=Q(state__in=UNANSWERED_COMPLAINTS, due_on__lt=on))
    waiting = Complaint.objects.visible_to(user).filter(state__in=OPEN_COMPLAINTS).order_by().values("owner")
    rows = waiting.annotate(open=Count("pk"), overdue=overdue).values_list("owner", "open", "overdue")
    people = User.objects.in_bulk([owner for owner, _open, _late in rows if owner])
    found = [Load(people.get(owner), number, late) for owner, number, late in rows]
    return sorted(found, key=lambda load: (-load.overdue, -load.open))


def low_score_follow_ups(user) -> QuerySet[FollowUp]:
    """Open follow-ups of low scores, the most urgent first."""
    rows = FollowUp.objects.visible_to(user).open().filter(dedupe_key__startswith=LOW_SCORE)
    return rows.select_related("customer", "owner").order_by("due_on", "pk")
