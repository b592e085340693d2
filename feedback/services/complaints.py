"""Complaints: recorded, assigned, answered, closed. Every step is claimed in the database: two callers, one effect."""

import datetime as dt
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext_lazy
from django.utils.translation import gettext_lazy as _

from cargo.models import Shipment
from customers.models import Channel, Contact, Customer
from feedback.enums import ClockKind, ComplaintState, ServiceGroup, Severity
from feedback.models import Complaint, ComplaintNote, ComplaintSeries, HeardOpinion
from feedback.services.clocks import decision_due, meet, move_decision, rate_anew, start_clocks
from feedback.services.complaint_cargo import link_shipments, name_exactly
from feedback.services.complaint_mail import queue_acknowledgement, queue_answer
from feedback.services.contacts import demand_theirs
from feedback.services.customer_facts import store_open_count
from feedback.services.numbering import next_number
from feedback.services.telling import tell_answered, tell_complaint_assigned, tell_received
from portcrm.accounts.models import User
from portcrm.audit.actions import action
from portcrm.clock import port_zone
from portcrm.editing import set_changes
from portcrm.errors import RuleBroken
from portcrm.once import one_at_a_time

PREFIX = "TS"  # 投诉
TOLD = ("subject", "description", "remedy_sought")


@dataclass(frozen=True, kw_only=True)
class ComplaintFacts:
    """What somebody tells us, as typed."""

    subject: str
    description: str
    customer: Customer | None = None
    contact: Contact | None = None
    channel: Channel | None = None
    company_name: str = ""
    reporter_name: str = ""
    reporter_email: str = ""
    reporter_phone: str = ""
    language: str = "zh-hans"
    group: str = ServiceGroup.OTHER
    severity: str = Severity.NORMAL
    service_item: str = ""
    dimension: str = ""
    cargo_reference: str = ""
    vessel: str = ""
    voyage: str = ""
    bl_no: str = ""
    berth: str = ""
    remedy_sought: str = ""
    by_mail: bool = False
    received_on: dt.date | None = None
    shipments: Sequence[Shipment] = ()


@action("complaint.record", gettext_lazy("Complaint recorded"))
def record_complaint(
    *, facts: ComplaintFacts, form_key: uuid.UUID | None, at: dt.datetime, by: User, heard: HeardOpinion | None = None
) -> Complaint:
    """Record a complaint under the next number, with a deadline; acknowledge by mail where an address is given.

    `heard` is the opinion it was found in: it remembers the first case it became.
    The same form (`form_key`) sent twice gives the first complaint again; with other words in it, as from a page the
    browser went back to, it is another complaint.
    """
    one_at_a_time(form_key)
    if form_key is not None and (known := Complaint.objects.filter(form_key=form_key).first()):
        if all(getattr(known, name) == getattr(facts, name) for name in TOLD):
            return known
        words = "\n".join(getattr(facts, name) for name in TOLD)
        return record_complaint(facts=facts, form_key=uuid.uuid5(form_key, words), at=at, by=by, heard=heard)
    today = at.astimezone(port_zone()).date()
    received_on = facts.received_on or today
    if received_on > today:
        raise RuleBroken(_("This day has not come yet."), field="received_on")
    demand_theirs(facts.contact, facts.customer)
    given = {name: getattr(facts, name) for name in COLUMNS} | {"received_on": received_on}
    complaint = Complaint.objects.create(
        **given,
        form_key=form_key,
        number=next_number(ComplaintSeries, PREFIX, today.year),
        due_on=decision_due(received_on=received_on, severity=facts.severity),
        recorded_by=by,
        recorded_at=at,
    )
    if heard is not None:
        HeardOpinion.objects.filter(pk=heard.pk, complaint=None).update(complaint=complaint)
    if facts.shipments:
        link_shipments(complaint=complaint, shipments=facts.shipments, at=at, by=by)
    start_clocks(complaint=complaint, at=at, by=by)
    store_open_count(customer_ids={complaint.customer_id}, by=by)
    queue_acknowledgement(complaint)
    tell_received(complaint=complaint, by=by)
    return complaint


@action("complaint.assign", gettext_lazy("Complaint assigned"))
def assign_complaint(*, complaint: Complaint, owner: User, due_on: dt.date | None = None, at: dt.datetime, by: User) -> Complaint:
    """Give a new or assigned complaint to `owner`, or an answered one back into work; the deadline may move along."""
    complaint = locked_complaint(complaint)
    if complaint.state == ComplaintState.CLOSED:
        raise RuleBroken(_("This complaint is closed. Record a new one if the matter goes on."))
    complaint.owner, complaint.assigned_at = owner, at
    complaint.state = ComplaintState.ASSIGNED
    complaint.answered_at = complaint.answered_by = complaint.settled_at = None
    complaint.due_on = due_on or complaint.due_on
    _due_after_receipt(complaint)
    if due_on:
        move_decision(complaint=complaint, due_on=due_on)
    saved = _saved(complaint, "owner", "assigned_at", "state", "answered_at", "answered_by", "settled_at", "due_on")
    tell_complaint_assigned(complaint=saved, by=by)
    return saved


