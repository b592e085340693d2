"""Complaints counted for others."""

import datetime as dt
from dataclasses import dataclass

from django.db.models import Count

from feedback.enums import ComplaintState
from feedback.models import Complaint, Finding
from portcrm.files.models import Attachment
from portcrm.outbox.models import OutgoingEmail


def open_by_customer() -> dict[int, int]:
    """Number of complaints not closed yet, by customer; customers without one are not listed."""
    return dict(Complaint.objects.open().exclude(customer=None).order_by().values_list("customer").annotate(Count("pk")))


def mails_of(complaint: Complaint) -> list[OutgoingEmail]:
    """What was written to the customer about a case."""
    return mails_about("feedback.complaint", complaint.pk)


def mails_about(record: str, pk: int) -> list[OutgoingEmail]:
    """What was written to the customer about a record, oldest first, without the texts: whoever may see the record may know
    whether a mail arrived; what it says is read in the outbox."""
    return list(OutgoingEmail.objects.about(record, pk).for_list().order_by("pk"))


def next_instance(complaint: Complaint) -> str:
    """Where the customer may turn who does not agree: told with an answer that stands or once the case is closed, else ""."""
    if complaint.answered_at is None and complaint.state != ComplaintState.CLOSED:
        return ""
    return Finding.objects.filter(complaint=complaint).values_list("next_instance", flat=True).first() or ""


def files_sent(complaint: Complaint) -> list[str]:
    """Names of the files the customer sent along, in order; what colleagues added is not among them."""
    files = Attachment.objects.of("feedback.complaint", complaint.pk).filter(created_by__is_system=True)
    return list(files.order_by("created_at", "pk").values_list("name", flat=True))


def counts_by_state(user, *, on: dt.date) -> dict[str, int]:
    """How many complaints stand where, and how many are overdue on that day; every state is named."""
    visible = Complaint.objects.visible_to(user)
    counts = dict.fromkeys(ComplaintState.values, 0)
    counts |= dict(visible.order_by().values_list("state").annotate(Count("pk")))
    return counts | {"overdue": visible.overdue(on).count()}


@dataclass(frozen=True)
class DeskLoad:
    """Complaints that wait for us: not closed; of these past their deadline, and due on the very day, both without an answer."""

    open: int
    overdue: int
    due_today: int


def desk_load(user, *, on: dt.date) -> DeskLoad:
    """Three counts, whatever the number of complaints."""
    visible = Complaint.objects.visible_to(user)
    return DeskLoad(visible.open().count(), visible.overdue(on).count(), visible.due(on).count())
