"""What documents tell of companies becomes knowledge: a sighting at the customer's file, or a candidate for the desk.

Learning twice is learning once: a message names a company once. What a later message changes or cancels counts no more,
in whichever order the two arrive.
"""

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from types import MappingProxyType

from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from cargo.documents.facts import Purpose
from cargo.enums import CandidateState
from cargo.goods import GoodsRules
from cargo.models import Candidate, CargoDocument, DocumentMessage, FlowLine, IgnoreRule, MediaNote, Sighting
from cargo.queries.ignoring import rules_in_force
from cargo.queries.parties import KnownParties, find_parties, party_text
from cargo.queries.references import own_sizes
from cargo.queries.sightings import CargoSeen, FirmSeen, findings_of
from cargo.queries.suggestions import load_goods_rules, suggest
from cargo.querysets import SightingQuerySet
from cargo.services.found import carry_forward
from cargo.services.turns import hold_names, keep_rules, locked_candidates
from customers.models import Customer
from customers.services.locking import hold_files
from customers.services.recognising import KnownFirms
from portcrm.accounts.models import User
from portcrm.audit.actions import action
from portcrm.clock import now

TONNES, TEU = Decimal("0.001"), Decimal("0.001")
PORTION = 500


@dataclass(frozen=True)
class Seen:
    """A firm where it was seen: in a message, in a line of a flow list, in a note from the media."""

    firm: FirmSeen
    source: str
    seen_at: dt.datetime
    message: DocumentMessage | None = None
    flow: FlowLine | None = None
    note: MediaNote | None = None


@action("candidate.learn", _("Companies learned from a document"))
def learn_from_document(*, document: CargoDocument, by: User) -> int:
    """Note every company the document names at its customer file, or as a candidate; returns how many sightings are new.

    A cancelled or changed message loses its sightings, also one that arrives after what cancels or changes it. What was withdrawn by
    a message that turns out to mean this document counts again.
    """
    messages = list(document.messages.order_by("position"))
    seen = list(_seen_in(messages, document.received_at))
    return keep_sightings(seen=seen, withdrawn=_withdrawn_by(messages), document=document, by=by)


def _seen_in(messages: Iterable[DocumentMessage], at: dt.datetime) -> Iterator[Seen]:
    """A cancellation tells of no cargo to come."""
    sizes = own_sizes()
    for message in messages:
        if message.purpose != Purpose.CANCEL and message.kind:
            yield from (Seen(firm, message.kind, at, message=message) for firm in findings_of(message.facts, sizes).firms)


def _withdrawn_by(messages: Sequence[DocumentMessage]) -> dict[int, int]:
    """What one of these messages changes or cancels, or what changes or cancels one of them: later by replaced; the first counts."""
    own = [message.pk for message in messages]
    pairs = DocumentMessage.objects.filter(Q(pk__in=own) | Q(replaces__in=own), replaces__isnull=False).order_by("-pk")
    return dict(pairs.values_list("replaces", "pk"))


def keep_sightings(
    *, seen: Sequence[Seen], withdrawn: Mapping[int, int] = MappingProxyType({}), document: CargoDocument | None = None, by: User
) -> int:
    """Store sightings at the files or candidates they are of, those of a document that are not known yet; returns how many.

    `withdrawn`: messages whose sightings count no more, each with the message that says so.
    """
    customers = _held_customers(seen)
    if document is not None:  # learned from twice at once, the second finds everything known
        CargoDocument.objects.select_for_update(no_key=True).get(pk=document.pk)
        seen = _unknown(seen, document)
    keep_rules()
    hold_names(one.firm.key for one in seen)
    candidates = candidates_for(seen=seen, customers=customers, by=by)
    misled = _misled(document) if withdrawn and document else Sighting.objects.none()
    losing = _candidates_of(Sighting.objects.standing().filter(message__in=withdrawn))
    rows = {one.pk: one for one in locked_candidates({*(one.pk for one in candidates.values()), *losing, *_candidates_of(misled)})}
    candidates = _still_for(seen, candidates, rows, by)
    rows |= {one.pk: one for one in candidates.values()}
    rules = load_goods_rules()
    come = [sighting_of(one, rules, customer=customers.get(one.firm.key), candidate=candidates.get(one.firm.key)) for one in seen]
    Sighting.objects.bulk_create(come, batch_size=PORTION)
    back, gone = _give_back(misled, rows), _withdraw(withdrawn, rows)
    come_to, gone_from = ([one for one in some if one.candidate_id] for some in ([*come, *back], gone))
    carry_forward(candidates=rows.values(), come=come_to, gone=gone_from, by=by)
    return len(come)


