"""What documents tell of companies becomes knowledge: a sighting at the customer's file, or a candidate for the desk.

Learning twice is learning once: a message names a company once. What a later message changes or cancels counts no more,
in whichever order the two arrive.
"""

import datetime as dt
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from cargo.documents.facts import Purpose
from cargo.enums import CandidateState
from cargo.goods import GoodsRules
from cargo.models import Candidate, CargoDocument, DocumentMessage, FlowLine, IgnoreRule, MediaNote, Sighting
from cargo.queries.ignoring import RulesInForce, rules_in_force
from cargo.queries.parties import KnownParties, find_parties, party_text
from cargo.queries.references import own_sizes
from cargo.queries.sightings import CargoSeen, FirmSeen, findings_of
from cargo.queries.suggestions import load_goods_rules, suggest
from cargo.services.found import renew_candidates
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

    A cancelled or changed message loses its sightings, also one that arrives after what cancels or changes it.
    """
    messages = list(document.messages.order_by("position"))
    known = set(Sighting.objects.filter(message__in=messages).values_list("message", "name_key"))
    seen = [one for one in _seen_in(messages, document.received_at) if (one.message.pk, one.firm.key) not in known]
    touched = keep_sightings(seen=seen, by=by) | _withdraw(messages)
    renew_candidates(keys=touched, by=by)
    return len(seen)


def _seen_in(messages: Iterable[DocumentMessage], at: dt.datetime) -> Iterator[Seen]:
    """A cancellation tells of no cargo to come."""
    sizes = own_sizes()
    for message in messages:
        if message.purpose != Purpose.CANCEL and message.kind:
            yield from (Seen(firm, message.kind, at, message=message) for firm in findings_of(message.facts, sizes).firms)


def keep_sightings(*, seen: Sequence[Seen], by: User) -> set[int]:
    """Store sightings at the files or candidates they are of; returns the candidates, which are to be computed anew."""
    if not seen:
        return set()
    customers = customers_of([one.firm for one in seen])
    strangers = {one.firm.key: one.firm for one in seen if one.firm.key not in customers}
    candidates = candidates_for(firms=strangers.values(), seen_at=seen[0].seen_at, by=by)
    rules = load_goods_rules()
    rows = [sighting_of(one, rules, customer=customers.get(one.firm.key), candidate=candidates.get(one.firm.key)) for one in seen]
    Sighting.objects.bulk_create(rows, ignore_conflicts=True, batch_size=PORTION)
    return {candidate.pk for candidate in candidates.values()}


def customers_of(firms: Sequence[FirmSeen]) -> dict[str, int]:
    """Customer ids by key: those with the firm's credit code, with its very name in either language or short, or with its name
    folded; none where several fit."""
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


def candidates_for(*, firms: Collection[FirmSeen], seen_at: dt.datetime, by: User) -> dict[str, Candidate]:
    """The candidate of each key: the one there is, whatever was decided on it, else a new one, which a rule may ignore at once.

    One that was ignored without a rule was ignored for what was known then; seen anew the company comes back.
    """
    wanted = {firm.key: firm for firm in firms}
    standing = _standing(wanted)
    missing = [wanted[key] for key in sorted(wanted.keys() - standing.keys())]
    rules = rules_in_force() if missing else RulesInForce({}, ())
    ruled = {firm.key: rule for firm in missing if (rule := rules.rule_for(firm.name, firm.key))}
    earlier = {one.name_key: one for one in Candidate.objects.filter(name_key__in=ruled, rule__isnull=False).order_by("pk")}
    new = [_candidate(firm, ruled.get(firm.key), seen_at, by) for firm in missing if firm.key not in earlier]
    Candidate.objects.bulk_create(new, ignore_conflicts=True, batch_size=PORTION)
    if not new:
        return standing | earlier
    # a colleague's document may have opened one of them at the same moment: whoever came first stands
    ignored = {one.name_key: one for one in Candidate.objects.filter(name_key__in=ruled, rule__isnull=False).order_by("pk")}
    return _standing(wanted) | ignored


def _standing(keys: Iterable[str]) -> dict[str, Candidate]:
    rows = Candidate.objects.filter(name_key__in=list(keys)).exclude(state=CandidateState.IGNORED)
    return {one.name_key: one for one in rows}


def _candidate(firm: FirmSeen, rule: IgnoreRule | None, seen_at: dt.datetime, by: User) -> Candidate:
    decided = {"state": CandidateState.IGNORED, "rule": rule, "decided_by": by, "decided_at": now()} if rule else {}
    return Candidate(
        name=firm.name, name_key=firm.key, country=firm.country, address=firm.address, code=firm.code, credit_code=firm.credit_code,
        opened_at=seen_at, **decided,
    )  # fmt: skip


def sighting_of(seen: Seen, rules: GoodsRules, *, customer: int | None, candidate: Candidate | None) -> Sighting:
    firm = seen.firm
    return Sighting(
        customer_id=customer, candidate=candidate, message=seen.message, flow=seen.flow, note=seen.note, source=seen.source,
        name=firm.name, name_key=firm.key,
        country=firm.country, address=firm.address, code=firm.code, code_list=firm.code_list[:70], is_forwarder=firm.is_forwarder,
        roles=list(firm.roles), segments=list(firm.segments), cargo=[kept_cargo(one, rules) for one in firm.cargo], seen_at=seen.seen_at,
        tonnes=sum((one.tonnes or Decimal(0) for one in firm.cargo), Decimal(0)).quantize(TONNES),
        teu=sum((one.teu or Decimal(0) for one in firm.cargo), Decimal(0)).quantize(TEU),
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


def _withdraw(messages: Sequence[DocumentMessage]) -> set[int]:
    """What one of these messages changes or cancels, or what changes or cancels one of them; returns the candidates that lose by it."""
    own = [message.pk for message in messages]
    pairs = DocumentMessage.objects.filter(Q(pk__in=own) | Q(replaces__in=own), replaces__isnull=False).order_by("pk")
    touched: set[int] = set()
    for later, replaced in pairs.values_list("pk", "replaces"):
        rows = Sighting.objects.filter(message=replaced, withdrawn_by=None)
        touched |= set(rows.exclude(candidate=None).values_list("candidate", flat=True))
        rows.update(withdrawn_by=later)
    return touched
