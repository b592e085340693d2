"""Account managers changed for many customers at once: the record and the follow-ups of each, in a few statements."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from django.db.models import Count
from django.utils.translation import gettext as _

from customers.enums import CareChangeKind, FollowUpKind, VisitState
from customers.models import CareChange, Customer, FollowUp, PlannedVisit
from customers.services.followups import drop_and_free, drop_what_is_not_for
from customers.services.pool_warnings import drop_warnings
from customers.services.telling import tell_put_into_care
from portcrm.accounts.models import User
from portcrm.audit.actions import action
from portcrm.clock import now, port_today


class CareMove(NamedTuple):
    """Keys of a customer and of its account managers; None is the pool."""

    customer: int
    before: int | None
    after: int | None


@action("customer.assign")
def move_care(*, moves: Sequence[CareMove], note: str, by: User) -> None:
    """Leave a record of each change that was just made, let open follow-ups and planned visits go along and tell the takers,
    as with a single customer; `note` says where the change comes from."""
    if not moves:
        return
    takers = User.objects.in_bulk({move.after for move in moves if move.after is not None})
    today, along = port_today(), _hand_follow_ups(moves, takers, by)
    Customer.every.filter(pk__in=[move.customer for move in moves]).update(care_since=today)
    CareChange.objects.bulk_create(
        [
            CareChange(
                customer_id=move.customer, kind=CareChangeKind.ASSIGNED, from_manager_id=move.before, to_manager_id=move.after,
                note=note, follow_ups=along.get(move.customer, 0), changed_on=today, changed_by=by,
            )
            for move in moves
        ],
        batch_size=1000,
    )  # fmt: skip
    tell_put_into_care(takers=takers.values(), source=note, today=today, by=by)


def _hand_follow_ups(moves: Sequence[CareMove], takers: Mapping[int, User], by: User) -> dict[int, int]:
    """Open follow-ups and planned visits to the new account manager; what the pool cannot do, confirming a file or a visit, is
    dropped. Returns how many follow-ups went along, by customer."""
    between: dict[tuple[int, int | None], list[int]] = defaultdict(list)
    for move in moves:
        if move.before is not None:
            between[move.before, move.after].append(move.customer)
    drop_warnings(customers=[move.customer for move in moves], by=by)
    along: dict[int, int] = {}
    for (before, after), customers in between.items():
        theirs = FollowUp.objects.open().filter(customer__in=customers, owner=before)
        visits = PlannedVisit.objects.planned().filter(customer__in=customers, visitor=before)
        if after is None:
            drop_and_free(rows=theirs.filter(kind=FollowUpKind.VERIFY), result=_("The customer went into the pool."), by=by)
            visits.update(state=VisitState.CANCELLED, reason=_("The customer went into the pool."), settled_by=by, settled_at=now())
            continue
        visits.update(visitor=after)
        drop_what_is_not_for(reader=takers[after], rows=theirs, by=by)
        along |= dict(theirs.order_by().values_list("customer").annotate(Count("pk")))
        theirs.update(owner=after)
    return along
