"""A lead as a sighting tells it: what its form begins with, and through which channel a company and its cargo became known."""

from dataclasses import dataclass

from django.db.models import Prefetch
from django.utils.functional import SimpleLazyObject

from cargo.document_words import FLOW_LIST
from cargo.documents.facts import DocumentKind
from cargo.models import CargoClass, Lead, LeadEvidence, Sighting
from cargo.queries.largest import Cargo, largest_in, lead_fields
from customers.models import Channel
from portcrm.accounts.models import User

# The keys of both; what our own people moved they told us.
CHANNELS = {
    DocumentKind.MANIFEST: ("manifest", "contract_performance"),
    DocumentKind.LOADING_LIST: ("manifest", "contract_performance"),
    DocumentKind.STOWAGE: ("stowage_list", "contract_performance"),
    DocumentKind.BOOKING: ("booking_note", "shipper_plan"),
    FLOW_LIST: ("cargo_flow", "shipper_plan"),
}
OWN_CHANNELS = ("own_internal", "contract_performance")
OF_COMPANY, OF_LEAD = 0, 1


def channel_key(sighting: Sighting | None, which: int) -> str:
    """Of the channel a company (OF_COMPANY) or a lead on its cargo (OF_LEAD) comes through."""
    keys = CHANNELS.get(sighting.source, OWN_CHANNELS) if sighting else OWN_CHANNELS
    if sighting and sighting.note_id:
        keys = (sighting.note.medium, OWN_CHANNELS[OF_LEAD])
    return keys[which]


def source_note(sighting: Sighting) -> str:
    return sighting.reference[: Lead._meta.get_field("source_note").max_length]


@dataclass(frozen=True)
class LeadSource:
    """Where a lead comes from: what stands in its source in words of its own, and the sightings it was begun with."""

    note: str
    sightings: list[Sighting]


def source_of(lead: Lead, user: User) -> LeadSource:
    """As far as this person may see it; one query. The words that only repeat a sighting stand once."""
    seen = seen_of(lead, user)
    note = "" if lead.source_note in map(source_note, seen) else lead.source_note
    return LeadSource(note, seen)


def seen_of(lead: Lead, user: User) -> list[Sighting]:
    """The sightings a lead was begun with, as far as this person may see them; one query, none of a lead that read them along."""
    read_along = getattr(lead, "evidence_read", None)
    rows = LeadEvidence.objects.visible_to(user).filter(lead=lead).for_record() if read_along is None else read_along
    return [one.sighting for one in rows]


def evidence_along(user: User) -> Prefetch:
    """Of many leads in one query what seen_of tells of each."""
    return Prefetch("evidence", LeadEvidence.objects.visible_to(user).for_record(), to_attr="evidence_read")


def lead_by_default(sighting: Sighting) -> dict[str, object]:
    """First values of the form of a lead on the largest cargo of a sighting: whose, which, how much, from where to where, by which source.

    Class and quantity are left open where the source says neither, the company's name stands where it has no file yet.
    """
    file = sighting.file_id
    begun: dict[str, object] = {
        "customer": file or "",
        "party_name": "" if file else sighting.name,
        "channel": Channel.objects.filter(key=channel_key(sighting, OF_LEAD), is_active=True).first(),
        "source_note": source_note(sighting),
    }
    cargo = largest_in(sighting)
    if cargo is None:
        return begun
    told = {name.removesuffix("_id"): value for name, value in lead_fields(sighting, cargo).items()}
    return begun | {name: value for name, value in told.items() if name not in _left_open(cargo)}


def _left_open(cargo: Cargo) -> set[str]:
    """What a lead without a form takes from other cargo or from nothing."""
    names = set() if cargo.tonnes or cargo.teu else {"quantity", "unit"}
    if "cargo_class" not in cargo.told:
        names |= {"cargo_class"} if cargo.teu else {"cargo_class", "form"}
    return names


def classes_by_code() -> SimpleLazyObject:
    """All cargo classes, asked for once, and only where a sighting names one."""
    return SimpleLazyObject(CargoClass.objects.in_bulk)