def _held_customers(seen: Sequence[Seen]) -> dict[str, int]:
    """Customer ids by key, and no file among them that is removed or merged while their sightings are written."""
    customers = customers_of([one.firm for one in seen])
    hold_files({*customers.values(), *files_behind([one.firm.key for one in seen])})
    there = set(Customer.every.filter(pk__in=customers.values()).values_list("pk", flat=True))
    return {key: customer for key, customer in customers.items() if customer in there}


def files_behind(keys: Iterable[str]) -> list[int]:
    """The files that candidates of these names have become."""
    rows = Candidate.objects.filter(name_key__in=set(keys), customer__isnull=False)
    return list(rows.values_list("customer", flat=True))


def _unknown(seen: Iterable[Seen], document: CargoDocument) -> list[Seen]:
    known = set(Sighting.objects.filter(message__document=document).values_list("message", "name_key"))
    return [one for one in seen if (one.message.pk, one.firm.key) not in known]


def _misled(document: CargoDocument) -> SightingQuerySet:
    """Withdrawn by a message that means one of this document, as is known now, and not the one they stand in."""
    by_ours = Sighting.objects.filter(withdrawn_by__replaces__document=document)
    return by_ours.exclude(message=F("withdrawn_by__replaces"))


def _candidates_of(sightings: SightingQuerySet) -> Iterable[int]:
    return sightings.filter(candidate__isnull=False).values_list("candidate", flat=True)


def _of_held(held: Iterable[int]) -> Q:
    """Sightings of customers, and of candidates only those that are held."""
    return Q(candidate=None) | Q(candidate__in=list(held))


def _give_back(misled: SightingQuerySet, held: Iterable[int]) -> list[Sighting]:
    """Let what was withdrawn for another message count again, and return it; unless it is changed or cancelled by a third one."""
    rows = list(misled.filter(_of_held(held)).select_for_update(of=("self",)).order_by("pk"))
    if not rows:
        return []
    replaced = DocumentMessage.objects.filter(replaces__in={row.message_id for row in rows}).order_by("-pk")
    others = dict(replaced.values_list("replaces", "pk"))
    for row in rows:
        row.withdrawn_by_id = others.get(row.message_id)
    Sighting.objects.bulk_update(rows, ["withdrawn_by"], batch_size=PORTION)
    return [row for row in rows if row.withdrawn_by_id is None]


def _withdraw(withdrawn: Mapping[int, int], held: Iterable[int]) -> list[Sighting]:
    """Mark what counts no more, and return it; of candidates only those that are held."""
    if not withdrawn:
        return []
    rows = list(Sighting.objects.standing().filter(_of_held(held), message__in=withdrawn).select_for_update().order_by("pk"))
    for row in rows:
        row.withdrawn_by_id = withdrawn[row.message_id]
    Sighting.objects.bulk_update(rows, ["withdrawn_by"], batch_size=PORTION)
    return rows


def customers_of(firms: Sequence[FirmSeen]) -> dict[str, int]:
    """Customer ids by key: those with the firm's credit code, with its very name in either language or short, or with its name
    folded; none where several fit."""
    if not firms:
        return {}
    parties: KnownParties = find_parties({text for firm in firms for text in (firm.credit_code, firm.name) if text})
    rows = [firm.names | {"credit_code": firm.credit_code} for firm in firms]
    known = KnownFirms.of(rows)
    found = {}
    for firm, row in zip(firms, rows, strict=True):
        written = next((text for text in map(party_text, (firm.credit_code, firm.name)) if text in parties.ids), "")
        sure = known.find(row, code="").sure
        customer = parties.ids[written] if written and written not in parties.ambiguous else sure
        if customer is not None:
            found[firm.key] = customer
    return found