@action("complaint.answer", gettext_lazy("Complaint answered"))
def answer_complaint(*, complaint: Complaint, answer: str, at: dt.datetime, by: User) -> Complaint:
    """Answer an assigned complaint: the customer reads it on the status page and by mail where we have an address."""
    complaint = locked_complaint(complaint)
    if complaint.state != ComplaintState.ASSIGNED:
        raise RuleBroken(_("Only an assigned complaint can be answered."))
    if not answer.strip():
        raise RuleBroken(_("Write the answer first."), field="answer")
    complaint.answer, complaint.answered_at, complaint.answered_by = answer.strip(), at, by
    complaint.state = ComplaintState.ANSWERED
    saved = _saved(complaint, "answer", "answered_at", "answered_by", "state")
    meet(complaint=saved, kinds=(ClockKind.ACKNOWLEDGE, ClockKind.FIRST_ANSWER), at=at, by=by)
    queue_answer(saved)
    tell_answered(complaint=saved, by=by)
    return saved


@action("complaint.edit", gettext_lazy("Complaint edited"))
def edit_complaint(
    *, complaint: Complaint, changes: dict, seen: Mapping[str, object] | None = None, shipments: Sequence[Shipment] | None = None,
    at: dt.datetime | None = None, by: User,
) -> Complaint:  # fmt: skip
    """Correct what was recorded: customer, contact, subject, group, severity and the like; never its state.

    `shipments`, named at the moment `at`, are the rows of the ledger it is about from now on; without any it keeps those it has.
    A field somebody else changed since it was `seen` raises EditConflict and saves nothing.
    """
    complaint = locked_complaint(complaint)
    if complaint.state == ComplaintState.CLOSED:
        raise RuleBroken(_("This complaint is closed. Record a new one if the matter goes on."))
    unknown = set(changes) - EDITABLE
    if complaint.is_in_their_own_words and (rewritten := set(changes) & OWN_WORDS):
        sentence = _("These are the customer's own words and stay as they were written. Write corrections as a note.")
        raise RuleBroken(sentence, field=sorted(rewritten)[0])
    if unknown:
        raise RuleBroken(_("These fields are not changed here: %(fields)s") % {"fields": ", ".join(sorted(unknown))})
    before = complaint.customer_id
    changed = set_changes(complaint, changes=changes, seen=seen or {})
    if {"contact", "customer"} & set(changed):
        demand_theirs(complaint.contact, complaint.customer)
    _due_after_receipt(complaint)
    if "severity" in changed and "due_on" not in changed and (due_on := rate_anew(complaint=complaint)):
        complaint.due_on, changed = due_on, [*changed, "due_on"]
    elif "due_on" in changed:
        move_decision(complaint=complaint, due_on=complaint.due_on)
    saved = _saved(complaint, *changed)
    if shipments is not None:
        name_exactly(complaint=saved, shipments=shipments, at=at, by=by)
    store_open_count(customer_ids={before, saved.customer_id}, by=by)
    return saved


@action("complaint.note", gettext_lazy("Note written"))
def add_note(*, complaint: Complaint, text: str, at: dt.datetime, by: User) -> ComplaintNote:
    """Write an internal note; the customer never reads it."""
    if not text.strip():
        raise RuleBroken(_("Write something first."), field="text")
    return ComplaintNote.objects.create(complaint=complaint, text=text.strip(), by=by, at=at)


OWN_WORDS = frozenset({"description", "remedy_sought"})
COLUMNS = [name for name in ComplaintFacts.__dataclass_fields__ if name != "shipments"]
EDITABLE = set(COLUMNS) - {"received_on", "language", "by_mail"} | {"due_on"}


def _due_after_receipt(complaint: Complaint) -> None:
    if complaint.due_on < complaint.received_on:
        raise RuleBroken(_("The answer cannot be due before the complaint came."), field="due_on")


def locked_complaint(complaint: Complaint) -> Complaint:
    """The case as it is now, kept from others until the transaction ends."""
    return Complaint.objects.select_for_update().get(pk=complaint.pk)


def _saved(complaint: Complaint, *fields: str) -> Complaint:
    complaint.save(update_fields=fields)
    return complaint
