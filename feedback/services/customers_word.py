"""What the customer says of our answer on the page of the case: settled, or not and why."""

import datetime as dt

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from feedback.enums import ComplaintState
from feedback.models import Complaint, ComplaintNote
from feedback.services.complaints import assign_complaint, locked_complaint
from feedback.services.telling import tell_settled
from portcrm.accounts.models import User
from portcrm.audit.actions import action
from portcrm.errors import RuleBroken


@action("complaint.word", gettext_lazy("Word of the customer"))
def take_word(*, complaint: Complaint, settled: bool, text: str, at: dt.datetime, by: User) -> Complaint:
    """Keep the customer's word on an answered case; said twice, it counts once.

    Settled, the owner is told and closes it. Not settled, the case goes back into work with what is still missing.
    """
    complaint, text = locked_complaint(complaint), text.strip()
    if settled and complaint.settled_at is not None or _was_said(complaint, text, by):
        return complaint
    if complaint.state != ComplaintState.ANSWERED:
        raise RuleBroken(_("We are working on your complaint. You can judge our answer once it is here."))
    if not settled and not text:
        raise RuleBroken(_("Please tell us what is still missing."), field="text")
    said = _("The customer says it is settled.") if settled else _("The customer says it is not settled: %(text)s") % {"text": text}
    ComplaintNote.objects.create(complaint=complaint, text=said, by=by, at=at)
    if not settled:
        return assign_complaint(complaint=complaint, owner=complaint.owner, at=at, by=by)
    complaint.settled_at = at
    complaint.save(update_fields=("settled_at",))
    tell_settled(complaint=complaint, by=by)
    return complaint


def _was_said(complaint: Complaint, text: str, by: User) -> bool:
    """A second click on the same words finds the case taken up already."""
    return bool(text) and complaint.state == ComplaintState.ASSIGNED and complaint.notes.filter(by=by, text__endswith=text).exists()
