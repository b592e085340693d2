"""A case ends on the customer's word, or on a reason somebody states."""

import datetime as dt

from django.utils.translation import gettext_lazy
from django.utils.translation import gettext_lazy as _

from feedback.enums import CLOSED_WITHOUT_ANSWER, WORDS_WITHOUT_A_REASON, ClockKind, ClosingWord, ComplaintOutcome, ComplaintState
from feedback.models import Complaint
from feedback.services.clocks import meet
from feedback.services.complaints import locked_complaint
from feedback.services.customer_facts import store_open_count
from portcrm.accounts.models import User
from portcrm.audit.actions import action
from portcrm.errors import RuleBroken

CHANGED = ("outcome", "closing_word", "closing_reason", "closed_at", "closed_by", "state")


@action("complaint.close", gettext_lazy("Complaint closed"))
def close_complaint(*, complaint: Complaint, outcome: str, word: str, reason: str = "", at: dt.datetime, by: User) -> Complaint:
    """Close an answered complaint with its outcome; an unanswered one only when it fell away (withdrawn, duplicate).

    `word` is whose word it is closed on (ClosingWord); without the customer's, the reason is to be told.
    """
    complaint = locked_complaint(complaint)
    if complaint.state == ComplaintState.CLOSED:
        raise RuleBroken(_("This complaint is closed already."))
    if complaint.state != ComplaintState.ANSWERED and outcome not in CLOSED_WITHOUT_ANSWER:
        raise RuleBroken(_("Answer the complaint before you close it."), field="outcome")
    if word == ClosingWord.BEFORE:
        raise RuleBroken(_("Say whether the customer agreed."), field="word")
    if word not in WORDS_WITHOUT_A_REASON and not reason.strip():
        raise RuleBroken(_("Without the customer's word, say why the case is closed."), field="reason")
    complaint.outcome, complaint.closing_word, complaint.closing_reason = ComplaintOutcome(outcome), ClosingWord(word), reason.strip()
    complaint.closed_at, complaint.closed_by, complaint.state = at, by, ComplaintState.CLOSED
    complaint.save(update_fields=CHANGED)
    meet(complaint=complaint, kinds=tuple(ClockKind.values), at=at, by=by)
    complaint.pauses.filter(until_at=None).update(until_at=at)
    store_open_count(customer_ids={complaint.customer_id}, by=by)
    return complaint
