"""The ledger beside complaints: which rows may be meant, which a case names, and which cases name a row."""

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db.models import Q, QuerySet

from cargo.models import Shipment
from feedback.models import Complaint, ComplaintShipment
from portcrm.accounts.models import User

OFFERED = 20
OF_CUSTOMER = 5_000  # newest rows of the customer, in which a part of a number is enough
OF_VOYAGE = dt.timedelta(days=92)  # the ledger has no index of voyages: without vessel and customer only the latest are read
MOST_WORDS, LONGEST_WORD, SHORTEST_PART = 6, 60, 3


@dataclass(frozen=True)
class NamedRow:
    """A row of the ledger a case names. `stands` is the row that says the same cargo now; None where it was taken back."""

    link: ComplaintShipment
    named: Shipment
    stands: Shipment | None

    @property
    def is_corrected(self) -> bool:
        return self.stands is None or self.stands.pk != self.named.pk


def words_of(*texts: str) -> tuple[str, ...]:
    """Each text as it was typed, then its words: "新青岛 0123E" is a vessel and a voyage, or a vessel of that name."""
    whole = [text.strip() for text in texts if text.strip()]
    parts = [part for text in whole for part in text.split() if part not in whole]
    return tuple(dict.fromkeys(word[:LONGEST_WORD] for word in [*whole, *parts]))[:MOST_WORDS]


def rows_that_may_be_meant(user: User, *, customer: int | None, words: Sequence[str], on: dt.date, most: int = OFFERED) -> list[Shipment]:
    """At most `most` rows in effect: those of the customer first, then by how many words fit, then the newest.

    A bill of lading, vessel or document number is found whole in the whole ledger, in the customer's newest rows also by a part;
    a voyage in the customer's rows, beside a vessel, or alone in the three months before `on`. No word gives the customer's newest.
    """
    seen = Shipment.objects.visible_to(user).in_effect()
    found = _found(seen, customer, words, on) if words else [seen.filter(customer=customer)] if customer else []
    if not found:
        return []
    first, *others = [rows.order_by("-handled_on", "-pk").values("pk")[:OFFERED] for rows in found]
    keys = [key for (key,) in first.union(*others).values_list("pk")] if others else first
    rows = list(Shipment.objects.visible_to(user).filter(pk__in=keys).for_list())
    return sorted(rows, key=lambda row: (row.customer_id == customer, _fits(row, words), row.handled_on, row.pk), reverse=True)[:most]


def _found(seen: QuerySet, customer: int | None, words: Sequence[str], on: dt.date) -> list[QuerySet]:
    spelt = {spelling for word in words for spelling in (word, word.upper())}
    lately = Q(voyage__in=spelt, handled_on__range=(on - OF_VOYAGE, on))
    found = [
        seen.filter(bl_no__in=spelt),
        seen.filter(vessel__in=spelt),
        seen.filter(vessel__in=spelt, voyage__in=spelt),
        seen.filter(lately),
    ]
    found += [seen.of_document(word) for word in words]
    if customer:
        newest = Shipment.objects.filter(customer=customer).order_by("-handled_on", "-pk").values("pk")[:OF_CUSTOMER]
        parts = Q(voyage__in=spelt)
        for word in (word for word in words if len(word) >= SHORTEST_PART):
            parts |= Q(bl_no__icontains=word) | Q(vessel__icontains=word) | Q(voyage__icontains=word) | Q(document_no__icontains=word)
        found.append(seen.filter(pk__in=newest).filter(parts))
    return found


def _fits(row: Shipment, words: Iterable[str]) -> int:
    """How many words the row holds, whole ones twice."""
    told = [text.casefold() for text in (row.bl_no, row.vessel, row.voyage, row.document_no)]
    sought = [word.casefold() for word in words]
    return sum((word in told) + any(word in text for text in told) for word in sought)


def rows_named_by(complaint: Complaint, user: User) -> list[NamedRow]:
    """The rows of a case this reader may see, in the order they were chosen, each with the row that stands for it now."""
    links = list(complaint.shipment_links.order_by("pk"))
    named = {row.pk: row for row in Shipment.objects.visible_to(user).filter(pk__in=[one.shipment_id for one in links]).for_list()}
    stands = _standing(named)
    return [NamedRow(one, named[one.shipment_id], stands[one.shipment_id]) for one in links if one.shipment_id in named]


def _standing(named: dict[int, Shipment]) -> dict[int, Shipment | None]:
    """By the key of each row what corrections have made of it: itself, a later row, or nothing."""
    stands: dict[int, Shipment | None] = dict(named)
    while last := {row.pk: key for key, row in stands.items() if row is not None}:
        corrections = list(Shipment.objects.filter(corrects__in=last).for_list().order_by("is_reversal"))
        if not corrections:
            break
        taken_back = {row.corrects_id for row in corrections}
        stands |= {last[pk]: None for pk in taken_back}
        stands |= {last[row.corrects_id]: row for row in corrections if not row.is_reversal}
    return stands


def same_cargo(shipment: Shipment) -> set[int]:
    """Keys of the row, of those it corrects, and of those that correct it or them. A row is corrected once: chains are short."""
    first = shipment
    while first.corrects_id:
        first = Shipment.objects.get(pk=first.corrects_id)
    keys = step = {first.pk}
    while step:
        step = set(Shipment.objects.filter(corrects__in=step).values_list("pk", flat=True))
        keys = keys | step
    return keys


def cases_about(shipment: Shipment, user: User) -> QuerySet[Complaint]:
    """Complaints that name the row, or one that it corrects or that corrects it; the newest first."""
    links = ComplaintShipment.objects.filter(shipment__in=same_cargo(shipment))
    return Complaint.objects.visible_to(user).filter(pk__in=links.values("complaint")).for_list().order_by("-recorded_at", "-pk")