def candidates_for(*, seen: Sequence[Seen], customers: dict[str, int], by: User) -> dict[str, Candidate]:
    """The candidate of each key that is no customer's: the one there is, whatever was decided on it, else a new one, which a rule may
    ignore at once. A name that was decided to be the very customer stays with that decision, so that both can be taken back together.

    One that was ignored without a rule was ignored for what was known then; seen anew the company comes back.
    """
    firms = {one.firm.key: one for one in seen}
    standing = _standing(firms)
    for key in [key for key in standing if standing[key].customer_id == customers.get(key) is not None]:
        del customers[key]
    standing = {key: one for key, one in standing.items() if key not in customers}
    missing = [firms[key] for key in sorted(firms.keys() - standing.keys() - customers.keys())]
    return standing | _opened(missing, by)


def _opened(missing: Sequence[Seen], by: User) -> dict[str, Candidate]:
    """Candidates of names that have none; what a rule keeps away keeps the candidate under the rule that there is."""
    if not missing:
        return {}
    rules = rules_in_force()
    ruled = {one.firm.key: rule for one in missing if (rule := rules.rule_for(one.firm.name, one.firm.key))}
    kept_away = {one.name_key: one for one in Candidate.objects.filter(name_key__in=ruled, rule__isnull=False)}
    new = [_candidate(one.firm, ruled.get(one.firm.key), one.seen_at, by) for one in missing if one.firm.key not in kept_away]
    Candidate.objects.bulk_create(new, batch_size=PORTION)
    return kept_away | {one.name_key: one for one in new}


def _standing(keys: Iterable[str]) -> dict[str, Candidate]:
    rows = Candidate.objects.filter(name_key__in=list(keys)).exclude(state=CandidateState.IGNORED)
    return {one.name_key: one for one in rows}


def _still_for(seen: Sequence[Seen], candidates: dict[str, Candidate], rows: dict[int, Candidate], by: User) -> dict[str, Candidate]:
    """The same as locked; one that somebody ignored in the moment between is seen anew with these documents."""
    held = {key: rows[one.pk] for key, one in candidates.items()}
    away = {key for key, one in held.items() if one.state == CandidateState.IGNORED and one.rule_id is None}
    return held | _opened([one for key, one in {one.firm.key: one for one in seen}.items() if key in away], by)


def _candidate(firm: FirmSeen, rule: IgnoreRule | None, seen_at: dt.datetime, by: User) -> Candidate:
    decided = {"state": CandidateState.IGNORED, "rule": rule, "decided_by": by, "decided_at": now()} if rule else {}
    return Candidate(
        name=firm.name, name_key=firm.key, country=firm.country, address=firm.address, code=firm.code, credit_code=firm.credit_code,
        opened_at=seen_at, **decided,
    )  # fmt: skip


def sighting_of(seen: Seen, rules: GoodsRules, *, customer: int | None, candidate: Candidate | None) -> Sighting:
    firm = seen.firm
    largest = max(((one.tonnes or Decimal(0), one.teu or Decimal(0)) for one in firm.cargo), default=(Decimal(0), Decimal(0)))
    return Sighting(
        customer_id=customer, candidate=candidate, message=seen.message, flow=seen.flow, note=seen.note, source=seen.source,
        name=firm.name, name_key=firm.key,
        country=firm.country, address=firm.address, code=firm.code, code_list=firm.code_list[:70], is_forwarder=firm.is_forwarder,
        roles=list(firm.roles), segments=list(firm.segments), cargo=[kept_cargo(one, rules) for one in firm.cargo], seen_at=seen.seen_at,
        tonnes=sum((one.tonnes or Decimal(0) for one in firm.cargo), Decimal(0)).quantize(TONNES),
        teu=sum((one.teu or Decimal(0) for one in firm.cargo), Decimal(0)).quantize(TEU),
        largest_tonnes=largest[0].quantize(TONNES), largest_teu=largest[1].quantize(TEU),
    )  # fmt: skip


def kept_cargo(cargo: CargoSeen, rules: GoodsRules) -> dict[str, object]:
    """As JSON holds it: figures as texts, what is not said left out."""
    suggestion = suggest(cargo.goods, cargo.hs_code, rules=rules)
    told = {
        "goods": cargo.goods, "hs_code": cargo.hs_code, "loading": cargo.loading, "discharge": cargo.discharge, "bill_no": cargo.bill_no,
        "segment": cargo.segment, "cargo_class": suggestion.cargo_class_code if suggestion else "",
        "tonnes": _figure(cargo.tonnes), "teu": _figure(cargo.teu),
    }  # fmt: skip
    return {name: value for name, value in told.items() if value}


def _figure(amount: Decimal | None) -> str:
    return "" if amount is None else f"{amount.normalize():f}"
