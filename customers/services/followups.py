"""Follow-ups: opened once per reason, closed once, never lost."""

import datetime as dt
import uuid
from collections.abc import Iterable, Mapping

from django.db.models import CharField, QuerySet, Value
from django.db.models.functions import Cast, Concat
from django.utils.translation import gettext_lazy
from django.utils.translation import gettext_lazy as _

from customers.enums import FollowUpKind, FollowUpState
from customers.models import Customer, FollowUp
from customers.permissions import VIEW_PERSONAL
from customers.services.repeating import next_day
from customers.services.seen_states import refuse_other_state
from customers.services.taking_on import refuse_who_cannot_take_on, refuse_who_reads_no_profiles
from customers.services.telling import tell_assigned
from portcrm.accounts.models import User
from portcrm.audit.actions import action
from portcrm.clock import now, port_today
from portcrm.editing import EditConflict, conflicts_of
from portcrm.errors import RuleBroken

PLAN = ("due_on", "owner", "remind_days")
NO_READER = _("Who was to have it may not read the profile of persons in charge.")


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
    remind_days: int | None = None,
    repeat_unit: str = "",
    repeat_every: int = 1,
    repeat_until: dt.date | None = None,
) -> FollowUp:
    """Open a follow-up; a second call with the same `dedupe_key` or `form_key` returns the first one, open or closed.

    With a `repeat_unit` it comes again every so many weeks or months, until a day if one is given: see close_follow_up.
    What a program opens for a reason (`dedupe_key`) goes to whoever is there for it; people choose somebody who can do it.
    """
    if not dedupe_key:
        refuse_who_cannot_take_on(owner, field="owner")
    if repeat_unit and not 1 <= repeat_every <= 60:
        raise RuleBroken(_("It repeats every 1 to 60 weeks or months."), field="repeat_every")
    if repeat_until and repeat_unit and repeat_until < due_on:
        raise RuleBroken(_("The repetition would end before the first day."), field="repeat_until")
    dedupe_key = dedupe_key or (f"form:{form_key}" if form_key else "")
    row = {"customer": customer, "title": title, "owner": owner, "due_on": due_on, "dedupe_key": dedupe_key, "kind": kind,
           "detail": detail, "reason_url": reason_url, "remind_days": remind_days}  # fmt: skip
    if repeat_unit:
        row |= {"repeat_unit": repeat_unit, "repeat_every": repeat_every, "repeat_until": repeat_until, "repeat_from": due_on}
    (follow_up,) = open_follow_ups(rows=[row], by=by)
    return follow_up


@action("followup.open")
def open_follow_ups(*, rows: Iterable[Mapping[str, object]], by: User) -> list[FollowUp]:
    """Open many at once; rows with a `dedupe_key` that exists already give back the existing follow-up, in the given order.

    Whoever gets one from a colleague is told.
    """
    wanted = [FollowUp(opened_by=by, **row) for row in rows]
    keyless = [row for row in wanted if not row.dedupe_key]
    FollowUp.objects.bulk_create(keyless)
    keyed = [row for row in wanted if row.dedupe_key]
    FollowUp.objects.bulk_create(keyed, ignore_conflicts=True)
    stored = (
        {row.dedupe_key: row for row in FollowUp.objects.for_list().filter(dedupe_key__in=[row.dedupe_key for row in keyed])}
        if keyed
        else {}
    )
    opened = [stored[row.dedupe_key] if row.dedupe_key else row for row in wanted]
    tell_assigned(follow_ups=[row for row in opened if row.owner_id != by.pk], by=by)
    return opened


@action("followup.note", gettext_lazy("Follow-up noted on"))
def note_on_follow_up(*, dedupe_key: str, note: str, by: User) -> bool:
    """Add a line to the detail of the open follow-up with this key; False where none is open or the line stands there."""
    follow_up = FollowUp.objects.select_for_update().open().filter(dedupe_key=dedupe_key).first()
    if follow_up is None or note in follow_up.detail.splitlines():
        return False
    follow_up.detail = f"{follow_up.detail}\n{note}".strip()
    follow_up.save(update_fields=["detail"])
    return True


