"""Satisfaction of customers over a time, for whoever weighs customers against each other."""

import datetime as dt
from dataclasses import dataclass

from django.db.models import Avg, Count, Max, QuerySet

from feedback.analysis.recommendation import Recommendation, recommendation
from feedback.enums import JUDGING, ItemKind
from feedback.models import Answer, Item, Response
from feedback.querysets import SATISFACTION


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
    """Mean score of one question, on the scale of `item`, over those who rated it; "not applicable" does not count."""

    item: Item
    mean: float
    n: int


def opinion_of(responses: QuerySet[Response]) -> Opinion:
    whole = responses.order_by().aggregate(answers=Count("pk"), overall=Avg(SATISFACTION))
    said = responses.order_by().exclude(recommend=None).values_list("recommend").annotate(Count("pk"))
    return Opinion(whole["answers"], whole["overall"], recommendation(dict(said)))


def item_means(responses: QuerySet[Response]) -> list[ItemMean]:
    """Each rated item of the questionnaire with its mean, in the order of the form; an item is one over all versions of one scale."""
    scored = Answer.objects.filter(response__in=responses.order_by().values("pk"), score__isnull=False)
    rated = scored.filter(item__kind=ItemKind.RATING, item__aspect__in=JUDGING)
    rows = (
        rated.order_by()
        .values("item__key", "item__minimum", "item__maximum")
        .annotate(mean=Avg("score"), n=Count("pk"), newest=Max("item"))
    )
    items = Item.objects.in_bulk([row["newest"] for row in rows])
    found = [ItemMean(items[row["newest"]], row["mean"], row["n"]) for row in rows]
    return sorted(found, key=lambda one: one.item.position)


def by_customer(start: dt.date, end: dt.date) -> list[CustomerSatisfaction]:
    """Overall satisfaction of every customer with an answer given from `start` to `end`, both included, port dates."""
    rows = (
        Response.objects.said_from(start, end)
        .exclude(customer=None)
        .exclude(overall=None)
        .order_by("customer")
        .values_list("customer")
        .annotate(mean=Avg(SATISFACTION), answers=Count("pk"))
    )
    return [CustomerSatisfaction(customer, float(mean), answers) for customer, mean, answers in rows]
