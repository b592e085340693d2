"""Groups of a wave's figures: of customers, each counting once, and of questions that belong together."""

from collections import Counter, defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from django.db.models import Avg, Count, StdDev

from feedback.analysis.disclosure import hidden_groups
from feedback.analysis.intervals import Estimate, estimate, of_values
from feedback.analysis.weighting import weighted_mean
from feedback.enums import JUDGING, OVERALL, ItemKind
from feedback.models import Answer, GroupResult, Response, Wave, WaveResult
from feedback.queries.rules import fewest_shown
from feedback.querysets import SATISFACTION

SERVICE = "service"


@dataclass(frozen=True)
class CustomerFacts:
    """What groups a customer, at the time of counting; `pk` is None for answers without a customer."""

    pk: int | None
    tier: str
    key_account: bool | None
    region: str
    types: tuple[str, ...]
    tonnes: float


@dataclass(frozen=True)
class CustomerScore(CustomerFacts):
    """Mean overall satisfaction of one customer's `answers`."""

    answers: int
    mean: float


FACTS = ("tier", "is_key_account", "region__code", "types", "tonnes_12m")
# A customer stands in exactly one group of each: what is hidden can then be told from what the others leave over.
DIMENSIONS: Mapping[str, Callable[[CustomerFacts], str]] = {
    "tier": lambda one: one.tier,
    "key_account": lambda one: {True: "yes", False: "no", None: ""}[one.key_account],
    "region": lambda one: one.region,
    "type": lambda one: " ".join(sorted(one.types)),
}


def scores_of_customers(wave: Wave) -> list[CustomerScore]:
    """One row per customer with a scored answer, what they are read at the time of counting."""
    rows = Response.objects.filter(wave=wave).exclude(overall=None).order_by()
    customer = "invitation__customer" if wave.is_confidential else "customer"
    facts = (customer, *(f"{customer}__{fact}" for fact in FACTS))
    return [
        CustomerScore(*_facts(*told), answers, float(mean))
        for *told, answers, mean in rows.values_list(*facts).annotate(answers=Count("pk"), mean=Avg(SATISFACTION))
    ]


def _facts(pk, tier, key, region, types, tonnes) -> tuple:
    return pk, tier or "", key, region or "", tuple(types or ()), float(tonnes or 0)


def reached_customers(wave: Wave) -> list[CustomerFacts]:
    """Who could have answered. Of a drawn sample nobody knows how many the groups it was drawn from have: none."""
    if wave.sample_frame:
        return []
    asked = wave.invitations.answered_or_reached().exclude(customer=None).order_by()
    return [CustomerFacts(*_facts(*told)) for told in asked.values_list("customer", *(f"customer__{fact}" for fact in FACTS)).distinct()]


def of_all_customers(scores: list[CustomerScore], reached: int) -> dict:
    """Fields of a WaveResult: each customer counting once, and each by its tonnes; `reached` customers could have answered."""
    known = [one for one in scores if one.pk is not None]
    each = of_values([one.mean for one in known], reached)
    heavy = weighted_mean((one.mean, one.tonnes) for one in known)
    return {
        "customers": len(known),
        "customer_mean": each.mean if each else None,
        "customer_low": each.low if each else None,
        "customer_high": each.high if each else None,
        "weighted_mean": heavy.mean if heavy else None,
        "weighted_n": heavy.effective_n if heavy else None,
    }


def group_results(result: WaveResult) -> list[GroupResult]:
    """What is too small to show is not even stored. Anonymous answers belong to no group of customers."""
    rated = result.wave.version.sections.filter(items__kind=ItemKind.RATING, items__aspect__in=JUDGING).distinct()
    found = [_service_group(result, section) for section in rated.exclude(items__key=OVERALL)]
    if result.wave.is_anonymous:
        return found
    scores, reached = scores_of_customers(result.wave), reached_customers(result.wave)
    for dimension, group_of in DIMENSIONS.items():
        populations = Counter(group_of(one) for one in reached)
        found += _customer_groups(result, dimension, group_of, scores, populations)
    return found


def _customer_groups(
    result: WaveResult, dimension: str, group_of: Callable, scores: list[CustomerScore], populations: Mapping[str, int]
) -> list[GroupResult]:
    members: dict[str, list[CustomerScore]] = defaultdict(list)
    for one in scores:
        members[group_of(one)].append(one)
    sizes = {group: sum(one.answers for one in ones) for group, ones in members.items()}
    hidden = hidden_groups(sizes, fewest_shown(result.wave))
    rows = []
    for group, ones in members.items():
        known = [one.mean for one in ones if one.pk is not None]
        shown = None if group in hidden else of_values(known, populations.get(group))
        rows.append(_row(result, dimension, group, sizes[group], shown, customers=len(known)))
    return rows


def _service_group(result: WaveResult, section) -> GroupResult:
    """Everybody who rated an item of the section, with the mean of those ratings."""
    rated = Answer.objects.filter(response__wave=result.wave, item__section=section, item__kind=ItemKind.RATING, item__aspect__in=JUDGING)
    own = rated.exclude(score=None).order_by().values("response").annotate(mean=Avg("score"))
    whole = own.aggregate(n=Count("mean"), middle=Avg("mean"), deviation=StdDev("mean", sample=True))
    shown = None
    if whole["n"] >= fewest_shown(result.wave):
        shown = estimate(float(whole["middle"]), whole["n"], _number(whole["deviation"]), result.population)
    return _row(result, SERVICE, section.key, whole["n"], shown)


def _number(value) -> float | None:
    return None if value is None else float(value)


def _row(result: WaveResult, dimension: str, group: str, n: int, shown: Estimate | None, customers: int | None = None) -> GroupResult:
    figures = {} if shown is None else {"n": n, "customers": customers, "mean": shown.mean, "low": shown.low, "high": shown.high}
    return GroupResult(result=result, dimension=dimension, group=group, hidden=shown is None, **figures)
