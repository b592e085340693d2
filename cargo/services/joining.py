"""Two leads that are one cargo become one; a lead without a customer file gets one."""

import datetime as dt

from django.utils.translation import gettext_lazy as _

from cargo.enums import LeadStage, LostReason
from cargo.models import Lead, LeadEvidence, LeadMove
from cargo.permissions import EDIT_LEAD
from cargo.services.leads import EDITABLE, edit_lead
from cargo.services.outlooks import renew_outlook
from cargo.services.stillness import answer_stillness
from customers.enums import CustomerStatus
from customers.models import Customer
from customers.services.customers import create_customer
from customers.services.locking import hold_files
from portcrm.accounts.models import User
from portcrm.audit.actions import action
from portcrm.errors import RuleBroken

TOGETHER = (("quantity", "unit", "rhythm"), ("plan_from", "plan_until"))  # say one thing: all of one lead, or none
NOT_ALONE = {*(name for names in TOGETHER for name in names), "customer", "party_name"}


@action("lead.join", _("Leads joined"))
def join_leads(*, kept: Lead, other: Lead, today: dt.date, by: User) -> Lead:
    """Keep one of two open leads: what it does not say is taken from the other, which is closed as recorded twice and names it.

    Where the cargo of either was seen is told of the one that is kept.
    """
    if kept.pk == other.pk:
        raise RuleBroken(_("A lead is not joined with itself."))
    files = Lead.objects.filter(pk__in=(kept.pk, other.pk), customer__isnull=False)
    hold_files(files.values_list("customer", flat=True))  # before the leads, as everywhere
    rows = {lead.pk: lead for lead in Lead.objects.select_for_update().filter(pk__in=(kept.pk, other.pk)).order_by("pk")}
    kept, other = rows[kept.pk], rows[other.pk]
    if not (kept.is_open and other.is_open):
        raise RuleBroken(_("Only open leads are joined; one of these has been closed."))
    taken = _taken_over(kept, other)
    left, other.stage, other.stage_changed_on, other.active_on = other.stage, LeadStage.LOST, today, today
    other.lost_reason, other.joined_into, other.version = LostReason.DUPLICATE, kept, other.version + 1
    other.save(update_fields=["stage", "stage_changed_on", "active_on", "lost_reason", "joined_into", "version"])
    LeadMove.objects.create(lead=other, from_stage=left, to_stage=other.stage, moved_on=today, moved_by=by)
    renew_outlook(lead=other, today=today, by=by)
    answer_stillness(lead=other, by=by)
    seen = [LeadEvidence(lead=kept, sighting_id=one.sighting_id) for one in other.evidence.all()]
    LeadEvidence.objects.bulk_create(seen, ignore_conflicts=True)  # both may have been begun with one sighting
    return edit_lead(lead=kept, changes=taken, seen={}, by=by)


def _taken_over(kept: Lead, other: Lead) -> dict[str, object]:
    """What the kept lead leaves open and the other says; quantities are never added, for both speak of the same cargo."""
    empty = [name for name in EDITABLE if name not in NOT_ALONE and getattr(kept, name) in (None, "")]
    taken = {name: getattr(other, name) for name in empty if getattr(other, name) not in (None, "")}
    if "owner" in taken and not other.owner.has_perm(EDIT_LEAD):  # whoever has left is given no other lead
        del taken["owner"]
    if kept.quantity is None and other.quantity is not None:
        taken |= _fields_of(other, TOGETHER[0])
    if not (kept.plan_from or kept.plan_until) and (other.plan_from or other.plan_until):
        taken |= _fields_of(other, TOGETHER[1])
    if kept.customer_id is None and other.customer_id is not None:
        taken["customer"] = other.customer
    return taken


def _fields_of(lead: Lead, names: tuple[str, ...]) -> dict[str, object]:
    return {name: getattr(lead, name) for name in names}


@action("lead.bind", _("Lead bound to a customer file"))
def bind_lead(*, lead: Lead, customer: Customer, by: User) -> Lead:
    """Say whose file the company of a lead has; a lead that has one already keeps it."""
    hold_files([customer.pk])
    _refuse_bound(lead)
    return edit_lead(lead=lead, changes={"customer": customer}, seen={"customer": None}, by=by)


@action("lead.open_file", _("Customer file opened for a lead"))
def open_file_for_lead(*, lead: Lead, name_zh: str, name_en: str, by: User) -> Lead:
    """Open a prospect's file for the company of a lead and bind the lead to it, both or neither."""
    _refuse_bound(lead)
    source = " ".join(part for part in (lead.number, lead.channel.label, lead.source_note) if part)
    customer = create_customer(name_zh=name_zh, name_en=name_en, status=CustomerStatus.PROSPECT, source_reference=source[:200], by=by)
    return edit_lead(lead=lead, changes={"customer": customer}, seen={"customer": None}, by=by)


def _refuse_bound(lead: Lead) -> None:
    if Lead.objects.select_for_update().get(pk=lead.pk).customer_id is not None:
        raise RuleBroken(_("This lead belongs to a customer file already."))
