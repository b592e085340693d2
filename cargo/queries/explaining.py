"""What explains a gap: customers that handled less or more than in the same months a year before, and open leads."""

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Count, F, Q, Sum
from django.db.models.functions import Coalesce

from cargo.models import Lead
from cargo.queries.handled import FIELD_OF, rollups_of
from cargo.queries.targets import Slot
from cargo.querysets import LeadQuerySet
from customers.models import Customer

MOVERS, LEADS = 6, 8
ZERO = Decimal(0)


@dataclass(frozen=True, slots=True)
class Mover:
    """A customer beside the same months a year before. The customer is None where the reader may not see the file."""

    customer: Customer | None
    now: Decimal
    before: Decimal

    @property
    def change(self) -> Decimal:
        return self.now - self.before


@dataclass(frozen=True, slots=True)
class Movers:
    losses: list[Mover]
    gains: list[Mover]


def movers(user, slot: Slot, months: list[int], *, code: str | None = None, count: int = MOVERS) -> Movers:
    """The customers that lost and won most in these months against the same months a year before."""
    if not months:
        return Movers([], [])
    now, before = (_between(slot.year - back, months) for back in (0, 1))
    rows = rollups_of(slot).visible_to(user).filter(now | before)
    rows = rows.filter(cargo_class=code) if code else rows
    field = FIELD_OF[slot.unit]
    sums = (
        rows.values("customer")
        .annotate(now=Coalesce(Sum(field, filter=now), ZERO), before=Coalesce(Sum(field, filter=before), ZERO))
        .annotate(change=F("now") - F("before"))
    )
    found = [
        list(sums.filter(change__lt=0).order_by("change", "customer")[:count]),
        list(sums.filter(change__gt=0).order_by("-change", "customer")[:count]),
    ]
    names = Customer.objects.visible_to(user).in_bulk({row["customer"] for rows in found for row in rows})
    return Movers(*([Mover(names.get(row["customer"]), row["now"], row["before"]) for row in rows] for rows in found))


def _between(year: int, months: list[int]) -> Q:
    return Q(month__range=(dt.date(year, months[0], 1), dt.date(year, months[-1], 1)))


@dataclass(frozen=True, slots=True)
class OpenLeads:
    """Open leads that could fill a gap: the largest of them, how many there are, what they come to as quoted, and what of it
    the closed leads let expect in a year; `unweighted` of them have no probability yet and add nothing to `expected`."""

    leads: list[Lead]
    count: int
    quantity: Decimal | None
    expected: Decimal | None
    unweighted: int


def conditions_of_leads(slot: Slot, code: str | None) -> dict[str, object]:
    """Which leads a slot counts, in the words of the leads' filter: the open ones of its class and direction, of its customer or
    of its account manager (who is in charge of the lead)."""
    whose = {"customer": slot.customer_id} if slot.customer_id else {"manager": slot.manager_id}
    conditions = {"state": "open", "cargo_class": code, "direction": slot.direction, **whose}
    return {name: value for name, value in conditions.items() if value}


def leads_of(user, slot: Slot, code: str | None = None) -> LeadQuerySet:
    """As `conditions_of_leads` says."""
    fields = {"cargo_class": "cargo_class", "direction": "direction", "customer": "customer", "manager": "owner"}
    wanted = conditions_of_leads(slot, code)
    return Lead.objects.visible_to(user).open().filter(**{field: wanted[name] for name, field in fields.items() if name in wanted})


def open_leads(user, slot: Slot, *, code: str | None = None, count: int = LEADS) -> OpenLeads:
    """Leads of the slot that are open, by what they would bring; a lead without a quantity counts and adds nothing."""
    field = FIELD_OF[slot.unit]
    leads = leads_of(user, slot, code)
    largest = leads.for_list().order_by(F(field).desc(nulls_last=True), "pk")[:count]
    sums = leads.aggregate(
        whole=Sum(field), expected=Sum(f"outlook__expected_{field}"), unweighted=Count("pk", filter=Q(outlook__probability=None))
    )
    return OpenLeads(list(largest), leads.count(), sums["whole"], sums["expected"], sums["unweighted"])
