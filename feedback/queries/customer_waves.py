"""What one customer said from wave to wave, from stored results, beside all customers of the same wave."""

from dataclasses import dataclass

from feedback.models import CustomerResult, LoopResult, Section


@dataclass(frozen=True)
class CustomerWaves:
    """`titles` of the groups of questions, and per wave the stored row with its (title, mean) in that order; newest first."""

    titles: list[str]
    rows: list[tuple[CustomerResult, list[tuple[str, float | None]]]]


def customer_waves(customer, *, limit: int = 8) -> CustomerWaves:
    """The latest waves this customer answered; only for those who may read answers. Questions in general stand as satisfaction."""
    found = (
        CustomerResult.objects.filter(customer=customer).select_related("result__wave").order_by("-result__wave__opens_at", "-pk")[:limit]
    )
    results = list(found)
    keys = {key for one in results for key in one.groups}
    sections = Section.objects.filter(key__in=keys).exclude(items__key="overall").order_by("key", "-version__number", "-pk").distinct("key")
    shown = sorted(sections, key=lambda one: one.position)
    rows = [(one, [(section.title, one.groups.get(section.key)) for section in shown]) for one in results]
    return CustomerWaves([section.title for section in shown], rows)


def low_marks_of(customer, *, limit: int = 10) -> list[LoopResult]:
    """What this customer rated low and what it gave the same question in the next wave, the latest first."""
    found = LoopResult.objects.filter(customer=customer).select_related("item", "result__wave", "before_wave")
    return list(found.order_by("-result__wave__opens_at", "item__position")[:limit])
