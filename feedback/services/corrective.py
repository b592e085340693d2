"""Corrective actions: planned, done, and checked for their effect; each step once."""

import datetime as dt

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, override

from customers.models import FollowUp
from customers.services.followups import close_follow_up, open_follow_up
from feedback import permissions
from feedback.enums import Effect
from feedback.models import Complaint, CorrectiveAction
from portcrm.accounts.models import User
from portcrm.audit.actions import action
from portcrm.errors import RuleBroken


@action("corrective.plan", gettext_lazy("Corrective action planned"))
def plan_action(*, complaint: Complaint, what: str, owner: User, due_on: dt.date, check_on: dt.date, by: User) -> CorrectiveAction:
    """Plan what is done so that the same does not happen again. Where the customer is known, its owner gets a follow-up;
    everybody is told by the nightly job when it is due."""
    if not what.strip():
        raise RuleBroken(_("Say what is to be done."), field="what")
    if check_on < due_on:
        raise RuleBroken(_("The check cannot come before the action is to be done."), field="check_on")
    if not owner.has_perm(permissions.ANSWER_COMPLAINT) or not owner.is_active:
        raise RuleBroken(_("This colleague does not work on complaints."), field="owner")
    planned = CorrectiveAction.objects.create(
        complaint=complaint, what=what.strip(), owner=owner, due_on=due_on, check_on=check_on, planned_by=by
    )
    _follow_up(planned, "", due_on, by)
    return planned


@action("corrective.finish", gettext_lazy("Corrective action done"))
def finish_action(*, corrective: CorrectiveAction, result: str, on: dt.date, by: User) -> CorrectiveAction:
    """Say that it was done and how; from its day on it waits to be checked."""
    row = _locked(corrective)
    if row.done_on is not None:
        raise RuleBroken(_("This action is done already."))
    row.done_on, row.result = on, result.strip()
    row.save(update_fields=("done_on", "result"))
    _end_follow_up(row, "", by)
    _follow_up(row, ":check", max(row.check_on, on), by)
    return row


@action("corrective.check", gettext_lazy("Corrective action checked"))
def check_action(*, corrective: CorrectiveAction, effective: str, note: str, on: dt.date, by: User) -> CorrectiveAction:
    """Say once whether it works; where it does not, the note says what was seen and another action is planned."""
    row = _locked(corrective)
    if row.done_on is None:
        raise RuleBroken(_("It is to be done before it can be checked."))
    if row.effective:
        raise RuleBroken(_("This action is checked already."))
    if effective == Effect.NO and not note.strip():
        raise RuleBroken(_("Say what the check showed."), field="note")
    row.effective, row.check_note, row.checked_on, row.checked_by = Effect(effective), note.strip(), on, by
    row.save(update_fields=("effective", "check_note", "checked_on", "checked_by"))
    _end_follow_up(row, ":check", by)
    return row


def _locked(corrective: CorrectiveAction) -> CorrectiveAction:
    return CorrectiveAction.objects.select_for_update().get(pk=corrective.pk)


def _follow_up(row: CorrectiveAction, part: str, due_on: dt.date, by: User) -> None:
    """In the owner's list beside everything else of that customer; a case without a customer has none."""
    if row.complaint.customer is None:
        return
    with override(row.owner.language):
        title = _("Check whether it works: %(what)s") if part else _("Corrective action: %(what)s")
    open_follow_up(
        customer=row.complaint.customer, title=(title % {"what": row.what})[:200], owner=row.owner, due_on=due_on,
        dedupe_key=f"feedback.corrective:{row.pk}{part}", reason_url=row.get_absolute_url(), by=by,
    )  # fmt: skip


def _end_follow_up(row: CorrectiveAction, part: str, by: User) -> None:
    found = FollowUp.objects.open().filter(dedupe_key=f"feedback.corrective:{row.pk}{part}").first()
    if found is not None:
        close_follow_up(follow_up=found, result=row.check_note or row.result, by=by)
