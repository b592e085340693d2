"""Who cares for a customer: assigning, handing over, the pool, and the team. Every change of the account manager leaves a record."""

import datetime as dt
from collections.abc import Iterable, Sequence

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from customers.enums import CareChangeKind, CustomerStatus, FollowUpKind, VisitState
from customers.models import CareChange, Customer, FollowUp, PlannedVisit, TeamMember
from customers.permissions import ASSIGN_CUSTOMER
from customers.services.followups import drop_and_free, hand_on
from customers.services.locking import locked_customer
from customers.services.pool_warnings import drop_warnings
from customers.services.taking_on import refuse_who_cannot_take_on
from customers.services.telling import tell_all_handed_over, tell_handed_over, tell_visits_called_off
from portcrm.accounts.models import User
from portcrm.audit.actions import action
from portcrm.clock import now, port_today
from portcrm.errors import RuleBroken

IN_PORTIONS = 500


def record_change(*, customer: Customer, kind: str, before: User | None, by: User, note: str = "") -> CareChange:
    """The account manager of a locked customer has changed: since when, from whom; open follow-ups go along."""
    moved = _hand_follow_ups(customer, before, customer.account_manager, by) if before else 0
    today = port_today()
    Customer.objects.filter(pk=customer.pk).update(care_since=today)
    customer.care_since = today
    return CareChange.objects.create(
        customer=customer, kind=kind, from_manager=before, to_manager=customer.account_manager, note=note, follow_ups=moved,
        changed_on=today, changed_by=by,
    )  # fmt: skip


def _hand_follow_ups(customer: Customer, before: User, after: User | None, by: User) -> int:
    """To the new account manager, with planned visits; what the pool cannot do, confirming a file or a visit, is dropped there.

    The warning to lose the customer was the giver's: whoever has it now has it since today.
    """
    drop_warnings(customers=[customer.pk], by=by)
    theirs = FollowUp.objects.open().filter(customer=customer, owner=before)
    visits = PlannedVisit.objects.planned().filter(customer=customer, visitor=before)
    if after is not None:
        visits.update(visitor=after)
        return hand_on(rows=theirs, to=after, by=by)
    dropped = list(visits.values_list("pk", flat=True))
    visits.update(state=VisitState.CANCELLED, reason=_("The customer went into the pool."), settled_by=by, settled_at=now())
    tell_visits_called_off(visits=PlannedVisit.objects.filter(pk__in=dropped).for_list() if dropped else (), by=by)
    drop_and_free(rows=theirs.filter(kind=FollowUpKind.VERIFY), result=_("The customer went into the pool."), by=by)
    return 0


@action("customer.pick")
def pick_customer(*, customer: Customer, by: User) -> Customer:
    """Take a customer out of the pool into one's own care; of two who pick at once the second is told who has it."""
    lock_limit_of(by)
    row = locked_customer(customer)
    if row.account_manager is not None:
        raise RuleBroken(_("%(name)s cares for this customer already.") % {"name": row.account_manager.label})
    if row.status == CustomerStatus.LOST:
        raise RuleBroken(_("A lost customer is not in the pool."))
    if row.is_key_account:
        raise RuleBroken(_("A key account is not in the pool. Who assigns customers gives it an account manager."))
    cared_for = Customer.objects.cared_for(by)[: settings.POOL_LIMIT].count()
    if cared_for >= settings.POOL_LIMIT:
        raise RuleBroken(_("You care for %(limit)s customers already, that is the limit.") % {"limit": settings.POOL_LIMIT})
    _refuse_who_let_go(row, by, on=port_today())
    _set_manager(row, by)
    record_change(customer=row, kind=CareChangeKind.PICKED, before=None, by=by)
    return row


def _refuse_who_let_go(customer: Customer, user: User, *, on: dt.date) -> None:
    """Whoever let a customer go waits, so that others get their turn."""
    last = CareChange.objects.filter(customer=customer, to_manager=None).first()
    free_on = last and last.free_again_for(user)
    if free_on and on < free_on:
        raise RuleBroken(_("You had this customer last; you can pick it again from %(day)s on.") % {"day": free_on.isoformat()})


@action("customer.return")
def return_customer(*, customer: Customer, reason: str, by: User) -> Customer:
    """Give a customer back to the pool, with the reason; its account manager or who assigns customers may."""
    row = locked_customer(customer)
    if not reason.strip():
        raise RuleBroken(_("Say why you return the customer."), field="reason")
    _refuse_strangers(row, by)
    refuse_key_account_in_pool(row)
    before = row.account_manager
    _set_manager(row, None)
    record_change(customer=row, kind=CareChangeKind.RETURNED, before=before, by=by, note=reason.strip())
    return row


