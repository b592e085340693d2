"""A vessel as the ledger and the documents name it."""

from dataclasses import dataclass

from django.db.models import Count, Max, Min, Q, Sum

from cargo.models import CargoDocument, DocumentMessage, Shipment

VOYAGES, DOCUMENTS = 50, 30


@dataclass(frozen=True, slots=True)
class Vessel:
    """`voyages`: voyage, first_on, last_on, tonnes, teu, rows, customers of each, the latest first."""

    name: str
    voyages: list[dict]
    more_voyages: bool
    documents: list[DocumentMessage]

    @property
    def is_known(self) -> bool:
        return bool(self.voyages or self.documents)


def vessel_named(name: str, user) -> Vessel:
    """What this reader may see of the vessel of exactly this name."""
    sums = {
        "first_on": Min("handled_on"),
        "last_on": Max("handled_on"),
        "tonnes": Sum("tonnes"),
        "teu": Sum("teu"),
        "rows": Count("pk", filter=Q(is_reversal=False)) - Count("pk", filter=Q(is_reversal=True)),
        "customers": Count("customer", distinct=True),
    }
    rows = Shipment.objects.visible_to(user).filter(vessel=name)
    voyages = list(rows.order_by().values("voyage").annotate(**sums).filter(rows__gt=0).order_by("-last_on", "voyage")[: VOYAGES + 1])
    documents = CargoDocument.objects.visible_to(user)
    messages = DocumentMessage.objects.filter(vessel=name, document__in=documents).select_related("document")
    shown = list(messages.defer("facts", "remarks").order_by("-pk")[:DOCUMENTS])
    return Vessel(name, voyages[:VOYAGES], len(voyages) > VOYAGES, shown)
