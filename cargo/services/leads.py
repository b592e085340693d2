"""Cargo leads: recorded, edited, moved from stage to stage."""

import datetime as dt
import uuid
from collections.abc import Mapping

from django.db.models import F
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from cargo.enums import CHOSEN_REASONS, LeadStage
from cargo.models import Lead, LeadEvidence, LeadMove, Sighting
from cargo.models.lead import MOST_CARGO
from cargo.models.target import FIRST_YEAR, LAST_YEAR
from cargo.permissions import EDIT_LEAD
from cargo.services.expected import follow_lead
from cargo.services.outlooks import renew_outlook
from cargo.services.stillness import answer_stillness
from cargo.services.turns import held_lead
from portcrm.accounts.models import User
from portcrm.audit.actions import action
from portcrm.clock import now, port_today
from portcrm.editing import EditConflict, conflicts_of
from portcrm.errors import RuleBroken
from portcrm.once import one_at_a_time

EDITABLE = (
    "customer",
    "party_name",
    "party_contact",
    "channel",
    "source_note",
    "introducer",
    "introducer_name",
    "cargo_class",
    "form",
    "goods",
    "direction",
    "trade_kind",
    "quantity",
    "unit",
    "rhythm",
    "origin",
    "origin_text",
    "destination",
    "destination_text",
    "ready_on",
    "rival_port",
    "project_no",
    "project_stage",
    "equipment",
    "plan_no",
    "plan_from",
    "plan_until",
    "owner",
    "next_step",
    "next_step_on",
)
DERIVED = ("tonnes", "teu")
DAYS_OF_CARGO = ("ready_on", "plan_from", "plan_until")


def derive_measures(*, lead: Lead) -> None:
    """Tonnes or TEU of the lead by the printed factor of its unit; None where the unit gives none."""
    lead.tonnes = lead.teu = None
    if lead.quantity is not None and lead.unit is not None:
        if lead.unit.tonnes_per_unit is not None:
            lead.tonnes = lead.quantity * lead.unit.tonnes_per_unit
        if lead.unit.teu_per_unit is not None:
            lead.teu = lead.quantity * lead.unit.teu_per_unit


def _check(lead: Lead) -> None:
    if not lead.customer_id and not lead.party_name.strip():
        raise RuleBroken(_("Name the customer, or the company that has no file yet."), field="party_name")
    if lead.channel.family != "cargo":
        raise RuleBroken(_("A cargo lead comes through a cargo channel."), field="channel")
    if (lead.quantity is None) != (lead.unit_id is None):
        raise RuleBroken(_("A quantity needs its unit, and a unit its quantity."), field="quantity")
    if lead.quantity is not None and lead.quantity <= 0:
        raise RuleBroken(_("The quantity must be above zero."), field="quantity")
    if any(amount is not None and amount > MOST_CARGO for amount in (lead.tonnes, lead.teu)):
        raise RuleBroken(_("That is more than any port handles. Check the quantity and its unit."), field="quantity")
    for name in DAYS_OF_CARGO:
        if (day := getattr(lead, name)) and not FIRST_YEAR <= day.year <= LAST_YEAR:
            raise RuleBroken(_("The day lies outside 1990 to 2100."), field=name)
    if lead.plan_from and lead.plan_until and lead.plan_until < lead.plan_from:
        raise RuleBroken(_("The contract or plan ends before it begins."), field="plan_until")


def _refuse_who_works_on_no_leads(owner: User | None) -> None:
    """Nobody is given a lead who cannot move it, or who has left."""
    if owner is not None and not owner.has_perm(EDIT_LEAD):
        said = gettext("The role of %(name)s does not work on cargo leads. Choose another colleague.")
        raise RuleBroken(said % {"name": owner.label}, field="owner")


