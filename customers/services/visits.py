"""Visits as they are planned, and what becomes of them."""

import datetime as dt
import uuid
from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from typing import Any

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from customers.enums import InteractionKind, VisitState
from customers.models import Contact, Customer, Interaction, PlannedVisit
from customers.services.contact_rules import refuse_strangers
from customers.services.interactions import log_interaction
from customers.services.locking import locked_customers
from customers.services.seen_states import refuse_other_state
from customers.services.taking_on import refuse_who_cannot_take_on
from customers.services.telling import tell_visit_changed, tell_visits, tell_visits_called_off, visit_time
from portcrm.accounts.models import User
from portcrm.audit.actions import action
from portcrm.audit.services import record
from portcrm.business_days import is_business_day
from portcrm.clock import now, port_today
from portcrm.editing import EditConflict, FieldConflict, conflicts_of
from portcrm.errors import RuleBroken
from portcrm.once import one_at_a_time

LONGEST_PERIOD_DAYS = 92
CONTENT = ("visitor", "planned_for", "starts_at", "minutes", "purpose", "place", "talking_points")


@action("visit.plan")
def plan_visit(
    *,
    customer: Customer,
    visitor: User,
    planned_for: dt.date,
    purpose: str,
    by: User,
    starts_at: dt.time | None = None,
    minutes: int = 60,
    place: str = "",
    contacts: Iterable[Contact] = (),
    talking_points: str = "",
    form_key: uuid.UUID | None = None,
) -> PlannedVisit:
    """Plan one visit from today on; the visitor is told where somebody else plans it. One `form_key`, one visit."""
    one_at_a_time(form_key)
    if form_key is not None and (known := PlannedVisit.objects.filter(form_key=form_key).first()):
        return known
    contacts = list(contacts)
    refuse_who_cannot_take_on(visitor, field="visitor")
    _refuse_past(planned_for)
    refuse_strangers(contacts, customer)
    visit = PlannedVisit.objects.create(
        customer=customer, visitor=visitor, planned_for=planned_for, starts_at=starts_at, minutes=minutes, purpose=purpose.strip(),
        place=place.strip(), talking_points=talking_points.strip(), planned_by=by, form_key=form_key,
    )  # fmt: skip
    visit.contacts.set(contacts)
    tell_visits(visits=[visit], by=by)
    return visit


