"""Satisfaction of customers over a time, for whoever weighs customers against each other."""

import datetime as dt
from dataclasses import dataclass

from django.db.models import Avg, Count, Max, QuerySet

from feedback.analysis.recommendation import Recommendation, recommendation
from feedback.enums import ItemKind
from feedback.models import Answer, Item, Response
from portcrm.clock import port_zone


@dataclass(frozen=True)
class CustomerSatisfaction:
    """Mean overall satisfaction (1..5) of one customer and the number of answers it rests on."""

    customer_id: int
    mean: float
    answers: int


@dataclass(frozen=True)
class Opinion:
    """What some answers say as a whole: how many there are, mean overall satisfaction (1..5), recommendation score."""

    answers: int
    overall: float | None
    recommendation: Recommendation | None


@dataclass(frozen=True)
class ItemMean:
    """Mean score of one question over those who rated it; "not applicable" does not count."""

    item: Item
    mean: float
    n: int


def opinion_of(responses: QuerySet[Response]) -> Opinion:
    whole = responses.order_by().aggregate(answers=Count("pk"), overall=Avg("overall"))
    said = responses.order_by().exclude(recommend=None).values_list("recommend").annotate(Count("pk"))
    return Opinion(whole["answers"], whole["overall"], recommendation(dict(said)))


def item_means(responses: QuerySet[Response]) -> list[ItemMean]:
    """Each rated item of the questionnaire with its mean, in the order of the form; an item is one over all versions."""
    rated = Answer.objects.filter(response__in=responses.order_by().values("pk"), score__isnull=False, item__kind=ItemKind.RATING)
    rows = rated.order_by().values("item__key").annotate(mean=Avg("score"), n=Count("pk"), newest=Max("item"))
    items = Item.objects.in_bulk([row["newest"] for row in rows])
    found = [ItemMean(items[row["newest"]], row["mean"], row["n"]) for row in rows]
    return sorted(found, key=lambda one: one.item.position)


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