@action("customer.hand_over")
def hand_over(*, customer: Customer, to: User, by: User, note: str = "") -> Customer:
    """Put a customer into a colleague's care, with what to know and the open follow-ups.

    Past the limit of whom one person cares for only who assigns customers does that.
    """
    refuse_who_cannot_take_on(to, field="to")
    lock_limit_of(to)
    row = locked_customer(customer)
    _refuse_strangers(row, by)
    if row.account_manager == to:
        raise RuleBroken(_("%(name)s cares for this customer already.") % {"name": to.label}, field="to")
    refuse_past_limit_of(to, by, more=1 if counts_towards_limit(row) else 0)
    before = row.account_manager
    _set_manager(row, to)
    record_change(customer=row, kind=CareChangeKind.HANDED_OVER, before=before, by=by, note=note.strip())
    tell_handed_over(customer=row, to=to, by=by)
    return row


@action("customer.hand_over")
def hand_over_all(*, giver: User, to: User, by: User, note: str = "") -> int:
    """All customers of somebody who leaves or moves on, to one successor, and what they had still to do for those of others;
    returns how many customers."""
    if giver == to:
        raise RuleBroken(_("Choose two different people."), field="to")
    if not by.has_perm(ASSIGN_CUSTOMER) and by != giver:
        raise RuleBroken(_("Only the account manager, or who assigns customers, can do this."))
    refuse_who_cannot_take_on(to, field="to")
    lock_limit_of(to)
    rows = list(Customer.objects.filter(account_manager=giver).order_by("pk").select_for_update(no_key=True))
    refuse_past_limit_of(to, by, more=sum(counts_towards_limit(row) for row in rows))
    for row in rows:
        _set_manager(row, to)
        record_change(customer=row, kind=CareChangeKind.HANDED_OVER, before=giver, by=by, note=note.strip())
    hand_on(rows=FollowUp.objects.open().owned_by(giver), to=to, by=by)
    PlannedVisit.objects.planned().made_by(giver).update(visitor=to)
    tell_all_handed_over(giver=giver, to=to, number=len(rows), by=by)
    return len(rows)


@action("customer.recycle")
def recycle_customers(*, customers: Iterable[int], last_contact_before: dt.date, by: User) -> int:
    """Put these customers back into the pool where still nobody has been in contact since that day; returns how many."""
    waiting = Customer.objects.filter(pk__in=list(customers)).without_contact_since(last_contact_before)
    rows = list(waiting.order_by("pk").select_for_update(no_key=True, skip_locked=True, of=("self",)))
    return into_pool(rows=rows, note=_("No contact since %(day)s.") % {"day": last_contact_before.isoformat()}, by=by)


def into_pool(*, rows: Sequence[Customer], note: str, by: User) -> int:
    """Recycle locked customers, with the reason; returns how many."""
    for row in rows:
        before = row.account_manager
        _set_manager(row, None)
        record_change(customer=row, kind=CareChangeKind.RECYCLED, before=before, by=by, note=note)
    return len(rows)


def lock_limit_of(user: User) -> None:
    """One's limit holds however many hands one has: whoever counts locks first, and customers after that."""
    User.objects.select_for_update(no_key=True).get(pk=user.pk)


def counts_towards_limit(row: Customer) -> bool:
    """Towards the limit, as CustomerQuerySet.cared_for says."""
    return not row.is_key_account and row.status != CustomerStatus.LOST


def refuse_past_limit_of(to: User, by: User, *, more: int) -> None:
    """`more` customers in the care of somebody whose limit is locked; past it only who assigns customers goes."""
    if more <= 0 or by.has_perm(ASSIGN_CUSTOMER):
        return
    if Customer.objects.cared_for(to)[: settings.POOL_LIMIT].count() + more > settings.POOL_LIMIT:
        said = _("%(name)s cares for as many customers as one person may, %(limit)s. Ask who assigns customers.")
        raise RuleBroken(said % {"name": to.label, "limit": settings.POOL_LIMIT}, field="to")


def _set_manager(row: Customer, manager: User | None) -> None:
    row.account_manager = manager
    row.department = manager.department if manager else row.department
    row.version += 1
    row.save(update_fields=["account_manager", "department", "version", "updated_at"])


def refuse_key_account_in_pool(row: Customer) -> None:
    if row.is_key_account:
        raise RuleBroken(_("A key account does not go into the pool. Hand it over to a colleague."), field="account_manager")


def _refuse_strangers(row: Customer, by: User) -> None:
    if row.account_manager is None:
        raise RuleBroken(_("Nobody cares for this customer: it is in the pool."))
    if row.account_manager != by and not by.has_perm(ASSIGN_CUSTOMER):
        raise RuleBroken(_("Only the account manager, or who assigns customers, can do this."))


@action("customer.team")
def join_team(*, customer: Customer, user: User, function: str, by: User) -> TeamMember:
    """Let a colleague serve the customer beside the account manager, from today on."""
    refuse_who_cannot_take_on(user, field="user")
    try:
        with transaction.atomic():
            return TeamMember.objects.create(customer=customer, user=user, function=function, since=port_today())
    except IntegrityError as error:
        raise RuleBroken(_("%(name)s does this in the team already.") % {"name": user.label}, field="user") from error


@action("customer.team")
def leave_team(*, member: TeamMember, by: User) -> TeamMember:
    """End it today; that it was so stays known."""
    if not TeamMember.objects.current().filter(pk=member.pk).update(until=port_today()):
        raise RuleBroken(_("This colleague has left the team already."))
    member.refresh_from_db()
    return member