@action("visit.plan")
def plan_period(
    *,
    customers: Iterable[Customer],
    visitor: User,
    first: dt.date,
    last: dt.date,
    purpose: str,
    by: User,
    form_key: uuid.UUID | None = None,
) -> list[PlannedVisit]:
    """Spread visits over the business days of a period, no day with more than VISITS_A_DAY; customers that have one planned
    from today on are left out. Refused whole where the period is too short. One `form_key`, one planning.

    The visitor and the customers are held meanwhile: of two who plan at once the second sees the days and customers
    the first has taken.
    """
    one_at_a_time(form_key)
    wanted = list(customers)
    keys = {customer.pk: uuid.uuid5(form_key, str(customer.pk)) for customer in wanted} if form_key else {}
    if keys and (known := list(PlannedVisit.objects.filter(form_key__in=keys.values()))):
        return known
    refuse_who_cannot_take_on(visitor, field="visitor")
    _refuse_past(first)
    if not first <= last <= first + dt.timedelta(days=LONGEST_PERIOD_DAYS):
        raise RuleBroken(_("Choose a period of at most three months."), field="last")
    User.objects.select_for_update(no_key=True).get(pk=visitor.pk)
    locked_customers(wanted)
    taken = PlannedVisit.objects.planned().filter(customer__in=wanted, planned_for__gte=port_today())
    busy = set(taken.values_list("customer", flat=True))
    wanted = [customer for customer in wanted if customer.pk not in busy]
    days = _free_days(visitor, first, last)
    if len(days) < len(wanted):
        raise RuleBroken(
            _("The period has room for %(room)s visits, %(wanted)s are wanted. Choose a longer one.")
            % {"room": len(days), "wanted": len(wanted)},
            field="last",
        )
    chosen = [days[index * len(days) // len(wanted)] for index in range(len(wanted))]
    visits = PlannedVisit.objects.bulk_create(
        PlannedVisit(
            customer=customer, visitor=visitor, planned_for=day, purpose=purpose.strip(), planned_by=by, form_key=keys.get(customer.pk)
        )
        for customer, day in zip(wanted, chosen, strict=True)
    )
    tell_visits(visits=visits, by=by)
    return visits


def _free_days(visitor: User, first: dt.date, last: dt.date) -> list[dt.date]:
    """Each business day of the port in the period as often as it has room for another visit."""
    planned = Counter(PlannedVisit.objects.planned().made_by(visitor).within(first, last).values_list("planned_for", flat=True))
    days = (first + dt.timedelta(days=number) for number in range((last - first).days + 1))
    return [day for day in days if is_business_day(day) for _place in range(settings.VISITS_A_DAY - planned[day])]


@action("visit.move")
def change_visit(
    *,
    visit: PlannedVisit,
    visitor: User,
    planned_for: dt.date,
    purpose: str,
    by: User,
    starts_at: dt.time | None = None,
    minutes: int = 60,
    place: str = "",
    contacts: Iterable[Contact] = (),
    talking_points: str = "",
    version: str | None = None,
) -> PlannedVisit:
    """Give a planned visit another day, visitor or content; one that is settled stays as it is. `version`: the state it was
    seen in; any other stored state is refused."""
    row = _claimed(visit)
    refuse_other_state(row, version)
    content = {"visitor": visitor, "planned_for": planned_for, "starts_at": starts_at, "minutes": minutes, "purpose": purpose,
               "place": place, "talking_points": talking_points}  # fmt: skip
    return _changed(row, content, contacts=contacts, by=by)


def _changed(row: PlannedVisit, content: Mapping[str, Any], *, contacts: Iterable[Contact], by: User) -> PlannedVisit:
    """The claimed visit with this content: each of CONTENT by its name."""
    contacts = list(contacts)
    if content["visitor"].pk != row.visitor_id:
        refuse_who_cannot_take_on(content["visitor"], field="visitor")
    if content["planned_for"] != row.planned_for:
        _refuse_past(content["planned_for"])
    met = set(row.contacts.values_list("pk", flat=True))
    refuse_strangers(contacts, row.customer, known=met)
    before = row.visitor, visit_time(row)
    for name in CONTENT:
        setattr(row, name, content[name].strip() if isinstance(content[name], str) else content[name])
    row.save(update_fields=CONTENT)
    _set_contacts(row, contacts, met, by)
    tell_visit_changed(visit=row, visitor=before[0], before=before[1], by=by)
    return row


@action("visit.move")
def edit_visit(*, visit: PlannedVisit, changes: Mapping[str, object], seen: Mapping[str, object], by: User) -> PlannedVisit:
    """Save what an editor changed of a planned visit; what somebody else changed meanwhile stays, and what both touched is refused."""
    row = _claimed(visit)
    _refuse_conflicts(row, changes, seen)
    wanted = {name: getattr(row, name) for name in CONTENT} | {"contacts": row.contacts.all()} | dict(changes)
    return _changed(row, wanted, contacts=wanted["contacts"], by=by)


def _refuse_conflicts(row: PlannedVisit, changes: Mapping[str, object], seen: Mapping[str, object]) -> None:
    """Those to meet are compared as a whole: two who add somebody each are asked."""
    conflicts = conflicts_of(row, changes={name: value for name, value in changes.items() if name in CONTENT}, seen=seen)
    if "contacts" in changes and "contacts" in seen:
        stored, wanted = list(row.contacts.all()), list(changes["contacts"])
        keys = {contact.pk for contact in stored}
        if keys != set(seen["contacts"]) and keys != {contact.pk for contact in wanted}:
            conflicts.append(FieldConflict("contacts", str(_("Whom to meet")), stored, wanted))
    if conflicts:
        raise EditConflict(conflicts)


def _set_contacts(row: PlannedVisit, contacts: Iterable[Contact], before: Collection[int], by: User) -> None:
    """Rows of such a table keep no history, so the event says who stood there before."""
    after = {contact.pk for contact in contacts}
    if after != set(before):
        row.contacts.set(contacts)
        record(by=by, action="visit.contacts", target=row, contacts=[sorted(before), sorted(after)])


@action("visit.settle", _("Visit called off"))
def call_off_visit(*, visit: PlannedVisit, state: str, reason: str, by: User) -> PlannedVisit:
    """Cancel a visit, or say that it did not take place; with the reason, once. The visitor is told where somebody else does."""
    if state not in (VisitState.CANCELLED, VisitState.MISSED):
        raise ValueError(state)
    if not reason.strip():
        raise RuleBroken(_("Say why."), field="reason")
    row = _claimed(visit)
    if state == VisitState.MISSED and row.planned_for > port_today():
        raise RuleBroken(_("The day of the visit is still to come. Cancel it, or give it another day."))
    _settle(row, by, state=state, reason=reason.strip())
    tell_visits_called_off(visits=[row], by=by)
    return row


@action("visit.report", _("Visit reported"))
def report_visit(*, visit: PlannedVisit, by: User, move_to_today: bool = False, **report) -> Interaction:
    """The visit took place: its report is an interaction of kind visit, written once however many report it.

    One whose day is still to come is refused, or moved to today where it took place earlier than planned (`move_to_today`);
    the hour of the other day is dropped with it. `report` is what log_interaction takes.
    """
    row = _claimed(visit)
    if row.planned_for > port_today():
        if not move_to_today:
            said = _("This visit is planned for %(day)s, a day still to come. Move it to today if it took place already.")
            raise RuleBroken(said % {"day": row.planned_for.isoformat()})
        row.planned_for, row.starts_at = port_today(), None
        row.save(update_fields=["planned_for", "starts_at"])
    interaction = log_interaction(**report | {"customer": row.customer, "kind": InteractionKind.VISIT}, by=by)
    _settle(row, by, state=VisitState.DONE, interaction=interaction)
    return interaction


def _claimed(visit: PlannedVisit) -> PlannedVisit:
    """The visit, locked and still planned."""
    row = PlannedVisit.objects.select_for_update().get(pk=visit.pk)
    if row.state != VisitState.PLANNED:
        raise RuleBroken(_("It is settled already what became of this visit."))
    return row


def _settle(row: PlannedVisit, by: User, **fields) -> PlannedVisit:
    for name, value in {**fields, "settled_by": by, "settled_at": now()}.items():
        setattr(row, name, value)
    row.save(update_fields=[*fields, "settled_by", "settled_at"])
    return row


def _refuse_past(day: dt.date) -> None:
    if day < port_today():
        raise RuleBroken(_("A visit is planned from today on. Record one that took place as an interaction."), field="planned_for")
