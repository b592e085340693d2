"""Which customers have reached the occasion of a programme, and were not asked for it yet."""

import datetime as dt
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass

from django.db.models import Case, Exists, F, OuterRef, When

from cargo.queries.handled_since import shipments_since
from customers.models import Merge
from feedback.enums import CLOSED_WITHOUT_ANSWER, ComplaintState, Occasion
from feedback.models import Complaint, OccasionMark, Programme
from portcrm.accounts.models import User
from portcrm.clock import start_of_day

LATE = 14  # days: a programme that could not ask for longer does not come back to what is long over


@dataclass(frozen=True)
class Reached:
    """A customer to be asked. `reference` and `handled` as in OccasionMark; `contact_id`: the one to be asked, None for all whom
    the programme is meant for."""

    customer_id: int
    reference: str
    handled: int | None = None
    contact_id: int | None = None


def reached(programme: Programme, *, on: dt.date, by: User) -> list[Reached]:
    """In the order of customers; what `by` may not see asks nobody."""
    if programme.occasion == Occasion.SHIPMENTS:
        return _by_shipments(programme, by=by)
    return _by_complaints(programme, on=on, by=by)


def _by_shipments(programme: Programme, *, by: User) -> list[Reached]:
    """Whoever has had so many shipments more than when asked last. A count that a correction has lowered waits until it is higher
    again than it ever was; what merged files were asked after is added up like their shipments."""
    first_day = programme.events_from
    marks = _marks(programme)
    merged = _merged_files() if marks else {}
    found = []
    for customer, handled in sorted(shipments_since(first_day, user=by).items()):
        if handled >= _asked_after(customer, marks, merged) + programme.after_shipments:
            found.append(Reached(customer, f"{first_day.isoformat()}#{len(marks.get(customer, ())) + 1}", handled))
    return found


def _marks(programme: Programme) -> dict[int, list[tuple[dt.datetime, int]]]:
    """When each customer was asked, after how many shipments."""
    rows = OccasionMark.objects.filter(programme=programme, events_from=programme.events_from, handled__isnull=False).order_by()
    found = defaultdict(list)
    for customer, at, handled in rows.values_list("customer", "wave__opens_at", "handled"):
        found[customer].append((at, handled))
    return dict(found)


def _merged_files() -> dict[int, list[tuple[dt.datetime, int]]]:
    """The files that each kept file has taken up, and when."""
    found = defaultdict(list)
    for kept, at, other in Merge.objects.in_force().order_by().values_list("kept", "merged_at", "other"):
        found[kept].append((at, other))
    return dict(found)


def _asked_after(customer: int, marks: Mapping[int, list], merged: Mapping[int, list]) -> int:
    """The most shipments it was asked after. Marks of a file taken up stay with it: they count from the merge on, and a mark made
    after that holds them already."""
    asked = [(at, handled, None) for at, handled in marks.get(customer, ())]
    taken_up = [(at, 0, other) for at, other in merged.get(customer, ())]
    most = 0
    for _at, handled, other in sorted(asked + taken_up, key=lambda step: step[0]):
        most = max(most, handled) if other is None else most + _asked_after(other, marks, merged)
    return most


def _by_complaints(programme: Programme, *, on: dt.date, by: User) -> list[Reached]:
    """Whose complaint was closed so many days ago, unless it was withdrawn or recorded twice. Its own contact is asked; where that
    one has left, or there is none, those whom the programme is meant for."""
    first_day = max(programme.events_from, on - dt.timedelta(days=programme.days_after_closing + LATE))
    until = start_of_day(on - dt.timedelta(days=programme.days_after_closing - 1))
    asked = OccasionMark.objects.filter(programme=programme, reference=OuterRef("number"))
    closed = (
        Complaint.objects.visible_to(by)
        .filter(state=ComplaintState.CLOSED, closed_at__gte=start_of_day(first_day), closed_at__lt=until)
        .exclude(outcome__in=CLOSED_WITHOUT_ANSWER)
        .exclude(customer=None)
        .filter(~Exists(asked))
        .order_by("customer", "pk")
    )
    still_there = Case(When(contact__left_on=None, then=F("contact")))
    return [Reached(*row[:2], contact_id=row[2]) for row in closed.values_list("customer", "number", still_there)]
