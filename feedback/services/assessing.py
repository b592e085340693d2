"""The initial assessment of a complaint: what it takes, beside its severity."""

import datetime as dt

from django.utils.translation import gettext_lazy
from django.utils.translation import gettext_lazy as _

from feedback.enums import ComplaintState, Complexity, ImmediateAction, Impact, Safety
from feedback.models import Complaint
from feedback.services.complaints import locked_complaint
from portcrm.accounts.models import User
from portcrm.audit.actions import action
from portcrm.errors import RuleBroken

CHANGED = ("safety", "complexity", "impact", "immediate_action", "assessed_at", "assessed_by")


@action("complaint.assess", gettext_lazy("Complaint assessed"))
def assess_complaint(
    *, complaint: Complaint, safety: str, complexity: str, impact: str, immediate_action: str, at: dt.datetime, by: User
) -> Complaint:
    """Write down what a case that is not closed is judged to be; judged anew, the last word counts and the history keeps the others."""
    complaint = locked_complaint(complaint)
    if complaint.state == ComplaintState.CLOSED:
        raise RuleBroken(_("This complaint is closed. Record a new one if the matter goes on."))
    complaint.safety, complaint.complexity = Safety(safety), Complexity(complexity)
    complaint.impact, complaint.immediate_action = Impact(impact), ImmediateAction(immediate_action)
    complaint.assessed_at, complaint.assessed_by = at, by
    complaint.save(update_fields=CHANGED)
    return complaint
