"""Open complaints by deadline: what is late, what comes next, what waits for the customer or only for its closing."""

import datetime as dt
from dataclasses import dataclass
from urllib.parse import urlencode

from django.db.models import QuerySet
from django.utils.translation import pgettext

from feedback.enums import UNANSWERED_COMPLAINTS, ComplaintState
from feedback.models import Complaint
from portcrm.business_days import business_days_later

CARDS = 20
SOON_BUSINESS_DAYS = 3


@dataclass(frozen=True)
class Lane:
    """`query` opens the list with the very rows that are counted."""

    key: str
    label: str
    query: str
    count: int
    cards: list[Complaint]

    @property
    def has_more(self) -> bool:
        return self.count > len(self.cards)


def lanes_by_deadline(user, *, today: dt.date) -> list[Lane]:
    """The five lanes, each with its most urgent cases first."""
    seen = Complaint.objects.visible_to(user)
    running, soon = seen.unanswered().not_waiting(), business_days_later(today, SOON_BUSINESS_DAYS)
    unanswered = [("state", state.value) for state in UNANSWERED_COMPLAINTS] + [("waiting", "false")]
    return [
        _lane("late", pgettext("lane", "Overdue"), running.filter(due_on__lt=today), [("overdue", "true")]),
        _lane(
            "soon",
            pgettext("lane", "Due within three business days"),
            running.filter(due_on__range=(today, soon)),
            [*unanswered, ("due_after", today.isoformat()), ("due_before", soon.isoformat())],
        ),
        _lane(
            "later",
            pgettext("lane", "Due later"),
            running.filter(due_on__gt=soon),
            [*unanswered, ("due_after", (soon + dt.timedelta(days=1)).isoformat())],
        ),
        _lane("waiting", pgettext("lane", "Waiting for the customer"), seen.open().waiting(), [("open", "true"), ("waiting", "true")]),
        _lane(
            "answered",
            pgettext("lane", "Answered, to be closed"),
            seen.filter(state=ComplaintState.ANSWERED).not_waiting(),
            [("state", ComplaintState.ANSWERED.value), ("waiting", "false")],
        ),
    ]


def _lane(key: str, label: str, rows: QuerySet, query: list[tuple[str, str]]) -> Lane:
    return Lane(key, label, urlencode([*query, ("sort", "due")]), rows.count(), list(rows.for_list().order_by("due_on", "pk")[:CARDS]))
