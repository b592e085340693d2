"""Satisfaction of customers over a time, for whoever weighs customers against each other."""

import datetime as dt
from dataclasses import dataclass

from django.db.models import Avg, Count

from feedback.models import Response
from portcrm.clock import port_zone


@dataclass(frozen=True)
class CustomerSatisfaction:
    """Mean overall satisfaction (1..5) of one customer and the number of answers it rests on."""

    customer_id: int
    mean: float
    answers: int


def by_customer(start: dt.date, end: dt.date) -> list[CustomerSatisfaction]:
    """Overall satisfaction of every customer with an answer sent from `start` to `end`, both included, port dates."""
    first = dt.datetime.combine(start, dt.time.min, tzinfo=port_zone())
    last = dt.datetime.combine(end + dt.timedelta(days=1), dt.time.min, tzinfo=port_zone())
    rows = (
        Response.objects.filter(submitted_at__gte=first, submitted_at__lt=last)
        .exclude(customer=None)
        .exclude(overall=None)
        .order_by("customer")
        .values_list("customer")
        .annotate(mean=Avg("overall"), answers=Count("pk"))
    )
    return [CustomerSatisfaction(customer, float(mean), answers) for customer, mean, answers in rows]
