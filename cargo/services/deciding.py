"""Decisions on candidates: a file of their own, part of one there is, or none. Each can be taken back while nothing depends on it.

Of two people at the desk the first decides; the second is told who did what.
"""

import datetime as dt
from collections.abc import Sequence

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cargo.document_words import TRADER
from cargo.documents.facts import PartyRole
from cargo.enums import DECIDED, CandidateState, LeadStage, RuleKind
from cargo.models import Candidate, Lead
from cargo.queries.largest import largest_of, lead_fields
from cargo.queries.seen_leads import OF_COMPANY, OF_LEAD, channel_key, source_note
from cargo.queries.sightings import names_of
from cargo.services.found import settle_state
from cargo.services.ignoring import lift_rule, make_rule
from cargo.services.leads import create_lead
from cargo.services.turns import change_rules, hold_file_to_be_removed, hold_names, locked_candidates
from customers.enums import CustomerStatus, CustomerType
from customers.models import Channel, Customer
from customers.services.customers import create_customer
from customers.services.locking import locked_customer
from customers.services.removing import take_back_file
from portcrm.accounts.models import User
from portcrm.audit.actions import action
from portcrm.clock import now, port_today
from portcrm.errors import RuleBroken

TYPES = {
    PartyRole.FORWARDER: CustomerType.FORWARDER,
    PartyRole.CARRIER: CustomerType.CARRIER,
    PartyRole.OPERATOR: CustomerType.CARRIER,
    PartyRole.HAULIER: CustomerType.TRUCKING,
    PartyRole.TERMINAL: CustomerType.TERMINAL,
    TRADER: CustomerType.TRADER,
}
REFERENCE = Customer._meta.get_field("source_reference").max_length
ADDRESS = 300
DECISION = ("state", "customer", "lead", "rule", "decided_by", "decided_at", "version")


@action("candidate.accept", gettext_lazy("Candidate accepted as a customer"))
def accept_candidate(*, candidate: Candidate, with_lead: bool, today: dt.date, by: User) -> Candidate:
    """Open a customer file for a prospect, and where wanted a lead on its largest cargo, both with the document they come from."""
    row = open_candidate(candidate)
    customer = create_customer(by=by, **customer_fields(row))
    lead = _open_lead(row, customer, today, by) if with_lead else None
    return _decide(row, CandidateState.ACCEPTED, by, customer=customer, lead=lead)


def customer_fields(candidate: Candidate) -> dict[str, object]:
    names = names_of(candidate.name)
    first = candidate.sightings.standing().for_desk().order_by("pk").first()
    return {
        **names,
        "address_zh" if names["name_zh"] else "address_en": candidate.address[:ADDRESS],
        "credit_code": candidate.credit_code,
        "status": CustomerStatus.PROSPECT,
        "types": customer_types(candidate),
        "channel": Channel.objects.get(key=channel_key(first, OF_COMPANY)),
        "source_reference": first.reference[:REFERENCE] if first else "",
    }


def customer_types(candidate: Candidate) -> list[str]:
    if candidate.is_forwarder:
        return [CustomerType.FORWARDER]
    return list(dict.fromkeys(TYPES.get(role, CustomerType.CARGO_OWNER) for role in candidate.roles))


def _open_lead(candidate: Candidate, customer: Customer, today: dt.date, by: User) -> Lead:
    largest = largest_of(candidate)
    if largest is None:
        raise RuleBroken(_("No document says how much cargo it is. Decide on the company without a lead."), field="with_lead")
    channel = Channel.objects.get(key=channel_key(largest.sighting, OF_LEAD))
    fields = lead_fields(candidate, largest) | {"source_note": source_note(largest.sighting), "sighting": largest.sighting}
    return create_lead(customer=customer, channel=channel, today=today, by=by, **fields)


@action("candidate.merge", gettext_lazy("Candidate merged into a customer file"))
def merge_candidate(
    *, candidate: Candidate, customer: Customer, by: User, with_lead: bool = False, today: dt.date | None = None
) -> Candidate:
    """This company has a file under another name: from now on this name means that file, which where wanted has a lead on the largest
    cargo the company was seen with, recorded `today`."""
    file = locked_customer(customer)  # before the candidate, as everywhere
    row = open_candidate(candidate)
    lead = _open_lead(row, file, today or port_today(), by) if with_lead else None
    return _decide(row, CandidateState.MERGED, by, customer=file, lead=lead)


@action("candidate.ignore", gettext_lazy("Candidate ignored"))
def ignore_candidate(*, candidate: Candidate, by: User) -> Candidate:
    """Not worth a file for what is known; a later document brings the company back."""
    return _decide(open_candidate(candidate), CandidateState.IGNORED, by)


@action("candidate.ignore_always", gettext_lazy("Candidate ignored for good"))
def ignore_always(*, candidate: Candidate, by: User) -> Candidate:
    """Ignore the company under this name from now on, by a rule that can be lifted."""
    change_rules()
    row = open_candidate(candidate)
    make_rule(kind=RuleKind.NAME, text=row.name, reason="", by=by)
    row.refresh_from_db()
    return row


