"""Follow-ups: opened once per reason, closed once, never lost."""

import datetime as dt
import uuid
from collections.abc import Iterable, Mapping

from django.utils.translation import gettext_lazy as _

from customers.enums import FollowUpKind, FollowUpState
from customers.models import Customer, FollowUp
from portcrm.accounts.models import User
from portcrm.audit.actions import action
from portcrm.clock import now
from portcrm.errors import RuleBroken


@action("followup.open")
def open_follow_up(
    *,
    customer: Customer,
    title: str,
    owner: User,
    due_on: dt.date,
    by: User,
    dedupe_key: str = "",
    kind: str = FollowUpKind.TASK,
    detail: str = "",
    reason_url: str = "",
    form_key: uuid.UUID | None = None,
) -> FollowUp:
    """Open a follow-up; a second call with the same `dedupe_key` or `form_key` returns the first one, open or closed."""
    dedupe_key = dedupe_key or (f"form:{form_key}" if form_key else "")
    row = {"customer": customer, "title": title, "owner": owner, "due_on": due_on, "dedupe_key": dedupe_key, "kind": kind,
           "detail": detail, "reason_url": reason_url}  # fmt: skip
    (follow_up,) = open_follow_ups(rows=[row], by=by)
    return follow_up


@action("followup.open")
def open_follow_ups(*, rows: Iterable[Mapping[str, object]], by: User) -> list[FollowUp]:
    """Open many at once; rows with a `dedupe_key` that exists already give back the existing follow-up, in the given order."""
    wanted = [FollowUp(opened_by=by, **row) for row in rows]
    keyless = [row for row in wanted if not row.dedupe_key]
    FollowUp.objects.bulk_create(keyless)
    keyed = [row for row in wanted if row.dedupe_key]
    FollowUp.objects.bulk_create(keyed, ignore_conflicts=True)
    stored = {row.dedupe_key: row for row in FollowUp.objects.filter(dedupe_key__in=[row.dedupe_key for row in keyed])} if keyed else {}
    return [stored[row.dedupe_key] if row.dedupe_key else row for row in wanted]


@action("followup.close")
def close_follow_up(*, follow_up: FollowUp, by: User, result: str = "", state: str = FollowUpState.DONE) -> FollowUp:
    """Close an open follow-up as done or dropped; a second caller is told it is closed."""
    closed = FollowUp.objects.open().filter(pk=follow_up.pk).update(state=state, closed_by=by, closed_at=now(), result=result)
    if not closed:
        raise RuleBroken(_("This follow-up is closed already."))
    follow_up.refresh_from_db()
    return follow_up


@action("followup.plan")
def plan_follow_up(*, follow_up: FollowUp, by: User, due_on: dt.date, owner: User | None = None) -> FollowUp:
    """Give an open follow-up another day or another owner."""
    moved = FollowUp.objects.open().filter(pk=follow_up.pk).update(due_on=due_on, owner=owner or follow_up.owner)
    if not moved:
        raise RuleBroken(_("This follow-up is closed already."))
    follow_up.refresh_from_db()
    return follow_up
