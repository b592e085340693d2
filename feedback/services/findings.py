"""What was found about a complaint and what the customer claims: one row each beside the case."""

import datetime as dt
from collections.abc import Mapping

from django.utils.translation import gettext_lazy
from django.utils.translation import gettext_lazy as _

from feedback.enums import ClockKind, ComplaintState
from feedback.models import Claim, Complaint, Finding
from feedback.services.clocks import meet
from feedback.services.complaints import locked_complaint
from portcrm.accounts.models import User
from portcrm.audit.actions import action
from portcrm.editing import set_changes
from portcrm.errors import RuleBroken
from portcrm.rules import rules_told


@action("complaint.find", gettext_lazy("Finding recorded"))
def record_finding(
    *, complaint: Complaint, changes: Mapping[str, object], seen: Mapping[str, object] | None = None, at: dt.datetime, by: User
) -> Finding:
    """Write down cause, liability and decision; the first decision keeps its moment when its words are corrected.

    A field somebody else changed since it was `seen` raises EditConflict and saves nothing.
    """
    complaint = locked_complaint(complaint)
    if complaint.state == ComplaintState.CLOSED:
        raise RuleBroken(_("This complaint is closed. Record a new one if the matter goes on."))
    finding = Finding.objects.filter(complaint=complaint).first() or Finding(complaint=complaint)
    set_changes(finding, changes=changes, seen=seen or {})
    finding.decision = finding.decision.strip()
    if not finding.decision:
        finding.decided_at = finding.decided_by = None
    elif finding.decided_at is None:
        finding.decided_at, finding.decided_by = at, by
        meet(complaint=complaint, kinds=(ClockKind.DECISION,), at=at, by=by)
    finding.save()
    return finding


@action("complaint.claim", gettext_lazy("Claim recorded"))
def record_claim(*, complaint: Complaint, changes: Mapping[str, object], seen: Mapping[str, object] | None = None, by: User) -> Claim:
    """Write down what is claimed, agreed and paid; a claim may still be paid after its case is closed."""
    complaint = locked_complaint(complaint)
    claim = Claim.objects.filter(complaint=complaint).first() or Claim(complaint=complaint)
    changed = set_changes(claim, changes=changes, seen=seen or {})
    if claim.claimed is None:
        raise RuleBroken(_("Say what is claimed."), field="claimed")
    if claim.agreed_on and claim.agreed_on < complaint.received_on:
        raise RuleBroken(_("Nothing is agreed before the complaint came."), field="agreed_on")
    with rules_told(changed=changed):
        claim.save()
    return claim