@action("candidate.ignore_many", gettext_lazy("Candidates ignored"))
def ignore_candidates(*, keys: Sequence[int], by: User) -> int:
    """Those of them that still wait for a decision; returns how many."""
    rows = [row for row in locked_candidates(keys) if row.is_open]
    moment = now()
    for row in rows:
        row.state, row.decided_by, row.decided_at = CandidateState.IGNORED, by, moment
        row.version += 1
    Candidate.objects.bulk_update(rows, DECISION)
    return len(rows)


def ignore_one(*, row: Candidate, values: dict, by: User) -> Candidate:
    """One of many chosen from the list, for good where that was asked for."""
    return ignore_always(candidate=row, by=by) if values["always"] else ignore_candidate(candidate=row, by=by)


def open_candidate(candidate: Candidate) -> Candidate:
    """The stored row, locked; RuleBroken says who has decided what meanwhile."""
    row = Candidate.objects.select_for_update().get(pk=candidate.pk)  # nothing joined: whoever waited would read what stood there before
    if row.state in DECIDED:
        said = {"who": row.decided_by.label, "what": row.get_state_display(), "name": row.name}
        raise RuleBroken(_("%(name)s was decided on already: %(what)s, by %(who)s.") % said)
    if row.state == CandidateState.GONE:
        raise RuleBroken(_("Every document that named %(name)s was cancelled or changed.") % {"name": row.name})
    return row


def _decide(row: Candidate, state: CandidateState, by: User, customer: Customer | None = None, lead: Lead | None = None) -> Candidate:
    row.state, row.customer, row.lead, row.decided_by, row.decided_at = state, customer, lead, by, now()
    row.version += 1
    row.save(update_fields=DECISION)
    return row


@action("candidate.undo", gettext_lazy("Decision on a candidate taken back"))
def undo_decision(*, candidate: Candidate, by: User) -> Candidate:
    """Put a candidate back on the desk as it was; a file and a lead it was given go, unless somebody has built on them."""
    decided = Candidate.objects.select_related("rule").get(pk=candidate.pk)
    if decided.rule is not None:
        return _undo_rule(decided, by)
    row = _held_for_undo(decided)
    _refuse_namesake(row)
    state, customer, lead = row.state, row.customer, row.lead
    row.state, row.customer, row.lead, row.decided_by, row.decided_at = CandidateState.OPEN, None, None, None, None
    row.version += 1
    settle_state(row)
    row.save(update_fields=DECISION)
    if lead is not None:
        _take_back_lead(lead)
    if state == CandidateState.ACCEPTED:
        take_back_file(customer=customer, by=by)
    return row


def _undo_rule(candidate: Candidate, by: User) -> Candidate:
    if candidate.rule.kind == RuleKind.WORD:
        said = _("A rule for every company with “%(word)s” keeps it away. Lift the rule on the page of the rules.")
        raise RuleBroken(said % {"word": candidate.rule.text})
    lift_rule(rule=candidate.rule, by=by)
    return Candidate.objects.get(pk=candidate.pk)


def _held_for_undo(decided: Candidate) -> Candidate:
    """The row, locked after what comes before it (turns.py); RuleBroken where it is not the decision that was read any more."""
    if decided.state == CandidateState.ACCEPTED:
        hold_file_to_be_removed(decided.customer_id)
    hold_names([decided.name_key])
    row = Candidate.objects.select_for_update().get(pk=decided.pk)
    if row.state not in DECIDED:
        raise RuleBroken(_("Nothing has been decided on %(name)s.") % {"name": row.name})
    if (row.version, row.customer_id) != (decided.version, decided.customer_id):
        raise RuleBroken(_("Somebody else has decided on %(name)s meanwhile.") % {"name": row.name})
    return row


def _refuse_namesake(row: Candidate) -> None:
    """A company ignored once may have been seen again since; then that candidate stands, or the rule by which it was ignored for good."""
    namesakes = Candidate.objects.filter(name_key=row.name_key).exclude(pk=row.pk)
    if row.state == CandidateState.IGNORED and namesakes.exclude(state=CandidateState.IGNORED).exists():
        raise RuleBroken(_("%(name)s was seen again since and is on the desk anew.") % {"name": row.name})
    if (ruled := namesakes.filter(rule__isnull=False).select_related("rule").first()) is not None:
        said = _("%(name)s was ignored for good since. Lift the rule “%(rule)s” on the page of the rules first.")
        raise RuleBroken(said % {"name": row.name, "rule": ruled.rule.text})


def _take_back_lead(lead: Lead) -> None:
    current = Lead.objects.select_for_update().get(pk=lead.pk)
    if current.version != 1 or current.stage != LeadStage.NEW:
        raise RuleBroken(_("Somebody has worked on the lead %(lead)s since, so the decision stays.") % {"lead": current})
    current.delete()