@action("followup.close")
def close_follow_up(*, follow_up: FollowUp, by: User, result: str = "", state: str = FollowUpState.DONE) -> FollowUp:
    """Close an open follow-up as done or dropped; a second caller is told it is closed.

    Done, one that repeats opens the next one, exactly once; dropped, the repetition ends.
    """
    closed = FollowUp.objects.open().filter(pk=follow_up.pk).update(state=state, closed_by=by, closed_at=now(), result=result)
    if not closed:
        raise RuleBroken(_("This follow-up is closed already."))
    follow_up.refresh_from_db()
    if follow_up.repeat_unit and state == FollowUpState.DONE:
        _open_next(follow_up, today=port_today(), by=by)
    return follow_up


def _open_next(done: FollowUp, *, today: dt.date, by: User) -> None:
    """The next of the series: turns that passed while this one waited are not caught up on."""
    day = next_day(done.repeat_from, unit=done.repeat_unit, every=done.repeat_every, after=max(done.due_on, today))
    if done.repeat_until and day > done.repeat_until:
        return
    FollowUp.objects.create(
        customer_id=done.customer_id, kind=done.kind, title=done.title, detail=done.detail, owner_id=done.owner_id, due_on=day,
        reason_url=done.reason_url, remind_days=done.remind_days, repeat_unit=done.repeat_unit, repeat_every=done.repeat_every,
        repeat_until=done.repeat_until, repeat_from=done.repeat_from, repeats=done, opened_by=by,
    )  # fmt: skip


@action("followup.plan")
def plan_follow_up(
    *,
    follow_up: FollowUp,
    by: User,
    due_on: dt.date,
    owner: User | None = None,
    remind_days: int | None = None,
    version: str | None = None,
) -> FollowUp:
    """Give an open follow-up another day, another owner (who is told, each time it comes) or another reminder; a repetition
    keeps its days. `version`: the state it was seen in; any other stored state is refused."""
    row = _still_open(follow_up)
    refuse_other_state(row, version)
    _planned(row, due_on=due_on, owner=owner or row.owner, remind_days=remind_days, by=by)
    follow_up.refresh_from_db()
    return follow_up


def _planned(row: FollowUp, *, due_on: dt.date, owner: User, remind_days: int | None, by: User) -> FollowUp:
    """The locked follow-up with these."""
    had = row.owner_id
    if owner.pk != had:
        refuse_who_cannot_take_on(owner, field="owner")
        if row.is_of_a_personal_day:
            refuse_who_reads_no_profiles(owner, field="owner")
    row.due_on, row.owner, row.remind_days = due_on, owner, remind_days
    row.save(update_fields=["due_on", "owner", "remind_days"])
    if row.owner_id not in (had, by.pk):
        tell_assigned(follow_ups=[row], turn=f":{now().isoformat()}", by=by)
    return row


@action("followup.plan")
def edit_plan(*, follow_up: FollowUp, changes: Mapping[str, object], seen: Mapping[str, object], by: User) -> FollowUp:
    """Save what an editor changed of day, owner and reminder; what somebody else changed meanwhile stays, and what both touched is
    refused."""
    row = _still_open(follow_up)
    if conflicts := conflicts_of(row, changes=changes, seen=seen):
        raise EditConflict(conflicts)
    kept = {name: getattr(row, name) for name in PLAN if name not in changes}
    return _planned(row, **kept, **changes, by=by)


def _still_open(follow_up: FollowUp) -> FollowUp:
    """The follow-up, locked."""
    row = FollowUp.objects.open().select_for_update().filter(pk=follow_up.pk).first()
    if row is None:
        raise RuleBroken(_("This follow-up is closed already."))
    return row


def hand_on(*, rows: QuerySet, to: User, by: User) -> int:
    """Give open follow-ups to a new owner; returns how many went along."""
    drop_what_is_not_for(reader=to, rows=rows, by=by)
    return rows.update(owner=to)


def drop_what_is_not_for(*, reader: User, rows: QuerySet, by: User) -> None:
    """Reminders of a person's day tell a birthday: they go to nobody who may not read profiles."""
    if not reader.has_perm(VIEW_PERSONAL):
        drop_and_free(rows=rows.of_personal_days(), result=NO_READER, by=by)


def drop_and_free(*, rows: QuerySet, result: object, by: User) -> None:
    """Drop open follow-ups nobody can act on now; their reason may open another one when it stands again."""
    freed = Concat("dedupe_key", Value(":"), Cast("pk", CharField()))
    rows.update(state=FollowUpState.DROPPED, closed_by=by, closed_at=now(), result=str(result), dedupe_key=freed)
