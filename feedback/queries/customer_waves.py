"""What one customer said from wave to wave, from stored results, beside all customers of the same wave."""

from dataclasses import dataclass

from django.db.models import Sum

from feedback.models import CustomerResult, LoopResult, Section
from feedback.queries.disclosure import shown_result
from feedback.queries.rules import fewest_shown
from feedback.queries.senders import knows_senders


@dataclass(frozen=True)
class CustomerWaves:
    """`titles` of the groups of questions, and per wave the stored row with its (group, mean) in that order; newest first."""

    titles: list[str]
    rows: list[tuple[CustomerResult, list[tuple[Section, float | None]]]]


def customer_waves(customer, user, *, limit: int = 8) -> CustomerWaves:
    """The latest waves this customer answered; only for those who may read answers. Questions in general stand as satisfaction."""
    found = CustomerResult.objects.filter(customer=customer).select_related("result__wave")
    latest = found.order_by("-result__wave__opens_at", "-pk")[:limit]
    results = [one for one in latest if _may_be_shown(one, user)]
    keys = {key for one in results for key in one.groups}
    sections = (
        Section.objects.published()
        .filter(key__in=keys)
        .exclude(items__key="overall")
        .order_by("key", "-version__number", "-pk")
        .distinct("key")
    )
    shown = sorted(sections, key=lambda one: one.position)
    rows = [(one, [(section, one.groups.get(section.key)) for section in shown]) for one in results]
    for one in results:
        one.is_opened = knows_senders(user, one.result.wave)
    return CustomerWaves([section.title for section in shown], rows)


def _may_be_shown(one: CustomerResult, user) -> bool:
    """Of a confidential wave to who may not know the senders: once its figures may be read, from as many answers of the customer as
    a group must have, and where the customers with fewer are none or as many together: what they said would else be left over."""
    wave = one.result.wave
    if knows_senders(user, wave):
        return True
    least = fewest_shown(wave)
    if one.answers < least or shown_result(user, wave) is None:
        return False
    small = CustomerResult.objects.filter(result=one.result_id, answers__lt=least).aggregate(answers=Sum("answers"))["answers"] or 0
    return small == 0 or small >= least


def low_marks_of(customer, *, limit: int = 10) -> list[LoopResult]:
    """What this customer rated low and what it gave the same question in the next wave, the latest first."""
    found = LoopResult.objects.filter(customer=customer).select_related("item", "result__wave", "before_wave")
    return list(found.order_by("-result__wave__opens_at", "item__position")[:limit])
