"""Planned visits by week and month, what became of them, and who is due for one."""

import datetime as dt
from calendar import monthrange
from collections import defaultdict
from dataclasses import dataclass

from django.db.models import Case, Count, Q, Value, When
from django.db.models.functions import Coalesce

from customers.enums import Tier, VisitState
from customers.models import Customer, PlannedVisit
from customers.querysets import NEVER
from portcrm.accounts.models import User

DAYS = 7
MOST_DUE = 60
MOST_SHOWN = 300
TIERS = (Tier.KEY, Tier.MAJOR, Tier.STANDARD)


@dataclass(frozen=True)
class VisitDay:
    day: dt.date
    is_today: bool
    visits: list[PlannedVisit]


@dataclass(frozen=True)
class VisitFigures:
    """What became of the visits planned for a period; `late`: their day is over and nobody has said."""

    visitor: User | None
    planned: int
    done: int
    missed: int
    cancelled: int
    late: int

    @property
    def share(self) -> float | None:
        """Made visits among those that were to be made so far; what was cancelled in time does not count."""
        settled = self.done + self.missed + self.late
        return self.done / settled if settled else None


def monday_of(day: dt.date) -> dt.date:
    return day - dt.timedelta(days=day.weekday())


def month_of(day: dt.date) -> tuple[dt.date, dt.date]:
    """First and last day of the month."""
    return day.replace(day=1), day.replace(day=monthrange(day.year, day.month)[1])


def visits_of_week(user: User, *, monday: dt.date, today: dt.date, visitor: User | None) -> list[VisitDay]:
    """Seven days with their visits by hour, of one visitor or of everybody."""
    rows = PlannedVisit.objects.visible_to(user).within(monday, monday + dt.timedelta(days=DAYS - 1)).for_list()
    by_day = defaultdict(list)
    for visit in (rows.made_by(visitor) if visitor else rows)[:MOST_SHOWN]:
        by_day[visit.planned_for].append(visit)
    days = [monday + dt.timedelta(days=number) for number in range(DAYS)]
    return [
        VisitDay(day, day == today, sorted(by_day[day], key=lambda visit: (visit.starts_at is None, visit.starts_at or dt.time())))
        for day in days
    ]


def visit_figures(user: User, *, first: dt.date, last: dt.date, today: dt.date) -> list[VisitFigures]:
    """By visitor, most planned first."""
    counts = {state: Count("pk", filter=Q(state=state)) for state in (VisitState.DONE, VisitState.MISSED, VisitState.CANCELLED)}
    late = Count("pk", filter=Q(state=VisitState.PLANNED, planned_for__lt=today))
    rows = PlannedVisit.objects.visible_to(user).within(first, last).order_by().values("visitor")
    found = list(rows.annotate(planned_count=Count("pk"), late=late, **{f"{state}_count": count for state, count in counts.items()}))
    people = User.objects.in_bulk([row["visitor"] for row in found])
    figures = [
        VisitFigures(
            people[row["visitor"]], row["planned_count"], row["done_count"], row["missed_count"], row["cancelled_count"], row["late"]
        )
        for row in found
    ]
    return sorted(figures, key=lambda one: (-one.planned, one.visitor.pk))


def total_of(figures: list[VisitFigures]) -> VisitFigures:
    names = ("planned", "done", "missed", "cancelled", "late")
    return VisitFigures(None, *(sum(getattr(one, name) for one in figures) for name in names))


def customers_due(user: User, *, of: User, today: dt.date) -> list[Customer]:
    """Of one account manager: whom nobody spoke with for longer than the tier allows, key accounts and longest silence first."""
    rows = Customer.objects.visible_to(user).managed_by(of).due_for_visit(today).for_list()
    importance = Case(*(When(tier=tier, then=place) for place, tier in enumerate(TIERS)), default=len(TIERS))
    rows = rows.annotate(importance=importance, contact_order=Coalesce("last_contact_on", Value(NEVER)))
    return list(rows.order_by("importance", "contact_order", "pk")[:MOST_DUE])


def next_visits(user: User, customer: Customer, *, limit: int = 4) -> list[PlannedVisit]:
    rows = PlannedVisit.objects.visible_to(user).planned().filter(customer=customer)
    return list(rows.select_related("visitor")[:limit])
