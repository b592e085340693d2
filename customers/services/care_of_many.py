"""Account managers changed for many customers at once: the record and the follow-ups of each, in a few statements."""

from collections import defaultdict
from collections.abc import Sequence
from typing import NamedTuple

from django.db.models import Count
from django.utils.translation import gettext as _

from customers.enums import CareChangeKind, FollowUpKind
from customers.models import CareChange, Customer, FollowUp
from customers.services.followups import drop_and_free
from customers.services.pool_warnings import drop_warnings
from portcrm.accounts.models import User
from portcrm.audit.actions import action
from portcrm.clock import port_today


class CareMove(NamedTuple):
    """Keys of a customer and of its account managers; None is the pool."""

    customer: int
    before: int | None
    after: int | None


@action("customer.assign")
def move_care(*, moves: Sequence[CareMove], note: str, by: User) -> None:
    """Leave a record of each change that was just made, and let open follow-ups go along, as with a single customer."""
    if not moves:
        return
    today, along = port_today(), _hand_follow_ups(moves, by)
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


def _hand_follow_ups(moves: Sequence[CareMove], by: User) -> dict[int, int]:
    """Open follow-ups to the new account manager; what the pool cannot do, confirming a file, is dropped. Returns how many went along."""
    between: dict[tuple[int, int | None], list[int]] = defaultdict(list)
    for move in moves:
        if move.before is not None:
            between[move.before, move.after].append(move.customer)
    drop_warnings(customers=[move.customer for move in moves], by=by)
    along: dict[int, int] = {}
    for (before, after), customers in between.items():
        theirs = FollowUp.objects.open().filter(customer__in=customers, owner=before)
        if after is None:
            drop_and_free(rows=theirs.filter(kind=FollowUpKind.VERIFY), result=_("The customer went into the pool."), by=by)
            continue
        along |= dict(theirs.order_by().values_list("customer").annotate(Count("pk")))
        theirs.update(owner=after)
    return along