@action("lead.record")
def create_lead(
    *, today: dt.date, by: User, recorded_at: dt.datetime | None = None, form_key: uuid.UUID | None = None,
    sighting: Sighting | None = None, **fields,
) -> Lead:  # fmt: skip
    """Record a new cargo lead; it starts in the stage "new". `recorded_at` is given for leads taken over from elsewhere, `sighting`
    for one that a document, a flow list or a note tells of.

    The same form (`form_key`) sent twice gives the first lead again.
    """
    one_at_a_time(form_key)
    if form_key is not None and (known := Lead.objects.filter(form_key=form_key).first()):
        return known
    lead = Lead(recorded_by=by, recorded_at=recorded_at or now(), stage_changed_on=today, active_on=today, form_key=form_key, **fields)
    derive_measures(lead=lead)
    _check(lead)
    _refuse_who_works_on_no_leads(lead.owner)
    lead.save(force_insert=True)
    if sighting is not None:
        LeadEvidence.objects.create(lead=lead, sighting=sighting)
    _note_move(lead, "", today=today, by=by)
    renew_outlook(lead=lead, today=today, by=by)
    return lead


def _note_move(lead: Lead, from_stage: str, *, today: dt.date, by: User) -> None:
    """Probabilities are counted from these rows, so they are written where the stage is."""
    LeadMove.objects.create(lead=lead, from_stage=from_stage, to_stage=lead.stage, moved_on=today, moved_by=by)


@action("lead.edit")
def edit_lead(*, lead: Lead, changes: Mapping[str, object], seen: Mapping[str, object], by: User, version: int | None = None) -> Lead:
    """Save the changed fields; one that somebody else changed since it was `seen` raises EditConflict and saves nothing.

    A program gives the `version` it read instead of what it has seen.
    """
    unknown = changes.keys() - set(EDITABLE)
    if unknown:
        raise TypeError(f"not editable: {', '.join(sorted(unknown))}")
    current = held_lead(lead, changes.get("customer"))
    if version not in (None, current.version):
        raise RuleBroken(_("Somebody has changed this lead since you read it. Read it again."), field="version")
    if conflicts := conflicts_of(current, changes=changes, seen=seen):
        raise EditConflict(conflicts)
    owned_by, held_by = current.owner_id, current.customer_id
    for name, value in changes.items():
        setattr(current, name, value)
    if current.owner_id != owned_by:  # who had it stays, also after leaving
        _refuse_who_works_on_no_leads(current.owner)
    if current.contract_id and current.customer_id != held_by:
        raise RuleBroken(
            _("The contract of this lead is in the file of its customer. Take the contract off the lead first."), field="customer"
        )
    if current.stage == LeadStage.WON and current.customer_id is None:
        raise RuleBroken(_("A lead that is won belongs to a customer file."), field="customer")
    derive_measures(lead=current)
    _check(current)
    current.version += 1
    current.active_on = port_today()
    current.save(update_fields=[*changes, *DERIVED, "active_on", "version"])
    answer_stillness(lead=current, by=by)
    renew_outlook(lead=current, today=port_today(), by=by)
    follow_lead(lead=current, today=port_today(), by=by)
    return current


def _check_move(lead: Lead, to: str, reason: str) -> None:
    if to not in LeadStage.values:
        raise RuleBroken(_("There is no such stage."), field="stage")
    if to == LeadStage.LOST and reason not in CHOSEN_REASONS:
        raise RuleBroken(_("Say why the lead was lost."), field="lost_reason")
    if to == LeadStage.WON and lead.customer_id is None:
        raise RuleBroken(_("Link the lead to a customer file before it counts as won."), field="customer")


@action("lead.move")
def move_lead(*, lead: Lead, to: str, today: dt.date, by: User, reason: str = "", note: str = "") -> Lead:
    """Move a lead from the stage the mover saw to another; of two movers the first wins.

    Going to "lost" needs a reason; leaving it clears the reason. Won, it has an expected flow as long as it stays so.
    """
    _check_move(lead, to, reason)
    held_lead(lead)
    left = lead.stage
    lost = to == LeadStage.LOST
    moved = (
        Lead.objects.filter(pk=lead.pk, stage=lead.stage)
        .exclude(stage=to)
        .update(
            stage=to,
            stage_changed_on=today,
            active_on=today,
            joined_into=None,
            lost_reason=reason if lost else "",
            lost_note=note.strip() if lost else "",
            version=F("version") + 1,
        )
    )
    if not moved:
        raise RuleBroken(_("Somebody else has moved this lead meanwhile."))
    lead.refresh_from_db()
    _note_move(lead, left, today=today, by=by)
    answer_stillness(lead=lead, by=by)
    follow_lead(lead=lead, today=today, by=by)
    renew_outlook(lead=lead, today=today, by=by)
    return lead
